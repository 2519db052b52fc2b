/**
 * What a monitoring system reads of the scheduled job, as samples (reference names with the prefix
 * `patchring_`). Pure: every number comes from the plan, the last runs and what is remembered.
 */
import { ACTIONS, VERDICTS, type Instant } from "./model.ts";
import type { ActionResult, RunSummary } from "./ledger.ts";
import { RUN_STEPS, STEP_OUTCOMES } from "./ledger.ts";
import type { DeadlineTotals } from "./deadline-totals.ts";
import { isEndingWithin, listEndings } from "./endings.ts";
import type { Plan } from "./plan.ts";
import type { PolicySet } from "./policy.ts";
import { isUnknown } from "./remembered.ts";
import { parseInstant } from "./time.ts";

export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Metric {
  /** With the prefix. Each is a gauge: it says how things stand, whoever asks and however often. */
  readonly name: string;
  readonly help: string;
  /** The same for every sample. */
  readonly labels: readonly string[];
  readonly samples: readonly MetricSample[];
}

export interface KnownRun {
  readonly startedAt: Instant;
  /** Null while it goes on, and for one that was cut off. */
  readonly finishedAt: Instant | null;
  readonly summary: RunSummary | null;
}

/** Obligations of one profile, as if it were the only one. */
export interface KnownDeadlines {
  readonly profile: string;
  readonly totals: DeadlineTotals;
  /** Due within 48 hours, and no window opens before. */
  readonly withoutWindow: number;
}

/** A request for promotion that is open. */
export interface KnownRequest {
  readonly number: number;
  /** Null without deadlines, and when it is too late. */
  readonly mergeBy: Instant | null;
}

export interface MetricsInput {
  readonly now: Instant;
  readonly version: string;
  /** Newest first; as far back as the store goes. */
  readonly runs: readonly KnownRun[];
  readonly plan: Plan | null;
  readonly policy: PolicySet | null;
  /** Results of the actions whose effect is open; null is one that may have been sent. */
  readonly unsettled: readonly (ActionResult | null)[];
  readonly unverified: number;
  readonly brakes: readonly { readonly ring: string }[];
  /** Notices that no channel took in the last run. */
  readonly undelivered: number;
  readonly deadlines: readonly KnownDeadlines[];
  readonly requests: readonly KnownRequest[];
}

/** Exit codes of a run that did what it should: done, or partly because a backend refused single actions. */
function isSuccess({ summary }: KnownRun): boolean {
  return summary?.exitCode === 0;
}

/** Every metric, always in this order; one without a value has no samples. */
export function computeMetrics(input: MetricsInput): Metric[] {
  return [...runMetrics(input), ...planMetrics(input), ...deadlineMetrics(input), ...stateMetrics(input)];
}

function gauge(name: string, help: string, samples: readonly MetricSample[], ...labels: string[]): Metric {
  return { name: `patchring_${name}`, help, labels, samples };
}

function one(value: number | null): MetricSample[] {
  return value === null ? [] : [{ labels: {}, value }];
}

function runMetrics({ runs, now, version }: MetricsInput): Metric[] {
  const last = runs[0] ?? null;
  const finished = runs.find((run) => run.summary !== null) ?? null;
  const success = runs.find(isSuccess) ?? null;
  const summary = finished?.summary ?? null;
  return [
    gauge("build_info", "1; the version as a label", [{ labels: { version }, value: 1 }], "version"),
    gauge("evaluated_timestamp_seconds", "When these numbers were computed", one(now)),
    gauge(
      "last_run_timestamp_seconds",
      "Start of the last run, however it ended",
      one(last?.startedAt ?? null),
    ),
    gauge(
      "last_success_timestamp_seconds",
      "End of the last run that exited with 0",
      one(success?.finishedAt ?? null),
    ),
    gauge("run_duration_seconds", "How long the last finished run took", one(durationOf(finished))),
    gauge("run_exit_code", "Exit code of the last finished run", one(summary?.exitCode ?? null)),
    gauge(
      "run_steps",
      "1 for the outcome of each step of the last finished run, 0 for the others",
      RUN_STEPS.flatMap((step) =>
        STEP_OUTCOMES.map((outcome) => ({
          labels: { step, outcome },
          value: summary?.steps.some((s) => s.name === step && s.outcome === outcome) === true ? 1 : 0,
        })),
      ),
      "step",
      "outcome",
    ),
    gauge(
      "sent_actions",
      "Actions that the last finished run sent, by answer",
      summary === null
        ? []
        : (["accepted", "refused", "unknown"] as const).map((result) => ({
            labels: { result },
            value: summary.sent[result],
          })),
      "result",
    ),
    gauge(
      "next_change_timestamp_seconds",
      "First instant at which something can change by itself",
      one(instant(summary?.nextChangeAt ?? null)),
    ),
  ];
}

function durationOf(run: KnownRun | null): number | null {
  return run === null || run.finishedAt === null ? null : Math.max(0, run.finishedAt - run.startedAt);
}

function instant(text: string | null): Instant | null {
  return text === null ? null : parseInstant(text);
}

function planMetrics({ plan, now }: MetricsInput): Metric[] {
  const taken = instant(plan?.snapshot.takenAt ?? null);
  const rows = <T>(list: readonly T[] | undefined): readonly T[] => list ?? [];
  return [
    gauge(
      "snapshot_age_seconds",
      "Age of the snapshot",
      one(taken === null ? null : Math.max(0, now - taken)),
    ),
    gauge(
      "devices",
      "Devices of the snapshot: measured, or stale",
      plan === null
        ? []
        : [
            { labels: { state: "measured" }, value: plan.snapshot.devices - plan.snapshot.stale },
            { labels: { state: "stale" }, value: plan.snapshot.stale },
          ],
      "state",
    ),
    gauge(
      "verdicts",
      "Patches on devices, by what policy wants",
      plan === null
        ? []
        : VERDICTS.map((verdict) => ({ labels: { verdict }, value: plan.verdicts[verdict] })),
      "verdict",
    ),
    gauge(
      "drift",
      "Actions that the backend lacks to be as policy wants it now",
      plan === null
        ? []
        : ACTIONS.map((action) => ({ labels: { action }, value: plan.summary.actions[action] })),
      "action",
    ),
    gauge(
      "scheduled",
      "Actions that wait for a window or a date",
      countBy(rows(plan?.scheduled), "reason"),
      "reason",
    ),
    gauge("blocked", "Actions that something blocks", countBy(rows(plan?.blocked), "reason"), "reason"),
    gauge(
      "waiting",
      "Patches on devices that wait for a gate",
      waitingSamples(rows(plan?.waiting)),
      "ring",
      "reason",
    ),
    gauge(
      "soak_remaining_seconds",
      "Time until the last soak of the ring is over",
      soakSamples(rows(plan?.waiting), now),
      "ring",
    ),
    gauge(
      "guard_tripped",
      "1 for a guard that stops a run now",
      rows(plan?.guards).map(({ guard, tripped }) => ({ labels: { guard }, value: tripped ? 1 : 0 })),
      "guard",
    ),
    gauge(
      "guard_value",
      "What the guard counts",
      rows(plan?.guards).map(({ guard, value }) => ({ labels: { guard }, value })),
      "guard",
    ),
    gauge(
      "guard_limit",
      "The limit of the guard",
      rows(plan?.guards).map(({ guard, limit }) => ({ labels: { guard }, value: limit })),
      "guard",
    ),
  ];
}

function countBy(rows: readonly { readonly reason: string }[], label: string): MetricSample[] {
  const counts = new Map<string, number>();
  for (const { reason } of rows) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].sort().map(([reason, value]) => ({ labels: { [label]: reason }, value }));
}

function waitingSamples(rows: Plan["waiting"]): MetricSample[] {
  const counts = new Map<string, MetricSample>();
  for (const { ring, reason, devices } of rows) {
    const key = `${ring} ${reason}`;
    counts.set(key, { labels: { ring, reason }, value: (counts.get(key)?.value ?? 0) + devices });
  }
  return [...counts.values()];
}

function soakSamples(rows: Plan["waiting"], now: Instant): MetricSample[] {
  const last = new Map<string, number>();
  for (const { ring, reason, until } of rows) {
    const at = reason === "SOAK" ? instant(until) : null;
    if (at !== null) last.set(ring, Math.max(last.get(ring) ?? 0, at - now));
  }
  return [...last].map(([ring, value]) => ({ labels: { ring }, value }));
}

function deadlineMetrics({ deadlines, requests }: MetricsInput): Metric[] {
  return [
    gauge(
      "obligations",
      "Open obligations of a deadline profile: patches on devices that are in time, at risk or overdue",
      deadlines.flatMap(({ profile, totals }) => [
        { labels: { profile, state: "ok" }, value: totals.ok },
        { labels: { profile, state: "at_risk" }, value: totals.atRisk },
        { labels: { profile, state: "overdue" }, value: totals.overdue },
      ]),
      "profile",
      "state",
    ),
    gauge(
      "obligations_without_window",
      "Obligations due within 48 hours before which no window opens",
      deadlines.map(({ profile, withoutWindow }) => ({ labels: { profile }, value: withoutWindow })),
      "profile",
    ),
    gauge(
      "promotion_merge_by_timestamp_seconds",
      "By when an open request must be merged so that its deadlines are met",
      requests.flatMap(({ number, mergeBy }) =>
        mergeBy === null ? [] : [{ labels: { pr: String(number) }, value: mergeBy }],
      ),
      "pr",
    ),
  ];
}

const DAYS = [1, 3, 14] as const;

function stateMetrics(input: MetricsInput): Metric[] {
  const { unsettled, unverified, brakes, policy, now, undelivered } = input;
  const rings = new Map<string, number>();
  for (const { ring } of policy?.rings.map(({ name }) => ({ ring: name })) ?? []) rings.set(ring, 0);
  for (const { ring } of brakes) rings.set(ring, (rings.get(ring) ?? 0) + 1);
  const ends = policy === null ? [] : listEndings(policy, now);
  return [
    gauge(
      "unknown_outcomes",
      "Actions of which it is not known whether the backend took them",
      one(unsettled.filter(isUnknown).length),
    ),
    gauge(
      "unverified_outcomes",
      "Actions of the last day answered with success that the backend does not show",
      one(unverified),
    ),
    gauge(
      "brakes",
      "Patches whose approvals in a ring are stopped because they fail there",
      [...rings].map(([ring, value]) => ({ labels: { ring }, value })),
      "ring",
    ),
    gauge(
      "exceptions_expiring",
      "Decisions and holds that end within so many days",
      policy === null
        ? []
        : DAYS.map((days) => ({
            labels: { days: String(days) },
            value: ends.filter(({ end }) => isEndingWithin(end, now, days * 86_400)).length,
          })),
      "days",
    ),
    gauge("undelivered_notices", "Notices that a channel did not take in the last run", one(undelivered)),
  ];
}
