import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { nextWindows, windowState } from "../../src/core/schedule.ts";
import type { WindowSpec } from "../../src/core/policy.ts";
import { createZoneRules } from "../../src/time/zone-rules.ts";
import { at, monthly, schedule } from "./schedule-fixtures.ts";

const zones = createZoneRules();

/** Starts from `from` on, found one after the other as a run would find them. */
function starts(window: WindowSpec, zone: string, from: number, count: number): number[] {
  const of = schedule([window]);
  const found: number[] = [];
  for (let now = from; found.length < count;) {
    const { open, opensAt, closesAt } = windowState(of, zone, now, zones);
    if (opensAt !== null) found.push(opensAt);
    now = open ? closesAt! : opensAt!;
  }
  return found;
}

/** Walks the days of a month with Date and counts the weekday. */
function nthByCounting(year: number, month: number, weekday: number, nth: number | "last"): number | null {
  const days: number[] = [];
  for (let day = new Date(Date.UTC(year, month, 1)); day.getUTCMonth() === month;) {
    if (day.getUTCDay() === weekday) days.push(day.getTime() / 1000);
    day = new Date(day.getTime() + 86_400_000);
  }
  return (nth === "last" ? days.at(-1) : days[nth - 1]) ?? null;
}

describe("monthly windows over 30 years against counting with Date", () => {
  const from = at("2020-01-01T00:00:00Z");
  it.each([
    ["Patch Tuesday", 2, 0],
    ["Patch Tuesday + 3 days", 2, 3],
    ["fifth Tuesday", 5, 0],
    ["last Tuesday + 10 days, into the next month and year", "last", 10],
    ["first Tuesday + 31 days", 1, 31],
    ["fourth Tuesday", 4, 0],
  ] as const)("%s", (_, nth, offsetDays) => {
    const expected: number[] = [];
    for (let month = -2; month < 360; month++) {
      const day = nthByCounting(2020 + Math.floor(month / 12), ((month % 12) + 12) % 12, 2, nth);
      const start = day === null ? null : day + offsetDays * 86_400 + 3600;
      if (start !== null && start > from) expected.push(start);
    }
    expect(expected.length).toBeGreaterThan(90);
    const window = monthly("tue", nth, offsetDays, "01:00", "3h");
    expect(starts(window, "UTC", from, expected.length)).toEqual(expected);
  });
});

const systemd = ((): boolean => {
  try {
    execFileSync("systemd-analyze", ["calendar", "daily"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

/** Next elapses in UTC, in seconds. */
function systemdCalendar(expression: string, from: string, count: number): number[] {
  const base = from.replace("T", " ").replace("Z", " UTC");
  const text = execFileSync(
    "systemd-analyze",
    ["calendar", `--iterations=${String(count)}`, `--base-time=${base}`, expression],
    { encoding: "utf8", env: { ...process.env, TZ: "UTC", LC_ALL: "C" } },
  );
  return [...text.matchAll(/(?:Next elapse|Iter\. #\d+): \w+ (\S+) (\S+) UTC/g)].map((m) =>
    at(`${m[1]!}T${m[2]!}Z`),
  );
}

describe("against systemd-analyze calendar", () => {
  const from = "2026-01-01T00:00:00Z";
  it.skipIf(!systemd).each([
    ["Patch Tuesday + 3 days", monthly("tue", 2, 3, "01:00", "3h"), "Fri *-*-11..17 01:00:00"],
    ["Patch Tuesday", monthly("tue", 2, 0, "22:30", "4h"), "Tue *-*-8..14 22:30:00"],
    ["last Sunday", monthly("sun", "last", 0, "04:00", "1h"), "Sun *-*~7/1 04:00:00"],
    ["fifth Monday", monthly("mon", 5, 0, "04:00", "1h"), "Mon *-*-29..31 04:00:00"],
  ] as const)("%s", (_, window, expression) => {
    for (const zone of ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]) {
      const theirs = systemdCalendar(`${expression} ${zone}`, from, 60);
      expect(theirs).toHaveLength(60);
      expect(starts(window, zone, at(from), 60)).toEqual(theirs);
    }
  });

  it.skipIf(!systemd)("weeknights", () => {
    const window: WindowSpec = {
      on: { kind: "weekly", days: ["mon", "tue", "wed", "thu"] },
      startMinute: 22 * 60,
      duration: 4 * 3600,
    };
    const theirs = systemdCalendar("Mon..Thu 22:00:00 Europe/London", from, 220);
    const ours = nextWindows(schedule([window]), "Europe/London", at(from) + 4 * 3600, 219, zones);
    expect(ours.map(({ opensAt }) => opensAt)).toEqual(theirs.slice(0, 219));
  });

  // Loud where it is missing: the rows above are then skipped and say why here.
  it("is there to compare with", (context) => {
    context.skip(!systemd, "systemd-analyze is not installed: windows were not compared with systemd");
  });
});
