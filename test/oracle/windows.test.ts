import { describe, expect, it } from "vitest";
import type { Schedule, WindowSpec } from "../../src/core/policy.ts";
import { dayNumber, formatInstant, parseInstant } from "../../src/core/time.ts";
import * as F from "./fixture.ts";
import { createTestZones } from "./zones.ts";

const zones = createTestZones();
const LONDON = "Europe/London";

describe("zones of the tests", () => {
  it.each([
    ["gap: the first instant after it", dayNumber(2026, 3, 29), 90, "gap", "2026-03-29T01:00:00Z"],
    ["after the gap", dayNumber(2026, 3, 29), 120, "exact", "2026-03-29T01:00:00Z"],
    ["repeat: the first", dayNumber(2026, 10, 25), 90, "repeat", "2026-10-25T00:30:00Z"],
    ["winter", dayNumber(2026, 1, 1), 0, "exact", "2026-01-01T00:00:00Z"],
  ])("%s", (_, day, minute, kind, at) => {
    const resolved = zones.resolve(LONDON, day, minute);
    expect([resolved.kind, formatInstant(resolved.at)]).toEqual([kind, at]);
  });

  it("knows names, and neither offsets nor inventions", () => {
    expect(["Asia/Kathmandu", "UTC", "Mars/Olympus", "+01:00"].map((zone) => zones.isKnown(zone))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(zones.dayAt("America/New_York", parseInstant("2026-03-18T03:59:59Z") as number)).toBe(
      dayNumber(2026, 3, 17),
    );
  });
});

/** What becomes of an approval at an instant under one window, and when it opens. */
function at(now: string, spec: WindowSpec, more: Partial<Schedule> = {}, timezone: string = LONDON): string {
  const schedule = {
    ...F.named("s"),
    timezone: "device",
    dst: "shift-forward" as const,
    windows: [spec],
    ...more,
  };
  const rings = [F.ring("pilot", { schedule: "s" })];
  const policy = F.policy({ rings, rules: [F.rule("r/a")], schedules: [schedule] });
  const device = { ...F.device("d", "pilot", F.fact("missing")), timezone, scannedAt: now };
  const plan = F.planOf(
    policy,
    F.snapshot([device], [{ id: "p", releasedAt: "2026-01-01T00:00:00Z" }]),
    parseInstant(now) as number,
  );
  return plan.scheduled[0] === undefined ? F.actionOf(plan) : (plan.scheduled[0].opensAt ?? "never");
}

describe("windows (3.1)", () => {
  const sunday: WindowSpec = { on: { kind: "weekly", days: ["sun"] }, startMinute: 90, duration: 3600 };
  const monthly = (nth: 2 | 5 | "last", offsetDays: number): WindowSpec => ({
    on: { kind: "monthly", weekday: "tue", nth, offsetDays },
    startMinute: 0,
    duration: 3600,
  });

  it.each([
    ["a second before", "2026-03-22T01:29:59Z", sunday, {}, LONDON, "2026-03-22T01:30:00Z"],
    ["the start", "2026-03-22T01:30:00Z", sunday, {}, LONDON, "approve"],
    ["the last second", "2026-03-22T02:29:59Z", sunday, {}, LONDON, "approve"],
    [
      "the end; next week's start is in the gap",
      "2026-03-22T02:30:00Z",
      sunday,
      {},
      LONDON,
      "2026-03-29T01:00:00Z",
    ],
    ["an hour after the gap", "2026-03-29T02:00:00Z", sunday, {}, LONDON, "2026-04-05T00:30:00Z"],
    [
      "a start in the gap dropped",
      "2026-03-29T01:00:00Z",
      sunday,
      { dst: "skip" },
      LONDON,
      "2026-04-05T00:30:00Z",
    ],
    ["the first of a repeat", "2026-10-25T00:30:00Z", sunday, {}, LONDON, "approve"],
    ["the second of a repeat", "2026-10-25T01:30:00Z", sunday, {}, LONDON, "2026-11-01T01:30:00Z"],
    ["an unknown zone is the fleet's", "2026-10-25T01:30:00Z", sunday, {}, "Mars/Olympus", "approve"],
    [
      "Patch Tuesday and three days",
      "2026-03-12T00:00:00Z",
      monthly(2, 3),
      {},
      LONDON,
      "2026-03-13T00:00:00Z",
    ],
    ["a fifth Tuesday", "2026-03-31T00:00:00Z", monthly(5, 0), { timezone: "UTC" }, LONDON, "approve"],
    [
      "no fifth Tuesday in April to May",
      "2026-04-01T00:00:00Z",
      monthly(5, 0),
      { timezone: "UTC" },
      LONDON,
      "2026-06-30T00:00:00Z",
    ],
    [
      "the last Tuesday, into the next month",
      "2026-03-31T12:00:00Z",
      monthly("last", 2),
      { timezone: "UTC" },
      LONDON,
      "2026-04-02T00:00:00Z",
    ],
  ] as const)("%s", (_, now, spec, more, timezone, expected) => {
    expect(at(now, spec, more, timezone)).toBe(expected);
  });
});

describe("plan (3.2, 5.2)", () => {
  it("groups what waits, lists guards in order and counts removals", () => {
    const devices = ["ä", "B", "a"].map((id) => F.device(id, "pilot", F.fact("missing")));
    const recalls = [F.recall("r", { uninstall: true, maxDevices: 0, patches: F.is("id", "q") })];
    const other = F.device("c", "nowhere", { patch: "q", status: "installed" });
    const policy = F.policy({ rules: [F.rule("r/a", { delay: 691_201 })], recalls });
    const plan = F.planOf(policy, F.snapshot([...devices, other], [F.PATCH, { id: "q" }]));
    expect(plan.waiting).toEqual([
      { ring: "pilot", patch: "p", reason: "DELAY", until: "2026-03-18T09:00:01Z", devices: 3 },
    ]);
    expect(plan.guards.map(({ guard, limit, value, tripped }) => [guard, limit, value, tripped])).toEqual([
      ["actionsPerRun", 500, 1, false],
      ["devicesPerRun", 1, 1, false],
      ["uninstallsPerRun", 10, 1, false],
      ["recallMaxDevices:r", 0, 1, true],
      ["emptySnapshot", 1, 4, false],
      ["incompleteSnapshot", 0, 0, false],
    ]);
    expect([plan.summary.devices, plan.summary.destructive, plan.verdicts.wait]).toEqual([1, 1, 3]);
    expect(F.linesOf(policy, F.snapshot(devices)).map((line) => line.split(" ")[0])).toEqual(["B", "a", "ä"]);
  });
});
