/** The numbers of deadlines, one definition each (interfaces c.3). */
import type { DeadlineState } from "./deadline-states.ts";

export interface DeadlineTotals {
  /** Facts that some profile asks for. */
  readonly obligations: number;
  readonly met: number;
  readonly late: number;
  readonly ok: number;
  readonly atRisk: number;
  readonly overdue: number;
  readonly excepted: number;
  /** Not measured, by why. */
  readonly stale: number;
  readonly noDate: number;
  readonly noInstallDate: number;
}

export type MutableTotals = { -readonly [K in keyof DeadlineTotals]: number };

export function emptyTotals(): MutableTotals {
  return {
    obligations: 0,
    met: 0,
    late: 0,
    ok: 0,
    atRisk: 0,
    overdue: 0,
    excepted: 0,
    stale: 0,
    noDate: 0,
    noInstallDate: 0,
  };
}

const KEYS = {
  met: "met",
  late: "late",
  ok: "ok",
  "at-risk": "atRisk",
  overdue: "overdue",
  excepted: "excepted",
  stale: "stale",
  "no-date": "noDate",
  "no-install-date": "noInstallDate",
} as const satisfies Record<Exclude<DeadlineState, "none">, keyof DeadlineTotals>;

export function addState(totals: MutableTotals, state: DeadlineState): void {
  if (state === "none") return;
  totals.obligations += 1;
  totals[KEYS[state]] += 1;
}

/** Stale, without a date, or installed nobody knows when: neither compliant nor missing. */
export function notMeasured({ stale, noDate, noInstallDate }: DeadlineTotals): number {
  return stale + noDate + noInstallDate;
}

/** The denominator of conformance: exceptions are in it, what is not measured is not. */
export function measured(totals: DeadlineTotals): number {
  return totals.obligations - notMeasured(totals);
}

/** The numerator: met in time, or not due yet. */
export function conforming({ met, ok, atRisk }: DeadlineTotals): number {
  return met + ok + atRisk;
}
