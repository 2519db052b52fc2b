import type { Explanation } from "../explain/index.ts";
import type { PreviewSession } from "../session.ts";
import { wrapText } from "./wrap.ts";

export function showExplanations(session: PreviewSession, found: readonly Explanation[]): void {
  if (session.globals.json) {
    session.output.write(
      `${JSON.stringify({ format: "patchring.explanations/1", explanations: found }, null, 2)}\n`,
    );
    return;
  }
  const width = Math.min(session.output.columns ?? 100, 100);
  const blocks = found.map(({ kind, code, text }) => `${code} (${kind})\n${wrapText(text, width, "  ")}\n`);
  session.output.write(blocks.join("\n"));
}

/** All codes, by kind. */
export function listCodes(session: PreviewSession, all: readonly Explanation[]): void {
  if (session.globals.json) {
    showExplanations(session, all);
    return;
  }
  const kinds = [...new Set(all.map((one) => one.kind))];
  for (const kind of kinds) {
    const codes = all.filter((one) => one.kind === kind).map((one) => `  ${one.code}\n`);
    session.output.write(`${kind}\n${codes.join("")}`);
  }
}
