import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { findExplanations, listExplanations, type Explanation } from "../explain/index.ts";
import { nearestName } from "../../core/near-name.ts";
import { usage } from "../refusal.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { showExplanations, listCodes } from "../views/explanations.ts";

/** Explains a code; without one lists them all. */
export function explain(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const code = input.argument(0);
  if (code === null) listCodes(invocation, listExplanations());
  else showExplanations(invocation, find(code));
  return Promise.resolve(EXIT_CODES.done);
}

function find(code: string): readonly Explanation[] {
  const found = findExplanations(code);
  if (found.length > 0) return found;
  const near = nearestName(code, [...new Set(listExplanations().map((one) => one.code))]);
  throw usage(
    `There is no code ${JSON.stringify(code)}.`,
    near === null ? "`patchring explain` lists all codes." : `did you mean \`patchring explain ${near}\`?`,
  );
}
