import { describe, expect, it } from "vitest";
import { killingClause, matchRule, type MatchReport } from "../../src/core/match.ts";
import type { PolicySet, Rule } from "../../src/core/policy.ts";
import {
  ago,
  decideAt,
  decision,
  device,
  devices,
  fact,
  hold,
  not,
  patch,
  patches,
  policy,
  recall,
  rule,
  snapshot,
} from "./builders.ts";

const SNAPSHOT = snapshot(
  [
    patch("KB1", { title: "March", cves: ["CVE-2026-1"] }),
    patch("KB2", { severity: "moderate" }),
    patch("KB3", { vendor: "Adobe", severity: "low", releasedAt: undefined, firstSeenAt: ago("3d") }),
    patch("KB4", { supersedes: ["KB2"], releasedAt: undefined }),
  ],
  [
    device("a", "pilot", fact("KB1", "installed"), fact("KB2", "missing"), fact("KB3", "missing")),
    device("b", "pilot", fact("KB1", "failed"), fact("KB2", "missing"), fact("KB4", "installed")),
    device("c", "production", fact("KB1", "missing"), fact("KB3", "pending")),
    device("lost", "kiosk", fact("KB1", "missing")),
  ],
);

function match(more: Partial<Rule>, set: Partial<PolicySet> = {}): MatchReport {
  const asked = rule("asked/rule", more);
  const decided = decideAt(policy({ ...set, rules: [asked, ...(set.rules ?? [])] }), SNAPSHOT);
  return matchRule(decided, asked);
}

describe("what matches", () => {
  it("counts patches, devices and facts in the rings of the rule", () => {
    const report = match({ patches: patches({ id: "KB1" }) });
    expect(report).toMatchObject({
      format: "patchring.match/1",
      rule: "asked/rule",
      place: { file: "rules/asked.yaml", line: 5 },
      patchesClause: "id = KB1",
      devicesClause: "anything",
      rings: ["pilot", "production"],
      facts: 3,
      devices: 3,
    });
    expect(report.patches).toHaveLength(1);
    expect(report.patches[0]).toMatchObject({ patch: "KB1", title: "March", devices: 3, decides: 3 });
    expect(report.patches[0]!.statuses).toMatchObject({ installed: 1, failed: 1, missing: 1, pending: 0 });
  });

  it("finds a patch by its alias", () => {
    expect(match({ patches: patches({ id: "cve-2026-1" }) }).patches.map((p) => p.patch)).toEqual(["KB1"]);
  });

  it("sorts by devices, then by id", () => {
    expect(match({}).patches.map((p) => [p.patch, p.devices])).toEqual([
      ["KB1", 3],
      ["KB2", 2],
      ["KB3", 2],
      ["KB4", 1],
    ]);
  });

  it("names the source of a date that is not the release date", () => {
    const dates = match({}).patches.map((p) => [p.patch, p.dateSource]);
    expect(dates).toEqual([
      ["KB1", "release"],
      ["KB2", "release"],
      ["KB3", "first-seen"],
      ["KB4", null],
    ]);
  });

  it("counts only its own rings and devices", () => {
    const report = match({ rings: ["pilot"], devices: devices({ id: "b" }) });
    expect([report.devices, report.facts, report.rings]).toEqual([1, 3, ["pilot"]]);
  });
});

describe("what decides elsewhere", () => {
  const elsewhere = (set: Partial<PolicySet>, more: Partial<Rule> = {}): unknown => {
    const [kb1] = match({ patches: patches({ id: "KB1" }), ...more }, set).patches;
    return [kb1!.decides, kb1!.elsewhere.map((e) => `${e.verdict} ${e.source} ${String(e.devices)}`)];
  };

  it.each([
    ["a rule of higher priority", { rules: [rule("z/high", { priority: 1 })] }, "z/high"],
    ["a decision", { decisions: [decision("no", {})] }, "ignore Decision/no 3"],
    ["a hold", { holds: [hold("stop", {})] }, "wait Hold/stop 3"],
    ["a recall", { recalls: [recall("back", { uninstall: true })] }, "uninstall Recall/back 3"],
  ])("is named: %s", (_, set, source) => {
    const [decides, list] = elsewhere(set) as [number, string[]];
    expect(decides).toBe(0);
    expect(list.join()).toContain(source);
  });

  it("counts only where the other wins", () => {
    const set = { decisions: [decision("no", { devices: devices({ id: "a" }) })] };
    expect(elsewhere(set)).toEqual([2, ["ignore Decision/no 1"]]);
  });

  it("names the patch that supersedes", () => {
    const report = match({ patches: patches({ id: "KB2" }) });
    expect(report.patches[0]).toMatchObject({
      decides: 1,
      elsewhere: [{ source: "KB4", verdict: "superseded", devices: 1 }],
    });
  });
});

describe("near misses", () => {
  it("are patches that fail exactly one clause, with the devices that have them", () => {
    const report = match({ patches: patches({ vendor: "Microsoft", severity: "critical" }) });
    expect(report.nearMisses).toEqual([
      { patch: "KB2", title: null, fails: "severity = critical", devices: 2 },
    ]);
  });

  it("count only devices of the rule", () => {
    const report = match({
      patches: patches({ vendor: "Microsoft", severity: "critical" }),
      devices: devices({ id: "a" }),
    });
    expect(report.nearMisses.map((miss) => [miss.patch, miss.devices])).toEqual([["KB2", 1]]);
  });

  it("say a negated clause as one", () => {
    const clause = not(patches({ severity: "low" }));
    const report = match({ patches: { kind: "all", nodes: [clause, ...nodesOf({ vendor: "Adobe" })] } });
    expect(report.nearMisses.map((miss) => `${miss.patch} ${miss.fails}`)).toContain(
      "KB3 not (severity = low)",
    );
  });

  it("are at most five", () => {
    const many = snapshot(
      Array.from({ length: 9 }, (_, i) => patch(`KB${String(i)}`, { severity: "low" })),
      [device("a", "pilot", ...Array.from({ length: 9 }, (_, i) => fact(`KB${String(i)}`, "missing")))],
    );
    const asked = rule("asked/rule", { patches: patches({ severity: "critical" }) });
    expect(matchRule(decideAt(policy({ rules: [asked] }), many), asked).nearMisses).toHaveLength(5);
  });
});

function nodesOf(map: Parameters<typeof patches>[0]): readonly ReturnType<typeof patches>[] {
  const node = patches(map);
  return node.kind === "all" ? node.nodes : [node];
}

describe("the funnel", () => {
  it("counts what is left after each clause", () => {
    const report = match({
      patches: patches({ vendor: "Microsoft", severity: "critical" }),
      devices: devices({ type: "workstation" }),
      rings: ["pilot"],
    });
    expect(report.funnel.map(({ clause, facts }) => [clause, facts])).toEqual([
      ["all facts of the snapshot", 9],
      ["patch vendor = Microsoft", 7],
      ["patch severity = critical", 5],
      ["device type = workstation", 5],
      ["ring in [pilot]", 3],
    ]);
    expect(killingClause(report.funnel)).toBeNull();
  });

  it.each([
    ["vendor", { patches: patches({ vendor: "Mircosoft" }) }, "patch vendor = Mircosoft", "Microsoft"],
    ["severity", { patches: patches({ severity: "critcal" }) }, "patch severity = critcal", "critical"],
    ["id", { patches: patches({ id: "KB1x" }) }, "patch id = KB1x", "KB1"],
    ["cve", { patches: patches({ cve: "CVE-2026-11" }) }, "patch cve = CVE-2026-11", "CVE-2026-1"],
    ["cvss", { patches: patches({ cvssAtLeast: 7 }) }, "patch cvss at least 7", null],
    ["kev", { patches: patches({ kev: true }) }, "patch kev = true", null],
    ["age", { patches: patches({ olderThan: 90 * 86_400 }) }, "patch olderThan 90d", null],
    ["tags", { devices: devices({ tags: "pilots" }) }, "device tags = pilots", "pilot"],
    ["all tags", { devices: devices({ allTags: ["pilot", "prodution"] }) }, "all tags of", "production"],
    ["os", { devices: devices({ os: "Windows 11 24H3" }) }, "device os = Windows 11 24H3", "Windows 11 24H2"],
    ["a glob", { devices: devices({ os: "Windows 10*" }) }, "device os = Windows 10*", null],
    ["type", { devices: devices({ type: "server" }) }, "device type = server", null],
    ["critical", { devices: devices({ critical: true }) }, "device critical = true", null],
    ["ring", { rings: ["prodution"] }, "ring in [prodution]", "production"],
    [
      "a value that exists elsewhere",
      { patches: patches({ id: "KB4" }), devices: devices({ id: "a" }) },
      "device id = a",
      null,
    ],
    ["not", { devices: not(devices({ type: "workstation" })) }, "device not (type = workstation)", null],
  ] as const)("marks the clause that leaves nothing: %s", (_, more, clause, meant) => {
    const killer = killingClause(match(more).funnel)!;
    expect(killer.clause).toContain(clause);
    expect(killer.facts).toBe(0);
    expect(killer.near?.meant ?? null).toBe(meant);
  });

  it("offers nothing after the clause that leaves nothing", () => {
    const { funnel } = match({ patches: patches({ id: "KB9x", vendor: "Mircosoft" }) });
    expect(funnel[2]!.near).toBeNull();
  });
});
