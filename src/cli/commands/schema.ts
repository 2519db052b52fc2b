import { schemaText } from "../../generated/schema-text.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { nearestName } from "../../core/near-name.ts";
import { usage } from "../refusal.ts";
import type { PreviewInvocation } from "../invocation.ts";

/** Prints the JSON Schema of a kind; without one lists the kinds. */
export function schema(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const kinds = Object.keys(schemaText).filter((kind) => kind !== "shared");
  const wanted = input.argument(0);
  if (wanted === null) {
    const text = invocation.globals.json
      ? `${JSON.stringify({ format: "patchring.kinds/1", kinds }, null, 2)}\n`
      : kinds.map((kind) => `${kind}\n`).join("");
    invocation.output.write(text);
    return Promise.resolve(EXIT_CODES.done);
  }
  const kind = kinds.find((one) => plain(one) === plain(wanted));
  if (kind === undefined) {
    const near = nearestName(wanted, kinds);
    throw usage(
      `There is no kind ${JSON.stringify(wanted)}. Kinds: ${kinds.join(", ")}.`,
      near === null ? null : `did you mean \`patchring schema ${near}\`?`,
    );
  }
  invocation.output.write(`${JSON.stringify(JSON.parse(schemaText[kind]!), null, 2)}\n`);
  return Promise.resolve(EXIT_CODES.done);
}

/** `approval-rules`, `ApprovalRules` and `approvalrules` are one kind. */
function plain(kind: string): string {
  return kind.toLowerCase().replaceAll("-", "");
}
