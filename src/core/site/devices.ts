/** Devices of a site, the worst first, and the counts that stand in its head. */
import type { Decided } from "../decide.ts";
import type { StateCounts } from "../fleet-totals.ts";
import type { Instant } from "../model.ts";
import type { FactNeeds } from "../needs.ts";
import { compareCodeUnits } from "../order.ts";
import type { TextColumn } from "../snapshot.ts";
import { readStates } from "./patches.ts";
import type { SiteScope } from "./scope.ts";
import type { SiteTally } from "./tally.ts";

export interface SiteDevice {
  readonly device: number;
  /** Position in the scope. */
  readonly position: number;
  readonly id: string;
  readonly name: string | null;
  readonly client: string | null;
  readonly site: string | null;
  readonly type: string | null;
  readonly os: string | null;
  readonly ring: string | null;
  readonly isCritical: boolean;
  /** `yes` | `no` | `unknown`. */
  readonly exposed: string;
  /** Null when it was never scanned, or the time is no date. */
  readonly scannedAt: Instant | null;
  readonly lastSeenAt: Instant | null;
  readonly isStale: boolean;
  readonly states: StateCounts;
  readonly superseded: number;
  /** Security patches that it lacks. */
  readonly security: number;
  /** Of these, known to be exploited. */
  readonly exploited: number;
  /** Patches that a person or a recall keeps off. */
  readonly excepted: number;
}

export function textAt(column: TextColumn, device: number): string | null {
  return column.values[column.codes[device]!] || null;
}

function instantOrNull(at: number): Instant | null {
  return Number.isNaN(at) ? null : at;
}

export function describeDevice(
  decided: Decided,
  tally: SiteTally,
  device: number,
  position: number,
): SiteDevice {
  const { devices } = decided.snapshot;
  const { compiled } = decided;
  const ring = compiled.rings[compiled.ringOfClass[compiled.classes.classOf[device]!]!];
  return {
    device,
    position,
    id: devices.id[device]!,
    name: devices.name[device] ?? null,
    client: textAt(devices.client, device),
    site: textAt(devices.site, device),
    type: textAt(devices.type, device),
    os: textAt(devices.os, device),
    ring: ring?.ring.name ?? null,
    isCritical: devices.critical[device] === 2,
    exposed: textAt(devices.exposed, device) ?? "unknown",
    scannedAt: instantOrNull(devices.scannedAt[device]!),
    lastSeenAt: instantOrNull(devices.lastSeenAt[device]!),
    isStale: decided.stale[device] === 1,
    states: readStates(tally.deviceStates, position),
    superseded: tally.deviceSuperseded[position]!,
    security: tally.deviceSecurity[position]!,
    exploited: tally.deviceExploited[position]!,
    excepted: tally.deviceExcepted[position]!,
  };
}

/** All positions of the scope, the devices that need somebody most first; equals by id. */
export function rankDevices(decided: Decided, scope: SiteScope, tally: SiteTally): Uint32Array {
  const { id } = decided.snapshot.devices;
  const weights = Float64Array.from(scope.devices, (device, position) =>
    weigh(tally, position, decided.stale[device] === 1),
  );
  return Uint32Array.from(scope.devices.keys()).sort(
    (a, b) => weights[b]! - weights[a]! || compareCodeUnits(id[scope.devices[a]!]!, id[scope.devices[b]!]!),
  );
}

/** Known exploited, then security, then failures, then a scan that is too old, then a reboot; 0 for none of these. */
function weigh(tally: SiteTally, position: number, isStale: boolean): number {
  const { failed, "reboot-required": reboot } = readStates(tally.deviceStates, position);
  const most = (count: number): number => Math.min(999, count);
  return (
    most(tally.deviceExploited[position]!) * 1e8 +
    most(tally.deviceSecurity[position]!) * 1e5 +
    most(failed) * 1e2 +
    (isStale ? 2 : 0) +
    (reboot > 0 ? 1 : 0)
  );
}

/** At most `most` devices that have something to look at, in the order of `rankDevices`. */
export function worstDevices(
  decided: Decided,
  scope: SiteScope,
  tally: SiteTally,
  order: Uint32Array,
  most: number,
): SiteDevice[] {
  const first = Array.from(order.subarray(0, most));
  return first
    .filter((position) => weigh(tally, position, decided.stale[scope.devices[position]!] === 1) > 0)
    .map((position) => describeDevice(decided, tally, scope.devices[position]!, position));
}

/** What is counted of devices beside `FleetTotals`. */
export interface DeviceConcerns {
  /** Devices in no ring: only a recall speaks of them. */
  readonly noRing: number;
  /** Devices with a patch that a person or a recall keeps off. */
  readonly excepted: number;
  /** Devices with a patch that waits for a reboot. */
  readonly reboot: number;
  /** Devices that lack a security patch, and of these one that is known to be exploited. */
  readonly security: number;
  readonly exploited: number;
  /** Devices with something to look at: lacking, failed, waiting for a reboot or stale. */
  readonly needing: number;
  /** Scans later than now: the clock of the backend or of the device is ahead. */
  readonly clockAhead: number;
}

/** `needs`: of the same scope. */
export function countConcerns(
  { compiled, stale, snapshot: { devices } }: Decided,
  scope: SiteScope,
  tally: SiteTally,
  { noRing, reboot, exploited }: FactNeeds,
): DeviceConcerns {
  const counts = { excepted: 0, security: 0, needing: 0, clockAhead: 0 };
  scope.devices.forEach((device, position) => {
    const lacks = tally.deviceSecurity[position]!;
    const states = readStates(tally.deviceStates, position);
    if (devices.scannedAt[device]! > compiled.now) counts.clockAhead += 1;
    if (tally.deviceExcepted[position]! > 0) counts.excepted += 1;
    if (lacks > 0) counts.security += 1;
    if (lacks + states.failed + states["reboot-required"] > 0 || stale[device] === 1) counts.needing += 1;
  });
  return { ...counts, noRing, reboot, exploited: exploited.devices };
}
