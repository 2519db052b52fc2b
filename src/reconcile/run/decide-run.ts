/** From an observation and what is remembered to what a run would do. Pure. */
import { judgeBrakes, type BrakeFinding, type BrakeJudgement } from "../../core/brake.ts";
import { decide, type Decided } from "../../core/decide.ts";
import { computeGuards } from "../../core/guard.ts";
import { makePlan } from "../../core/make-plan.ts";
import type { Instant } from "../../core/model.ts";
import type { ActionRow, GuardRow, Plan } from "../../core/plan.ts";
import type { UnsettledAction } from "../../core/settle.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { withhold, type Disappointment, type WithheldRow } from "../../core/withhold.ts";
import type { BrakeRecord } from "../../store/store.ts";
import type { RunPolicy } from "./ports.ts";

/** What policy and facts say. */
export interface RunDecision {
  readonly decided: Decided;
  readonly plan: Plan;
  readonly earlier: FleetChange | null;
}

/** What of it is sent. */
export interface Choice {
  readonly actions: readonly ActionRow[];
  readonly withheld: readonly WithheldRow[];
  /** Of what is sent. */
  readonly guards: readonly GuardRow[];
  readonly brakes: BrakeJudgement<BrakeRecord>;
}

export function decideRun(
  { policy, zones, identity }: RunPolicy,
  snapshot: Snapshot,
  now: Instant,
  fleet: readonly string[] | null,
): RunDecision {
  const decided = decide(policy, snapshot, now, zones);
  const earlier = compareFleet(fleet, snapshot);
  return { decided, plan: makePlan(decided, { identity, earlier }), earlier };
}

/** An incomplete snapshot changes no brake. */
export function judge(
  { decided, plan }: RunDecision,
  standing: readonly BrakeRecord[],
): BrakeJudgement<BrakeRecord> {
  if (!decided.snapshot.header.complete) return { set: [], kept: standing, released: [] };
  return judgeBrakes(decided, plan, standing);
}

/** `isLifted`: people let a braked patch go on. */
export function choose(
  { decided, plan, earlier }: RunDecision,
  disappointed: readonly Disappointment[],
  unsettled: readonly UnsettledAction[],
  judged: BrakeJudgement<BrakeRecord>,
  isLifted: (brake: BrakeFinding) => boolean,
): Choice {
  const brakes = { ...judged, set: judged.set.filter((one) => !isLifted(one)) };
  const { policy, now } = decided.compiled;
  const { sent, withheld } = withhold(plan.actions, {
    now,
    onTheirWay: unsettled,
    disappointed,
    backoff: policy.fleet.retries.backoff,
    brakes: [...brakes.set, ...brakes.kept],
  });
  const guards =
    withheld.length === 0
      ? plan.guards
      : computeGuards({
          policy,
          actions: sent,
          devices: decided.snapshot.devices.count,
          complete: decided.snapshot.header.complete,
          earlier,
        });
  return { actions: sent, withheld, guards, brakes };
}

export interface FleetChange {
  readonly devices: number;
  readonly missing: number;
}

/** What the fleet of the last recorded snapshot lacks now. */
export function compareFleet(fleet: readonly string[] | null, { devices }: Snapshot): FleetChange | null {
  if (fleet === null) return null;
  if (isSameList(fleet, devices.id)) return { devices: fleet.length, missing: 0 };
  const present = new Set(devices.id);
  return { devices: fleet.length, missing: fleet.filter((id) => !present.has(id)).length };
}

/** As it is in most runs; a set of all ids costs a hundred times as much. */
export function isSameList(before: readonly string[], now: readonly string[]): boolean {
  return before.length === now.length && before.every((id, index) => id === now[index]);
}

/** Guards about what was read count in every mode; those about what is sent, where something is sent. */
export function countingGuards(guards: readonly GuardRow[], sends: boolean): readonly GuardRow[] {
  const input = new Set(["emptySnapshot", "incompleteSnapshot", "fleetShrink"]);
  return sends ? guards : guards.filter(({ guard }) => input.has(guard));
}
