/** The words that `--format` takes. */
export const PLAN_FORMATS = ["text", "json", "md", "html", "csv"] as const;
export type PlanFormat = (typeof PLAN_FORMATS)[number];

export const OVERVIEW_FORMATS = ["text", "html", "csv", "xml", "json", "md"] as const;
export type OverviewFormat = (typeof OVERVIEW_FORMATS)[number];

export const DIAGNOSTIC_FORMATS = ["text", "json", "github", "sarif"] as const;
export type DiagnosticFormat = (typeof DIAGNOSTIC_FORMATS)[number];

export const PILOT_FORMATS = ["text", "html", "json"] as const;
export type PilotFormat = (typeof PILOT_FORMATS)[number];

export const SLA_FORMATS = ["text", "json", "md"] as const;
export type SlaFormat = (typeof SLA_FORMATS)[number];
