/** Instants and durations as text. No clock here: every "now" is passed in. */
import type { Instant, Seconds } from "./model.ts";

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:([Zz])|([+-])(\d{2}):(\d{2}))$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DURATION = /^(\d{1,9})(m|h|d|w)$/;
const UNIT_SECONDS: Readonly<Record<string, Seconds>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Days since 1970-01-01 of a date in the proleptic Gregorian calendar (H. Hinnant's days_from_civil). */
export function dayNumber(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The date of a day number. */
export function civilDate(days: number): { year: number; month: number; day: number } {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const mp = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * mp + 2) / 5) + 1;
  const month = mp < 10 ? mp + 3 : mp - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const back = civilDate(dayNumber(year, month, day));
  return back.month === month && back.day === day;
}

/** 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z: what RFC 3339 can write in UTC. */
const FIRST_INSTANT: Instant = -62_167_219_200;
const LAST_INSTANT: Instant = 253_402_300_799;

/**
 * Parses an RFC 3339 instant; fractions of a second are cut. A leap second (23:59:60 in UTC, nowhere else)
 * counts as the second before. Null when it is none, or when an offset moves it out of the years 0000 to 9999 of UTC.
 */
export function parseInstant(text: string): Instant | null {
  const m = INSTANT.exec(text);
  if (m === null) return null;
  const [year, month, day] = [Number(m[1]), Number(m[2]), Number(m[3])];
  const [hour, minute, second] = [Number(m[4]), Number(m[5]), Number(m[6])];
  if (!isDate(year, month, day) || hour > 23 || minute > 59 || second > 60) return null;
  let offset = 0;
  if (m[7] === undefined) {
    const [offsetHour, offsetMinute] = [Number(m[9]), Number(m[10])];
    if (offsetHour > 23 || offsetMinute > 59) return null;
    offset = (m[8] === "-" ? -1 : 1) * (offsetHour * 3600 + offsetMinute * 60);
  }
  const at = dayNumber(year, month, day) * 86_400 + hour * 3600 + minute * 60 + Math.min(second, 59) - offset;
  if (at < FIRST_INSTANT || at > LAST_INSTANT) return null;
  return second === 60 && (at + 1) % 86_400 !== 0 ? null : at;
}

/** The day number of a plain date such as `2027-01-31`; null when it is none. */
export function parseDay(text: string): number | null {
  const m = DATE.exec(text);
  if (m === null) return null;
  const [year, month, day] = [Number(m[1]), Number(m[2]), Number(m[3])];
  return isDate(year, month, day) ? dayNumber(year, month, day) : null;
}

/** UTC, whole seconds, with `Z` (design 3). Parses back for every instant that `parseInstant` gives. */
export function formatInstant(at: Instant): string {
  const days = Math.floor(at / 86_400);
  const seconds = at - days * 86_400;
  const { year, month, day } = civilDate(days);
  const pad = (n: number, width = 2): string => String(n).padStart(width, "0");
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}T${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}Z`;
}

/** Seconds of `90m`, `12h`, `7d`, `2w`; null when it is no duration. */
export function parseDuration(text: string): Seconds | null {
  const m = DURATION.exec(text);
  if (m === null) return null;
  return Number(m[1]) * (UNIT_SECONDS[m[2] as string] as number);
}

/** The largest exact unit up to days: `7d`, `36h`, `90m`. Seconds (`61s`) are only ever left over from arithmetic; no policy can write them. */
export function formatDuration(seconds: Seconds): string {
  for (const [unit, size] of [
    ["d", 86_400],
    ["h", 3600],
    ["m", 60],
  ] as const) {
    if (seconds % size === 0) return `${String(seconds / size)}${unit}`;
  }
  return `${String(seconds)}s`;
}

/** Dates before this instant are no dates (design 1.2): 1972-01-01T00:00:00Z. */
export const EARLIEST_DATE: Instant = 63_072_000;
