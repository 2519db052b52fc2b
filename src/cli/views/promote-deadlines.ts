/** The latest time to merge each candidate, where the Fleet names deadlines. */
import type { PromotionCandidate } from "../../core/promotion-candidates.ts";
import { assessDeadlines } from "../../core/deadlines.ts";
import type { Decided } from "../../core/decide.ts";
import { findMergeBys, type MergeBy } from "../../core/merge-by.ts";
import type { Instant } from "../../core/model.ts";
import { formatInstant } from "../../core/time.ts";
import { instantOrNull, obligationWords } from "../../report/deadline-words.ts";
import { instantWords } from "../../report/promotion-words.ts";
import { counted } from "../../report/words.ts";

export type MergeBys = ReadonlyMap<PromotionCandidate, MergeBy>;

/** Null where the Fleet names no deadlines: then nothing is said of them. */
export function mergeBysOf(decided: Decided, candidates: readonly PromotionCandidate[]): MergeBys | null {
  const { deadlines } = decided.compiled.policy.fleet;
  if (deadlines === undefined) return null;
  const assessment = assessDeadlines(decided, deadlines.profiles, deadlines.warnBefore);
  return findMergeBys(decided, assessment, candidates, deadlines.assume);
}

export function mergeByLines(found: MergeBy | undefined, now: Instant): string[] {
  if (found === undefined) return [];
  const { at, obligation, devices, lost } = found;
  const words = obligationWords(obligation, now);
  if (at === null) {
    return [`      merge now: too late for ${counted(lost, "device")} all the same (${words})`];
  }
  const late = lost === 0 ? "" : `; too late for the strictest deadline of ${counted(lost, "device")}`;
  return [`      merge by ${instantWords(at, now)}, for ${counted(devices, "device")} (${words})${late}`];
}

export function mergeByJson(found: MergeBy | undefined): object | null {
  if (found === undefined) return null;
  const { at, obligation, window, devices, lost } = found;
  return {
    at: instantOrNull(at),
    profile: obligation.profile.name,
    tier: obligation.tier.name,
    clock: obligation.clock,
    startedAt: instantOrNull(obligation.startedAt),
    dueAt: instantOrNull(obligation.dueAt),
    window:
      window === null ? null : { opensAt: formatInstant(window.from), closesAt: formatInstant(window.to) },
    devices,
    lost,
  };
}
