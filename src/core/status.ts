/**
 * The status of patching at one instant, for whoever is on call (design 5, interfaces M5). Pure: what
 * needs a person is `deriveNotices`, and every number comes from the function of core that defines it.
 */
import { conforming, measured, type DeadlineTotals } from "./deadline-totals.ts";
import type { DeadlineAssessment } from "./deadlines.ts";
import type { Decided } from "./decide.ts";
import { listEndings } from "./endings.ts";
import { examine, type Examined } from "./examined.ts";
import { countFleet, type FleetTotals } from "./fleet-totals.ts";
import { ACTIONS, type Action, type Instant, type Seconds } from "./model.ts";
import { dateProblem, findNeeds } from "./needs.ts";
import type { Notice } from "./notice.ts";
import { deriveNotices } from "./notices.ts";
import type { GuardRow, Plan, PolicyIdentity } from "./plan.ts";
import type { PolicySet } from "./policy.ts";
import {
  countActions,
  lastEnded,
  type ActionStatus,
  type BrakeState,
  type Remembered,
} from "./remembered.ts";
import { findRhythm, type RunRhythm } from "./run-rhythm.ts";
import type { Share } from "./share.ts";
import { findFailing, type FailingPatch } from "./status-failures.ts";
import { findRings, type RingStatus } from "./status-rings.ts";
import { findStanding, type StandingStatements } from "./status-statements.ts";
import { withMergeBy, type OpenRequest, type WaitingRequest } from "./waiting-requests.ts";

/** Policy on the snapshot of now. */
export interface StatusFacts {
  readonly decided: Decided;
  readonly plan: Plan;
  /** The guards that count in the fleet's mode. */
  readonly counting: readonly GuardRow[];
}

export interface StatusInput {
  readonly now: Instant;
  readonly policy: PolicySet;
  readonly identity: PolicyIdentity;
  /** Null where no snapshot could be read. */
  readonly facts: StatusFacts | null;
  /** Null without a store: nothing has run yet, or it cannot be read. */
  readonly remembered: Remembered | null;
  /** Null where no forge was looked at. */
  readonly requests: readonly OpenRequest[] | null;
}

export interface SnapshotStatus {
  readonly takenAt: Instant;
  readonly age: Seconds;
  /** Older than `staleAfter`, or later than now: nothing that rests on it can be believed. */
  readonly isDoubtful: boolean;
  readonly complete: boolean;
  readonly fleet: FleetTotals;
}

export interface DeadlineStatus {
  readonly profiles: readonly string[];
  readonly totals: DeadlineTotals;
  readonly conformance: Share;
}

export interface BackendStatus {
  readonly provider: string | null;
  readonly schedules: "backend" | "reconciler";
  readonly holdIsSafe: boolean;
  /** Actions that it cannot be told: people have to do them. */
  readonly lacks: readonly Action[];
}

export interface StatusModel {
  readonly at: Instant;
  readonly fleet: string;
  readonly mode: PolicySet["fleet"]["mode"];
  readonly policy: PolicyIdentity;
  /** Everything that needs a person, most urgent first. */
  readonly notices: readonly Notice[];
  readonly isRemembered: boolean;
  /** Null without a recorded run. */
  readonly runs: RunRhythm | null;
  readonly actions: ActionStatus | null;
  readonly brakes: readonly BrakeState[];
  readonly snapshot: SnapshotStatus | null;
  /** What the backend lacks to be as policy wants it now; what is on the way is still in it. */
  readonly drift: Plan["summary"] | null;
  readonly scheduled: number;
  readonly rings: readonly RingStatus[];
  readonly failing: readonly FailingPatch[];
  readonly standing: StandingStatements;
  /** Null where the Fleet names no deadlines, or nothing was read. */
  readonly deadlines: DeadlineStatus | null;
  readonly guards: readonly GuardRow[];
  readonly backend: BackendStatus | null;
  readonly requests: readonly WaitingRequest[] | null;
}

export function makeStatus(input: StatusInput): StatusModel {
  const { now, policy, identity, facts, remembered } = input;
  const found = facts === null ? null : examine(facts.decided);
  const requests = input.requests === null ? null : withMergeBy(input.requests, found);
  return {
    at: now,
    fleet: policy.fleet.name,
    mode: policy.fleet.mode,
    policy: identity,
    notices: deriveNotices({
      now,
      mode: policy.fleet.mode,
      run: lastEnded(remembered?.runs ?? []),
      needs: found === null ? null : findNeeds(found),
      guards: facts?.counting.filter(({ tripped }) => tripped) ?? [],
      actions: facts?.plan.actions ?? [],
      unsettled: remembered?.unsettled ?? [],
      unverified: remembered?.unverified ?? [],
      brakes: remembered?.brakes ?? [],
      requests,
      endings: listEndings(policy, now),
    }),
    isRemembered: remembered !== null,
    runs: remembered === null ? null : findRhythm(remembered.runs, now),
    actions: remembered === null ? null : countActions(remembered),
    brakes: remembered?.brakes ?? [],
    snapshot: found === null ? null : snapshotOf(found, now),
    drift: facts?.plan.summary ?? null,
    scheduled: facts?.plan.scheduled.length ?? 0,
    rings: found === null ? [] : findRings(found.decided, found.candidates),
    failing: facts === null ? [] : findFailing(facts.decided),
    standing: findStanding(policy, now),
    deadlines: found?.deadlines == null ? null : deadlinesOf(found.deadlines),
    guards: facts?.plan.guards ?? [],
    backend: facts === null ? null : backendOf(facts.decided),
    requests,
  };
}

function snapshotOf({ decided, states }: Examined, now: Instant): SnapshotStatus {
  const { takenAt, complete } = decided.snapshot.header;
  return {
    takenAt,
    age: Math.max(0, now - takenAt),
    isDoubtful: dateProblem(decided.compiled.policy, takenAt, now) !== null,
    complete,
    fleet: countFleet(decided, states),
  };
}

function deadlinesOf({ profiles, totals }: DeadlineAssessment): DeadlineStatus {
  return {
    profiles: profiles.map(({ name }) => name),
    totals,
    conformance: { part: conforming(totals), whole: measured(totals) },
  };
}

function backendOf({ snapshot, compiled }: Decided): BackendStatus {
  const { provider, capabilities } = snapshot.header;
  const { actions, schedules, holdIsSafe } = capabilities;
  const kind = compiled.policy.fleet.provider?.["kind"];
  const name = provider ?? (typeof kind === "string" ? kind : null);
  return {
    provider: name,
    schedules,
    holdIsSafe,
    lacks: ACTIONS.filter((action) => !actions.includes(action)),
  };
}
