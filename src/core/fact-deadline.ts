/** The deadline of one patch on one device, as `why` shows it. */
import type { Obligation } from "./deadline-obligations.ts";
import type { Risk } from "./deadline-risk.ts";
import type { DeadlineState } from "./deadline-states.ts";
import { riskOf, stateOf, type DeadlineAssessment } from "./deadlines.ts";
import type { Decided } from "./decide.ts";
import { findFact } from "./lookup.ts";
import { OpportunityFinder, type Stretch } from "./opportunity.ts";

export interface FactDeadline {
  readonly state: DeadlineState;
  /** Null unless at risk. */
  readonly risk: Risk | null;
  /** The one that counts first; the others are due later, or an exception put them aside. */
  readonly obligations: readonly Obligation[];
  /** The first time from now on at which windows and freezes let something be sent; null within 400 days. */
  readonly nextWindow: Stretch | null;
}

/** Null where no profile asks for the patch on the device. */
export function factDeadline(
  decided: Decided,
  assessment: DeadlineAssessment,
  device: number,
  patch: number,
): FactDeadline | null {
  const fact = findFact(decided.snapshot, device, patch);
  const state = fact < 0 ? "none" : stateOf(assessment, fact);
  if (state === "none") return null;
  const row = decided.table.rows[decided.outcomes[fact]!]!;
  return {
    state,
    risk: riskOf(assessment, fact),
    obligations: assessment.obligationsOf(fact),
    nextWindow: new OpportunityFinder(decided).find(row, device)[0] ?? null,
  };
}
