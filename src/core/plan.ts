import type { Action, Obstacle, Reason, Status, Verdict } from "./model.ts";

/** One row of `actions`, `scheduled` or `blocked` (design 5.2). Keys stand in the order of the contract. */
export interface ActionRow {
  readonly device: string;
  readonly patch: string;
  readonly action: Action;
  readonly ring: string | null;
  readonly status: Status;
  readonly verdict: Verdict;
  readonly reason: Reason | "FROZEN";
  readonly source: string | null;
}

export interface ScheduledRow extends Omit<ActionRow, "reason"> {
  readonly reason: Obstacle;
  /** First instant after now at which the named obstacle is gone; null beyond 400 days. */
  readonly opensAt: string | null;
}

export interface BlockedRow extends Omit<ActionRow, "reason"> {
  readonly reason: Obstacle;
}

/** Facts that wait, grouped; `devices` counts them. */
export interface WaitingRow {
  readonly ring: string;
  readonly patch: string;
  readonly reason: Reason;
  readonly until: string | null;
  readonly devices: number;
}

export interface GuardRow {
  readonly guard: string;
  readonly limit: number;
  readonly value: number;
  readonly tripped: boolean;
}

/** One line of `patchring verdicts` (design 5.2). */
export interface VerdictRow {
  readonly device: string;
  readonly patch: string;
  readonly ring: string | null;
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly source: string | null;
  readonly until: string | null;
}

/** Where a policy came from: a commit, or a work tree that may differ from it. */
export interface PolicyIdentity {
  /** Null outside a Git work tree. */
  readonly commit: string | null;
  readonly dirty: boolean;
  readonly digest: string;
}

/** `patchring.plan/1`: pure data, sorted, the same on every surface. Instants are RFC 3339 text in UTC. */
export interface Plan {
  readonly format: "patchring.plan/1";
  readonly at: string;
  readonly policy: PolicyIdentity;
  readonly snapshot: {
    readonly digest: string;
    readonly takenAt: string;
    readonly devices: number;
    readonly stale: number;
    readonly patches: number;
    readonly facts: number;
  };
  readonly verdicts: Readonly<Record<Verdict, number>>;
  readonly actions: readonly ActionRow[];
  readonly scheduled: readonly ScheduledRow[];
  readonly blocked: readonly BlockedRow[];
  readonly waiting: readonly WaitingRow[];
  readonly guards: readonly GuardRow[];
  readonly summary: {
    readonly actions: Readonly<Record<Action, number>>;
    readonly devices: number;
    readonly destructive: number;
  };
}
