import { Temporal } from "temporal-polyfill";
import type { Instant } from "../../src/core/model.ts";
import type { DayNumber, ResolvedTime, ZoneRules } from "../../src/core/zone.ts";

const EPOCH = Temporal.PlainDate.from("1970-01-01");

function zonedAt(zone: string, at: Instant): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at * 1000).toZonedDateTimeISO(zone);
}

function secondsOf(time: Temporal.ZonedDateTime): Instant {
  return Math.floor(time.epochMilliseconds / 1000);
}

/** The first instant in (low, high] at which the zone's offset is no longer what it is at `low`. */
function findChange(zone: string, low: Instant, high: Instant): Instant {
  const before = zonedAt(zone, low).offsetNanoseconds;
  let [last, first] = [low, high];
  while (first - last > 1) {
    const middle = Math.floor((first + last) / 2);
    if (zonedAt(zone, middle).offsetNanoseconds === before) last = middle;
    else first = middle;
  }
  return first;
}

function resolve(zone: string, day: DayNumber, minuteOfDay: number): ResolvedTime {
  const wall = EPOCH.add({ days: day }).toPlainDateTime({
    hour: Math.floor(minuteOfDay / 60),
    minute: minuteOfDay % 60,
  });
  const earlier = wall.toZonedDateTime(zone, { disambiguation: "earlier" });
  const later = wall.toZonedDateTime(zone, { disambiguation: "later" });
  const [low, high] = [secondsOf(earlier), secondsOf(later)];
  if (low === high) return { kind: "exact", at: low };
  if (earlier.toPlainDateTime().equals(wall)) return { kind: "repeat", at: low };
  return { kind: "gap", at: findChange(zone, low, high) };
}

function isKnown(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false; // `+01:00` is an offset, not a name
  try {
    zonedAt(zone, 0);
    return true;
  } catch {
    return false;
  }
}

/** Answers from `ask`, each asked once. */
function remember<T>(ask: (key: string) => T): (key: string) => T {
  const answers = new Map<string, T>();
  return (key) => {
    const answer = answers.has(key) ? (answers.get(key) as T) : ask(key);
    answers.set(key, answer);
    return answer;
  };
}

/** Zone rules for tests, straight from Temporal (design 3.1: gap → first instant after it; repeat → the first). */
export function createTestZones(): ZoneRules {
  const known = remember(isKnown);
  const resolved = remember((key) => {
    const [zone, day, minute] = JSON.parse(key) as [string, DayNumber, number];
    return resolve(zone, day, minute);
  });
  return {
    isKnown: known,
    dayAt: (zone, at) => zonedAt(zone, at).toPlainDate().since(EPOCH, { largestUnit: "day" }).days,
    resolve: (zone, day, minute) => resolved(JSON.stringify([zone, day, minute])),
  };
}
