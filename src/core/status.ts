/**
 * The status of patching at one instant, for whoever is on call (design 5, interfaces M5). Pure: what
 * needs a person is `deriveNotices`, and every number comes from the function of core that defines it.
 */
import { findDeadlineRows } from "./deadline-notices.ts";
import { conforming, measured, type DeadlineTotals } from "./deadline-totals.ts";
import { assessDeadlines, type DeadlineAssessment } from "./deadlines.ts";
import { isStale, type Decided } from "./decide.ts";
import { findFactStates } from "./fact-states.ts";
import { countFleet, type FleetTotals } from "./fleet-totals.ts";
import { findMergeBys } from "./merge-by.ts";
import { ACTIONS, type Action, type Instant, type Seconds } from "./model.ts";
import type { Notice } from "./notice.ts";
import { deriveNotices, type BrakeState, type OpenAction, type WaitingRequest } from "./notices.ts";
import type { GuardRow, Plan, PolicyIdentity } from "./plan.ts";
import type { PolicySet } from "./policy.ts";
import { findCandidates, type PromotionCandidate } from "./promotion-candidates.ts";
import { findRhythm, type RecordedRun, type RunRhythm } from "./run-rhythm.ts";
import type { Share } from "./share.ts";
import { findFailing, type FailingPatch } from "./status-failures.ts";
import { findRings, type RingStatus } from "./status-rings.ts";
import { findStanding, type StandingStatements } from "./status-statements.ts";

/** What is remembered between runs. */
export interface Remembered {
  /** Newest first. */
  readonly runs: readonly RecordedRun[];
  readonly unsettled: readonly OpenAction[];
  readonly unverified: readonly OpenAction[];
  readonly brakes: readonly BrakeState[];
}

/** An open request of promotion, as the forge has it. */
export type OpenRequest = Omit<WaitingRequest, "mergeBy">;

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
  const requests = input.requests?.map((one) => ({ ...one, mergeBy: mergeByOf(one, found) })) ?? null;
  return {
    at: now,
    fleet: policy.fleet.name,
    mode: policy.fleet.mode,
    policy: identity,
    notices: deriveNotices({
      now,
      run: lastFinished(remembered),
      plan: facts === null ? null : { ...facts.plan, guards: facts.counting },
      policy,
      unsettled: remembered?.unsettled ?? [],
      unverified: remembered?.unverified ?? [],
      brakes: remembered?.brakes ?? [],
      requests: requests ?? [],
      deadlines: found?.assessment == null ? [] : findDeadlineRows(facts!.decided, found.assessment),
      exploited: exploitedOf(facts?.decided ?? null),
    }),
    isRemembered: remembered !== null,
    runs: remembered === null ? null : findRhythm(remembered.runs, now),
    actions: remembered === null ? null : countActions(remembered),
    brakes: remembered?.brakes ?? [],
    snapshot: facts === null ? null : snapshotOf(facts.decided, now),
    drift: facts?.plan.summary ?? null,
    scheduled: facts?.plan.scheduled.length ?? 0,
    rings: found?.rings ?? [],
    failing: facts === null ? [] : findFailing(facts.decided),
    standing: findStanding(policy, now),
    deadlines: found?.assessment == null ? null : deadlinesOf(found.assessment),
    guards: facts?.plan.guards ?? [],
    backend: facts === null ? null : backendOf(facts.decided),
    requests,
  };
}

interface Examined {
  readonly candidates: readonly PromotionCandidate[];
  readonly rings: readonly RingStatus[];
  /** Null where the Fleet names no deadlines. */
  readonly assessment: DeadlineAssessment | null;
  readonly mergeBys: ReadonlyMap<PromotionCandidate, { readonly at: Instant | null }>;
}

function examine(decided: Decided): Examined {
  const candidates = findCandidates(decided);
  const { deadlines } = decided.compiled.policy.fleet;
  const assessment =
    deadlines === undefined ? null : assessDeadlines(decided, deadlines.profiles, deadlines.warnBefore);
  const mergeBys =
    assessment === null || deadlines === undefined
      ? new Map<PromotionCandidate, { readonly at: Instant | null }>()
      : findMergeBys(decided, assessment, candidates, deadlines.assume);
  return { candidates, rings: findRings(decided, candidates), assessment, mergeBys };
}

/** The first of its patches. One that no merge saves any more hurries nobody. */
function mergeByOf({ ring, patches }: OpenRequest, found: Examined | null): Instant | null {
  const times = [...(found?.mergeBys ?? [])].flatMap(([candidate, { at }]) =>
    at !== null && candidate.ring.name === ring && patches.includes(candidate.patch.id) ? [at] : [],
  );
  return times.length === 0 ? null : Math.min(...times);
}

function lastFinished(remembered: Remembered | null): RecordedRun["summary"] {
  return remembered?.runs.find(({ summary }) => summary !== null)?.summary ?? null;
}

function exploitedOf(decided: Decided | null): ReadonlySet<string> {
  const patches = decided?.snapshot.patches ?? [];
  return new Set(patches.filter(({ kev }) => kev !== null).map(({ id }) => id));
}

function countActions({ unsettled, unverified }: Remembered): ActionStatus {
  const unknown = unsettled.filter(({ result }) => result === null || result === "unknown").length;
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

/** Clocks of two machines differ by less. */
const CLOCK_SKEW: Seconds = 300;

function snapshotOf(decided: Decided, now: Instant): SnapshotStatus {
  const { takenAt, complete } = decided.snapshot.header;
  return {
    takenAt,
    age: Math.max(0, now - takenAt),
    isDoubtful: isStale(decided.compiled.policy, takenAt, now) || takenAt > now + CLOCK_SKEW,
    complete,
    fleet: countFleet(decided, findFactStates(decided)),
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
