/** `plan --base REF`: what a change of policy would change (design 4.4). */
import { resolve } from "node:path";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { readComparison } from "../inputs/comparison.ts";
import { saveFile } from "../output.ts";
import { usage } from "../refusal.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { COMPARE_FORMATS, comparisonJson, showComparison, type CompareFormat } from "../views/comparison.ts";

/** Exit codes as for `plan`: a tripped guard is shown; 2 is a changed decision, when asked for. */
export async function planBase(input: Input, invocation: PreviewInvocation, base: string): Promise<ExitCode> {
  const format = compareFormat(input, invocation);
  const { comparison } = await readComparison(invocation, base);
  const save = input.text("save");
  if (save !== null) {
    saveFile(resolve(invocation.io.cwd, save), (write) => {
      write(comparisonJson(comparison));
    });
    invocation.note(`patchring: comparison saved to ${save}`);
  }
  await showComparison(invocation, format, comparison);
  const isPending = input.flag("detailedExitCode") && comparison.summary.changed > 0;
  return isPending ? EXIT_CODES.pending : EXIT_CODES.done;
}

function compareFormat(input: Input, invocation: PreviewInvocation): CompareFormat {
  const given = input.text("format") ?? (invocation.globals.json ? "json" : "text");
  const format = COMPARE_FORMATS.find((one) => one === given);
  if (format !== undefined) return format;
  throw usage(
    `\`plan --base\` has no format ${JSON.stringify(given)}. Formats: ${COMPARE_FORMATS.join(", ")}.`,
    "use `--format md` for a page, or `--json` for a program.",
  );
}
