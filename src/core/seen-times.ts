/** When something was first seen, and a snapshot with those times where the backend gave none (design 1.2, 4.1). */
import type { Instant, Patch } from "./model.ts";
import { STATUSES } from "./model.ts";
import { isSane } from "./patch-date.ts";
import type { Snapshot } from "./snapshot.ts";
import { EARLIEST_DATE } from "./time.ts";

/** Times in seconds since 1970. */
export interface SeenTimes {
  /** By patch id. */
  readonly patches: ReadonlyMap<string, Instant>;
  /** First seen installed **without a date of the backend's**; by device id, then patch id. */
  readonly installs: ReadonlyMap<string, ReadonlyMap<string, Instant>>;
}

export const NOTHING_SEEN: SeenTimes = { patches: new Map(), installs: new Map() };

const INSTALLED = STATUSES.indexOf("installed");

/** An `installedAt` before 1972 or later than now is no date (design 1.2). */
function isInstallDate(at: Instant, now: Instant): boolean {
  return at >= EARLIEST_DATE && at <= now;
}

/** Calls `each` for every installed fact without a date. */
function forUndated(
  { devices, facts }: Snapshot,
  now: Instant,
  each: (device: number, fact: number) => void,
): void {
  for (let device = 0; device < devices.count; device++) {
    const start = devices.factStart[device]!;
    const end = start + devices.factCount[device]!;
    for (let fact = start; fact < end; fact++) {
      if ((facts.state[fact]! & 7) !== INSTALLED || isInstallDate(facts.installedAt[fact]!, now)) continue;
      each(device, fact);
    }
  }
}

/**
 * What this snapshot shows for the first time: patches, and installs without a date. The time is when
 * the snapshot was taken, or `now` where that is earlier; for a patch, the earliest sane `detectedAt`
 * where a backend has one, so that the patch date stays where it is. Empty maps when nothing is new.
 */
export function findNewlySeen(snapshot: Snapshot, seen: SeenTimes, now: Instant): SeenTimes {
  const at = Math.min(snapshot.header.takenAt, now);
  const installs = new Map<string, Map<string, Instant>>();
  forUndated(snapshot, now, (device, fact) => {
    const [id, patch] = [snapshot.devices.id[device]!, snapshot.patches[snapshot.facts.patch[fact]!]!.id];
    if (seen.installs.get(id)?.has(patch) === true) return;
    const times = installs.get(id) ?? new Map<string, Instant>();
    installs.set(id, times.set(patch, at));
  });
  return { patches: newPatches(snapshot, seen, at), installs };
}

function newPatches(snapshot: Snapshot, seen: SeenTimes, at: Instant): ReadonlyMap<string, Instant> {
  const fresh = snapshot.patches.map(({ id }) => !seen.patches.has(id));
  const times = new Map<string, Instant>();
  if (!fresh.includes(true)) return times;
  const { patch, detectedAt, length } = snapshot.facts;
  const earliest = new Float64Array(fresh.length).fill(at);
  for (let fact = 0; fact < length; fact++) {
    const found = detectedAt[fact]!;
    if (found >= EARLIEST_DATE && found < earliest[patch[fact]!]!) earliest[patch[fact]!] = found;
  }
  snapshot.patches.forEach(({ id }, index) => {
    if (fresh[index] === true) times.set(id, earliest[index]!);
  });
  return times;
}

/**
 * What is known and what this snapshot shows for the first time, in the snapshot. `fresh`: what is new and
 * has to be remembered; null when nothing is.
 */
export function fillSeenTimes(
  snapshot: Snapshot,
  known: SeenTimes,
  now: Instant,
): { readonly snapshot: Snapshot; readonly fresh: SeenTimes | null } {
  const found = findNewlySeen(snapshot, known, now);
  const fresh = found.patches.size > 0 || found.installs.size > 0 ? found : null;
  const seen = fresh === null ? known : mergeSeen(known, fresh);
  return { snapshot: withSeenTimes(snapshot, seen, now), fresh };
}

/** Both; where both have a time, that of `known`. */
export function mergeSeen(known: SeenTimes, more: SeenTimes): SeenTimes {
  const patches = new Map([...more.patches, ...known.patches]);
  const installs = new Map(known.installs);
  for (const [device, times] of more.installs) {
    installs.set(device, new Map([...times, ...(known.installs.get(device) ?? [])]));
  }
  return { patches, installs };
}

/**
 * The snapshot with `firstSeenAt` of patches that have no sane one, and with `installedAt` of installed
 * facts that have no date, as they were seen. A date of the backend's is never replaced. The digest stays
 * that of the file; the input is not changed.
 */
export function withSeenTimes(snapshot: Snapshot, seen: SeenTimes, now: Instant): Snapshot {
  const patches = snapshot.patches.map((patch) => withFirstSeen(patch, seen, now));
  const installedAt = installDates(snapshot, seen, now);
  const facts = installedAt === null ? snapshot.facts : { ...snapshot.facts, installedAt };
  return { ...snapshot, patches, facts };
}

function withFirstSeen(patch: Patch, seen: SeenTimes, now: Instant): Patch {
  const at = seen.patches.get(patch.id);
  return at === undefined || isSane(patch.firstSeenAt, now) ? patch : { ...patch, firstSeenAt: at };
}

/** Null when no date is added. */
function installDates(snapshot: Snapshot, seen: SeenTimes, now: Instant): Uint32Array | null {
  if (seen.installs.size === 0) return null;
  let dates: Uint32Array | null = null;
  forUndated(snapshot, now, (device, fact) => {
    const times = seen.installs.get(snapshot.devices.id[device]!);
    const at = times?.get(snapshot.patches[snapshot.facts.patch[fact]!]!.id);
    if (at === undefined || !isInstallDate(at, now)) return;
    dates ??= snapshot.facts.installedAt.slice();
    dates[fact] = at;
  });
  return dates;
}
