import type { PilotWords } from "./words.ts";

/** A pilot notice as plain text. */
export function renderPilotText({ title, when, computers, updates, restart, report }: PilotWords): string {
  const list = (lines: readonly string[]): string => lines.map((line) => `  - ${line}\n`).join("");
  return `${title}\n\nWhen: ${when}\n\nWhat will be installed:\n${list(updates)}\nWhere:\n${list(computers)}\n${restart}\n\n${report}\n`;
}
