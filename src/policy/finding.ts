/** Making diagnostics of policy files, and their order. */
import type { Diagnostic, Place, Severity } from "../core/diagnostic.ts";
import type { PolicyCode } from "./codes.ts";

export interface PolicyDiagnostic extends Diagnostic {
  readonly code: PolicyCode;
}

export function report(
  code: PolicyCode,
  summary: string,
  place: Place | null,
  detail: string,
  fix: string | null,
  more: { readonly severity?: Severity; readonly related?: Diagnostic["related"] } = {},
): PolicyDiagnostic {
  return {
    severity: more.severity ?? "error",
    code,
    summary,
    place,
    detail,
    fix,
    related: more.related ?? [],
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By file, line, column and code; what has no place comes first. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    compareText(a.place?.file ?? "", b.place?.file ?? "") ||
    (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
    (a.place?.column ?? 0) - (b.place?.column ?? 0) ||
    compareText(a.code, b.code) ||
    compareText(a.detail, b.detail)
  );
}
