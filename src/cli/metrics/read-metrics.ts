/** Collects what the metrics are made of: recorded runs, what is open, and the plan where there is one. */
import { computeMetrics, type KnownDeadlines, type KnownRequest, type Metric } from "../../core/metrics.ts";
import type { Instant } from "../../core/model.ts";
import type { Plan } from "../../core/plan.ts";
import type { PolicySet } from "../../core/policy.ts";
import type { JournalEntry, StoreReader } from "../../store/store.ts";

export interface MetricsSource {
  readonly now: Instant;
  readonly version: string;
  readonly policy: PolicySet | null;
  readonly plan: Plan | null;
  /** Null where nothing was ever recorded. */
  readonly store: StoreReader | null;
  readonly undelivered: number;
  readonly deadlines: readonly KnownDeadlines[];
  /** Of the last run; the forge is not asked. */
  readonly requests: readonly KnownRequest[];
}

/** Runs that are looked through for the last success. */
const RUNS = 500;
const JOURNAL = 1000;

/** What was never seen is a matter for people for a day; after that policy has decided anew. */
export function recentlyUnverified(entries: readonly JournalEntry[], now: Instant): readonly JournalEntry[] {
  return entries.filter(({ resultAt, intendedAt }) => now - (resultAt ?? intendedAt) < 86_400);
}

/** Throws `StoreError`. */
export async function readMetrics(source: MetricsSource): Promise<Metric[]> {
  const { store, ...rest } = source;
  const [runs, unsettled, unverified, brakes] =
    store === null
      ? [[], [], [], []]
      : await Promise.all([
          store.listRuns({ limit: RUNS }),
          store.listUnsettled(),
          store.listJournal({ result: "unverified", limit: JOURNAL }),
          store.listBrakes(),
        ]);
  return computeMetrics({
    ...rest,
    runs,
    unsettled: unsettled.map(({ result }) => result),
    unverified: recentlyUnverified(unverified, source.now).length,
    brakes,
  });
}
