import type { Instant } from "./model.ts";

/** Days since 1970-01-01 in some calendar; a date without a zone. */
export type DayNumber = number;

/**
 * What core needs to know of time zones. The implementation (src/time) asks a library
 * that has the IANA database; core itself has no clock and no zone data.
 */
export interface ZoneRules {
  /** True for an IANA zone name that the database has. */
  isKnown(zone: string): boolean;
  /** The calendar date in the zone at an instant. */
  dayAt(zone: string, at: Instant): DayNumber;
  /**
   * The instant at which a wall clock in the zone shows `minuteOfDay` (0 to 1439) on `day`.
   * `gap`: that time does not exist; `at` is the first instant after the gap.
   * `repeat`: it happens twice; `at` is the first.
   */
  resolve(zone: string, day: DayNumber, minuteOfDay: number): ResolvedTime;
}

export interface ResolvedTime {
  readonly kind: "exact" | "gap" | "repeat";
  readonly at: Instant;
}
