import { describe, expect, it } from "vitest";
import {
  FACT_STATES,
  findFactStates,
  INSTALLED_BY_SUPERSEDING,
  IS_SUPERSEDED,
} from "../../src/core/fact-states.ts";
import { countFleet } from "../../src/core/fleet-totals.ts";
import { percentOf } from "../../src/core/share.ts";
import type { Status } from "../../src/core/model.ts";
import { formatShare } from "../../src/report/words.ts";
import { ago, decideAt, device, fact, patch, patches, policy, recall, rule, snapshot } from "./builders.ts";

const CHAIN = [patch("KB1"), patch("KB2", { supersedes: ["KB1"] }), patch("KB3", { supersedes: ["KB2"] })];

/** What the old patch is counted as on one device, beside these newer ones. */
function oldPatch(old: Status, newer: Readonly<Record<string, Status>>, more = {}): unknown {
  const facts = Object.entries(newer).map(([id, status]) => fact(id, status));
  const decided = decideAt(
    policy({ rules: [rule("base/none", { patches: patches({ id: "no-such" }) })], ...more }),
    snapshot(CHAIN, [device("ws-1", "pilot", fact("KB1", old), ...facts)]),
  );
  const { state, flags, supersededBy } = findFactStates(decided);
  return [
    FACT_STATES[state[0]!],
    (flags[0]! & IS_SUPERSEDED) !== 0 ? CHAIN[supersededBy[0]!]!.id : null,
    (flags[0]! & INSTALLED_BY_SUPERSEDING) !== 0,
  ];
}

describe("a patch that newer ones supersede", () => {
  it.each([
    ["no newer one is needed here", "missing", {}, null, false],
    ["the newer one is missing too", "missing", { KB2: "missing" }, null, false],
    ["the newer one was ignored", "missing", { KB2: "ignored" }, null, false],
    ["the newer one is installed", "missing", { KB2: "installed" }, "KB2", true],
    ["one further up the chain is installed", "failed", { KB3: "installed" }, "KB3", true],
    ["several are installed: the lowest id", "missing", { KB3: "installed", KB2: "installed" }, "KB2", true],
    [
      "installed before one that waits for its reboot",
      "missing",
      { KB2: "reboot-required", KB3: "installed" },
      "KB3",
      true,
    ],
    [
      "the newer one waits for its reboot: not installed",
      "missing",
      { KB2: "reboot-required" },
      "KB2",
      false,
    ],
    ["both are installed", "installed", { KB2: "installed" }, "KB2", false],
  ] as const)("%s", (_situation, old, newer, by, covered) => {
    expect(oldPatch(old, newer)).toEqual([old, by, covered]);
  });

  it("is superseded when policy lets the newer one in now", () => {
    expect(oldPatch("missing", { KB2: "missing" }, { rules: [rule("base/all")] })).toEqual([
      "missing",
      "KB2",
      false,
    ]);
  });

  it("is never hidden while it is to be removed", () => {
    const pull = recall("pull", { patches: patches({ id: "KB1" }), uninstall: true });
    expect(oldPatch("installed", { KB2: "installed" }, { recalls: [pull] })).toEqual([
      "installed",
      null,
      false,
    ]);
  });
});

describe("the numbers of a fleet", () => {
  const security = { category: "security" };
  const fleet = snapshot(
    [
      patch("S1", security),
      patch("S2", { ...security, supersedes: ["S1"] }),
      patch("U1", { category: "update" }),
    ],
    [
      device("level", "pilot", fact("S2", "installed"), fact("S1", "missing"), fact("U1", "missing")),
      device("ignores", "pilot", fact("S2", "ignored")),
      device("reboots", "pilot", fact("S2", "reboot-required")),
      device("approved", "pilot", fact("S2", "pending")),
      device("needs-nothing", "pilot"),
      { ...device("stale", "pilot", fact("S2", "missing")), scannedAt: ago("30d") },
      { id: "never", tags: ["pilot"], facts: [fact("S2", "installed")] },
    ],
  );
  const decided = decideAt(policy({ rules: [rule("base/security", { patches: patches(security) })] }), fleet);
  const totals = countFleet(decided, findFactStates(decided));

  it("tell measured devices from stale ones and from those never scanned", () => {
    expect(totals.devices).toEqual({ all: 7, measured: 5, stale: 1, neverScanned: 1 });
  });

  it("count each fact once, stale ones neither as installed nor as missing", () => {
    expect(totals.states).toEqual({
      missing: 1,
      pending: 1,
      installing: 0,
      installed: 1,
      failed: 0,
      ignored: 1,
      "reboot-required": 1,
      stale: 2,
    });
    expect(totals).toMatchObject({ facts: 8, superseded: 1, installedBySuperseding: 1 });
  });

  it("do not call a device up to level that ignores a security patch, has it approved or needs its reboot", () => {
    expect(totals.patchLevel).toEqual({ part: 2, whole: 5 });
  });

  it("count as conforming what the backend was told, among what policy speaks of", () => {
    // Ignored at the backend where policy approves; missing and stale: the approval cannot be sent.
    expect(totals.conformance).toEqual({ part: 5, whole: 7 });
  });

  it("are those of the devices asked for", () => {
    const one = countFleet(decided, findFactStates(decided), [0]);
    expect(one).toMatchObject({ facts: 3, devices: { all: 1 }, patchLevel: { part: 1, whole: 1 } });
  });
});

describe("a share", () => {
  it.each([
    [{ part: 371, whole: 396 }, 93.6, "371 of 396 (93.6 %)"],
    [{ part: 9_999, whole: 10_000 }, 99.9, "9,999 of 10,000 (99.9 %)"],
    [{ part: 20, whole: 20 }, 100, "20 of 20 (100.0 %)"],
    [{ part: 18, whole: 19 }, null, "18 of 19"],
    [{ part: 0, whole: 0 }, null, "0 of 0"],
  ])("%j is rounded down, with its counts", (share, percent, text) => {
    expect(percentOf(share)).toBe(percent);
    expect(formatShare(share)).toBe(text);
  });
});
