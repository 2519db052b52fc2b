/**
 * Why a device does (not) get a patch (design 5, `why`): the decision path of design 3 with what
 * spoke, what did not and what was not reached; gates with numbers; the action and what stands in
 * its way. Nothing is decided here: every answer comes from the functions that decide.
 */
import { hasBit } from "./bitset.ts";
import type { ClassView } from "./cell.ts";
import { matchingEmergencies, viewClass, winningDecision, winningRule } from "./cell.ts";
import type { Decided } from "./decide.ts";
import { obstacleOfCode } from "./decide.ts";
import { explainGates, type GateLine } from "./explain-gates.ts";
import { GateKeeper, ReasonFinder } from "./gates.ts";
import { findFact } from "./lookup.ts";
import { formatOptional, ringName } from "./make-plan.ts";
import type { Action, Approval, ApprovalSource, Obstacle, Reason, Status } from "./model.ts";
import type { VerdictRow } from "./plan.ts";
import type { SourcePlace } from "./policy.ts";
import { nextWindows, scheduleZone } from "./schedule.ts";
import { SCOPES } from "./selector.ts";
import { approvalByOf, approvalOf, statusOf } from "./snapshot.ts";
import { EARLIEST_DATE, formatInstant } from "./time.ts";
import { actionOfTransition } from "./transition.ts";

/** One step of the decision path. */
export interface PathStep {
  readonly step: string;
  /** `decides`: the verdict comes from here. `passes`: spoke, and the path went on. */
  readonly result: "decides" | "passes" | "no-match" | "not-reached";
  /** What spoke: a statement's name or a rule's id. */
  readonly source: string | null;
  readonly place: SourcePlace | null;
  readonly because: string;
}

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
  const date = (column: Uint32Array): string | null => {
    const at = column[fact]!;
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
    attempts: facts.attempts[fact]!,
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

const STEPS = [
  "recalls",
  "ring",
  "decisions",
  "emergencies",
  "rules",
  "holds",
  "supersedence",
  "gates",
] as const;
type Step = (typeof STEPS)[number];

/** Which step gave the reason. */
const DECIDING_STEP: Readonly<Record<Reason, Step>> = {
  RECALLED: "recalls",
  NO_RING: "ring",
  DECIDED: "decisions",
  RULE: "rules",
  NO_RULE: "rules",
  HELD: "holds",
  SUPERSEDED: "supersedence",
  EMERGENCY: "gates",
  NO_DATE: "gates",
  DELAY: "gates",
  APPROVED: "gates",
  PROMOTED: "gates",
  NOT_INSTALLED_YET: "gates",
  SOAK: "gates",
  INSTALLED_PERCENT: "gates",
  FAILURES: "gates",
  COVERAGE: "gates",
  PROMOTION_REJECTED: "gates",
  PROMOTION: "gates",
};

function tracePath(decided: Decided, view: ClassView, patch: number, reason: Reason): PathStep[] {
  const last = STEPS.indexOf(DECIDING_STEP[reason]);
  const ruled = asksRules(view, patch);
  return STEPS.map((step, position) => {
    if (position > last) {
      return { step, result: "not-reached", source: null, place: null, because: "" };
    }
    if (step === "rules" && !ruled) {
      const because = "a decision or an emergency speaks already";
      return { step, result: "not-reached", source: null, place: null, because };
    }
    const found = TRACERS[step](decided, view, patch);
    if (position === last) return { step, ...found, result: "decides" };
    return { step, ...found, result: found.source === null ? "no-match" : "passes" };
  });
}

/** Rules are asked only where no decision and no emergency made the patch a candidate (design 3, steps 3 to 5). */
function asksRules(view: ClassView, patch: number): boolean {
  return winningDecision(view, patch) === null && matchingEmergencies(view, patch).length === 0;
}

type Traced = Omit<PathStep, "step" | "result">;
type Tracer = (decided: Decided, view: ClassView, patch: number) => Traced;

function none(because: string): Traced {
  return { source: null, place: null, because };
}

const count = (n: number, one: string, many = `${one}s`): string => `${String(n)} ${n === 1 ? one : many}`;

const TRACERS: Readonly<Record<Step, Tracer>> = {
  recalls: ({ compiled }, view, patch) => {
    const found = view.recalls.find((recall) => hasBit(recall.patches, patch))?.statement;
    if (found === undefined)
      return none(`0 of ${count(compiled.recalls.length, "recall")} name this patch here`);
    const what = found.uninstall ? "remove it, and keep it away" : "keep it away";
    return {
      source: `Recall/${found.name}`,
      place: found.place,
      because: `${what}: ${found.reason ?? "no reason given"}`,
    };
  },
  ring: (_, view) =>
    view.ring === null
      ? none("no ring selects this device: hands off")
      : {
          source: view.ring.ring.name,
          place: view.ring.ring.place,
          because: `in ring ${view.ring.ring.name}`,
        },
  decisions: ({ compiled }, view, patch) => {
    const found = winningDecision(view, patch);
    if (found === null)
      return none(`0 of ${count(compiled.decisions.length, "decision")} in force name this patch here`);
    const { statement, scope } = found;
    const locked = statement.locked ? ", locked" : "";
    return {
      source: `Decision/${statement.name}`,
      place: statement.place,
      because: `${statement.action} for ${SCOPES[scope]!}${locked}: ${statement.reason ?? "no reason given"}`,
    };
  },
  emergencies: ({ compiled }, view, patch) => {
    const found = matchingEmergencies(view, patch);
    const first = found[0];
    if (first === undefined) {
      return none(
        `0 of ${count(compiled.emergencies.length, "emergency", "emergencies")} in force name this patch here`,
      );
    }
    const skips = [...new Set(found.flatMap((emergency) => emergency.skip))].sort().join(", ");
    return {
      source: `Emergency/${first.name}`,
      place: first.place,
      because: `skips ${skips === "" ? "nothing" : skips}, until ${formatInstant(first.expiresAt)}: ${first.reason ?? "no reason given"}`,
    };
  },
  rules: (_, view, patch) => {
    if (view.ring === null) return none("no ring");
    const { rules } = view.ring;
    const position = winningRule(rules, view.ruleBits, patch);
    if (position < 0) return none(`0 of ${count(rules.rules.length, "rule")} of this ring match`);
    const { statement } = rules.rules[position]!;
    const losers = rules.rules
      .filter((rule, at) => at > position && hasBit(view.ruleBits, at) && hasBit(rule.patches, patch))
      .map((rule) => rule.statement.id);
    const also =
      losers.length === 0
        ? ""
        : `; wins over ${losers.slice(0, 4).join(", ")}${losers.length > 4 ? " and others" : ""}`;
    return {
      source: statement.id,
      place: statement.place,
      because: `then ${statement.then}, priority ${String(statement.priority)}${also}`,
    };
  },
  holds: ({ compiled }, view, patch) => {
    const found = view.holds.find((hold) => hasBit(hold.patches, patch))?.statement;
    if (found === undefined)
      return none(`0 of ${count(compiled.holds.length, "hold")} in force name this patch here`);
    const end = found.until === null ? "without an end" : `until ${formatInstant(found.until)}`;
    return {
      source: `Hold/${found.name}`,
      place: found.place,
      because: `${end}: ${found.reason ?? "no reason given"}`,
    };
  },
  supersedence: (decided, _, patch) => {
    const newer = decided.compiled.supersedence.superseders(patch).length;
    return none(
      newer === 0
        ? "no patch of the snapshot supersedes it"
        : `${count(newer, "patch", "patches")} of the snapshot ${newer === 1 ? "supersedes" : "supersede"} it`,
    );
  },
  gates: (_, view, patch) => {
    const skipped = matchingEmergencies(view, patch).some(({ skip }) => skip.includes("promotion"));
    return none(skipped ? "an emergency skips them" : "see the gates");
  },
};
