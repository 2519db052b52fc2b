import { Temporal } from "temporal-polyfill";
import { dayNumber } from "../core/time.ts";
import type { Instant } from "../core/model.ts";
import type { DayNumber, ResolvedTime, ZoneRules } from "../core/zone.ts";

const DAY = 86_400;
const NANOSECONDS = 1e9;
/** Letters first, so that "+01:00" is none; newer versions of Intl would take it as a zone. */
const NAME = /^[a-z][\w+\-/]{1,63}$/i;

/**
 * Zone rules from the IANA database that Node brings with it, by way of Temporal.
 *
 * Names are taken as Intl takes them: links ("US/Eastern") are known, case does not count.
 * Fixed offsets ("+01:00") and the ambiguous abbreviations that only ICU knows ("PST", "IST") are not known.
 * `dayAt` and `resolve` throw a RangeError for a zone that is not known: ask `isKnown` first.
 * Answers are remembered per zone and day, so keep one object per run. Importing this file
 * loads Temporal (about 12 ms): do it where zones are needed, not at process start.
 */
export function createZoneRules(): ZoneRules {
  const known = new Map<string, boolean>();
  const offsets = new Map<string, Map<DayNumber, number>>();

  function offsetsOf(zone: string): (utcDay: DayNumber) => number {
    let days = offsets.get(zone);
    if (days === undefined) offsets.set(zone, (days = new Map<DayNumber, number>()));
    const byDay = days;
    return (utcDay) => {
      let offset = byDay.get(utcDay);
      if (offset === undefined) byDay.set(utcDay, (offset = offsetAt(zone, utcDay * DAY)));
      return offset;
    };
  }

  return {
    isKnown(zone) {
      let answer = known.get(zone);
      if (answer === undefined) known.set(zone, (answer = isZoneName(zone)));
      return answer;
    },
    dayAt(zone, at) {
      const utcDay = Math.floor(at / DAY);
      const offsetOn = offsetsOf(zone);
      const before = offsetOn(utcDay);
      const offset = before === offsetOn(utcDay + 1) ? before : offsetAt(zone, at);
      return Math.floor((at + offset) / DAY);
    },
    resolve(zone, day, minuteOfDay) {
      const offsetOn = offsetsOf(zone);
      const offset = offsetOn(day);
      // A wall clock's day lies within UTC midnights one day to either side; no change there, no question.
      // (Two changes that cancel out within one UTC day exist in no zone.)
      const steady = [day - 1, day + 1, day + 2].every((utcDay) => offsetOn(utcDay) === offset);
      if (steady) return { kind: "exact", at: day * DAY + minuteOfDay * 60 - offset };
      return resolveNearChange(zone, day, minuteOfDay);
    },
  };
}

function isZoneName(zone: string): boolean {
  if (!NAME.test(zone)) return false;
  try {
    // Temporal knows the ICU abbreviations by their capitals; without a slash capitals mean the same zone.
    offsetAt(zone.includes("/") ? zone : zone.toUpperCase(), 0);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Seconds east of Greenwich. */
function offsetAt(zone: string, at: Instant): number {
  const zoned = Temporal.Instant.fromEpochMilliseconds(at * 1000).toZonedDateTimeISO(zone);
  return Math.floor(zoned.offsetNanoseconds / NANOSECONDS);
}

function seconds(zoned: Temporal.ZonedDateTime): Instant {
  return Math.floor(zoned.epochMilliseconds / 1000);
}

function resolveNearChange(zone: string, day: DayNumber, minuteOfDay: number): ResolvedTime {
  const wall = new Temporal.PlainDate(1970, 1, 1)
    .add({ days: day - dayNumber(1970, 1, 1) })
    .toPlainDateTime({ hour: Math.floor(minuteOfDay / 60), minute: minuteOfDay % 60 });
  const earlier = wall.toZonedDateTime(zone, { disambiguation: "earlier" });
  const later = wall.toZonedDateTime(zone, { disambiguation: "later" });
  if (seconds(earlier) === seconds(later)) return { kind: "exact", at: seconds(earlier) };
  if (earlier.toPlainDateTime().equals(wall)) return { kind: "repeat", at: seconds(earlier) };
  // In a gap Temporal's "earlier" lies before the change and "later" lies after it; the change itself is wanted.
  const change = earlier.getTimeZoneTransition("next");
  return { kind: "gap", at: seconds(change ?? later) };
}
