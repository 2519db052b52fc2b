import fc from "../property.ts";
import { describe, expect, it } from "vitest";
import type { WindowSpec } from "../../src/core/policy.ts";
import { WEEKDAYS } from "../../src/core/policy.ts";
import { OPENING_HORIZON, nextWindows, windowState } from "../../src/core/schedule.ts";
import { dayNumber, formatInstant } from "../../src/core/time.ts";
import { createZoneRules } from "../../src/time/zone-rules.ts";
import { wallClock } from "../time/wall-clock.ts";
import { schedule } from "./schedule-fixtures.ts";

const zones = createZoneRules();
const [BEFORE, AFTER] = [7, 10];

/** Minutes around a clock change, with the wall clock that Intl shows for each. */
const stretches = (
  [
    ["Europe/Berlin", 2026, 3, 29],
    ["Europe/London", 2026, 10, 25],
    ["America/New_York", 2026, 3, 8],
    ["Australia/Lord_Howe", 2026, 4, 5],
    ["Pacific/Apia", 2011, 12, 30],
    ["Africa/Cairo", 2026, 10, 29],
  ] as const
).map(([zone, year, month, day]) => {
  const from = (dayNumber(year, month, day) - BEFORE) * 86_400;
  const wallOf = wallClock(zone);
  const wall = Array.from({ length: (BEFORE + AFTER) * 1440 }, (_, i) => wallOf(from + i * 60));
  return { zone, from, wall };
});

const on: fc.Arbitrary<WindowSpec["on"]> = fc.oneof(
  fc.record({
    kind: fc.constant("weekly" as const),
    days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant("monthly" as const),
    weekday: fc.constantFrom(...WEEKDAYS),
    nth: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const, 5 as const, "last" as const),
    offsetDays: fc.integer({ min: 0, max: 35 }),
  }),
);
const nearChange = fc.oneof(
  fc.integer({ min: 0, max: 1439 }),
  fc.integer({ min: 60, max: 200 }),
  fc.constantFrom(0, 1410, 1439),
);
const window: fc.Arbitrary<WindowSpec> = fc.record({
  on,
  startMinute: nearChange,
  duration: fc
    .oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 600, max: 4000 }))
    .map((m) => m * 60),
});
const anySchedule = fc
  .tuple(
    fc.array(window, { minLength: 1, maxLength: 3 }),
    fc.constantFrom("skip" as const, "shift-forward" as const),
  )
  .map(([windows, dst]) => schedule(windows, { dst }));

/** The definition of design 3.1, minute by minute: which minutes of the stretch are open. */
function openMinutes(of: ReturnType<typeof schedule>, wall: readonly number[]): boolean[] {
  const open = wall.map(() => false);
  const firstDay = Math.floor(wall[0]! / 1440) + 1;
  const lastDay = Math.floor(wall.at(-1)! / 1440);
  for (const { on: days, startMinute, duration } of of.windows) {
    for (let day = firstDay; day <= lastDay; day++) {
      if (!standsOn(days, day)) continue;
      const start = wall.findIndex((shown) => shown >= day * 1440 + startMinute);
      if (start < 0 || (of.dst === "skip" && wall[start] !== day * 1440 + startMinute)) continue;
      open.fill(true, start, start + duration / 60);
    }
  }
  return open;
}

function standsOn(days: WindowSpec["on"], day: number): boolean {
  const weekday = (ms: number): string => WEEKDAYS[(new Date(ms).getUTCDay() + 6) % 7]!;
  if (days.kind === "weekly") return days.days.some((d) => d === weekday(day * 86_400_000));
  const base = new Date((day - days.offsetDays) * 86_400_000);
  const month = base.getUTCMonth();
  const same: number[] = [];
  for (let d = 1; new Date(Date.UTC(base.getUTCFullYear(), month, d)).getUTCMonth() === month; d++) {
    if (weekday(Date.UTC(base.getUTCFullYear(), month, d)) === days.weekday) same.push(d);
  }
  return (days.nth === "last" ? same.at(-1) : same[days.nth - 1]) === base.getUTCDate();
}

describe("windowState and a scan of every minute", () => {
  it("agree on open, closesAt and opensAt around clock changes", () => {
    const seen = { open: 0, closes: 0, opens: 0 };
    fc.assert(
      fc.property(
        anySchedule,
        fc.constantFrom(...stretches),
        // From 4 days in: windows of up to 4000 minutes that began before the stretch are over.
        fc.integer({ min: 4 * 1440 * 60, max: 10 * 1440 * 60 }),
        (of, { zone, from, wall }, second) => {
          const minutes = openMinutes(of, wall);
          const minute = Math.floor(second / 60);
          const state = windowState(of, zone, from + second, zones);
          expect(state.open).toBe(minutes[minute]);
          const change = minutes.indexOf(!state.open, minute);
          const told = state.open ? state.closesAt : state.opensAt;
          if (change >= 0) expect(formatInstant(told!)).toBe(formatInstant(from + change * 60));
          else if (told !== null) expect(told).toBeGreaterThanOrEqual(from + wall.length * 60);
          seen.open += Number(state.open);
          seen.closes += Number(state.open && change >= 0);
          seen.opens += Number(!state.open && change >= 0);
        },
      ),
      { numRuns: 1500 },
    );
    expect(Math.min(seen.open, seen.closes, seen.opens)).toBeGreaterThan(100);
  });
});

const now = fc.integer({ min: Date.UTC(2010, 0) / 1000, max: Date.UTC(2036, 0) / 1000 });
const zone = fc.constantFrom(...stretches.map((s) => s.zone), "UTC", "Africa/Casablanca", "Asia/Gaza");

describe("for any schedule, zone and instant", () => {
  it("a lone window lasts exactly as long as it says", () => {
    fc.assert(
      fc.property(window, zone, now, (w, z, at) => {
        fc.pre(w.duration < 20 * 3600);
        for (const { opensAt, closesAt } of nextWindows(schedule([w]), z, at, 5, zones)) {
          expect(closesAt! - opensAt).toBe(w.duration);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("opensAt is open, and nothing before it is", () => {
    fc.assert(
      fc.property(anySchedule, zone, now, fc.double({ min: 0, max: 1, noNaN: true }), (of, z, at, part) => {
        const { open, opensAt, closesAt } = windowState(of, z, at, zones);
        const change = open ? closesAt : opensAt;
        fc.pre(change !== null);
        expect(change).toBeGreaterThan(at);
        expect(change - at).toBeLessThanOrEqual(OPENING_HORIZON);
        const probe = at + Math.floor((change - 1 - at) * part);
        expect(windowState(of, z, change, zones).open).toBe(!open);
        for (const t of [probe, change - 1]) {
          expect(windowState(of, z, t, zones)).toEqual({ open, opensAt, closesAt });
        }
      }),
      { numRuns: 500 },
    );
  });

  it("nextWindows tells what windowState tells", () => {
    fc.assert(
      fc.property(anySchedule, zone, now, (of, z, at) => {
        const [first] = nextWindows(of, z, at, 1, zones);
        const { open, opensAt, closesAt } = windowState(of, z, at, zones);
        expect(first !== undefined && first.opensAt <= at).toBe(open);
        if (open) expect(first?.closesAt).toBe(closesAt);
        else expect(first?.opensAt ?? null).toBe(opensAt);
      }),
      { numRuns: 200 },
    );
  });
});
