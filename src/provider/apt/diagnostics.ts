import type { Diagnostic, Place, Severity } from "../../core/diagnostic.ts";
import type { AptCode } from "../apt-codes.ts";

export interface Finding {
  readonly code: AptCode;
  readonly summary: string;
  readonly detail: string;
  readonly fix?: string | null;
  readonly place?: Place | null;
  readonly severity?: Severity;
}

export function diagnostic({ code, summary, detail, fix, place, severity }: Finding): Diagnostic {
  return {
    severity: severity ?? "error",
    code,
    summary,
    place: place ?? null,
    detail,
    fix: fix ?? null,
    related: [],
  };
}
