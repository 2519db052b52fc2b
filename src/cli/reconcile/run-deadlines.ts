/** Deadlines of what was decided, for metrics. */
import type { Decided } from "../../core/decide.ts";
import type { KnownDeadlines } from "../../core/metrics.ts";

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
