import { describe, expect, it } from "vitest";
import { explain, type Explanation } from "../../src/core/explain.ts";
import { REASONS } from "../../src/core/model.ts";
import type { PolicySet } from "../../src/core/policy.ts";
import {
  ago,
  CAPABILITIES,
  decideAt,
  decision,
  device,
  devices,
  emergency,
  fact,
  freeze,
  NOW,
  patch,
  policy,
  ring,
  rule,
  schedule,
  snapshot,
  type DeviceLine,
  type PatchLine,
} from "./builders.ts";
import { REASON_WORLDS } from "./reasons.ts";

/** Explains KB1 on the last device. */
function why(
  policySet: PolicySet,
  patchLines: readonly PatchLine[],
  deviceLines: readonly DeviceLine[],
  capabilities: Readonly<Record<string, unknown>> = CAPABILITIES,
): Explanation {
  const decided = decideAt(policySet, snapshot(patchLines, deviceLines, capabilities));
  return explain(decided, deviceLines.length - 1, 0)!;
}

function step(explanation: Explanation, name: string): string {
  const { result, source } = explanation.path.find((one) => one.step === name)!;
  return source === null ? result : `${result} ${source}`;
}

describe("every reason", () => {
  it("has a world", () => {
    expect(REASON_WORLDS.map((world) => world.reason).toSorted()).toEqual([...REASONS].toSorted());
  });

  it.each(REASON_WORLDS)("$reason: verdict, source, end, deciding step and gates", (world) => {
    const snap = snapshot(world.patches, world.devices);
    const decided = decideAt(world.policy, snap);
    const { verdict, path, gates } = explain(decided, snap.devices.id.indexOf(world.device), 0)!;
    expect(verdict).toMatchObject({
      device: world.device,
      patch: "KB1",
      verdict: world.verdict,
      reason: world.reason,
      source: world.source,
      until: world.until,
    });
    expect(path.filter((one) => one.result === "decides").map((one) => one.step)).toEqual([world.step]);
    expect(gates.map((gate) => (gate.open ? gate.gate : `!${gate.gate}`))).toEqual(world.gates);
  });

  it.each(REASON_WORLDS)("$reason: what comes after the deciding step is not reached", (world) => {
    const snap = snapshot(world.patches, world.devices);
    const { path } = explain(decideAt(world.policy, snap), snap.devices.id.indexOf(world.device), 0)!;
    const at = path.findIndex((one) => one.result === "decides");
    expect(path.slice(at + 1).every((one) => one.result === "not-reached")).toBe(true);
  });
});

describe("the path", () => {
  const pilot = device("d", "pilot", fact("KB1", "missing"));

  it("names where the deciding statement stands", () => {
    const found = why(policy({ decisions: [decision("cnc")] }), [patch("KB1")], [pilot]);
    expect(found.path[2]).toMatchObject({
      source: "Decision/cnc",
      place: { file: "decisions/cnc.yaml", line: 3 },
      because: "ignore for all: Breaks the CNC driver",
    });
  });

  it("does not ask rules where a decision approves, even if a rule says ignore", () => {
    const found = why(
      policy({
        rules: [rule("base/never", { then: "ignore" })],
        decisions: [decision("yes", { action: "approve", devices: devices({ id: "d" }) })],
      }),
      [patch("KB1")],
      [pilot],
    );
    expect(found.verdict).toMatchObject({ verdict: "approve", source: "Decision/yes" });
    expect(step(found, "decisions")).toBe("passes Decision/yes");
    expect(step(found, "rules")).toBe("not-reached");
  });

  it("does not ask rules where an emergency is in force that skips nothing", () => {
    const found = why(
      policy({ rules: [], emergencies: [emergency("cve", { skip: [] })] }),
      [patch("KB1")],
      [pilot],
    );
    expect(found.verdict).toMatchObject({ reason: "APPROVED", source: "Emergency/cve" });
    expect(step(found, "rules")).toBe("not-reached");
    expect(step(found, "emergencies")).toBe("passes Emergency/cve");
  });

  it("names the rules that the winning one beats", () => {
    const found = why(
      policy({ rules: [rule("a/low"), rule("a/high", { priority: 5 })] }),
      [patch("KB1")],
      [pilot],
    );
    expect(found.path[4]!.because).toBe("then approve, priority 5; wins over a/low");
  });
});

describe("gates", () => {
  const detail = (found: Explanation, gate: string): string =>
    found.gates.find((line) => line.gate === gate)!.detail;
  const world = (reason: string): Explanation => {
    const { policy: policySet, patches, devices: lines } = REASON_WORLDS.find((w) => w.reason === reason)!;
    return why(policySet, patches, lines);
  };

  it.each([
    ["NOT_INSTALLED_YET", "quorum", "clock: 80 % of pilot installed, that is 8 of 10; not reached"],
    ["SOAK", "soak", `7d from ${ago("2d")}`],
    ["INSTALLED_PERCENT", "installed", "8 of 10 (80 %) of pilot installed, needs 90 %"],
    ["FAILURES", "failures", "1 failed in pilot, allows 0 and 100 %"],
    ["COVERAGE", "coverage", "not seen in pilot: os Windows Server 2022 (1 device needs it)"],
    [
      "PROMOTION_REJECTED",
      "promotion",
      "promotions/production/production-kb1.yaml is not valid: schema-or-digest",
    ],
    ["PROMOTION", "promotion", "no promotion file for production is merged"],
    ["PROMOTED", "promotion", "merged: promotions/production/production-kb1.yaml:3"],
    ["NO_DATE", "delay", "delay 1d; the patch has no date, so it cannot pass"],
    ["DELAY", "delay", `14d after the patch date; clock: released ${ago("8d")}`],
  ])("%s shows %s with its numbers", (reason, gate, text) => {
    expect(detail(world(reason), gate)).toBe(text);
  });

  it("says that a date is not the release date", () => {
    const found = why(
      policy(),
      [patch("KB1", { releasedAt: undefined })],
      [device("d", "pilot", fact("KB1", "missing", { detectedAt: ago("3d") }))],
    );
    expect(detail(found, "delay")).toContain("first detected (no release date)");
  });

  it.each([
    ["first-install", `clock: first install in pilot; reached ${ago("9d")}`],
    ["approved", `clock: first approval in pilot; reached ${ago("12d")}`],
  ] as const)("names the clock %s", (clock, text) => {
    const soak = { for: 7 * 86_400, clock, quorum: { percent: 80, minDevices: 1 } };
    const found = why(
      policy({ rings: [ring("pilot"), ring("production", { after: "pilot", soak })] }),
      [patch("KB1")],
      [
        device("a", "pilot", fact("KB1", "installed", { installedAt: ago("9d"), approvedAt: ago("12d") })),
        device("b", "production", fact("KB1", "missing")),
      ],
    );
    expect(detail(found, "quorum")).toBe(text);
  });
});

describe("windows and actions", () => {
  const rings = [ring("pilot", { schedule: "nights" })];
  const missing = [device("d", "pilot", fact("KB1", "missing"))];

  it("shows the next two windows and when the action may go", () => {
    const found = why(policy({ rings, schedules: [schedule("nights")] }), [patch("KB1")], missing);
    expect(found.windows).toEqual({
      schedule: "nights",
      zone: "Europe/London",
      next: [
        { opensAt: "2026-03-18T22:00:00Z", closesAt: "2026-03-19T02:00:00Z" },
        { opensAt: "2026-03-19T22:00:00Z", closesAt: "2026-03-20T02:00:00Z" },
      ],
    });
    expect(found.action).toEqual({ action: "approve", obstacle: "WINDOW", opensAt: "2026-03-18T22:00:00Z" });
  });

  it("takes the schedule of the winning rule, in the zone of the device", () => {
    const found = why(
      policy({
        rings,
        rules: [rule("base/all", { schedule: "own" })],
        schedules: [schedule("nights"), schedule("own", { timezone: "device" })],
      }),
      [patch("KB1")],
      [{ ...missing[0]!, timezone: "Asia/Tokyo" }],
    );
    expect(found.windows).toMatchObject({ schedule: "own", zone: "Asia/Tokyo" });
    expect(found.windows!.next[0]!.opensAt).toBe("2026-03-18T13:00:00Z");
  });

  it("has no windows where the backend holds them, and would approve now", () => {
    const found = why(policy({ rings, schedules: [schedule("nights")] }), [patch("KB1")], missing, {
      ...CAPABILITIES,
      schedules: "backend",
    });
    expect(found.windows).toBeNull();
    expect(found.action).toEqual({ action: "approve", obstacle: null, opensAt: null });
  });

  it("names the freeze and its end", () => {
    const found = why(policy({ freezes: [freeze("year-end")] }), [patch("KB1")], missing);
    expect(found.action).toEqual({ action: "approve", obstacle: "FROZEN", opensAt: ago("-1d") });
  });

  it("blocks on a stale device", () => {
    const found = why(policy(), [patch("KB1")], [{ ...missing[0]!, scannedAt: ago("4d") }]);
    expect(found.stale).toBe(true);
    expect(found.action).toEqual({ action: "approve", obstacle: "STALE_SCAN", opensAt: null });
  });

  it("shows what the backend reports, and leaves out what is no date", () => {
    const found = why(
      policy(),
      [patch("KB1")],
      [
        device(
          "d",
          "pilot",
          fact("KB1", "failed", {
            approval: "approve",
            approvalBy: "person",
            attempts: 2,
            lastAttemptAt: ago("1h"),
            approvedAt: "1970-01-01T00:00:10Z",
            error: "0x1",
          }),
        ),
      ],
    );
    expect(found.fact).toMatchObject({
      status: "failed",
      approval: "approve",
      approvalGiven: true,
      approvalBy: "person",
      attempts: 2,
      lastAttemptAt: ago("1h"),
      approvedAt: null,
      error: "0x1",
    });
  });
});

describe("supersedence", () => {
  it("shows the shortest chain, through patches without facts", () => {
    const lines = [
      patch("KB1"),
      patch("KB2", { supersedes: ["KB1"] }),
      patch("KB3", { supersedes: ["KB2"] }),
      patch("KB4", { supersedes: ["KB3", "KB2"] }),
    ];
    const found = why(policy(), lines, [
      device("d", "pilot", fact("KB1", "missing"), fact("KB4", "installed")),
    ]);
    expect(found.supersededThrough).toEqual(["KB4", "KB2", "KB1"]);
    expect(found.gates).toEqual([]);
  });

  it("is null for a fact that is not there", () => {
    const decided = decideAt(policy(), snapshot([patch("KB1")], [device("d", "pilot")]), NOW);
    expect(explain(decided, 0, 0)).toBeNull();
  });
});
