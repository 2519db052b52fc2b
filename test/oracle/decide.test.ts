import { describe, expect, it } from "vitest";
import type { PromotionClaim, PromotionFile, Ring } from "../../src/core/policy.ts";
import { matchesGlob } from "./match.ts";
import { scopeOf } from "./exceptions.ts";
import { ceilPercent, floorPercent, isAtLeastPercent } from "./rational.ts";
import * as F from "./fixture.ts";

const one = F.snapshot([F.device("d", "pilot", F.fact("missing"))]);
const approveAll = [F.rule("r/a")];

describe("who decides (3, steps 1 to 5)", () => {
  it.each([
    ["no ring", F.policy({ rings: [] }), "d p leave NO_RING - -"],
    ["no rule", F.policy(), "d p leave NO_RULE - -"],
    [
      "a recall before all, an uninstalling one named first",
      F.policy({ recalls: [F.recall("a"), F.recall("b", { uninstall: true })] }),
      "d p uninstall RECALLED Recall/b -",
    ],
    [
      "a recall in no ring too",
      F.policy({ rings: [], recalls: [F.recall("a")] }),
      "d p ignore RECALLED Recall/a -",
    ],
    [
      "the narrower decision",
      F.policy({
        decisions: [F.decision("a", "ignore"), F.decision("b", "manual", { devices: F.is("id", "d") })],
      }),
      "d p manual DECIDED Decision/b -",
    ],
    [
      "the locked broader decision",
      F.policy({
        decisions: [
          F.decision("a", "approve", { locked: true }),
          F.decision("b", "ignore", { devices: F.is("id", "d") }),
        ],
      }),
      "d p approve APPROVED Decision/a -",
    ],
    [
      "no decision that expires now",
      F.policy({ decisions: [F.decision("a", "ignore", { expires: F.NOW })] }),
      "d p leave NO_RULE - -",
    ],
    [
      "a decision that expires in a second",
      F.policy({ decisions: [F.decision("a", "ignore", { expires: F.NOW + 1 })] }),
      "d p ignore DECIDED Decision/a 2026-03-18T09:00:01Z",
    ],
    [
      "an emergency without a rule",
      F.policy({ emergencies: [F.emergency("e")] }),
      "d p approve APPROVED Emergency/e -",
    ],
    [
      "ignore among equal priorities",
      F.policy({ rules: [F.rule("a/a"), F.rule("z/z", { then: "ignore" })] }),
      "d p ignore RULE z/z -",
    ],
    [
      "the longest delay in a first ring",
      F.policy({ rules: [F.rule("a/a"), F.rule("b/b", { delay: 691_201 })] }),
      "d p wait DELAY b/b 2026-03-18T09:00:01Z",
    ],
    [
      "the delay that is over now",
      F.policy({ rules: [F.rule("b/b", { delay: 691_200 })] }),
      "d p approve APPROVED b/b -",
    ],
    [
      "the hold that ends last",
      F.policy({ rules: approveAll, holds: [F.hold("a", { until: F.NOW + 60 }), F.hold("b")] }),
      "d p wait HELD Hold/b -",
    ],
  ])("%s", (_, policy, expected) => {
    expect(F.linesOf(policy, one)).toEqual([expected]);
  });

  it("waits for a date only with a delay", () => {
    const undated = F.snapshot(one.devices, [{ id: "p", releasedAt: "1601-01-01T00:00:00Z" }]);
    const delayed = F.policy({ rules: [F.rule("r/a", { delay: 60 })] });
    expect(F.linesOf(delayed, undated)).toEqual(["d p wait NO_DATE r/a -"]);
    expect(F.linesOf(F.policy({ rules: approveAll }), undated)).toEqual(["d p approve APPROVED r/a -"]);
  });

  it("counts the broadest branch of `any` and nothing under `not`", () => {
    expect(scopeOf({ kind: "any", nodes: [F.is("id", "d"), F.is("client", "c")] })).toBe(2);
    expect(scopeOf({ kind: "not", node: F.is("id", "d") })).toBe(0);
    expect(scopeOf({ kind: "all", nodes: [F.is("type", "server"), F.is("tags", "x")] })).toBe(4);
  });
});

describe("supersedence (3, step 6b)", () => {
  const chain = [F.PATCH, { id: "q", supersedes: ["m"] }, { id: "m", supersedes: ["p", "ghost"] }];
  const at = (status: Parameters<typeof F.fact>[0], patches = chain, more = {}): string | undefined =>
    F.linesOf(
      F.policy({ rules: approveAll }),
      F.snapshot([F.device("d", "pilot", F.fact("missing"), { patch: "q", status, ...more })], patches),
    ).find((line) => line.startsWith("d p"));

  it.each(["installed", "reboot-required", "pending", "missing"] as const)(
    "is covered through a patch without a fact: %s",
    (status) => {
      expect(at(status)).toBe("d p superseded SUPERSEDED q -");
    },
  );

  it("is not covered by a failed one whose retries are used up", () => {
    expect(at("failed", chain, { attempts: 3 })).toBe("d p approve APPROVED r/a -");
    expect(at("failed", chain, { attempts: 2 })).toBe("d p superseded SUPERSEDED q -");
  });

  it("is not covered where nothing is in force and nothing is sent", () => {
    expect(at("installing")).toBe("d p approve APPROVED r/a -");
    expect(at("ignored", chain, { approval: "none" })).toBe("d p superseded SUPERSEDED q -");
  });

  it("is not covered within a cycle, nor by itself", () => {
    const cycle = [
      { ...F.PATCH, supersedes: ["q", "p"] },
      { id: "q", supersedes: ["p"] },
    ];
    expect(at("installed", cycle)).toBe("d p approve APPROVED r/a -");
  });

  it("is not covered by a successor that waits for its window", () => {
    const shut = { ...F.named("s"), timezone: "UTC", dst: "skip" as const, windows: [] };
    const rules = [
      F.rule("a/q", { patches: F.is("id", "q"), schedule: "s" }),
      F.rule("b/p", { patches: F.is("id", "p") }),
    ];
    const input = F.snapshot(
      [F.device("d", "pilot", F.fact("missing"), { patch: "q", status: "missing" })],
      chain,
    );
    expect(F.linesOf(F.policy({ rules, schedules: [shut] }), input)).toEqual([
      "d p approve APPROVED b/p -",
      "d q approve APPROVED a/q -",
    ]);
  });
});

describe("later rings (3, step 6e; 4.1; 4.2)", () => {
  const DAYS: readonly string[] = ["2026-03-08T09:00:00Z", "2026-03-11T09:00:00Z", "2026-03-12T09:00:00Z"];
  const pilots = DAYS.map((installedAt, index) =>
    F.device(`a${index}`, "pilot", F.fact("installed", { installedAt, approvedAt: "2026-03-11T09:00:01Z" })),
  );
  const lineFor = (
    prod: Partial<Ring>,
    more: Parameters<typeof F.policy>[0] = {},
    devices = pilots,
  ): string => {
    const rings = [F.ring("pilot"), F.ring("prod", { after: "pilot", ...prod })];
    const input = F.snapshot([...devices, F.device("z", "prod", F.fact("missing"))]);
    return F.linesOf(F.policy({ rings, rules: approveAll, ...more }), input).at(-1) as string;
  };
  const soak = (clock: Ring["soak"]["clock"], percent = 80, minDevices = 1): Partial<Ring> => ({
    soak: { for: 604_800, clock, quorum: { percent, minDevices } },
  });

  it.each([
    ["quorum of 80 % of three: the third install", soak("quorum"), "SOAK r/a 2026-03-19T09:00:00Z"],
    ["quorum of 66.6 %: the second, a week ago to the second", soak("quorum", 66.6), "PROMOTION r/a -"],
    ["quorum of 66.7 %: the third", soak("quorum", 66.7), "SOAK r/a 2026-03-19T09:00:00Z"],
    ["quorum of nobody", soak("quorum", 0, 0), "NOT_INSTALLED_YET r/a -"],
    ["quorum of more than there are", soak("quorum", 0, 4), "NOT_INSTALLED_YET r/a -"],
    ["first install", soak("first-install"), "PROMOTION r/a -"],
    ["first approval", soak("approved"), "SOAK r/a 2026-03-18T09:00:01Z"],
  ])("t0 by %s", (_, ring, expected) => {
    expect(lineFor(ring)).toBe(`z p wait ${expected}`);
  });

  const gates = { installedPercent: 75, failedDevices: 0, failedPercent: 100, coverage: [] };
  const failed = F.device("b", "pilot", F.fact("failed"));
  it.each([
    ["three of four are 75 %", gates, [F.device("b", "pilot", F.fact("pending"))], "PROMOTION"],
    ["three of four are not 75.1 %", { ...gates, installedPercent: 75.1 }, [failed], "INSTALLED_PERCENT"],
    ["one failure too many", gates, [failed], "FAILURES"],
    [
      "too large a share of failures",
      { ...gates, failedDevices: 1, failedPercent: 24.9 },
      [failed],
      "FAILURES",
    ],
    ["a share that is just met", { ...gates, failedDevices: 1, failedPercent: 25 }, [failed], "PROMOTION"],
    ["a tag that the pilot lacks", { ...gates, coverage: ["tag:pr"] }, [], "COVERAGE"],
    ["an attribute that nobody has", { ...gates, coverage: ["os"] }, [], "PROMOTION"],
  ])("gate: %s", (_, given, more, expected) => {
    expect(lineFor({ ...soak("first-install"), gates: given }, {}, [...pilots, ...more])).toBe(
      `z p wait ${expected} r/a -`,
    );
  });

  const claim: PromotionClaim = {
    from: "pilot",
    revision: null,
    at: F.NOW,
    clock: "quorum",
    quorum: { percent: 80, minDevices: 1 },
    t0: F.NOW - 604_800,
    metAt: F.NOW,
    eligible: 10,
    installed: 9,
    failed: 0,
    pending: 1,
    coverage: [],
  };
  const file = (changed: Partial<PromotionClaim> | null): PromotionFile => ({
    ...F.named("f"),
    to: "prod",
    patch: "p",
    claim: changed === null ? null : { ...claim, ...changed },
  });

  it.each([
    ["as it should be", {}, true],
    ["no claim", null, false],
    ["another ring before", { from: "prod" }, false],
    ["a soak that is a second short", { t0: F.NOW - 604_799 }, false],
    ["evidence of the future", { at: F.NOW + 1 }, false],
    ["met after it was written", { metAt: F.NOW + 1 }, false],
    ["another clock", { clock: "approved" as const }, false],
    ["no quorum", { quorum: null }, false],
    ["a lower quorum", { quorum: { percent: 79.9, minDevices: 1 } }, false],
    ["counts that do not add up", { pending: 0 }, false],
    ["too few installed", { installed: 8, pending: 2 }, false],
    ["a failure", { failed: 1, pending: 0 }, false],
  ])("promotion: %s", (_, changed, isValid) => {
    const open = { ...soak("quorum"), gates: { ...gates, installedPercent: 90 } };
    const early = pilots.slice(0, 2);
    const expected = isValid ? "z p approve PROMOTED r/a -" : "z p wait PROMOTION_REJECTED r/a -";
    expect(lineFor(open, { promotions: [file(changed)] }, early)).toBe(expected);
  });
});

describe("exact numbers and globs", () => {
  it("computes with decimals as they are written", () => {
    expect(ceilPercent(0.1, 3000)).toBe(3);
    expect(floorPercent(33.3, 1000)).toBe(333);
    expect(isAtLeastPercent(7, 70, 10)).toBe(true);
    expect(isAtLeastPercent(57, 57.00000000000001, 100)).toBe(false);
    expect(ceilPercent(1e-7, 1)).toBe(1);
  });

  it.each([
    ["KB*", "kb5", true],
    ["?", "Ä", true],
    ["*a*b", "xaxxb", true],
    ["a", "ab", false],
    ["a.c", "abc", false],
  ])("%s on %s", (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });
});
