/** When an action may be sent (design 3.1): windows of a schedule, and freezes. */
import type { Instant, Seconds } from "./model.ts";
import type { Schedule, Weekday, WindowSpec } from "./policy.ts";
import { WEEKDAYS } from "./policy.ts";
import { civilDate } from "./time.ts";
import type { DayNumber, ZoneRules } from "./zone.ts";

/** An `opensAt` that is further away than this is not told (design 3.1): 400 days, that far counts as within. */
export const OPENING_HORIZON: Seconds = 400 * 86_400;

export interface WindowState {
  readonly open: boolean;
  /** While open: the end, exclusive, of the open stretch; null when shut, or when it does not end within 400 days. */
  readonly closesAt: Instant | null;
  /** While shut: the next start; null when open, or when the start is more than 400 days away. */
  readonly opensAt: Instant | null;
}

/** A time during which a schedule is open without a break: overlapping and adjacent windows are one stretch. */
export interface OpenStretch {
  readonly opensAt: Instant;
  /** Exclusive; null when it does not end within 400 days after its start (after the instant asked for, if it is open then). */
  readonly closesAt: Instant | null;
}

interface Span {
  readonly opensAt: Instant;
  readonly closesAt: Instant;
}

/**
 * The state of a schedule at `now` in a known zone (design 3.1): a window is open from its start,
 * inclusive, for its exact duration, end exclusive. Call it once per schedule and zone.
 */
export function windowState(schedule: Schedule, zone: string, now: Instant, zones: ZoneRules): WindowState {
  let closesAt: Instant | null = null;
  for (const span of spans(schedule, zone, now, now + OPENING_HORIZON, zones)) {
    if (span.opensAt > (closesAt ?? now)) {
      if (closesAt === null) return { open: false, closesAt: null, opensAt: span.opensAt };
      break;
    }
    closesAt = Math.max(closesAt ?? now, span.closesAt);
    if (closesAt - now > OPENING_HORIZON) return { open: true, closesAt: null, opensAt: null };
  }
  return { open: closesAt !== null, closesAt, opensAt: null };
}

/**
 * The first `count` open stretches that end after `from` and start within 400 days after it, in order.
 * The first may have begun before `from`; its start is looked for at most 400 days back.
 */
export function nextWindows(
  schedule: Schedule,
  zone: string,
  from: Instant,
  count: number,
  zones: ZoneRules,
): OpenStretch[] {
  const stretches: OpenStretch[] = [];
  let current: Span | null = null;
  for (const span of spans(schedule, zone, from - OPENING_HORIZON, from + 2 * OPENING_HORIZON, zones)) {
    if (current !== null && span.opensAt <= current.closesAt) {
      current = { opensAt: current.opensAt, closesAt: Math.max(current.closesAt, span.closesAt) };
      continue;
    }
    if (current !== null && current.closesAt > from) stretches.push(bounded(current, from));
    current = span.opensAt <= from + OPENING_HORIZON ? span : null;
    if (current === null || stretches.length >= count) break;
  }
  if (current !== null && current.closesAt > from) stretches.push(bounded(current, from));
  return stretches.slice(0, count);
}

function bounded({ opensAt, closesAt }: Span, from: Instant): OpenStretch {
  return { opensAt, closesAt: closesAt - Math.max(opensAt, from) > OPENING_HORIZON ? null : closesAt };
}

/** The zone that a schedule's wall clock shows: its own, or for `device` the device's when known, else the fleet's. */
export function scheduleZone(
  schedule: Schedule,
  deviceZone: string,
  fleetZone: string,
  zones: ZoneRules,
): string {
  if (schedule.timezone !== "device") return schedule.timezone;
  return zones.isKnown(deviceZone) ? deviceZone : fleetZone;
}

/**
 * Null when none of the freezes is in force at `now` (`from ≤ now < to`); else the first instant after
 * `now` at which none is. Adjacent and overlapping freezes chain. Not limited to 400 days.
 */
export function frozenUntil(
  freezes: readonly { readonly from: Instant; readonly to: Instant }[],
  now: Instant,
): Instant | null {
  let until = now;
  for (const freeze of [...freezes].sort((a, b) => a.from - b.from)) {
    if (freeze.from > until) break;
    until = Math.max(until, freeze.to);
  }
  return until === now ? null : until;
}

/**
 * Every single window that closes after `from` and opens at or before `until`, by its start.
 * Walking the days in order gives the starts in order: a start is the first instant at which the
 * zone's clock has reached the wall time, and that never decreases, whatever the clock does.
 */
function* spans(
  schedule: Schedule,
  zone: string,
  from: Instant,
  until: Instant,
  zones: ZoneRules,
): Generator<Span, void, undefined> {
  // A window comes again within 400 days, so one that began earlier is hidden by a later one of its own.
  const longest = Math.min(OPENING_HORIZON, Math.max(0, ...schedule.windows.map((w) => w.duration)));
  // One day more: in an autumn repeat across midnight the next day has begun once already.
  const lastDay = zones.dayAt(zone, until) + 1;
  for (let day = zones.dayAt(zone, from - longest); day <= lastDay; day++) {
    const today: Span[] = [];
    for (const window of schedule.windows) {
      if (window.duration <= 0 || !fallsOn(window, day)) continue;
      const start = zones.resolve(zone, day, window.startMinute);
      if (start.kind === "gap" && schedule.dst === "skip") continue;
      const span = { opensAt: start.at, closesAt: start.at + window.duration };
      if (span.closesAt > from && span.opensAt <= until) today.push(span);
    }
    yield* today.length > 1 ? today.sort((a, b) => a.opensAt - b.opensAt) : today;
  }
}

/** True when a start of the window stands on this calendar day, whether or not the clock shows its time. */
function fallsOn(window: WindowSpec, day: DayNumber): boolean {
  const on = window.on;
  if (on.kind === "weekly") return on.days.includes(weekdayOf(day));
  const base = day - on.offsetDays;
  if (weekdayOf(base) !== on.weekday) return false;
  const { day: dayOfMonth } = civilDate(base);
  if (on.nth === "last") return civilDate(base + 7).day < dayOfMonth;
  return Math.ceil(dayOfMonth / 7) === on.nth;
}

/** 1970-01-01 was a Thursday. */
function weekdayOf(day: DayNumber): Weekday {
  return WEEKDAYS[(((day + 3) % 7) + 7) % 7]!;
}
