import type { Explanation } from "../explain/index.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { wrapText } from "./wrap.ts";

export function showExplanations(invocation: PreviewInvocation, found: readonly Explanation[]): void {
  if (invocation.globals.json) {
    invocation.output.write(
      `${JSON.stringify({ format: "patchring.explanations/1", explanations: found }, null, 2)}\n`,
    );
    return;
  }
  const width = Math.min(invocation.output.columns ?? 100, 100);
  const blocks = found.map(({ kind, code, text }) => `${code} (${kind})\n${wrapText(text, width, "  ")}\n`);
  invocation.output.write(blocks.join("\n"));
}

/** All codes, by kind. */
export function listCodes(invocation: PreviewInvocation, all: readonly Explanation[]): void {
  if (invocation.globals.json) {
    showExplanations(invocation, all);
    return;
  }
  const kinds = [...new Set(all.map((one) => one.kind))];
  for (const kind of kinds) {
    const codes = all.filter((one) => one.kind === kind).map((one) => `  ${one.code}\n`);
    invocation.output.write(`${kind}\n${codes.join("")}`);
  }
}
