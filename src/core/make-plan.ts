/** From decided facts to the plan (design 5.2): objects are made here, and only for what is printed. */
import type { Decided } from "./decide.ts";
import { obstacleOfCode } from "./decide.ts";
import { ReasonFinder } from "./gates.ts";
import { computeGuards, type GuardInput } from "./guard.ts";
import type { Action, Instant, Verdict } from "./model.ts";
import { ACTIONS, VERDICTS } from "./model.ts";
import { isScheduling, type Intent } from "./obstacle.ts";
import { compareCodeUnits, ranks } from "./order.ts";
import type {
  ActionRow,
  BlockedRow,
  Plan,
  PolicyIdentity,
  ScheduledRow,
  VerdictRow,
  WaitingRow,
} from "./plan.ts";
import { approvalOf, statusOf } from "./snapshot.ts";
import { formatInstant } from "./time.ts";
import { actionOfTransition, kindOfTransition } from "./transition.ts";

export interface PlanOptions {
  readonly identity: PolicyIdentity;
  /** What an earlier recorded snapshot says about the size of the fleet; null without a store. */
  readonly earlier?: GuardInput["earlier"];
}

export function makePlan(decided: Decided, options: PlanOptions): Plan {
  const { compiled, snapshot } = decided;
  const reasons = new ReasonFinder(decided);
  const rows = makeRows(decided, reasons);
  const devices = snapshot.devices.count;
  return {
    format: "patchring.plan/1",
    at: formatInstant(compiled.now),
    policy: options.identity,
    snapshot: {
      digest: snapshot.digest,
      takenAt: formatInstant(snapshot.header.takenAt),
      devices,
      stale: decided.stale.reduce((sum, stale) => sum + stale, 0),
      patches: snapshot.patches.length,
      facts: decided.counts.reduce((sum, count) => sum + count, 0),
    },
    verdicts: Object.fromEntries(VERDICTS.map((v, code) => [v, decided.counts[code]!])) as Record<
      Verdict,
      number
    >,
    actions: rows.actions,
    scheduled: rows.scheduled,
    blocked: rows.blocked,
    waiting: groupWaiting(decided, reasons),
    guards: computeGuards({
      policy: compiled.policy,
      actions: rows.actions,
      devices,
      complete: snapshot.header.complete,
      earlier: options.earlier ?? null,
    }),
    summary: {
      actions: Object.fromEntries(
        ACTIONS.map((action) => [action, rows.actions.filter((row) => row.action === action).length]),
      ) as Record<Action, number>,
      devices: new Set(rows.actions.map((row) => row.device)).size,
      destructive: rows.destructive,
    },
  };
}

/** Instants as text or null, as they are printed. */
export function formatOptional(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}

interface Rows {
  readonly actions: ActionRow[];
  readonly scheduled: ScheduledRow[];
  readonly blocked: BlockedRow[];
  /** Uninstalls, and ignores that take back an approval. */
  destructive: number;
}

function makeRows(decided: Decided, reasons: ReasonFinder): Rows {
  const { intents, snapshot, table, obstacles, outcomes } = decided;
  const rows: Rows = { actions: [], scheduled: [], blocked: [], destructive: 0 };
  for (const at of sortIntents(decided)) {
    const fact = intents.fact[at]!;
    const intent: Intent = {
      device: intents.device[at]!,
      fact,
      outcome: outcomes[fact]!,
      transition: intents.transition[at]!,
    };
    const outcome = table.rows[intent.outcome]!;
    const patch = snapshot.facts.patch[fact]!;
    const action = actionOfTransition(intent.transition);
    const state = snapshot.facts.state[fact]!;
    const obstacle = obstacleOfCode(intents.obstacle[at]!);
    const withdrawn = kindOfTransition(intent.transition) === "withdraw";
    const row = {
      device: snapshot.devices.id[intent.device]!,
      patch: snapshot.patches[patch]!.id,
      action,
      ring: ringName(decided, outcome.ring),
      status: statusOf(state),
      verdict: outcome.verdict,
      reason: obstacle ?? (withdrawn ? "FROZEN" : reasons.find(intent.outcome, patch).reason),
      source: outcome.source,
    };
    if (obstacle === null) {
      rows.actions.push(row as ActionRow);
      const takesBack = action === "ignore" && approvalOf(state) === "approve";
      if (action === "uninstall" || takesBack) rows.destructive += 1;
    } else if (isScheduling(obstacle)) {
      const opensAt = formatOptional(obstacles.opensAt(intent, obstacle));
      rows.scheduled.push({ ...row, reason: obstacle, opensAt });
    } else {
      rows.blocked.push({ ...row, reason: obstacle });
    }
  }
  return rows;
}

export function ringName(decided: Decided, ring: number): string | null {
  return decided.compiled.rings[ring]?.ring.name ?? null;
}

/** Positions of the intents, by device id and then patch id. */
function sortIntents(decided: Decided): Iterable<number> {
  const { intents, snapshot } = decided;
  const { length } = intents;
  const devices = intents.device.subarray(0, length);
  const { rank: deviceRank, count } = rankDevices(snapshot.devices.id, devices);
  const patchRank = ranks(snapshot.patches.map((patch) => patch.id));
  const keys = new Float64Array(length);
  for (let at = 0; at < length; at += 1) {
    const patch = snapshot.facts.patch[intents.fact[at]!]!;
    const pair = deviceRank[devices[at]!]! * patchRank.length + patchRank[patch]!;
    keys[at] = pair * length + at;
  }
  if (count * patchRank.length * length > Number.MAX_SAFE_INTEGER) {
    throw new Error("a plan of this size cannot be sorted exactly");
  }
  return keys.sort().map((key) => key % length);
}

/** By device, its rank by id among those that are named; and how many they are. */
function rankDevices(
  ids: readonly string[],
  devices: Uint32Array,
): { readonly rank: Uint32Array; readonly count: number } {
  const rank = new Uint32Array(ids.length);
  for (const device of devices) rank[device] = 1;
  const named: number[] = [];
  let isSorted = true;
  for (let device = 0; device < ids.length; device += 1) {
    if (rank[device] === 0) continue;
    const before = named.at(-1);
    if (before !== undefined && ids[before]! > ids[device]!) isSorted = false;
    named.push(device);
  }
  if (!isSorted) named.sort((a, b) => compareCodeUnits(ids[a]!, ids[b]!));
  named.forEach((device, at) => (rank[device] = at));
  return { rank, count: named.length };
}

/** All facts that wait, by (ring, patch, reason, until), sorted so, null first. */
function groupWaiting(decided: Decided, reasons: ReasonFinder): WaitingRow[] {
  const { snapshot, table } = decided;
  const groups = new Map<string, { -readonly [K in keyof WaitingRow]: WaitingRow[K] }>();
  const texts = new Map<Instant | null, string | null>([[null, null]]);
  const text = (until: Instant | null): string | null => {
    let known = texts.get(until);
    if (known === undefined) texts.set(until, (known = formatOptional(until)));
    return known;
  };
  decided.waits.forEach((patch, outcome, devices) => {
    const { ring } = table.rows[outcome]!;
    const { reason, until } = reasons.find(outcome, patch);
    const key = `${ring} ${patch} ${reason} ${until ?? ""}`;
    const group = groups.get(key);
    if (group !== undefined) {
      group.devices += devices;
      return;
    }
    const { id } = snapshot.patches[patch]!;
    groups.set(key, { ring: ringName(decided, ring)!, patch: id, reason, until: text(until), devices });
  });
  return [...groups.values()].sort(
    (a, b) =>
      compareCodeUnits(a.ring, b.ring) ||
      compareCodeUnits(a.patch, b.patch) ||
      compareCodeUnits(a.reason, b.reason) ||
      compareCodeUnits(a.until ?? "", b.until ?? ""),
  );
}

/** Every verdict, sorted by device and then patch (design 5.2). */
export function* listVerdicts(decided: Decided): Generator<VerdictRow> {
  const { snapshot, table, outcomes } = decided;
  const { devices, facts, patches } = snapshot;
  const reasons = new ReasonFinder(decided);
  const patchRank = ranks(patches.map((patch) => patch.id));
  const deviceOrder = Array.from(devices.id.keys()).sort((a, b) =>
    compareCodeUnits(devices.id[a]!, devices.id[b]!),
  );
  for (const device of deviceOrder) {
    const start = devices.factStart[device]!;
    const order = Array.from({ length: devices.factCount[device]! }, (_, i) => start + i).sort(
      (a, b) => patchRank[facts.patch[a]!]! - patchRank[facts.patch[b]!]!,
    );
    for (const fact of order) {
      const patch = facts.patch[fact]!;
      const outcome = table.rows[outcomes[fact]!]!;
      const { reason, until } = reasons.find(outcomes[fact]!, patch);
      yield {
        device: devices.id[device]!,
        patch: patches[patch]!.id,
        ring: ringName(decided, outcome.ring),
        verdict: outcome.verdict,
        reason,
        source: outcome.source,
        until: formatOptional(until),
      };
    }
  }
}
