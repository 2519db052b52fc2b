import { expect, it } from "vitest";
import { wallClockAt } from "../../src/core/wall-clock.ts";
import { createZoneRules } from "../../src/time/zone-rules.ts";
import { wallClock } from "./wall-clock.ts";

const zones = createZoneRules();

/** Around the clock changes of each zone, every 7 minutes for two days, and a quiet day. */
it.each([
  ["Europe/London", ["2026-03-29", "2026-10-25", "2026-06-15"]],
  ["America/New_York", ["2026-03-08", "2026-11-01"]],
  ["Australia/Lord_Howe", ["2026-04-05", "2026-10-04"]],
  ["Asia/Kolkata", ["2026-01-01"]],
  ["America/Havana", ["2026-03-08", "2026-11-01"]],
] as const)("%s shows what Intl shows", (zone, days) => {
  const second = wallClock(zone);
  for (const day of days) {
    const start = Date.parse(`${day}T00:00:00Z`) / 1000 - 86_400;
    for (let at = start; at < start + 2.5 * 86_400; at += 7 * 60) {
      const { date, time, weekday } = wallClockAt(zone, at, zones);
      const minutes = second(at);
      const shown = new Date(minutes * 60_000).toISOString();
      expect([at, `${date}T${time}`, weekday]).toEqual([
        at,
        shown.slice(0, 16),
        (new Date(minutes * 60_000).getUTCDay() + 6) % 7,
      ]);
    }
  }
});
