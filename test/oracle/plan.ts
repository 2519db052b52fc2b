/** The rows of `verdicts` and the whole of `plan --json` (design 5.2), with the guards of 3.2. */
import type { Action, Instant, Verdict } from "../../src/core/model.ts";
import type { ActionRow, BlockedRow, GuardRow, Plan, ScheduledRow } from "../../src/core/plan.ts";
import type { PolicyIdentity, VerdictRow, WaitingRow } from "../../src/core/plan.ts";
import { formatInstant } from "../../src/core/time.ts";
import { opensAt, outcomeOf } from "./diff.ts";
import { floorPercent } from "./rational.ts";
import { compareText, type Device, type Fact, patchOf, type World } from "./world.ts";

/** A fact with its device, in the order of every list: "sorted by device, then patch". */
interface Row {
  readonly device: Device;
  readonly fact: Fact;
}

function sortedRows(world: World): readonly Row[] {
  const rows = world.devices.flatMap((device) => device.facts.map((fact) => ({ device, fact })));
  return rows.toSorted(
    (a, b) => compareText(a.device.id, b.device.id) || compareText(a.fact.patch, b.fact.patch),
  );
}

function text(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}

/** 5.2: "A verdict line of `verdicts` has all seven keys in that order, null where there is nothing". */
export function verdictRows(world: World): readonly VerdictRow[] {
  return sortedRows(world).map(({ device, fact }) => {
    const { verdict, reason, source, until } = world.judge(device, patchOf(world, fact));
    const ring = world.ringOf(device)?.name ?? null;
    return { device: device.id, patch: fact.patch, ring, verdict, reason, source, until: text(until) };
  });
}

interface Lists {
  readonly actions: ActionRow[];
  readonly scheduled: ScheduledRow[];
  readonly blocked: BlockedRow[];
}

/** 5.2: "In `actions` the `reason` is the verdict's (or `FROZEN`), in `scheduled` and `blocked` the obstacle's." */
function sortIntoLists(world: World): Lists {
  const lists: Lists = { actions: [], scheduled: [], blocked: [] };
  for (const { device, fact } of sortedRows(world)) {
    const outcome = outcomeOf(world, device, fact);
    if (outcome === null) continue;
    const { verdict, reason, source } = world.judge(device, patchOf(world, fact));
    const ring = world.ringOf(device)?.name ?? null;
    const start = { device: device.id, patch: fact.patch, action: outcome.action, ring };
    const middle = { status: fact.status, verdict };
    if (outcome.kind === "action") {
      lists.actions.push({ ...start, ...middle, reason: outcome.withdrawn ? "FROZEN" : reason, source });
    } else if (outcome.kind === "blocked") {
      lists.blocked.push({ ...start, ...middle, reason: outcome.obstacle, source });
    } else {
      const at = text(opensAt(world, device, fact, outcome.obstacle));
      lists.scheduled.push({ ...start, ...middle, reason: outcome.obstacle, source, opensAt: at });
    }
  }
  return lists;
}

function compareNullFirst(a: string | null, b: string | null): number {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
  return compareText(a, b);
}

/**
 * 5.2: "`waiting`: all facts with verdict `wait`, whatever their status, grouped by (ring, patch, reason,
 * until) and sorted so, null first".
 */
function waitingRows(verdicts: readonly VerdictRow[]): readonly WaitingRow[] {
  const groups: { -readonly [K in keyof WaitingRow]: WaitingRow[K] }[] = [];
  for (const { ring, patch, verdict, reason, until } of verdicts) {
    if (verdict !== "wait") continue;
    const same = groups.find(
      (group) =>
        group.ring === ring && group.patch === patch && group.reason === reason && group.until === until,
    );
    if (same !== undefined) same.devices += 1;
    else groups.push({ ring: ring as string, patch, reason, until, devices: 1 });
  }
  return groups.toSorted(
    (a, b) =>
      compareText(a.ring, b.ring) ||
      compareText(a.patch, b.patch) ||
      compareText(a.reason, b.reason) ||
      compareNullFirst(a.until, b.until),
  );
}

function countDevices(rows: readonly ActionRow[]): number {
  return new Set(rows.map((row) => row.device)).size;
}

/** 3.2: "`uninstall`, and `reprocess` of a failed removal". */
function isRemoval(row: ActionRow): boolean {
  return row.action === "uninstall" || (row.action === "reprocess" && row.verdict === "uninstall");
}

/** 3.2: "a tripped guard (value > limit)". */
function guard(name: string, limit: number, value: number): GuardRow {
  return { guard: name, limit, value, tripped: value > limit };
}

/** 3.2: "a count, or a percent of all devices of the snapshot, rounded down, at least 1". */
function deviceLimit(world: World): number {
  const limit = world.policy.fleet.limits.devicesPerRun;
  if (limit.kind === "count") return limit.value;
  return Math.max(1, floorPercent(limit.value, world.devices.length));
}

/** 3.2, "always listed, in this order", without `fleetShrink`, which needs an earlier snapshot. */
function guardRows(world: World, actions: readonly ActionRow[], complete: boolean): readonly GuardRow[] {
  const { limits } = world.policy.fleet;
  const opening = actions.filter((row) => ["approve", "reprocess", "uninstall"].includes(row.action));
  const recalls = world.policy.recalls.toSorted((a, b) => compareText(a.name, b.name));
  const devices = world.devices.length;
  return [
    guard("actionsPerRun", limits.actionsPerRun, actions.length),
    guard("devicesPerRun", deviceLimit(world), countDevices(opening)),
    guard("uninstallsPerRun", limits.uninstallsPerRun, actions.filter(isRemoval).length),
    ...recalls.flatMap(({ name, maxDevices }) => {
      if (maxDevices === null) return [];
      const removals = actions.filter((row) => isRemoval(row) && row.source === `Recall/${name}`);
      return [guard(`recallMaxDevices:${name}`, maxDevices, countDevices(removals))];
    }),
    { guard: "emptySnapshot", limit: 1, value: devices, tripped: devices === 0 },
    guard("incompleteSnapshot", 0, complete ? 0 : 1),
  ];
}

/** 5.2: "`summary.destructive`: in `actions`, every `uninstall`, and every `ignore` where A is approve." */
function countDestructive(world: World, actions: readonly ActionRow[]): number {
  return actions.filter((row) => {
    if (row.action === "uninstall") return true;
    const device = world.devices.find((candidate) => candidate.id === row.device);
    const fact = device?.facts.find((candidate) => candidate.patch === row.patch);
    return row.action === "ignore" && fact?.approval === "approve";
  }).length;
}

function countVerdicts(rows: readonly VerdictRow[]): Record<Verdict, number> {
  const counts = { approve: 0, ignore: 0, uninstall: 0, wait: 0, manual: 0, superseded: 0, leave: 0 };
  for (const row of rows) counts[row.verdict] += 1;
  return counts;
}

function countActions(rows: readonly ActionRow[]): Record<Action, number> {
  const counts = { approve: 0, ignore: 0, "do-nothing": 0, reprocess: 0, uninstall: 0 };
  for (const row of rows) counts[row.action] += 1;
  return counts;
}

/** What a plan says of its input beside the world. */
export interface PlanInput {
  readonly identity: PolicyIdentity;
  readonly digest: string;
  readonly takenAt: Instant;
  readonly complete: boolean;
}

export function buildPlan(world: World, input: PlanInput): Plan {
  const { commit, dirty, digest } = input.identity;
  const verdicts = verdictRows(world);
  const { actions, scheduled, blocked } = sortIntoLists(world);
  return {
    format: "patchring.plan/1",
    at: formatInstant(world.now),
    policy: { commit, dirty, digest },
    snapshot: {
      digest: input.digest,
      takenAt: formatInstant(input.takenAt),
      devices: world.devices.length,
      stale: world.devices.filter((device) => device.stale).length,
      patches: world.patches.length,
      facts: world.devices.flatMap((device) => device.facts).length,
    },
    verdicts: countVerdicts(verdicts),
    actions,
    scheduled,
    blocked,
    waiting: waitingRows(verdicts),
    guards: guardRows(world, actions, input.complete),
    summary: {
      actions: countActions(actions),
      devices: countDevices(actions),
      destructive: countDestructive(world, actions),
    },
  };
}
