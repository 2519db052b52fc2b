/** Deadlines of what was decided, for notices and metrics. */
import type { DeadlineSummary } from "../../core/deadline-summary.ts";
import type { Decided } from "../../core/decide.ts";
import type { KnownDeadlines } from "../../core/metrics.ts";
import type { Instant } from "../../core/model.ts";

/** Empty where the Fleet names no profile. */
export async function summarizeFleet(decided: Decided | null): Promise<readonly DeadlineSummary[]> {
  const deadlines = decided?.compiled.policy.fleet.deadlines;
  if (decided === null || deadlines === undefined || deadlines.profiles.length === 0) return [];
  const [{ assessDeadlines }, { summarizeDeadlines }] = await Promise.all([
    import("../../core/deadlines.ts"),
    import("../../core/deadline-summary.ts"),
  ]);
  const assessment = assessDeadlines(decided, deadlines.profiles, deadlines.warnBefore);
  return summarizeDeadlines(decided, assessment);
}

/** Each profile as if it were alone, as `sla` counts them. */
export async function countProfiles(decided: Decided | null): Promise<readonly KnownDeadlines[]> {
  const deadlines = decided?.compiled.policy.fleet.deadlines;
  if (decided === null || deadlines === undefined) return [];
  const [{ assessDeadlines }, { summarizeDeadlines }] = await Promise.all([
    import("../../core/deadlines.ts"),
    import("../../core/deadline-summary.ts"),
  ]);
  return deadlines.profiles.map((profile) => {
    const assessment = assessDeadlines(decided, [profile], deadlines.warnBefore);
    const rows = summarizeDeadlines(decided, assessment).filter(({ state }) => state === "no-window");
    const withoutWindow = rows.reduce((sum, { obligations }) => sum + obligations, 0);
    return { profile: profile.name, totals: assessment.totals, withoutWindow };
  });
}

/** The latest time to merge what is asked for a ring; null without deadlines, and when it is too late. */
export type FindMergeBy = (ring: string, patches: readonly string[]) => Instant | null;

export async function mergeByFinder(decided: Decided | null): Promise<FindMergeBy> {
  if (decided?.compiled.policy.fleet.deadlines === undefined) return () => null;
  const [{ findCandidates }, { mergeBysOf }] = await Promise.all([
    import("../../core/promotion-candidates.ts"),
    import("../views/promote-deadlines.ts"),
  ]);
  const found = [...(mergeBysOf(decided, findCandidates(decided)) ?? [])];
  return (ring, patches) => {
    const times = found.flatMap(([candidate, { at }]) =>
      at !== null && candidate.ring.name === ring && patches.includes(candidate.patch.id) ? [at] : [],
    );
    return times.length === 0 ? null : Math.min(...times);
  };
}
