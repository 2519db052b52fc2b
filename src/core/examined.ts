/** What every surface asks of decided facts, computed once: states, candidates for promotion, deadlines. */
import { assessDeadlines, type DeadlineAssessment } from "./deadlines.ts";
import type { Decided } from "./decide.ts";
import { findFactStates, type FactStates } from "./fact-states.ts";
import { findMergeBys, type MergeBy } from "./merge-by.ts";
import type { Instant } from "./model.ts";
import { findCandidates, type PromotionCandidate } from "./promotion-candidates.ts";

export interface Examined {
  readonly decided: Decided;
  readonly states: FactStates;
  readonly candidates: readonly PromotionCandidate[];
  /** Null where the Fleet names no profile. */
  readonly deadlines: DeadlineAssessment | null;
  /** When each candidate must be merged so that a deadline is met; empty without profiles. */
  readonly mergeBys: ReadonlyMap<PromotionCandidate, MergeBy>;
}

export function examine(decided: Decided): Examined {
  const candidates = findCandidates(decided);
  const settings = decided.compiled.policy.fleet.deadlines;
  const base = { decided, states: findFactStates(decided), candidates };
  if (settings === undefined || settings.profiles.length === 0) {
    return { ...base, deadlines: null, mergeBys: new Map<PromotionCandidate, MergeBy>() };
  }
  const deadlines = assessDeadlines(decided, settings.profiles, settings.warnBefore);
  return { ...base, deadlines, mergeBys: findMergeBys(decided, deadlines, candidates, settings.assume) };
}

/** The first of the merge-by times of some candidates. One that no merge saves any more hurries nobody; null where none asks. */
export function firstMergeBy(
  mergeBys: Examined["mergeBys"],
  candidates: readonly PromotionCandidate[],
): Instant | null {
  const times = candidates.flatMap((one) => mergeBys.get(one)?.at ?? []);
  return times.length === 0 ? null : Math.min(...times);
}
