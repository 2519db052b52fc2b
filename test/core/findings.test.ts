import { describe, expect, it } from "vitest";
import {
  findFleetProblems,
  FLEET_CODE_EXPLANATIONS,
  FLEET_CODES,
  type Finding,
} from "../../src/core/findings.ts";
import type { PolicySet } from "../../src/core/policy.ts";
import {
  decideAt,
  decision,
  device,
  devices,
  emergency,
  fact,
  hold,
  NOW,
  patch,
  patches,
  policy,
  recall,
  ring,
  rule,
  snapshot,
  type DeviceLine,
} from "./builders.ts";

const PATCHES = [patch("KB1"), patch("KB2", { vendor: "Adobe", severity: "low" })];
const FLEET = [
  device("a", "pilot", fact("KB1", "missing")),
  device("b", "production", fact("KB1", "missing"), fact("KB2", "missing")),
];

function findings(more: Partial<PolicySet> = {}, lines: readonly DeviceLine[] = FLEET): readonly Finding[] {
  return findFleetProblems(decideAt(policy(more), snapshot(PATCHES, lines)));
}

function codes(found: readonly Finding[]): string[] {
  return found.map(({ severity, code }) => `${severity} ${code}`);
}

it("finds nothing in a sound fleet", () => {
  expect(findings()).toEqual([]);
});

it("explains every code", () => {
  expect(Object.keys(FLEET_CODE_EXPLANATIONS)).toEqual([...FLEET_CODES]);
});

it("does not depend on the order of devices and patches", () => {
  const lines = [
    ...FLEET,
    device("lost", "kiosk"),
    device("lost2", "kiosk"),
    { ...device("x", "pilot"), tags: ["pilot", "production"] },
    { ...device("y", "pilot"), tags: ["production", "third"] },
    { ...device("s", "production"), os: { family: "windows", name: "Windows Server 2022" } },
  ];
  const set = policy({
    rings: [ring("pilot"), ring("production", { after: "pilot" }), ring("third", { after: "production" })],
    rules: [rule("r/a", { soak: 0 }), rule("r/b"), rule("r/c", { patches: patches({ vendor: "Adob" }) })],
    holds: [hold("h", { patches: patches({ id: "KB9" }) })],
  });
  const one = findFleetProblems(decideAt(set, snapshot(PATCHES, lines)));
  const other = findFleetProblems(decideAt(set, snapshot(PATCHES.toReversed(), lines.toReversed())));
  expect(other).toEqual(one);
  expect(new Set(one.map(({ code }) => code))).toEqual(new Set(FLEET_CODES));
});

describe("devices and rings", () => {
  it("names the devices in two rings, the ring that counts, and both places", () => {
    const both = Array.from({ length: 7 }, (_, i) => ({
      ...device(`x${String(i)}`, "pilot"),
      tags: ["pilot", "production"],
    }));
    const found = findings({}, [...FLEET, ...both]);
    expect(codes(found)).toEqual(["error fleet/two-rings"]);
    expect(found[0]).toMatchInlineSnapshot(`
      {
        "code": "fleet/two-rings",
        "detail": "7 devices are selected by ring pilot and by production: x0, x1, x2, x3, x4 and 2 others. A device belongs to one ring; pilot counts, because it comes first.",
        "fix": "narrow \`devices\` of production so that it leaves out what pilot selects, for example with \`not\`.",
        "place": {
          "column": 3,
          "file": "rings/production.yaml",
          "length": 1,
          "line": 3,
          "text": "",
        },
        "related": [
          {
            "message": "ring pilot selects them too",
            "place": {
              "column": 3,
              "file": "rings/pilot.yaml",
              "length": 1,
              "line": 3,
              "text": "",
            },
          },
        ],
        "severity": "error",
        "summary": "Devices in two rings",
      }
    `);
  });

  it("takes the shorter chain of after as the ring that counts, whatever the names", () => {
    const rings = [ring("a-last", { after: "z-first", devices: devices({}) }), ring("z-first")];
    const found = findings({ rings, rules: [] }, [device("d", "z-first")]);
    expect(found[0]!.detail).toContain("z-first counts");
    expect(found[0]!.place!.file).toBe("rings/a-last.yaml");
  });

  it("is one error for each set of rings", () => {
    const rings = [ring("a"), ring("b"), ring("c")];
    const lines = [
      ["a", "b"],
      ["b", "c"],
      ["a", "b"],
    ].map((tags, i) => ({ ...device(String(i), "a"), tags }));
    expect(codes(findings({ rings, rules: [] }, lines))).toEqual([
      "error fleet/two-rings",
      "error fleet/two-rings",
    ]);
  });

  it("warns of devices in no ring", () => {
    const found = findings({}, [...FLEET, device("lost", "kiosk")]);
    expect(codes(found)).toEqual(["warning fleet/no-ring"]);
    expect(found[0]!.detail).toContain("1 device of 3 is selected by no ring: lost.");
  });

  it("asks for a ring where the policy has none", () => {
    const found = findings({ rings: [], rules: [] });
    expect(codes(found)).toEqual(["warning fleet/no-ring"]);
    expect(found[0]!.fix).toContain("kind: Ring");
  });

  it("warns of an operating system that the ring before lacks, with its count", () => {
    const server = { os: { family: "windows", name: "Windows Server 2022" } };
    const found = findings({}, [...FLEET, { ...device("s", "production"), ...server }]);
    expect(codes(found)).toEqual(["warning fleet/ring-ahead"]);
    expect(found[0]!.detail).toBe(
      "Ring production comes after pilot and has what pilot lacks: Windows Server 2022 (1 device). The coverage gate of production stays shut for patches that they need.",
    );
  });

  it("says so when the ring before has no device", () => {
    expect(findings({}, [FLEET[1]!])[0]!.detail).toContain("comes after pilot, which has no device,");
  });
});

describe("rules that match nothing", () => {
  const dead = (more: Parameters<typeof rule>[1]): Finding[] =>
    findings({ rules: [rule("base/all"), rule("base/dead", more)] }).filter(
      (one) => one.code === "fleet/dead-rule",
    );

  it.each([
    ["patch", { patches: patches({ vendor: "Mozilla" }) }, "patch vendor = Mozilla"],
    ["second patch", { patches: patches({ vendor: "Adobe", severity: "high" }) }, "patch severity = high"],
    ["device", { devices: devices({ type: "server" }) }, "device type = server"],
    [
      "device, after a patch clause that matches elsewhere",
      { patches: patches({ id: "KB2" }), devices: devices({ id: "a" }) },
      "device id = a",
    ],
    ["ring", { patches: patches({ id: "KB2" }), rings: ["pilot"] }, "ring in [pilot]"],
  ] as const)("names the killing clause: %s", (_, more, clause) => {
    const found = dead(more);
    expect(codes(found)).toEqual(["warning fleet/dead-rule"]);
    expect(found[0]!.detail).toContain(`after the clause \`${clause}\`.`);
  });

  it("offers the value that was meant", () => {
    const found = dead({ patches: patches({ vendor: "Microsfot" }) })[0]!;
    expect(found.detail).toContain('Nothing has vendor "Microsfot".');
    expect(found.fix).toContain("write `Microsoft` for `Microsfot`");
    expect(found.place).toEqual({ file: "rules/base.yaml", line: 5, column: 7, length: 1, text: "" });
  });

  it("says nothing of rules where the snapshot has no facts", () => {
    const lines = [device("a", "pilot"), device("b", "production")];
    expect(findings({ rules: [rule("base/dead", { patches: patches({ id: "KB9" }) })] }, lines)).toEqual([]);
  });
});

describe("rules that tie", () => {
  const ties = (...rules: Parameters<typeof rule>[1][]): Finding[] =>
    findings({ rules: rules.map((more, i) => rule(`r/${String(i)}`, more)) }).filter(
      (one) => one.code === "fleet/rule-tie",
    );

  it("warns where soaks differ in a later ring, and names the one that counts", () => {
    const found = ties({ soak: 3 * 86_400 }, {});
    expect(found).toHaveLength(1);
    expect(found[0]!.detail).toBe(
      "In ring production rules r/1 (soak 7d, no schedule) and r/0 (soak 3d, no schedule) both approve 2 patches at priority 0: KB1, KB2. r/1 counts there.",
    );
  });

  it("finds the pair among many rules", () => {
    const others = Array.from({ length: 70 }, () => ({ patches: patches({ id: "KB9" }) }));
    const found = ties({ soak: 86_400 }, ...others, { soak: 2 * 86_400 });
    expect(found.map((one) => one.detail.slice(0, 94))).toEqual([
      "In ring production rules r/71 (soak 2d, no schedule) and r/0 (soak 1d, no schedule) both appro",
    ]);
  });

  it("warns where delays differ in a first ring only", () => {
    const found = ties({ delay: 86_400 }, {});
    expect(found.map((one) => one.detail.slice(0, 14))).toEqual(["In ring pilot "]);
  });

  it.each([
    ["another priority", [{ soak: 0 }, { priority: 1 }]],
    ["equal gates", [{ soak: 7 * 86_400 }, {}]],
    ["one of them ignores", [{ soak: 0 }, { then: "ignore" }]],
    ["no common fact", [{ soak: 0, patches: patches({ id: "KB1" }) }, { patches: patches({ id: "KB2" }) }]],
    ["no common ring", [{ soak: 0, rings: ["pilot"] }, { rings: ["production"] }]],
    ["a third rule decides them all", [{ soak: 0 }, {}, { priority: 1, soak: 86_400 }]],
  ] as const)("is silent: %s", (_, rules) => {
    expect(ties(...rules)).toEqual([]);
  });

  it("counts a schedule as a gate", () => {
    expect(ties({ schedule: "nights" }, {}).map((one) => one.detail)).toEqual([
      expect.stringContaining("schedule nights"),
      expect.stringContaining("schedule nights"),
    ]);
  });
});

describe("statements in force that match nothing", () => {
  const none = { patches: patches({ id: "KB11" }) };

  it("are told for information, a hold by its rings too", () => {
    const found = findings({
      decisions: [decision("d", none)],
      holds: [hold("h", { patches: patches({ id: "KB2" }), rings: ["pilot"] }), hold("live", {})],
      recalls: [recall("r", none)],
      emergencies: [emergency("e", none)],
    });
    expect(found.map((one) => `${one.severity} ${one.summary}`)).toEqual([
      "info Decision matches nothing",
      "info Hold matches nothing",
      "info Recall matches nothing",
      "info Emergency matches nothing",
    ]);
    expect(found[0]!.fix).toBe("write `KB1` for `KB11`, or delete it when it is no longer needed.");
    expect(found[1]!.detail).toContain("`ring in [pilot]`");
  });

  it("are not told when they are no longer in force", () => {
    expect(
      findings({
        decisions: [decision("d", { ...none, expires: NOW })],
        holds: [hold("h", { ...none, until: NOW - 1 })],
        emergencies: [emergency("e", { ...none, expiresAt: NOW })],
      }),
    ).toEqual([]);
  });

  it("a recall reaches devices in no ring", () => {
    const lines = [...FLEET, device("lost", "kiosk", fact("KB2", "missing"))];
    const found = findings({ recalls: [recall("r", { devices: devices({ id: "lost" }) })] }, lines);
    expect(codes(found)).toEqual(["warning fleet/no-ring"]);
  });
});
