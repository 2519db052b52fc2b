/** The latest time to merge: the last window that still meets the deadline, less what comes after. */
import { describe, expect, it } from "vitest";
import { DEFAULT_ASSUMPTIONS, type DeadlineAssumptions } from "../../src/core/deadline-profile.ts";
import { assessDeadlines } from "../../src/core/deadlines.ts";
import { decide } from "../../src/core/decide.ts";
import { findMergeBys } from "../../src/core/merge-by.ts";
import type { Freeze, PolicySet, Ring } from "../../src/core/policy.ts";
import { findCandidates } from "../../src/core/promotion-candidates.ts";
import { formatInstant, parseInstant } from "../../src/core/time.ts";
import { shippedProfiles } from "../../src/policy/deadline-profiles.ts";
import * as b from "./builders.ts";
import { weekly } from "./schedule-fixtures.ts";
import { zones } from "./worlds.ts";

const profileNamed = (name: string) => shippedProfiles().find((one) => one.name === name)!;

interface Case {
  /** Windows of production, London; none is always open. */
  readonly windows?: string;
  readonly patch?: Readonly<Record<string, unknown>>;
  readonly production?: Partial<Ring>;
  readonly freezes?: readonly Freeze[];
  readonly policy?: Partial<PolicySet>;
  readonly assume?: Partial<DeadlineAssumptions>;
  readonly profiles?: readonly string[];
  readonly devices?: readonly b.DeviceLine[];
  readonly capabilities?: Readonly<Record<string, unknown>>;
  /** Pilot installed so long ago. */
  readonly pilotAgo?: string;
}

/** It is Wednesday 2026-03-18 09:00Z; the patch was released on 2026-03-10 09:00Z, so it is due on Tuesday 24 March 09:00Z. */
function mergeBy(one: Case) {
  const { pilotAgo = "8d" } = one;
  const installed = b.fact("P", "installed", { installedAt: b.ago(pilotAgo) });
  const needy = [b.device("w1", "production", b.fact("P", "missing"))];
  const snap = b.snapshot(
    [b.patch("P", { reboot: "never", ...one.patch })],
    [b.device("a1", "pilot", installed), ...(one.devices ?? needy)],
    one.capabilities,
  );
  const schedules =
    one.windows === undefined ? [] : [b.schedule("s", { windows: one.windows.split("; ").map(weekly) })];
  const policy = b.policy({
    rings: [
      b.ring("pilot"),
      b.ring("production", {
        after: "pilot",
        ...(one.windows === undefined ? {} : { schedule: "s" }),
        ...one.production,
      }),
    ],
    schedules,
    freezes: one.freezes ?? [],
    ...one.policy,
  });
  const decided = decide(policy, snap, b.NOW, zones);
  const profiles = (one.profiles ?? ["cyber-essentials"]).map(profileNamed);
  const assume = { ...DEFAULT_ASSUMPTIONS, run: 0, ...one.assume };
  const candidates = findCandidates(decided);
  expect(candidates).toHaveLength(1);
  const found = findMergeBys(decided, assessDeadlines(decided, profiles), candidates, assume).get(
    candidates[0]!,
  );
  if (found === undefined) return null;
  return {
    at: found.at === null ? null : formatInstant(found.at),
    profile: found.obligation.profile.name,
    devices: found.devices,
    lost: found.lost,
  };
}

const CE = { profile: "cyber-essentials", devices: 1, lost: 0 };

describe("the latest time to merge", () => {
  it.each<[string, Case, string | null]>([
    ["always open: the due date", {}, "2026-03-24T09:00:00Z"],
    ["a run must come first", { assume: { run: 3600 } }, "2026-03-24T08:00:00Z"],
    ["and a reboot after", { patch: { reboot: "maybe" }, assume: { reboot: 7200 } }, "2026-03-24T07:00:00Z"],
    ["and the backend takes its time", { assume: { perDevice: 90 } }, "2026-03-24T08:58:00Z"],
    // The last second of the window that ends on Tuesday 02:00, in whole minutes.
    ["the last window before it is due", { windows: "mon,tue,wed,thu 22:00 4h" }, "2026-03-24T01:59:00Z"],
    ["less the run", { windows: "mon,tue,wed,thu 22:00 4h", assume: { run: 3600 } }, "2026-03-24T00:59:00Z"],
    ["a window that the due date cuts", { windows: "tue 06:00 8h" }, "2026-03-24T09:00:00Z"],
    ["a window after it does not count", { windows: "tue 09:01 8h; thu 20:00 2h" }, "2026-03-19T21:59:00Z"],
    [
      "the reboot must end in time",
      { windows: "mon 22:00 4h; fri 22:00 1h", patch: { reboot: "always" } },
      "2026-03-20T22:59:00Z",
    ],
    [
      "a freeze takes windows away",
      {
        windows: "mon,tue,wed,thu 22:00 4h",
        freezes: [b.freeze("f", { from: parseInstant("2026-03-20T00:30:00Z")!, to: b.NOW + 30 * 86_400 })],
      },
      "2026-03-20T00:29:00Z",
    ],
    [
      "the backend holds the windows",
      { windows: "tue 09:01 8h", capabilities: { ...b.CAPABILITIES, schedules: "backend" } },
      "2026-03-24T09:00:00Z",
    ],
    ["a soak that ends in time", { pilotAgo: "3d" }, "2026-03-24T09:00:00Z"],
  ])("%s", (_, one, at) => {
    expect(mergeBy(one)).toEqual({ ...CE, at });
  });

  it.each<[string, Case]>([
    ["past due", { patch: { releasedAt: b.ago("15d") } }],
    ["no window left", { windows: "tue 09:01 8h" }],
    ["the soak ends too late", { pilotAgo: "12h" }],
    ["the reboot would end too late", { patch: { reboot: "maybe" }, assume: { reboot: 7 * 86_400 } }],
  ])("cannot be met: %s", (_, one) => {
    expect(mergeBy(one)).toEqual({ at: null, profile: "cyber-essentials", devices: 0, lost: 1 });
  });

  it("the soonest of all devices, in the zone of each", () => {
    const zoned = (id: string, timezone: string) => ({
      ...b.device(id, "production", b.fact("P", "missing")),
      timezone,
    });
    const one: Case = {
      policy: { schedules: [b.schedule("s", { timezone: "device", windows: [weekly("mon 22:00 4h")] })] },
      production: { schedule: "s" },
      devices: [zoned("w1", "Asia/Tokyo"), zoned("w2", "Europe/London"), zoned("w3", "Asia/Tokyo")],
    };
    expect(mergeBy(one)).toEqual({ ...CE, at: "2026-03-23T16:59:00Z", devices: 3 });
  });

  it("what cannot be met does not hide what can", () => {
    const released = (id: string) => b.device(id, "production", b.fact("P", "missing"));
    expect(
      mergeBy({
        profiles: ["essential-eight-ml3", "cyber-essentials"],
        devices: [released("w1"), released("w2")],
      }),
    ).toEqual({ at: "2026-03-24T09:00:00Z", profile: "cyber-essentials", devices: 2, lost: 2 });
  });

  it("does not count devices that are stale or excepted, nor those without a deadline", () => {
    const stale = { ...b.device("w1", "production", b.fact("P", "missing")), scannedAt: b.ago("80h") };
    expect(mergeBy({ devices: [stale] })).toBeNull();
    expect(mergeBy({ patch: { severity: "low" } })).toBeNull();
  });

  it("merged then, the approval is sent in time; a minute and a run later it is not", () => {
    const windows = "mon,thu 22:00 3h; sat 10:00 5h";
    const run = 1800;
    const at = parseInstant(mergeBy({ windows, assume: { run } })!.at!)!;
    const schedule = b.schedule("s", { windows: windows.split("; ").map(weekly) });
    const open = (now: number): boolean => {
      const snap = b.snapshot([b.patch("P")], [b.device("w1", "pilot", b.fact("P", "missing"))]);
      const rings = [b.ring("pilot", { schedule: "s" })];
      const policy = b.policy({
        rings,
        schedules: [schedule],
        fleet: { ...b.policy().fleet, staleAfter: 1e9 },
      });
      return b.decideAt(policy, snap, now).intents.obstacle[0] === 0;
    };
    const due = parseInstant("2026-03-24T09:00:00Z")!;
    expect(open(at + run)).toBe(true);
    for (let later = at + run + 60; later <= due; later += 60) expect(open(later)).toBe(false);
  });
});
