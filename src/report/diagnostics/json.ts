import type { Diagnostic } from "../../core/diagnostic.ts";
import { countDiagnostics } from "./count.ts";

/** `patchring.diagnostics/1`: the counts and all diagnostics, exactly as they are. */
export function renderDiagnosticsJson(diagnostics: readonly Diagnostic[]): string {
  const summary = countDiagnostics(diagnostics);
  return `${JSON.stringify({ format: "patchring.diagnostics/1", summary, diagnostics }, null, 2)}\n`;
}
