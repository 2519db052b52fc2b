/** Collects what the metrics are made of: recorded runs, what is open, and the plan where there is one. */
import { computeMetrics, type KnownDeadlines, type KnownRequest, type Metric } from "../../core/metrics.ts";
import type { Instant } from "../../core/model.ts";
import type { Plan } from "../../core/plan.ts";
import type { PolicySet } from "../../core/policy.ts";
import type { StoreReader } from "../../store/store.ts";
import { readRemembered } from "../inputs/remembered.ts";

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

/** Throws `StoreError`. */
export async function readMetrics(source: MetricsSource): Promise<Metric[]> {
  const { store, ...rest } = source;
  const none = { runs: [], unsettled: [], unverified: [], brakes: [] };
  const found = store === null ? none : await readRemembered(store, source.now, RUNS);
  return computeMetrics({
    ...rest,
    runs: found.runs,
    unsettled: found.unsettled.map(({ result }) => result),
    unverified: found.unverified.length,
    brakes: found.brakes,
  });
}
