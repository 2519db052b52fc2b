/** What is remembered between runs, as far as a person has to know of it. */
import type { ActionResult } from "./ledger.ts";
import type { Instant } from "./model.ts";
import type { RecordedRun } from "./run-rhythm.ts";

/** An action of the journal whose effect is not certain. */
export interface OpenAction {
  /** Grows with time: run and number. */
  readonly id: string;
  readonly device: string;
  readonly intendedAt: Instant;
  readonly result: ActionResult | null;
  readonly observations: number;
}

/** A brake that is on. */
export interface BrakeState {
  readonly ring: string;
  readonly patch: string;
  readonly setAt: Instant;
  readonly failed: number;
  readonly eligible: number;
  readonly request: number | null;
}

export interface Remembered {
  /** Newest first. */
  readonly runs: readonly RecordedRun[];
  /** Sent, and no observation has shown what became of it. */
  readonly unsettled: readonly OpenAction[];
  /** Answered with success within a day, and not to be seen. */
  readonly unverified: readonly OpenAction[];
  readonly brakes: readonly BrakeState[];
}

export interface ActionStatus {
  /** Answered with success; a later observation has to show it. */
  readonly onTheWay: number;
  /** Nobody knows whether the backend took them. */
  readonly unknown: number;
  /** Answered with success within a day, and not to be seen. */
  readonly unverified: number;
  /** When the oldest of the first two was sent. */
  readonly oldestAt: Instant | null;
}

/** Nobody knows whether the backend took it; null is one that may have been sent. */
export function isUnknown(result: ActionResult | null): boolean {
  return result === null || result === "unknown";
}

export function countActions({
  unsettled,
  unverified,
}: Pick<Remembered, "unsettled" | "unverified">): ActionStatus {
  const unknown = unsettled.filter(({ result }) => isUnknown(result)).length;
  return {
    onTheWay: unsettled.length - unknown,
    unknown,
    unverified: unverified.length,
    oldestAt: unsettled.reduce<Instant | null>(
      (oldest, { intendedAt }) => Math.min(oldest ?? intendedAt, intendedAt),
      null,
    ),
  };
}

/** The last run that ended; null when none did. */
export function lastEnded(runs: readonly RecordedRun[]): RecordedRun["summary"] {
  return runs.find(({ summary }) => summary !== null)?.summary ?? null;
}
