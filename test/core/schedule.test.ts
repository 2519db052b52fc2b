import { describe, expect, it } from "vitest";
import {
  OPENING_HORIZON,
  frozenUntil,
  nextWindows,
  scheduleZone,
  windowState,
} from "../../src/core/schedule.ts";
import { createZoneRules } from "../../src/time/zone-rules.ts";
import { at, monthly, schedule, show, weekly } from "./schedule-fixtures.ts";

const zones = createZoneRules();
const nightly = schedule([weekly("mon,tue,wed,thu 22:00 4h")]);
const patchTuesday = schedule([monthly("tue", 2, 3, "01:00", "3h")]);

function state(of: Parameters<typeof windowState>[0], zone: string, now: string): string {
  const { open, closesAt, opensAt } = windowState(of, zone, at(now), zones);
  return open ? `open until ${String(show(closesAt))}` : `shut until ${String(show(opensAt))}`;
}

describe("windowState", () => {
  it.each([
    ["a second before the start", nightly, "UTC", "2026-03-02T21:59:59Z", "shut until 2026-03-02T22:00:00Z"],
    ["at the start", nightly, "UTC", "2026-03-02T22:00:00Z", "open until 2026-03-03T02:00:00Z"],
    ["after midnight", nightly, "UTC", "2026-03-03T01:59:59Z", "open until 2026-03-03T02:00:00Z"],
    ["at the end", nightly, "UTC", "2026-03-03T02:00:00Z", "shut until 2026-03-03T22:00:00Z"],
    ["over the weekend", nightly, "UTC", "2026-03-06T02:00:00Z", "shut until 2026-03-09T22:00:00Z"],
    [
      "in the zone's time",
      nightly,
      "America/New_York",
      "2026-03-03T03:00:00Z",
      "open until 2026-03-03T07:00:00Z",
    ],
    [
      "the zone's weekday counts",
      schedule([weekly("tue 00:30 1h")]),
      "Pacific/Auckland",
      "2026-06-01T12:30:00Z",
      "open until 2026-06-01T13:30:00Z",
    ],
    ["no windows", schedule([]), "UTC", "2026-03-02T22:00:00Z", "shut until null"],
    [
      "overlapping windows",
      schedule([weekly("mon 20:00 3h"), weekly("mon 22:00 4h")]),
      "UTC",
      "2026-03-02T20:30:00Z",
      "open until 2026-03-03T02:00:00Z",
    ],
    [
      "a long window hides a short one",
      schedule([weekly("mon 20:00 9h"), weekly("mon 22:00 1h")]),
      "UTC",
      "2026-03-02T22:30:00Z",
      "open until 2026-03-03T05:00:00Z",
    ],
    [
      "adjacent windows",
      schedule([weekly("mon 20:00 2h"), weekly("mon 22:00 2h")]),
      "UTC",
      "2026-03-02T20:30:00Z",
      "open until 2026-03-03T00:00:00Z",
    ],
    [
      "a minute between windows",
      schedule([weekly("mon 20:00 2h"), weekly("mon 22:01 2h")]),
      "UTC",
      "2026-03-02T20:30:00Z",
      "open until 2026-03-02T22:00:00Z",
    ],
    [
      "longer than a day",
      schedule([weekly("fri 18:00 60h")]),
      "UTC",
      "2026-03-09T05:59:59Z",
      "open until 2026-03-09T06:00:00Z",
    ],
    [
      "longer than a week",
      schedule([monthly("mon", 1, 0, "00:00", "10d")]),
      "UTC",
      "2026-03-11T23:59:59Z",
      "open until 2026-03-12T00:00:00Z",
    ],
    [
      "longer than a week, from the month before",
      schedule([monthly("fri", "last", 0, "00:00", "10d")]),
      "UTC",
      "2026-04-05T00:00:00Z",
      "open until 2026-04-06T00:00:00Z",
    ],
    [
      "always, in UTC",
      schedule([weekly("daily 00:00 24h")]),
      "UTC",
      "2026-03-02T21:59:59Z",
      "open until null",
    ],
    [
      "always, by weeks that overlap",
      schedule([weekly("mon 00:00 9d")]),
      "Europe/Berlin",
      "2026-03-02T21:59:59Z",
      "open until null",
    ],
    [
      "longer than anybody lives",
      schedule([weekly("mon 00:00 999999999d")]),
      "UTC",
      "2026-03-02T21:59:59Z",
      "open until null",
    ],
    [
      "24 hours end an hour before a day of 25",
      schedule([weekly("daily 00:00 24h")]),
      "Europe/Berlin",
      "2026-10-25T12:00:00Z",
      "open until 2026-10-25T22:00:00Z",
    ],
    ["Patch Tuesday + 3", patchTuesday, "UTC", "2026-03-10T00:00:00Z", "shut until 2026-03-13T01:00:00Z"],
    [
      "Patch Tuesday + 3 in a month that starts on Wednesday",
      patchTuesday,
      "UTC",
      "2026-04-01T00:00:00Z",
      "shut until 2026-04-17T01:00:00Z",
    ],
    [
      "last Thursday + 5 reaches into January",
      schedule([monthly("thu", "last", 5, "01:00", "3h")]),
      "UTC",
      "2027-01-01T00:00:00Z",
      "shut until 2027-01-05T01:00:00Z",
    ],
    [
      "last Thursday + 5 is open in the new year",
      schedule([monthly("thu", "last", 5, "01:00", "3h")]),
      "UTC",
      "2027-01-05T03:00:00Z",
      "open until 2027-01-05T04:00:00Z",
    ],
    [
      "an offset of 40 days across the year",
      schedule([monthly("tue", 4, 40, "01:00", "3h")]),
      "UTC",
      "2026-12-31T00:00:00Z",
      "shut until 2027-01-03T01:00:00Z",
    ],
    [
      "a fifth Tuesday, four months off",
      schedule([monthly("tue", 5, 0, "01:00", "3h")]),
      "UTC",
      "2026-04-01T00:00:00Z",
      "shut until 2026-06-30T01:00:00Z",
    ],
    [
      "the last Tuesday is the fifth where there is one",
      schedule([monthly("tue", "last", 0, "01:00", "3h")]),
      "UTC",
      "2026-06-25T00:00:00Z",
      "shut until 2026-06-30T01:00:00Z",
    ],
    [
      "a fifth Tuesday in February",
      schedule([monthly("tue", 5, 0, "01:00", "3h")]),
      "UTC",
      "2028-02-01T00:00:00Z",
      "shut until 2028-02-29T01:00:00Z",
    ],
  ])("%s", (_, of, zone, now, expected) => {
    expect(state(of, zone, now)).toBe(expected);
  });

  const at0230 = [weekly("daily 02:30 2h")];
  const shift = schedule(at0230);
  const skip = schedule(at0230, { dst: "skip" });
  it.each([
    [
      "Berlin gap, shifted",
      shift,
      "Europe/Berlin",
      "2026-03-29T00:59:59Z",
      "shut until 2026-03-29T01:00:00Z",
    ],
    [
      "Berlin gap, shifted, exact length",
      shift,
      "Europe/Berlin",
      "2026-03-29T01:00:00Z",
      "open until 2026-03-29T03:00:00Z",
    ],
    ["Berlin gap, skipped", skip, "Europe/Berlin", "2026-03-29T00:59:59Z", "shut until 2026-03-30T00:30:00Z"],
    [
      "Berlin repeat, the first time",
      shift,
      "Europe/Berlin",
      "2026-10-25T00:30:00Z",
      "open until 2026-10-25T02:30:00Z",
    ],
    [
      "Berlin repeat is kept by skip",
      skip,
      "Europe/Berlin",
      "2026-10-25T00:30:00Z",
      "open until 2026-10-25T02:30:00Z",
    ],
    [
      "Berlin repeat, not a second time",
      schedule([weekly("daily 02:30 30m")]),
      "Europe/Berlin",
      "2026-10-25T01:30:00Z",
      "shut until 2026-10-26T01:30:00Z",
    ],
    [
      "London gap, shifted",
      schedule([weekly("sun 01:15 1h")]),
      "Europe/London",
      "2026-03-29T01:30:00Z",
      "open until 2026-03-29T02:00:00Z",
    ],
    [
      "London gap, skipped",
      schedule([weekly("sun 01:15 1h")], { dst: "skip" }),
      "Europe/London",
      "2026-03-29T01:30:00Z",
      "shut until 2026-04-05T00:15:00Z",
    ],
    [
      "a window over the London gap keeps its length",
      schedule([weekly("sat 23:00 4h")]),
      "Europe/London",
      "2026-03-29T01:30:00Z",
      "open until 2026-03-29T03:00:00Z",
    ],
    [
      "New York gap, shifted",
      shift,
      "America/New_York",
      "2026-03-08T07:00:00Z",
      "open until 2026-03-08T09:00:00Z",
    ],
    [
      "New York repeat",
      schedule([weekly("daily 01:30 30m")]),
      "America/New_York",
      "2026-11-01T06:30:00Z",
      "shut until 2026-11-02T06:30:00Z",
    ],
    [
      "Lord Howe half-hour gap",
      schedule([weekly("sun 02:15 1h")]),
      "Australia/Lord_Howe",
      "2026-10-03T15:29:59Z",
      "shut until 2026-10-03T15:30:00Z",
    ],
    [
      "Lord Howe half-hour repeat",
      schedule([weekly("sun 01:45 10m")]),
      "Australia/Lord_Howe",
      "2026-04-04T15:15:00Z",
      "shut until 2026-04-11T15:15:00Z",
    ],
    [
      "Apia's Friday that never was, shifted",
      schedule([weekly("fri 12:00 2h")]),
      "Pacific/Apia",
      "2011-12-30T09:59:59Z",
      "shut until 2011-12-30T10:00:00Z",
    ],
    [
      "Apia's Friday that never was, skipped",
      schedule([weekly("fri 12:00 2h")], { dst: "skip" }),
      "Pacific/Apia",
      "2011-12-30T09:59:59Z",
      "shut until 2012-01-05T22:00:00Z",
    ],
    [
      "Cairo has no midnight, shifted",
      schedule([weekly("fri 00:00 1h")]),
      "Africa/Cairo",
      "2026-04-23T22:30:00Z",
      "open until 2026-04-23T23:00:00Z",
    ],
    [
      "Cairo has no midnight, skipped",
      schedule([weekly("fri 00:00 1h")], { dst: "skip" }),
      "Africa/Cairo",
      "2026-04-23T22:30:00Z",
      "shut until 2026-04-30T21:00:00Z",
    ],
  ])("clock change: %s", (_, of, zone, now, expected) => {
    expect(state(of, zone, now)).toBe(expected);
  });

  it("tells a start that is 400 days away, and none a second further", () => {
    // No real schedule is shut for 400 days: these zone rules put every start at one instant.
    const start = at("2026-06-30T01:00:00Z");
    const fake = { ...zones, resolve: () => ({ kind: "exact" as const, at: start }) };
    const of = schedule([monthly("tue", 5, 0, "01:00", "3h")]);
    expect(windowState(of, "UTC", start - OPENING_HORIZON, fake).opensAt).toBe(start);
    expect(windowState(of, "UTC", start - OPENING_HORIZON - 1, fake).opensAt).toBeNull();
  });

  it("tells an end that is 400 days away, and none a second further", () => {
    const of = schedule([monthly("tue", 5, 0, "00:00", "400d")]);
    const only = at("2026-06-30T00:00:00Z");
    const once = {
      ...zones,
      resolve: (_: string, day: number) => ({
        kind: day * 86_400 === only ? ("exact" as const) : ("gap" as const),
        at: day * 86_400,
      }),
    };
    const skipping = { ...of, dst: "skip" as const };
    expect(windowState(skipping, "UTC", only, once)).toEqual({
      open: true,
      closesAt: only + OPENING_HORIZON,
      opensAt: null,
    });
    const longer = schedule([{ ...of.windows[0]!, duration: OPENING_HORIZON + 1 }], { dst: "skip" });
    expect(windowState(longer, "UTC", only, once)).toEqual({ open: true, closesAt: null, opensAt: null });
  });
});

describe("nextWindows", () => {
  const list = (of: Parameters<typeof nextWindows>[0], zone: string, from: string, count: number): string[] =>
    nextWindows(of, zone, at(from), count, zones).map(
      ({ opensAt, closesAt }) => `${String(show(opensAt))}/${String(show(closesAt))}`,
    );

  it("gives the coming ones in order, the open one first", () => {
    expect(list(nightly, "UTC", "2026-03-05T23:00:00Z", 2)).toEqual([
      "2026-03-05T22:00:00Z/2026-03-06T02:00:00Z",
      "2026-03-09T22:00:00Z/2026-03-10T02:00:00Z",
    ]);
  });

  it("merges what overlaps or touches, also with what ended before", () => {
    const of = schedule([weekly("mon 18:00 2h"), weekly("mon 20:00 2h"), weekly("mon 21:00 2h")]);
    expect(list(of, "UTC", "2026-03-02T22:30:00Z", 2)).toEqual([
      "2026-03-02T18:00:00Z/2026-03-02T23:00:00Z",
      "2026-03-09T18:00:00Z/2026-03-09T23:00:00Z",
    ]);
  });

  it("leaves out what ended at this very instant", () => {
    expect(list(nightly, "UTC", "2026-03-03T02:00:00Z", 1)).toEqual([
      "2026-03-03T22:00:00Z/2026-03-04T02:00:00Z",
    ]);
  });

  it("shows an hour of change in the length on the clock, not in time", () => {
    expect(list(schedule([weekly("sat 23:00 4h")]), "Europe/Berlin", "2026-03-28T12:00:00Z", 1)).toEqual([
      "2026-03-28T22:00:00Z/2026-03-29T02:00:00Z",
    ]);
  });

  it.each([
    ["no windows", schedule([]), 3, 0],
    ["none wanted", nightly, 0, 0],
    ["fifth Tuesdays within 400 days", schedule([monthly("tue", 5, 0, "01:00", "3h")]), 99, 5],
    ["always open", schedule([weekly("daily 00:00 24h")]), 99, 1],
  ])("%s", (_, of, count, expected) => {
    expect(nextWindows(of, "UTC", at("2026-03-01T00:00:00Z"), count, zones)).toHaveLength(expected);
  });

  it("has no end for a schedule that never shuts", () => {
    const [stretch] = nextWindows(
      schedule([weekly("daily 00:00 24h")]),
      "UTC",
      at("2026-03-01T00:00:00Z"),
      1,
      zones,
    );
    expect(stretch?.closesAt).toBeNull();
  });
});

describe("scheduleZone", () => {
  it.each([
    ["the device's", "device", "Asia/Tokyo", "Asia/Tokyo"],
    ["the fleet's, the device has none", "device", "", "Europe/London"],
    ["the fleet's, the device's is no zone", "device", "Mars/Olympus", "Europe/London"],
    ["the fleet's, the device's is an offset", "device", "+09:00", "Europe/London"],
    ["the schedule's own", "America/New_York", "Asia/Tokyo", "America/New_York"],
  ])("%s", (_, timezone, device, expected) => {
    expect(scheduleZone(schedule([], { timezone }), device, "Europe/London", zones)).toBe(expected);
  });
});

describe("frozenUntil", () => {
  it.each([
    ["none", [], 5, null],
    ["before", [[10, 20]], 9, null],
    ["at its start", [[10, 20]], 10, 20],
    ["in its last second", [[10, 20]], 19, 20],
    ["at its end", [[10, 20]], 20, null],
    [
      "adjacent ones chain, whatever their order",
      [
        [20, 30],
        [10, 20],
      ],
      15,
      30,
    ],
    [
      "overlapping ones chain",
      [
        [10, 20],
        [15, 40],
        [35, 50],
      ],
      12,
      50,
    ],
    [
      "a gap of a second ends the chain",
      [
        [10, 20],
        [21, 30],
      ],
      12,
      20,
    ],
    [
      "one inside another",
      [
        [10, 50],
        [20, 30],
      ],
      25,
      50,
    ],
    ["one that begins later alone", [[30, 40]], 5, null],
    ["one that ends before it starts", [[20, 10]], 15, null],
    ["an empty one", [[15, 15]], 15, null],
  ] as [string, [number, number][], number, number | null][])("%s", (_, freezes, now, expected) => {
    expect(
      frozenUntil(
        freezes.map(([from, to]) => ({ from, to })),
        now,
      ),
    ).toBe(expected);
  });
});
