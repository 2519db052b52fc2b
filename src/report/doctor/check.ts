/** One thing that `doctor` looked at. `skipped`: something that it needs is missing, and is named by a check of its own. */
export const CHECK_STATES = ["ok", "warning", "failed", "skipped"] as const;
export type CheckState = (typeof CHECK_STATES)[number];

export interface Check {
  /** A short word: `store`, `clock`. */
  readonly name: string;
  readonly state: CheckState;
  /** Known to `explain`; null for ok and skipped. */
  readonly code: string | null;
  /** One sentence without a period; hostile text may stand in it. */
  readonly found: string;
  readonly fix: string | null;
}

export function fine(name: string, found: string): Check {
  return { name, state: "ok", code: null, found, fix: null };
}

export function skipped(name: string, found: string): Check {
  return { name, state: "skipped", code: null, found, fix: null };
}
