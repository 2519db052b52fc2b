/** The order in which actions are sent (design 6.2, issue: safe order): what takes back or forbids goes first. */
import type { ActionRow } from "./plan.ts";

/** What is sent together; a phase begins when the one before has been answered. */
export const APPLY_PHASES = ["recall and ignore", "do-nothing", "uninstall", "approve", "reprocess"] as const;
export type ApplyPhase = (typeof APPLY_PHASES)[number];

export function phaseOf({ action, reason }: Pick<ActionRow, "action" | "reason">): ApplyPhase {
  return reason === "RECALLED" || action === "ignore" ? "recall and ignore" : action;
}

export interface PhaseOfActions {
  readonly phase: ApplyPhase;
  /** In the order of the plan. */
  readonly rows: readonly ActionRow[];
}

/** The phases that have something to send, in their order. */
export function orderActions(rows: readonly ActionRow[]): PhaseOfActions[] {
  return APPLY_PHASES.map((phase) => ({
    phase,
    rows: rows.filter((row) => phaseOf(row) === phase),
  })).filter((one) => one.rows.length > 0);
}
