/**
 * Why a device does (not) get a patch (design 5, `why`): the decision path of design 3 with what
 * spoke, what did not and what was not reached; gates with numbers; the action and what stands in
 * its way. Nothing is decided here: every answer comes from the functions that decide.
 */
import { viewClass } from "./class-view.ts";
import type { Decided } from "./decide.ts";
import { obstacleOfCode } from "./decide.ts";
import { explainGates, type GateLine } from "./explain-gates.ts";
import { tracePath, type PathStep } from "./explain-path.ts";
import { GateKeeper, ReasonFinder } from "./gates.ts";
import { findFact } from "./lookup.ts";
import { formatOptional, ringName } from "./make-plan.ts";
import type { Action, Approval, ApprovalSource, Obstacle, Status } from "./model.ts";
import type { VerdictRow } from "./plan.ts";
import { nextWindows, scheduleZone } from "./schedule.ts";
import type { FactNumbers } from "./snapshot.ts";
import { approvalByOf, approvalOf, statusOf } from "./snapshot.ts";
import { EARLIEST_DATE, formatInstant } from "./time.ts";
import { actionOfTransition } from "./transition.ts";

export interface FactView {
  readonly status: Status;
  readonly approval: Approval;
  readonly approvalGiven: boolean;
  readonly approvalBy: ApprovalSource;
  readonly detectedAt: string | null;
  readonly approvedAt: string | null;
  readonly installedAt: string | null;
  readonly lastAttemptAt: string | null;
  readonly attempts: number;
  /** Hostile text of the backend. */
  readonly error: string | null;
}

export interface ActionView {
  readonly action: Action;
  /** Null when it would be sent now. */
  readonly obstacle: Obstacle | null;
  readonly opensAt: string | null;
}

export interface Explanation {
  readonly format: "patchring.why/1";
  readonly at: string;
  readonly verdict: VerdictRow;
  readonly fact: FactView;
  readonly stale: boolean;
  readonly path: readonly PathStep[];
  readonly gates: readonly GateLine[];
  readonly action: ActionView | null;
  /** From the successor down to this patch, both included; empty when it is not superseded here. */
  readonly supersededThrough: readonly string[];
  /** The next windows in which an approval would be sent; null when the device is always open or the backend holds the windows. */
  readonly windows: {
    readonly schedule: string;
    readonly zone: string;
    readonly next: readonly { readonly opensAt: string; readonly closesAt: string | null }[];
  } | null;
}

/** Null when the device has no fact for the patch, that is, does not need it. */
export function explain(decided: Decided, device: number, patch: number): Explanation | null {
  const fact = findFact(decided.snapshot, device, patch);
  if (fact < 0) return null;
  const gates = new GateKeeper(decided);
  const { snapshot, table, outcomes, compiled } = decided;
  const outcome = table.rows[outcomes[fact]!]!;
  const view = viewClass(compiled, compiled.classes.classOf[device]!);
  const { reason, until } = new ReasonFinder(decided).find(outcomes[fact]!, patch);
  const verdict: VerdictRow = {
    device: snapshot.devices.id[device]!,
    patch: snapshot.patches[patch]!.id,
    ring: ringName(decided, view.ringIndex),
    verdict: outcome.verdict,
    reason,
    source: outcome.source,
    until: formatOptional(until),
  };
  const cell = table.rows[decided.pass.outcomesOfClass(compiled.classes.classOf[device]!)[patch]!]!;
  return {
    format: "patchring.why/1",
    at: formatInstant(compiled.now),
    verdict,
    fact: viewFact(decided, fact),
    stale: decided.stale[device] === 1,
    path: tracePath(decided, view, patch, reason),
    gates: outcome.reason === "SUPERSEDED" ? [] : explainGates(decided, gates, view, patch, cell),
    action: viewAction(decided, fact),
    supersededThrough:
      outcome.reason === "SUPERSEDED" ? supersedingChain(decided, outcome.source!, patch) : [],
    windows: viewWindows(decided, device, cell.schedule),
  };
}

function viewFact(decided: Decided, fact: number): FactView {
  const { facts } = decided.snapshot;
  const state = facts.state[fact]!;
  const date = (column: FactNumbers): string | null => {
    const at = column.at(fact)!;
    return at < EARLIEST_DATE || at === 0xffffffff ? null : formatInstant(at);
  };
  return {
    status: statusOf(state),
    approval: approvalOf(state),
    approvalGiven: (state & 32) !== 0,
    approvalBy: approvalByOf(state),
    detectedAt: date(facts.detectedAt),
    approvedAt: date(facts.approvedAt),
    installedAt: date(facts.installedAt),
    lastAttemptAt: date(facts.lastAttemptAt),
    attempts: facts.attempts.at(fact)!,
    error: facts.errors.get(fact) ?? null,
  };
}

function viewAction(decided: Decided, fact: number): ActionView | null {
  const { intents, obstacles, outcomes } = decided;
  const at = intents.fact.subarray(0, intents.length).indexOf(fact);
  if (at < 0) return null;
  const obstacle = obstacleOfCode(intents.obstacle[at]!);
  const transition = intents.transition[at]!;
  const intent = { device: intents.device[at]!, fact, outcome: outcomes[fact]!, transition };
  return {
    action: actionOfTransition(transition),
    obstacle,
    opensAt: obstacle === null ? null : formatOptional(obstacles.opensAt(intent, obstacle)),
  };
}

function viewWindows(
  decided: Decided,
  device: number,
  schedule: Parameters<typeof nextWindows>[0] | null,
): Explanation["windows"] {
  const { compiled, snapshot, zones } = decided;
  if (schedule === null || snapshot.header.capabilities.schedules === "backend") return null;
  const { timezone } = snapshot.devices;
  const own = timezone.values[timezone.codes[device]!]!;
  const zone = scheduleZone(schedule, own, compiled.policy.fleet.timezone, zones);
  const next = nextWindows(schedule, zone, compiled.now, 2, zones).map((stretch) => ({
    opensAt: formatInstant(stretch.opensAt),
    closesAt: formatOptional(stretch.closesAt),
  }));
  return { schedule: schedule.name, zone, next };
}

/** The shortest way from the successor to the patch along `supersedes`. */
function supersedingChain(decided: Decided, successor: string, patch: number): string[] {
  const { patches } = decided.snapshot;
  const byId = new Map(patches.map((p) => [p.id, p]));
  const target = patches[patch]!.id;
  const cameFrom = new Map<string, string | null>([[successor, null]]);
  const queue = [successor];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (next === target) break;
    for (const older of byId.get(next)?.supersedes ?? []) {
      if (cameFrom.has(older)) continue;
      cameFrom.set(older, next);
      queue.push(older);
    }
  }
  const chain: string[] = [];
  for (let at: string | null = target; at !== null; at = cameFrom.get(at) ?? null) chain.unshift(at);
  return chain;
}
