/** The longest way to a ring, by hand and against the schedule machinery. */
import fc from "../property.ts";
import { describe, expect, it } from "vitest";
import { findFeasibility } from "../../src/core/deadline-feasibility.ts";
import { findPath, type PathInput } from "../../src/core/deadline-path.ts";
import { DEFAULT_ASSUMPTIONS } from "../../src/core/deadline-profile.ts";
import type { PolicySet, Schedule } from "../../src/core/policy.ts";
import { windowState } from "../../src/core/schedule.ts";
import { formatInstant } from "../../src/core/time.ts";
import { worstWait } from "../../src/core/window-wait.ts";
import { shippedProfiles } from "../../src/policy/deadline-profiles.ts";
import * as b from "./builders.ts";
import { monthly, weekly } from "./schedule-fixtures.ts";
import { zones } from "./worlds.ts";

const DAY = 86_400;
const HOUR = 3600;
const WINDOWS: Partial<Schedule> = { timezone: "UTC", windows: [weekly("tue,thu 20:00 4h")] };

function input(more: Partial<PolicySet> = {}, rest: Partial<PathInput> = {}): PathInput {
  return {
    policy: b.policy(more),
    assume: DEFAULT_ASSUMPTIONS,
    now: b.NOW,
    zones,
    deviceZones: () => ["Europe/London"],
    ...rest,
  };
}

function pathOf(made: PathInput, ringName = "production") {
  const ring = made.policy.rings.find(({ name }) => name === ringName)!;
  const path = findPath(made, made.policy.rules[0]!, ring);
  return {
    ...path,
    told: path.steps.map(({ kind, seconds }) => `${kind} ${String((seconds ?? NaN) / HOUR)}`),
  };
}

const production = (more: object) => [b.ring("pilot"), b.ring("production", { after: "pilot", ...more })];

describe("the steps of a path", () => {
  it("are scan, window, quorum, soak, review, window, reboot; together the total", () => {
    const path = pathOf(
      input({ rings: production({ schedule: "s" }), schedules: [b.schedule("s", WINDOWS)] }),
    );
    // From the end of Thursday to Tuesday 20:00 are 4 days and 20 hours, and an hour to the next run.
    expect(path.told).toEqual([
      "scan 24",
      "delay 0",
      "window 1",
      "quorum 24",
      "soak 168",
      "review 24",
      "window 117",
      "reboot 24",
    ]);
    expect(path.total).toBe((24 + 1 + 24 + 168 + 24 + 117 + 24) * HOUR);
  });

  it.each<[string, Partial<PolicySet>, string[]]>([
    [
      "a delay runs from the release, so the scan is part of it",
      { rules: [b.rule("r/x", { delay: 3 * DAY })] },
      ["scan 24", "delay 48", "window 1"],
    ],
    [
      "a delay shorter than the scan adds nothing",
      { rules: [b.rule("r/x", { delay: 3600 })] },
      ["scan 24", "delay 0", "window 1"],
    ],
  ])("%s", (_, more, first) => {
    expect(pathOf(input(more)).told.slice(0, 3)).toEqual(first);
  });

  it("a rule's own soak and schedule take the place of the ring's", () => {
    const rules = [b.rule("r/x", { soak: 2 * DAY, schedule: "s" })];
    const path = pathOf(input({ rules, schedules: [b.schedule("s", WINDOWS)] }));
    expect(path.told).toEqual([
      "scan 24",
      "delay 0",
      "window 117",
      "quorum 24",
      "soak 48",
      "review 24",
      "window 117",
      "reboot 24",
    ]);
  });

  const soak = { for: 7 * DAY, quorum: { percent: 80, minDevices: 1 } };
  it.each([
    ["first-install", { soak: { ...soak, clock: "first-install" } }, ["soak 168", "review 24"]],
    // The soak runs from the approval on: the hour to the run and the day of installing are part of it.
    ["approved", { soak: { ...soak, clock: "approved" } }, ["quorum 24", "soak 143"]],
    [
      "auto",
      { promotion: { by: "auto", reviewers: [], maxPatches: 50 } },
      ["quorum 24", "soak 168", "review 1"],
    ],
  ])("clock or promotion %s", (_, more, part) => {
    const { told } = pathOf(input({ rings: production(more) }));
    expect(told.slice(3, 3 + part.length)).toEqual(part);
  });

  it("a third ring soaks again", () => {
    const rings = [
      ...production({}),
      b.ring("last", { after: "production", soak: { ...soak, for: 2 * DAY, clock: "quorum" } }),
    ];
    expect(pathOf(input({ rings }), "last").told.filter((text) => text.startsWith("soak"))).toEqual([
      "soak 168",
      "soak 48",
    ]);
  });

  it("a rule that speaks in production only goes the way of the slowest rule in the pilot", () => {
    const rules = [
      b.rule("r/x", { rings: ["production"] }),
      b.rule("r/a", { rings: ["pilot"], delay: 2 * DAY }),
      b.rule("r/b", { rings: ["pilot"], delay: 4 * DAY }),
      b.rule("r/c", { rings: ["pilot"], delay: 9 * DAY, then: "manual" }),
    ];
    expect(pathOf(input({ rules })).told[1]).toBe("delay 72");
    expect(pathOf(input({ rules: rules.slice(0, 1) }))).toMatchObject({ blockedIn: "pilot", total: null });
  });

  it("a schedule without windows never ends", () => {
    const schedules = [b.schedule("s", { windows: [] })];
    expect(pathOf(input({ rings: production({ schedule: "s" }), schedules })).total).toBeNull();
  });
});

describe("the longest wait for a window", () => {
  const LONDON = "Europe/London";
  it.each<[string, Partial<Schedule>, number | null, string | null]>([
    ["daily", { windows: [weekly("daily 22:00 4h")] }, 21, "2026-10-25T01:00:00Z"],
    ["weekly", { windows: [weekly("mon 10:00 8h")] }, 6 * 24 + 17, "2026-10-19T17:00:00Z"],
    [
      "Patch Tuesday",
      { windows: [monthly("tue", 2, 0, "10:00", "8h")] },
      35 * 24 - 8,
      "2026-06-09T17:00:00Z",
    ],
    ["never shut", { windows: [weekly("daily 00:00 25h")] }, 0, null],
    ["no windows", { windows: [] }, null, null],
    // 01:30 does not exist on 2026-03-29: that night is dropped.
    [
      "a clock change drops a night",
      { dst: "skip", windows: [weekly("daily 01:30 1h")] },
      46,
      "2026-03-28T02:30:00Z",
    ],
  ])("%s", (_, more, hours, shutAt) => {
    const wait = worstWait(b.schedule("s", { timezone: LONDON, ...more }), [LONDON], b.NOW, zones);
    expect(wait.seconds === null ? null : wait.seconds / HOUR).toBe(hours);
    if (shutAt !== null) expect(formatInstant(wait.gap!.shutAt)).toBe(shutAt);
  });

  it("is the worst of all zones, and names the zone", () => {
    const schedule = b.schedule("s", {
      timezone: "device",
      dst: "skip",
      windows: [weekly("daily 01:30 1h")],
    });
    const wait = worstWait(schedule, ["UTC", LONDON], b.NOW, zones);
    expect([wait.zone, wait.seconds! / HOUR]).toEqual([LONDON, 46]);
  });

  it("nobody who asks within the year waits longer", () => {
    fc.assert(
      fc.property(
        fc.subarray(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], { minLength: 1 }),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom("UTC", LONDON, "America/New_York", "Australia/Lord_Howe"),
        fc.array(fc.integer({ min: 0, max: 365 * 24 }), { minLength: 20, maxLength: 20 }),
        (days, hour, length, zone, asked) => {
          const window = weekly(`${days.join(",")} ${String(hour).padStart(2, "0")}:00 ${length}h`);
          const schedule = b.schedule("s", { timezone: zone, windows: [window] });
          const worst = worstWait(schedule, [zone], b.NOW, zones).seconds!;
          for (const hours of asked) {
            const at = b.NOW + hours * HOUR;
            const { open, opensAt } = windowState(schedule, zone, at, zones);
            if (!open) expect(opensAt! - at).toBeLessThanOrEqual(worst);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("what fits", () => {
  const profile = (name: string) => shippedProfiles().filter((one) => one.name === name);
  const made = (more: Partial<PolicySet> = {}) =>
    input({
      rings: production({ schedule: "s" }),
      schedules: [b.schedule("s", WINDOWS)],
      rules: [b.rule("r/security", { patches: b.patches({ category: "security" }), rings: null })],
      ...more,
    });

  it("names the limit, what is too long, and what would make it fit", () => {
    const found = findFeasibility(made(), profile("cyber-essentials"));
    expect(found.map(({ path, limits }) => [path.ring.name, limits[0]!.fits])).toEqual([
      ["pilot", true],
      ["production", false],
    ]);
    const [limit] = found[1]!.limits;
    expect(limit!.limit).toBe(14 * DAY);
    // 382 hours; daily windows wait 20 hours and one to the run instead of 117.
    expect(limit!.fixes).toEqual([
      { kind: "daily-windows", value: null, total: (382 - 117 + 21) * HOUR, fits: true },
      { kind: "soak", value: 5 * DAY, total: (382 - 48) * HOUR, fits: true },
      { kind: "first-install", value: null, total: (382 - 24) * HOUR, fits: false },
      { kind: "auto", value: null, total: (382 - 23) * HOUR, fits: false },
    ]);
  });

  it("what a fix promises holds when policy is changed so", () => {
    const fixed = made({
      rings: production({
        schedule: "s",
        soak: { for: 5 * DAY, clock: "quorum", quorum: { percent: 80, minDevices: 1 } },
      }),
    });
    expect(
      findFeasibility(fixed, profile("cyber-essentials")).every(({ limits }) =>
        limits.every(({ fits }) => fits),
      ),
    ).toBe(true);
  });

  it("leaves out tiers that cannot apply", () => {
    const rules = [
      b.rule("r/low", { patches: b.patches({ severity: ["low", "moderate"] }) }),
      b.rule("r/app", { patches: b.patches({ category: "application", severity: "low" }) }),
      b.rule("r/driver", { patches: b.patches({ category: "driver" }) }),
    ];
    const tiers = (name: string) =>
      findFeasibility(made({ rules }), profile(name))
        .filter(({ path }) => path.ring.name === "pilot")
        .map(({ path, limits }) => [
          path.rule.id,
          limits.flatMap((one) => one.tiers.map((tier) => tier.name)),
        ]);
    expect(tiers("pci-dss")).toEqual([
      ["r/low", ["critical"]],
      ["r/app", ["critical"]],
      ["r/driver", ["critical"]],
    ]);
    expect(tiers("essential-eight-ml1")).toEqual([
      ["r/low", ["internet-facing-critical", "internet-facing", "applications", "operating-systems"]],
      ["r/app", ["internet-facing-critical", "internet-facing", "applications"]],
      ["r/driver", ["internet-facing-critical"]],
    ]);
  });

  it("leaves out a tier that a rule of higher priority decides", () => {
    const quick = b.rule("exploited/known", { patches: b.patches({ kev: true }), priority: 10, soak: DAY });
    const [slow] = made().policy.rules;
    const house = profile("house");
    const limits = (rules: PolicySet["rules"]) =>
      findFeasibility(made({ rules }), house)
        .find(({ path }) => path.rule === slow && path.ring.name === "production")!
        .limits.flatMap((one) => one.tiers.map((tier) => tier.name));
    expect(limits([slow!])).toContain("exploited");
    expect(limits([quick, slow!])).not.toContain("exploited");
    expect(limits([{ ...quick, rings: ["pilot"] }, slow!])).toContain("exploited");
  });
});
