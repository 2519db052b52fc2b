import { Temporal } from "temporal-polyfill";
import type { ZoneRules } from "../../src/core/zone.ts";
import { civilDate, dayNumber } from "../../src/core/time.ts";

/** Zone rules for tests of this folder: right, and not fast. */
export const testZones: ZoneRules = {
  isKnown(zone: string): boolean {
    if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(zone)) return false;
    try {
      new Intl.DateTimeFormat("en", { timeZone: zone });
      return true;
    } catch {
      return false;
    }
  },
  dayAt(zone, at) {
    const { year, month, day } = Temporal.Instant.fromEpochMilliseconds(at * 1000).toZonedDateTimeISO(zone);
    return dayNumber(year, month, day);
  },
  resolve(zone, day, minuteOfDay) {
    const wall = Temporal.PlainDateTime.from({
      ...civilDate(day),
      hour: Math.floor(minuteOfDay / 60),
      minute: minuteOfDay % 60,
    });
    const earlier = wall.toZonedDateTime(zone, { disambiguation: "earlier" });
    const later = wall.toZonedDateTime(zone, { disambiguation: "later" });
    if (earlier.epochMilliseconds === later.epochMilliseconds) {
      return { kind: "exact", at: earlier.epochMilliseconds / 1000 };
    }
    if (earlier.toPlainDateTime().equals(wall))
      return { kind: "repeat", at: earlier.epochMilliseconds / 1000 };
    const change = earlier.getTimeZoneTransition("next");
    return { kind: "gap", at: (change ?? later).epochMilliseconds / 1000 };
  },
};
