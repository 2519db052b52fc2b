/**
 * The pilot notice: what the contacts of a ring's devices are told before its window opens: what
 * will be installed, where and when, whether a restart is needed, and until when a report of theirs
 * stops the wider rollout. Pure: from what was decided and the plan made of it.
 */
import type { Decided } from "./decide.ts";
import { findFact } from "./lookup.ts";
import type { Instant, Patch, Seconds } from "./model.ts";
import { compareCodeUnits } from "./order.ts";
import type { ActionRow, Plan, ScheduledRow } from "./plan.ts";
import type { PolicySet, Ring, Schedule } from "./policy.ts";
import { nextWindows, scheduleZone, type OpenStretch } from "./schedule.ts";
import { parseInstant } from "./time.ts";

export interface PilotDevice {
  readonly id: string;
  readonly name: string | null;
  readonly site: string | null;
}

export interface PilotPatch {
  readonly id: string;
  readonly title: string | null;
  /** `never`, `maybe`, `always` or `unknown`. */
  readonly restart: string;
}

/** What one contact is told of one window. Texts of the backend are hostile. */
export interface PilotNotice {
  /** One for each patch: a notice is due while one of them was not given. */
  readonly keys: readonly string[];
  readonly contact: string;
  readonly ring: string;
  /** Sorted by id. */
  readonly devices: readonly PilotDevice[];
  readonly patches: readonly PilotPatch[];
  /** Null where the backend holds the windows: it installs when its own next one opens. */
  readonly opensAt: Instant | null;
  /** Exclusive; null where the ring is always open, or the backend holds the windows. */
  readonly closesAt: Instant | null;
  /** The zone of the people, for the wall clock. */
  readonly zone: string;
  /** Until then, at the earliest, nothing goes to the rings after; null when none comes after. */
  readonly reportBefore: Instant | null;
}

export interface PilotNotices {
  /** By contact, ring and start. */
  readonly notices: readonly PilotNotice[];
  /** Devices that get something and have no contact: nobody can be told. Sorted by id. */
  readonly withoutContact: readonly string[];
}

export interface PilotNoticeOptions {
  /** Absent: the first rings that others come after. */
  readonly rings?: readonly string[];
  /** Windows that open within this long are told of. */
  readonly before: Seconds;
}

/** Empty where nothing is about to be installed. */
export function makePilotNotices(decided: Decided, plan: Plan, options: PilotNoticeOptions): PilotNotices {
  const rings = new Set(options.rings ?? pilotRings(decided.compiled.policy));
  const deviceOf = new Map(decided.snapshot.devices.id.map((id, index) => [id, index]));
  const patchOf = new Map(decided.snapshot.patches.map((patch, index) => [patch.id, index]));
  const windows = new WindowLookup(decided);
  const { contact } = decided.snapshot.devices;
  const groups = new Map<string, Group>();
  const withoutContact = new Set<string>();
  for (const row of listInstalls(plan, rings, decided.compiled.now + options.before)) {
    const device = deviceOf.get(row.device)!;
    const name = contact.values[contact.codes[device]!]!.trim();
    if (name === "") {
      withoutContact.add(row.device);
      continue;
    }
    const fact = findFact(decided.snapshot, device, patchOf.get(row.patch)!);
    const window = windows.find(device, fact, row);
    const key = JSON.stringify([name, row.ring, window.opensAt, window.closesAt, window.zone]);
    let group = groups.get(key);
    if (group === undefined) {
      group = { contact: name, ring: row.ring!, window, devices: new Set(), patches: new Set() };
      groups.set(key, group);
    }
    group.devices.add(device);
    group.patches.add(patchOf.get(row.patch)!);
  }
  return {
    notices: [...groups.values()].map((group) => noticeOf(decided, group)).sort(comparePilot),
    withoutContact: [...withoutContact].sort(),
  };
}

/** The first rings that others come after. */
export function pilotRings({ rings }: PolicySet): readonly string[] {
  return rings
    .filter(({ name, after }) => after === null && rings.some((other) => other.after === name))
    .map(({ name }) => name);
}

interface Window {
  readonly opensAt: Instant | null;
  readonly closesAt: Instant | null;
  readonly zone: string;
}

interface Group {
  readonly contact: string;
  readonly ring: string;
  readonly window: Window;
  readonly devices: Set<number>;
  readonly patches: Set<number>;
}

/** Installs that begin now or in a window that opens by `until`. */
function* listInstalls(
  plan: Plan,
  rings: ReadonlySet<string>,
  until: Instant,
): Generator<ActionRow | ScheduledRow> {
  const counts = (row: ActionRow | ScheduledRow): boolean =>
    row.verdict === "approve" &&
    (row.action === "approve" || row.action === "reprocess") &&
    row.ring !== null &&
    rings.has(row.ring);
  for (const row of plan.actions) if (counts(row)) yield row;
  for (const row of plan.scheduled) {
    if (row.reason !== "WINDOW" || row.opensAt === null || !counts(row)) continue;
    if (parseInstant(row.opensAt)! <= until) yield row;
  }
}

class WindowLookup {
  readonly #decided: Decided;
  readonly #stretches = new Map<Schedule, Map<string, OpenStretch | null>>();

  constructor(decided: Decided) {
    this.#decided = decided;
  }

  find(device: number, fact: number, row: ActionRow | ScheduledRow): Window {
    const { compiled, snapshot, table, outcomes, zones } = this.#decided;
    const { timezone } = snapshot.devices;
    const own = timezone.values[timezone.codes[device]!]!;
    const fleet = compiled.policy.fleet.timezone;
    const zone = zones.isKnown(own) ? own : fleet;
    if (snapshot.header.capabilities.schedules === "backend") return { opensAt: null, closesAt: null, zone };
    const { schedule } = table.rows[outcomes[fact]!]!;
    if (schedule === null) return { opensAt: compiled.now, closesAt: null, zone };
    const stretch = this.#stretch(schedule, scheduleZone(schedule, own, fleet, zones));
    const opensAt = "opensAt" in row ? parseInstant(row.opensAt!)! : compiled.now;
    // A row that skips the window (an emergency) goes now, whatever the schedule says.
    const isInside = stretch !== null && stretch.opensAt <= opensAt;
    return {
      opensAt: isInside ? Math.max(stretch.opensAt, compiled.now) : opensAt,
      closesAt: isInside ? stretch.closesAt : null,
      zone,
    };
  }

  #stretch(schedule: Schedule, zone: string): OpenStretch | null {
    let byZone = this.#stretches.get(schedule);
    if (byZone === undefined) this.#stretches.set(schedule, (byZone = new Map<string, OpenStretch | null>()));
    let stretch = byZone.get(zone);
    if (stretch === undefined) {
      const { compiled, zones } = this.#decided;
      stretch = nextWindows(schedule, zone, compiled.now, 1, zones)[0] ?? null;
      byZone.set(zone, stretch);
    }
    return stretch;
  }
}

function noticeOf(decided: Decided, { contact, ring, window, devices, patches }: Group): PilotNotice {
  const { snapshot, compiled } = decided;
  const { site } = snapshot.devices;
  const shown = [...patches].map((index) => snapshot.patches[index]!).sort(byId);
  const start = window.opensAt ?? compiled.now;
  const soak = nextSoak(compiled.policy.rings, ring);
  return {
    keys: shown.map(({ id, revision }) => `pilot/${ring}/${id}@${revision ?? ""}/${contact}`),
    contact,
    ring,
    devices: [...devices]
      .map((index) => ({
        id: snapshot.devices.id[index]!,
        name: snapshot.devices.name[index] ?? null,
        site: site.values[site.codes[index]!] || null,
      }))
      .sort(byId),
    patches: shown.map(({ id, title, reboot }: Patch) => ({ id, title, restart: reboot })),
    opensAt: window.opensAt,
    closesAt: window.closesAt,
    zone: window.zone,
    reportBefore: soak === null ? null : start + soak,
  };
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return compareCodeUnits(a.id, b.id);
}

/** The shortest soak before a ring that comes after; null when none does. */
function nextSoak(rings: readonly Ring[], name: string): Seconds | null {
  const soaks = rings.filter(({ after }) => after === name).map(({ soak }) => soak.for);
  return soaks.length === 0 ? null : Math.min(...soaks);
}

function comparePilot(a: PilotNotice, b: PilotNotice): number {
  return (
    compareCodeUnits(a.contact, b.contact) ||
    compareCodeUnits(a.ring, b.ring) ||
    (a.opensAt ?? 0) - (b.opensAt ?? 0) ||
    (a.closesAt ?? 0) - (b.closesAt ?? 0) ||
    compareCodeUnits(a.zone, b.zone)
  );
}
