/** What `doctor` found, on a terminal: a line for each check, and the fix under those that need one. */
import { escapeTerminal } from "../escape/terminal.ts";
import { wrap, type Style } from "../text/layout.ts";
import { paintWith } from "../text/paint.ts";
import { counted } from "../words.ts";
import type { Check, CheckState } from "./check.ts";

const STYLES: Readonly<Record<CheckState, Style>> = {
  ok: "green",
  warning: "yellow",
  failed: "red",
  skipped: "dim",
};

export function renderChecks(
  checks: readonly Check[],
  { width: columns, color }: { readonly width: number; readonly color: boolean },
): string {
  const width = Math.min(100, Math.max(60, columns));
  const paint = paintWith(color);
  const names = Math.max(...checks.map(({ name }) => name.length)) + 2;
  const indent = " ".repeat(names + 9);
  const lines = checks.flatMap(({ name, state, code, found, fix }) => {
    const text = `${escapeTerminal(found, 600)}${code === null ? "" : ` [${code}]`}`;
    const own = wrap(text, width - indent.length);
    const help = fix === null ? [] : wrap(`Fix: ${escapeTerminal(fix, 400)}`, width - indent.length);
    const head = `${paint(STYLES[state], state)}${" ".repeat(9 - state.length)}${name.padEnd(names)}`;
    return [...own, ...help].map((line, at) => (at === 0 ? head : indent) + line);
  });
  return `${lines.join("\n")}\n\n${verdict(checks)}\n`;
}

/** `12 checks: 1 failed, 2 warnings.` */
function verdict(checks: readonly Check[]): string {
  const count = (state: CheckState): number => checks.filter((one) => one.state === state).length;
  const parts = [
    ...(count("failed") === 0 ? [] : [`${count("failed")} failed`]),
    ...(count("warning") === 0 ? [] : [counted(count("warning"), "warning")]),
    ...(count("skipped") === 0 ? [] : [`${count("skipped")} skipped`]),
  ];
  return `${counted(checks.length, "check")}: ${parts.length === 0 ? "all is well" : parts.join(", ")}.`;
}
