/** Seen times are found once, never replace a date of the backend's, and decide uses them. */
import { describe, expect, it } from "vitest";
import { listVerdicts } from "../../src/core/make-plan.ts";
import { datePatches } from "../../src/core/patch-date.ts";
import { findNewlySeen, mergeSeen, NOTHING_SEEN, withSeenTimes } from "../../src/core/seen-times.ts";
import type { Snapshot } from "../../src/core/snapshot.ts";
import * as b from "./builders.ts";

const { NOW } = b;
const TAKEN = NOW - 1800;
const DAY = 86_400;
const at = (seconds: number): string => new Date(seconds * 1000).toISOString();

const UNDATED = { releasedAt: null };

describe("newly seen", () => {
  it("are patches that no time is known of, and installs without a date", () => {
    const snapshot = b.snapshot(
      [b.patch("KB1"), b.patch("KB2")],
      [
        b.device(
          "a",
          "pilot",
          b.fact("KB1", "installed"),
          b.fact("KB2", "installed", { installedAt: b.ago("2d") }),
        ),
        b.device("b", "pilot", b.fact("KB1", "missing"), b.fact("KB2", "reboot-required")),
        b.device("c", "pilot", b.fact("KB1", "installed", { installedAt: "1971-12-31T23:59:59Z" })),
        b.device("d", "pilot", b.fact("KB1", "installed", { installedAt: at(NOW + 1) })),
      ],
    );
    const seen = { patches: new Map([["KB1", 5]]), installs: new Map([["c", new Map([["KB1", 7]])]]) };
    expect(findNewlySeen(snapshot, seen, NOW)).toEqual({
      patches: new Map([["KB2", TAKEN]]),
      installs: new Map([
        ["a", new Map([["KB1", TAKEN]])],
        ["d", new Map([["KB1", TAKEN]])],
      ]),
    });
  });

  it("are nothing when all of it is known, and keep their first time", () => {
    const snapshot = b.snapshot([b.patch("KB1")], [b.device("a", "pilot", b.fact("KB1", "installed"))]);
    const first = mergeSeen(NOTHING_SEEN, findNewlySeen(snapshot, NOTHING_SEEN, NOW));
    const second = findNewlySeen(snapshot, first, NOW + DAY);
    expect(second).toEqual({ patches: new Map(), installs: new Map() });
    const later = { patches: new Map([["KB1", NOW]]), installs: new Map([["a", new Map([["KB1", NOW]])]]) };
    expect(mergeSeen(first, later)).toEqual(first);
  });

  it("are not of the future when the snapshot says it is", () => {
    const snapshot = b.snapshot([b.patch("KB1")], []);
    expect(findNewlySeen(snapshot, NOTHING_SEEN, TAKEN - 60).patches.get("KB1")).toBe(TAKEN - 60);
  });

  it("leave the date of a patch where a detection has put it", () => {
    const snapshot = b.snapshot(
      [b.patch("KB1", UNDATED)],
      [
        b.device("a", "pilot", b.fact("KB1", "missing", { detectedAt: b.ago("9d") })),
        b.device("b", "pilot", b.fact("KB1", "missing", { detectedAt: "1970-02-01T00:00:00Z" })),
      ],
    );
    const before = datePatches(snapshot.patches, snapshot.facts, NOW);
    const seen = findNewlySeen(snapshot, NOTHING_SEEN, NOW);
    const after = withSeenTimes(snapshot, seen, NOW);
    expect(datePatches(after.patches, after.facts, NOW).at).toEqual(before.at);
    expect(before.at[0]).toBe(NOW - 9 * DAY);
  });
});

describe("a snapshot with seen times", () => {
  it("has them only where the backend has no date", () => {
    const snapshot = b.snapshot(
      [b.patch("KB1"), b.patch("KB2", { firstSeenAt: b.ago("3d") }), b.patch("KB3")],
      [
        b.device(
          "a",
          "pilot",
          b.fact("KB1", "installed"),
          b.fact("KB2", "installed", { installedAt: b.ago("2d") }),
          b.fact("KB3", "missing"),
        ),
      ],
    );
    const times = new Map([
      ["KB1", NOW - 5 * DAY],
      ["KB2", NOW - 6 * DAY],
      ["KB3", NOW - 7 * DAY],
    ]);
    const filled = withSeenTimes(snapshot, { patches: times, installs: new Map([["a", times]]) }, NOW);
    expect(filled.patches.map((patch) => patch.firstSeenAt)).toEqual([
      NOW - 5 * DAY,
      NOW - 3 * DAY,
      NOW - 7 * DAY,
    ]);
    const dates = (one: Snapshot): readonly number[] => [...one.facts.installedAt.subarray(0, 3)];
    expect(dates(filled)).toEqual([NOW - 5 * DAY, NOW - 2 * DAY, 0]);
    expect(dates(snapshot)).toEqual([0, NOW - 2 * DAY, 0]);
    expect(filled.digest).toBe(snapshot.digest);
  });

  it("does not take a time that is later than now: the clock went back", () => {
    const snapshot = b.snapshot([b.patch("KB1")], [b.device("a", "pilot", b.fact("KB1", "installed"))]);
    const seen = { patches: new Map(), installs: new Map([["a", new Map([["KB1", NOW + 1]])]]) };
    expect(withSeenTimes(snapshot, seen, NOW).facts.installedAt[0]).toBe(0);
  });
});

describe("decide", () => {
  const verdictOf = (snapshot: Snapshot, device: string, more = {}): unknown => {
    const rows = [...listVerdicts(b.decideAt(b.policy(more), snapshot))];
    const { verdict, reason } = rows.find((row) => row.device === device)!;
    return `${verdict} ${reason}`;
  };

  it("starts a soak clock where an install without a date was first seen", () => {
    const snapshot = b.snapshot(
      [b.patch("KB1")],
      [
        b.device("p", "pilot", b.fact("KB1", "installed")),
        b.device("q", "production", b.fact("KB1", "missing")),
      ],
    );
    const seenFor = (days: number): Snapshot => {
      const installs = new Map([["p", new Map([["KB1", NOW - days * DAY]])]]);
      return withSeenTimes(snapshot, { patches: new Map(), installs }, NOW);
    };
    expect(verdictOf(snapshot, "q")).toBe("wait NOT_INSTALLED_YET");
    expect(verdictOf(seenFor(6), "q")).toBe("wait SOAK");
    expect(verdictOf(seenFor(7), "q")).toBe("wait PROMOTION");
  });

  it("counts a rule's delay from when a patch without a date was first seen", () => {
    const snapshot = b.snapshot(
      [b.patch("KB1", UNDATED)],
      [b.device("p", "pilot", b.fact("KB1", "missing"))],
    );
    const rules = [b.rule("base/all", { delay: 7 * DAY })];
    const seenFor = (days: number): Snapshot => {
      const patches = new Map([["KB1", NOW - days * DAY]]);
      return withSeenTimes(snapshot, { patches, installs: new Map() }, NOW);
    };
    expect(verdictOf(snapshot, "p", { rules })).toBe("wait NO_DATE");
    expect(verdictOf(seenFor(6), "p", { rules })).toBe("wait DELAY");
    expect(verdictOf(seenFor(7), "p", { rules })).toBe("approve APPROVED");
  });
});
