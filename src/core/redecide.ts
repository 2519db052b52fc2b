/**
 * Deciding again after a few devices changed (design 6.1): cells, classes and the other devices'
 * outcomes are kept. The result is the same as that of a full `decide`.
 */
import { decide, isStale, type Decided, type Intents } from "./decide.ts";
import { datePatches } from "./patch-date.ts";
import type { OutcomeColumn, PassState } from "./pass-state.ts";
import type { DeviceColumns, Snapshot } from "./snapshot.ts";

/**
 * `snapshot` has the same patches (the same array) and the same devices at the same positions as
 * the one decided before; `changed` names every device whose facts or scan time differ. Where that
 * is not so, or a change reaches beyond the devices (a patch date, an attribute that selectors
 * see), everything is decided anew. `previous` must not be used afterwards: its columns are taken over.
 */
export function redecide(previous: Decided, snapshot: Snapshot, changed: readonly number[]): Decided {
  const { compiled, zones, pass } = previous;
  if (!isLocal(previous, snapshot, changed)) {
    return decide(compiled.policy, snapshot, compiled.now, zones);
  }
  const before = previous.snapshot;
  const touched = new Uint8Array(snapshot.devices.count);
  for (const device of changed) {
    touched[device] = 1;
    pass.forgetDevice(device);
  }
  const moved = hasMoved(before.devices, snapshot.devices, touched);
  keepIntents(previous.intents, before, snapshot, touched, moved);
  const state: PassState = {
    snapshot,
    stale: previous.stale,
    outcomes: carryOutcomes(previous, snapshot, touched, moved),
  };
  for (const device of changed) {
    state.stale[device] = isStale(compiled.policy, snapshot.devices.scannedAt[device]!, compiled.now) ? 1 : 0;
  }
  pass.replaceState(state);
  const kept = previous.intents.length;
  for (const device of changed) pass.decideDevice(device);
  return pass.result(kept);
}

function isLocal(previous: Decided, snapshot: Snapshot, changed: readonly number[]): boolean {
  const before = previous.snapshot;
  if (snapshot.patches !== before.patches || snapshot.devices.count !== before.devices.count) return false;
  if (!sameCapabilities(before, snapshot)) return false;
  if (!changed.every((device) => isSameDevice(before.devices, snapshot.devices, device))) return false;
  return sameDates(previous, snapshot);
}

function sameCapabilities(before: Snapshot, after: Snapshot): boolean {
  const [a, b] = [before.header.capabilities, after.header.capabilities];
  return (
    a.holdIsSafe === b.holdIsSafe &&
    a.schedules === b.schedules &&
    a.actions.length === b.actions.length &&
    a.actions.every((action) => b.actions.includes(action))
  );
}

function isSameDevice(before: DeviceColumns, after: DeviceColumns, device: number): boolean {
  const text = (
    columns: DeviceColumns,
    key: "client" | "site" | "type" | "osFamily" | "os" | "exposed",
  ): string => columns[key].values[columns[key].codes[device]!]!;
  const list = (columns: DeviceColumns, key: "tags" | "apps"): string =>
    JSON.stringify(columns[key].values[columns[key].codes[device]!]);
  return (
    before.id[device] === after.id[device] &&
    before.name[device] === after.name[device] &&
    before.critical[device] === after.critical[device] &&
    (["client", "site", "type", "osFamily", "os", "exposed"] as const).every(
      (key) => text(before, key) === text(after, key),
    ) &&
    (["tags", "apps"] as const).every((key) => list(before, key) === list(after, key))
  );
}

/** Only patches without a release or first-seen date depend on the facts. */
function sameDates(previous: Decided, snapshot: Snapshot): boolean {
  const { dates, now } = previous.compiled;
  const dependent = snapshot.patches.some((_, patch) => {
    const source = dates.source(patch);
    return source === null || source === "detected";
  });
  if (!dependent) return true;
  const after = datePatches(snapshot.patches, snapshot.facts, now);
  return after.at.every((at, patch) => Object.is(at, dates.at[patch]));
}

/** True when some untouched device has its facts at another position. */
function hasMoved(before: DeviceColumns, after: DeviceColumns, touched: Uint8Array): boolean {
  for (let d = 0; d < touched.length; d += 1) {
    if (touched[d] === 0 && before.factStart[d] !== after.factStart[d]) return true;
  }
  return false;
}

function carryOutcomes(
  previous: Decided,
  snapshot: Snapshot,
  touched: Uint8Array,
  moved: boolean,
): OutcomeColumn {
  const { outcomes } = previous;
  const length = snapshot.facts.length;
  if (!moved && outcomes.length >= length) return outcomes;
  const carried = outcomes instanceof Uint16Array ? new Uint16Array(length) : new Uint32Array(length);
  if (!moved) {
    carried.set(outcomes);
    return carried;
  }
  const [before, after] = [previous.snapshot.devices, snapshot.devices];
  for (let d = 0; d < touched.length; d += 1) {
    if (touched[d] === 1) continue;
    const start = before.factStart[d]!;
    carried.set(outcomes.subarray(start, start + before.factCount[d]!), after.factStart[d]);
  }
  return carried;
}

/** Drops what the touched devices wanted and follows the facts that moved. */
function keepIntents(
  intents: Intents,
  before: Snapshot,
  after: Snapshot,
  touched: Uint8Array,
  moved: boolean,
): void {
  let kept = 0;
  for (let at = 0; at < intents.length; at += 1) {
    const device = intents.device[at]!;
    if (touched[device] === 1) continue;
    const fact = intents.fact[at]!;
    intents.device[kept] = device;
    intents.fact[kept] = moved
      ? after.devices.factStart[device]! + fact - before.devices.factStart[device]!
      : fact;
    intents.transition[kept] = intents.transition[at]!;
    intents.obstacle[kept] = intents.obstacle[at]!;
    kept += 1;
  }
  intents.length = kept;
}
