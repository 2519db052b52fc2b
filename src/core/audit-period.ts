/** The time that an evidence pack is about: whole days of the fleet's time zone. */
import type { Instant } from "./model.ts";
import { dayNumber, parseDay } from "./time.ts";
import type { ZoneRules } from "./zone.ts";

export interface AuditPeriod {
  /** As it was written, such as `2026Q1`. */
  readonly name: string;
  readonly from: Instant;
  /** The first instant after it. */
  readonly to: Instant;
}

interface Days {
  readonly first: number;
  readonly after: number;
}

function monthsFrom(year: number, month: number, count: number): Days {
  const end = month - 1 + count;
  return {
    first: dayNumber(year, month, 1),
    after: dayNumber(year + Math.floor(end / 12), (end % 12) + 1, 1),
  };
}

function daysOf(text: string): Days | null {
  const match = /^(\d{4})(?:Q([1-4])|-(0[1-9]|1[0-2]))?$/.exec(text);
  if (match !== null) {
    const year = Number(match[1]);
    if (match[2] !== undefined) return monthsFrom(year, Number(match[2]) * 3 - 2, 3);
    return match[3] === undefined ? monthsFrom(year, 1, 12) : monthsFrom(year, Number(match[3]), 1);
  }
  const [from, to, ...rest] = text.split("..");
  const first = parseDay(from ?? "");
  const last = parseDay(to ?? "");
  if (first === null || last === null || rest.length > 0 || last < first) return null;
  return { first, after: last + 1 };
}

/**
 * `2026`, `2026Q1`, `2026-03` or `2026-01-15..2026-02-28` (both days in it). Null for anything else, and for
 * years before 1972.
 */
export function parsePeriod(text: string, zones: ZoneRules, zone: string): AuditPeriod | null {
  const days = daysOf(text);
  if (days === null || days.first < dayNumber(1972, 1, 1)) return null;
  const startOf = (day: number): Instant => zones.resolve(zone, day, 0).at;
  return { name: text, from: startOf(days.first), to: startOf(days.after) };
}

export function isWithin(period: AuditPeriod, at: Instant): boolean {
  return at >= period.from && at < period.to;
}
