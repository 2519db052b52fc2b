import type { Diagnostic } from "../../core/diagnostic.ts";
import { escapeTerminal as t } from "../escape/terminal.ts";

/** `file:line:col: severity: Summary [code]`, the line that terminals and CI can link (house style). */
export function diagnosticHead(diagnostic: Diagnostic): string {
  const { place, severity, summary, code } = diagnostic;
  const where = place === null ? "" : `${t(place.file)}:${place.line}:${place.column}: `;
  return `${where}${severity}: ${t(summary)} [${t(code)}]`;
}
