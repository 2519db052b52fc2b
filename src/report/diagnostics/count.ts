import type { Diagnostic, Severity } from "../../core/diagnostic.ts";
import { counted } from "../words.ts";

/** How many diagnostics there are of each severity. */
export function countDiagnostics(diagnostics: readonly Diagnostic[]): Readonly<Record<Severity, number>> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of diagnostics) counts[severity] += 1;
  return counts;
}

/** `2 errors, 1 warning`; severities with none are left out, `no findings` when there are none at all. */
export function summarizeDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const { error, warning, info } = countDiagnostics(diagnostics);
  const parts = [
    ...(error > 0 ? [counted(error, "error")] : []),
    ...(warning > 0 ? [counted(warning, "warning")] : []),
    ...(info > 0 ? [counted(info, "note")] : []),
  ];
  return parts.length === 0 ? "no findings" : parts.join(", ");
}
