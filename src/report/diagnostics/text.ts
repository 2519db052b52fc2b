/** Diagnostics on a terminal, in the shape of the house style. */
import type { Diagnostic } from "../../core/diagnostic.ts";
import { escapeTerminal } from "../escape/terminal.ts";
import { paintWith } from "../text/paint.ts";
import type { Paint, Style } from "../text/layout.ts";
import { codeFrame } from "./code-frame.ts";
import { diagnosticHead } from "./diagnostic-head.ts";

const LENGTH = 2000;
const STYLES: Readonly<Record<Diagnostic["severity"], Style>> = {
  error: "red",
  warning: "yellow",
  info: "cyan",
};

/** Text of several lines: the first after `first`, the others under it. */
function lines(text: string, first: string): string[] {
  const rest = " ".repeat(first.length);
  return text.split("\n").map((line, index) => (index === 0 ? first : rest) + escapeTerminal(line, LENGTH));
}

function renderOne(diagnostic: Diagnostic, paint: Paint): string[] {
  const { place, detail, fix, related, severity } = diagnostic;
  return [
    paint(STYLES[severity], diagnosticHead(diagnostic)),
    // A file that could not be read, and a place made from a policy alone, have no source line to show.
    ...(place === null || place.text === "" ? [] : codeFrame(place)),
    ...(detail === "" ? [] : lines(detail, "  ")),
    ...related.flatMap((other) => [
      `  ${escapeTerminal(other.place.file)}:${other.place.line}:${other.place.column}: ${escapeTerminal(other.message, LENGTH)}`,
    ]),
    ...(fix === null ? [] : lines(fix, "  Fix: ")),
  ];
}

/** All diagnostics in their order, an empty line between two; "" for none, else ending in a line break. */
export function renderDiagnosticsText(
  diagnostics: readonly Diagnostic[],
  options: { readonly color: boolean } = { color: false },
): string {
  const paint = paintWith(options.color);
  return diagnostics.map((one) => `${renderOne(one, paint).join("\n")}\n`).join("\n");
}
