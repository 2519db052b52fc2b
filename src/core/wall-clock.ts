/** What a clock on the wall of a zone shows at an instant. */
import type { Instant } from "./model.ts";
import { civilDate } from "./time.ts";
import type { DayNumber, ZoneRules } from "./zone.ts";

export interface WallClock {
  /** `2026-03-18` */
  readonly date: string;
  /** `20:00` */
  readonly time: string;
  /** 0 is Monday. */
  readonly weekday: number;
}

/** To the minute, rounded down. In an autumn repeat both passes show the same times, as the clock does. */
export function wallClockAt(zone: string, at: Instant, zones: ZoneRules): WallClock {
  const day = zones.dayAt(zone, at);
  const shown = minuteAt(zone, day, at, zones);
  const { year, month, day: dayOfMonth } = civilDate(day);
  const pad = (n: number, width = 2): string => String(n).padStart(width, "0");
  return {
    date: `${pad(year, 4)}-${pad(month)}-${pad(dayOfMonth)}`,
    time: `${pad(Math.floor(shown / 60))}:${pad(shown % 60)}`,
    weekday: (((day + 3) % 7) + 7) % 7,
  };
}

const LAST_MINUTE = 1439;

/** The last minute of the day that the clock has reached; the first passes of times never come later than the second. */
function minuteAt(zone: string, day: DayNumber, at: Instant, zones: ZoneRules): number {
  const reached = (minute: number): Instant =>
    minute > LAST_MINUTE ? zones.resolve(zone, day + 1, 0).at : zones.resolve(zone, day, minute).at;
  let [low, high] = [0, LAST_MINUTE];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (reached(middle) <= at) low = middle;
    else high = middle - 1;
  }
  const end = reached(low) + 60;
  if (at < end) return low;
  // The clock went back after this minute: what it shows now, it has shown before.
  const repeated = reached(low + 1) - end;
  return Math.max(0, low + 1 - Math.ceil((repeated - (at - end)) / 60));
}
