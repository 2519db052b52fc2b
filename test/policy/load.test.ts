import { readFileSync } from "node:fs";
import fc from "../property.ts";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { canonicalJson } from "../../src/core/canonical-json.ts";
import { parseInstant } from "../../src/core/time.ts";
import type { PolicySet } from "../../src/core/policy.ts";
import { promotionDigest } from "../../src/policy/digest.ts";
import { loadPolicy } from "../../src/policy/load.ts";
import { testZones } from "./test-zones.ts";

const HEAD = "apiVersion: patchring/v1\n";

function document(kind: string, name: string, spec: string): string {
  return `${HEAD}kind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`;
}

function load(...texts: string[]): PolicySet {
  const files = texts.map((text, index) => ({ path: `${index}.yaml`, text }));
  const { policy, diagnostics } = loadPolicy(files, { zones: testZones });
  if (policy === null) throw new Error(JSON.stringify(diagnostics, null, 1));
  return policy;
}

const FLEET = document("Fleet", "acme", "{ timezone: Europe/London }");
const BARE_FLEET = document("Fleet", "acme", "{}");
const ALL = { kind: "all", nodes: [] };

describe("defaults (design 2)", () => {
  it("of a Fleet", () => {
    const { fleet } = load(BARE_FLEET);
    expect(fleet).toEqual({
      name: "acme",
      owner: null,
      description: null,
      place: { file: "0.yaml", line: 3, column: 19 },
      notices: null,
      mode: "observe",
      timezone: "UTC",
      staleAfter: 72 * 3600,
      onUnmatched: "release",
      retries: { max: 3, backoff: 24 * 3600 },
      provider: null,
      forge: null,
      store: null,
      limits: {
        actionsPerRun: 500,
        devicesPerRun: { kind: "percent", value: 25 },
        uninstallsPerRun: 10,
        fleetShrink: { kind: "percent", value: 10 },
      },
    });
  });

  it("of a Ring", () => {
    const ring = load(FLEET, document("Ring", "pilot", "{}")).rings[0];
    expect(ring).toMatchObject({
      after: null,
      devices: ALL,
      schedule: null,
      soak: { for: 7 * 86_400, clock: "quorum", quorum: { percent: 80, minDevices: 1 } },
      gates: { installedPercent: 90, failedDevices: 0, failedPercent: 100, coverage: ["os"] },
      promotion: { by: "pull-request", reviewers: [], maxPatches: 50 },
    });
  });

  it("of a Ring that sets half of each map", () => {
    const spec = "{ soak: { quorum: { percent: 5 } }, gates: { coverage: [] }, promotion: { by: auto } }";
    const ring = load(FLEET, document("Ring", "pilot", spec)).rings[0];
    expect(ring?.soak).toEqual({ for: 604_800, clock: "quorum", quorum: { percent: 5, minDevices: 1 } });
    expect(ring?.gates).toEqual({ installedPercent: 90, failedDevices: 0, failedPercent: 100, coverage: [] });
    expect(ring?.promotion).toEqual({ by: "auto", reviewers: [], maxPatches: 50 });
  });

  it("of a rule", () => {
    const text = document("ApprovalRules", "a", "{ rules: [{ name: x, then: approve }] }");
    expect(load(FLEET, text).rules).toEqual([
      {
        id: "a/x",
        place: { file: "1.yaml", line: 4, column: 25 },
        owner: null,
        patches: ALL,
        devices: ALL,
        rings: null,
        then: "approve",
        delay: 0,
        soak: null,
        schedule: null,
        priority: 0,
        rationale: null,
      },
    ]);
  });

  it("of a Decision, a Recall, a Freeze, a Hold and an Emergency", () => {
    const policy = load(
      FLEET,
      document("Decision", "d", "{ patches: [KB1], action: approve }"),
      document("Recall", "r", "{ patches: [KB1] }"),
      document("Freeze", "f", "{ from: 2026-12-18T00:00:00Z, to: 2027-01-04T00:00:00Z }"),
      document("Hold", "h", "{ patches: [KB1] }"),
      document(
        "Emergency",
        "e",
        "{ patches: [KB1], requestedAt: 2026-09-01T08:00:00Z, expiresAt: 2026-09-02T08:00:00Z }",
      ),
    );
    expect(policy.decisions[0]).toMatchObject({ locked: false, expires: null, reason: null, ticket: null });
    expect(policy.recalls[0]).toMatchObject({ uninstall: false, skip: [], maxDevices: null, devices: ALL });
    expect(policy.freezes[0]).toMatchObject({ pending: "leave", reason: null, devices: ALL });
    expect(policy.holds[0]).toMatchObject({ until: null, rings: null, reason: null });
    expect(policy.emergencies[0]).toMatchObject({ skip: [], reason: null });
  });

  it("of a Schedule", () => {
    const spec = '{ windows: [{ monthly: { weekday: tue, nth: 5 }, start: "01:30", duration: 90m }] }';
    expect(load(FLEET, document("Schedule", "s", spec)).schedules[0]).toMatchObject({
      timezone: "device",
      dst: "shift-forward",
      windows: [
        {
          on: { kind: "monthly", weekday: "tue", nth: 5, offsetDays: 0 },
          startMinute: 90,
          duration: 5400,
        },
      ],
    });
  });
});

describe("dates (design 2)", () => {
  const expiresOf = (fleet: string, date: string) =>
    load(fleet, document("Decision", "d", `{ patches: [KB1], action: approve, expires: ${date} }`))
      .decisions[0]?.expires;

  it("mean the first instant after that day in the fleet's zone", () => {
    expect(expiresOf(BARE_FLEET, "2027-01-31")).toBe(parseInstant("2027-02-01T00:00:00Z"));
    expect(expiresOf(FLEET, "2027-06-30")).toBe(parseInstant("2027-06-30T23:00:00Z"));
  });

  it("mean the first instant of that day in `from`", () => {
    const freeze = load(FLEET, document("Freeze", "f", "{ from: 2027-06-30, to: 2027-06-30, reason: x }"))
      .freezes[0];
    expect(freeze?.from).toBe(parseInstant("2027-06-29T23:00:00Z"));
    expect(freeze?.to).toBe(parseInstant("2027-06-30T23:00:00Z"));
  });

  it("a day that starts with a gap starts after the gap", () => {
    const fleet = document("Fleet", "acme", "{ timezone: Africa/Cairo }");
    expect(expiresOf(fleet, "2026-04-23")).toBe(parseInstant("2026-04-23T22:00:00Z"));
  });
});

describe("selectors (design 2.1)", () => {
  const patchesOf = (written: string) =>
    load(
      FLEET,
      document("ApprovalRules", "a", `{ rules: [{ name: x, then: approve, patches: ${written} }] }`),
    ).rules[0]?.patches;

  it("a list of patches is short for ids, at any depth", () => {
    const ids = { kind: "all", nodes: [{ kind: "key", key: "id", values: ["KB1"] }] };
    expect(patchesOf("[KB1]")).toEqual(ids);
    expect(patchesOf("{ id: KB1 }")).toEqual(ids);
    expect(patchesOf("{ any: [[KB1], { not: [KB1] }] }")).toEqual({
      kind: "all",
      nodes: [{ kind: "any", nodes: [ids, { kind: "all", nodes: [{ kind: "not", node: ids }] }] }],
    });
  });

  it("durations are seconds, numbers and booleans themselves", () => {
    expect(patchesOf("{ kev: true, olderThan: 2w, newerThan: [1h, 90m], cvssAtLeast: 7.5 }")).toEqual({
      kind: "all",
      nodes: [
        { kind: "key", key: "cvssAtLeast", values: [7.5] },
        { kind: "key", key: "kev", values: [true] },
        { kind: "key", key: "olderThan", values: [1_209_600] },
        { kind: "key", key: "newerThan", values: [3600, 5400] },
      ],
    });
  });
});

describe("digest", () => {
  const ring = document("Ring", "pilot", "{ devices: { tags: pilot } }");

  it("does not change with layout, comments, quotes, file names and order", () => {
    const spread = `# pilot\nkind: "Ring"\napiVersion: 'patchring/v1'\nspec:\n  devices:\n    tags: "pilot"\nmetadata:\n  name: pilot\n`;
    const digests = [load(FLEET, ring), load(ring, FLEET), load(`${FLEET}---\n${spread}`)].map(
      (p) => p.digest,
    );
    expect(new Set(digests).size).toBe(1);
    expect(digests[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it("changes with a value", () => {
    expect(load(FLEET, ring).digest).not.toBe(
      load(FLEET, ring.replace("tags: pilot", "tags: pilots")).digest,
    );
  });
});

describe("promotions (design 4.2)", () => {
  const page = readFileSync(new URL("../../docs/policy/promotion.md", import.meta.url), "utf8");
  const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? "";
  const rings =
    document("Ring", "pilot", "{}") + "---\n" + document("Ring", "production", "{ after: pilot }");

  it("the example of the reference page carries its digest", () => {
    const { spec } = parse(example) as { spec: Record<string, unknown> };
    expect(spec["digest"]).toBe(promotionDigest(spec));
    expect(load(FLEET, rings, example).promotions[0]).toMatchObject({
      to: "production",
      patch: "KB5990141",
      claim: {
        from: "pilot",
        revision: 201,
        at: parseInstant("2026-03-19T03:12:00Z"),
        clock: "quorum",
        quorum: { percent: 80, minDevices: 1 },
        t0: parseInstant("2026-03-12T03:10:00Z"),
        metAt: parseInstant("2026-03-19T03:10:00Z"),
        eligible: 18,
        installed: 17,
        failed: 0,
        pending: 1,
        coverage: ["os"],
      },
    });
  });

  it.each([
    ["a changed count", example.replace("eligible: 18", "eligible: 19")],
    ["an instant that does not exist", example.replaceAll("2026-03-12T", "2026-02-30T")],
    ["an unknown key", example.replace("eligible: 18", "eligble: 18")],
    ["no digest", example.replace(/^ *digest.*\n/m, "")],
    ["broken YAML", example.replace("failed: 0", "failed: 0: 1")],
    ["an unresolved alias", example.replace("severity: critical", "severity: *critical")],
    ["a duplicate key", example.replace("failed: 0", "failed: 0\n    failed: 0")],
  ])("%s: no claim, and the fleet goes on", (_, text) => {
    expect(text).not.toBe(example);
    const { policy, diagnostics } = loadPolicy(
      [FLEET, rings, text].map((one, index) => ({ path: `${index}.yaml`, text: one })),
      { zones: testZones },
    );
    expect(diagnostics.some(({ severity }) => severity === "error")).toBe(true);
    expect(policy?.promotions).toMatchObject([{ to: "production", patch: "KB5990141", claim: null }]);
  });
});

describe("canonical JSON (RFC 8785)", () => {
  it("gives the text of the RFC's example 3.2.2", () => {
    const value = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    ) as unknown;
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it("sorts keys by UTF-16 code unit (3.2.3)", () => {
    const keys = ["\u20ac", "\r", "\ufb33", "1", "\ud83d\ude00", "\u0080", "\u00f6"];
    const text = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])));
    expect(Object.keys(JSON.parse(text) as object).filter((k) => k !== "1")).toEqual([
      "\r",
      "\u0080",
      "\u00f6",
      "\u20ac",
      "\ud83d\ude00",
      "\ufb33",
    ]);
    expect(text.startsWith('{"\\r":0,"1":0,')).toBe(true);
  });

  it("has no NaN and no infinity", () => {
    expect(() => canonicalJson([NaN])).toThrow(RangeError);
    expect(() => canonicalJson({ a: Infinity })).toThrow(RangeError);
  });
});

describe("hostile text", () => {
  const codes = (text: string) =>
    loadPolicy([{ path: "a.yaml", text }], { zones: testZones }).diagnostics.map(({ code }) => code);

  it.each([
    ["more than 5 MB", "# " + "x".repeat(5 * 1024 * 1024), "policy/file-too-large"],
    ["brackets without end", "[".repeat(1_000_000), "policy/too-deep"],
    ["dashes without end", "- ".repeat(100_000), "policy/too-deep"],
    ["question marks without end", "? ".repeat(100_000), "policy/too-deep"],
    [
      "blocks without end",
      Array.from({ length: 2_000 }, (_, i) => " ".repeat(i) + "a:").join("\n"),
      "policy/too-deep",
    ],
    ["not a number", document("Fleet", "a", "{ limits: { actionsPerRun: .nan } }"), "policy/wrong-type"],
    ["a prototype", document("Fleet", "a", "{ __proto__: { mode: apply } }"), "policy/unknown-key"],
    ["a constructor", document("Ring", "a", "{ constructor: 1 }"), "policy/unknown-key"],
  ])("%s", (_, text, code) => expect(codes(text)).toContain(code));

  it("a promotion that cannot be read at all stops nothing", () => {
    const text = `${HEAD}kind: Promotion\nmetadata: { name: a }\nspec: ${"[".repeat(500)}\n`;
    const files = [FLEET, text].map((one, index) => ({ path: `${index}.yaml`, text: one }));
    const { policy, diagnostics } = loadPolicy(files, { zones: testZones });
    expect(diagnostics.map(({ code }) => code)).toEqual(["policy/too-deep"]);
    expect(policy).not.toBeNull();
  });

  it("many keys take no quadratic time", () => {
    const text = Array.from({ length: 100_000 }, (_, i) => `k${i}: 1`).join("\n");
    const start = performance.now();
    expect(codes(text)).toContain("policy/missing-key");
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  it("never throws on any text", () => {
    const piece = fc.constantFrom(
      ..."{}[]:,-?&*!|>'\"%@`#\n \t~".split(""),
      "\r\n",
      "kind: Ring\n",
      "kind: Promotion\n",
      HEAD,
      "metadata: { name: a }\n",
      "spec:\n",
      "  ",
      "*a ",
      "&a ",
      "!!binary ",
      "<<: ",
      "--- ",
      "...\n",
      "%YAML 1.1\n",
      "null",
      "1e999",
      ".nan",
      "0x",
      "2027-01-31",
      "\u2028",
      "\ufeff",
      "\ud800",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 60 }), (pieces) => {
        const text = pieces.join("");
        const { policy, diagnostics } = loadPolicy([{ path: "a.yaml", text }], { zones: testZones });
        expect(policy === null).toBe(true);
        expect(diagnostics.length).toBeGreaterThan(0);
      }),
      { numRuns: 600 },
    );
  });

  it("never throws on a mutated policy, and every place is inside the text", () => {
    const base = FLEET + "---\n" + readGolden("ring-good.txt") + "---\n" + readGolden("rules-good.txt");
    fc.assert(
      fc.property(fc.nat(base.length), fc.nat(20), fc.string({ maxLength: 6 }), (at, cut, insert) => {
        const text = base.slice(0, at) + insert + base.slice(at + cut);
        const { policy, diagnostics } = loadPolicy([{ path: "a.yaml", text }], { zones: testZones });
        const errors = diagnostics.filter(({ severity }) => severity === "error");
        expect(policy === null).toBe(errors.length > 0);
        const lines = text.split("\n");
        for (const { place } of diagnostics) {
          if (place === null) continue;
          expect(place.line).toBeLessThanOrEqual(lines.length);
          expect(place.column).toBeLessThanOrEqual((lines[place.line - 1] ?? "").length + 1);
        }
      }),
      { numRuns: 400 },
    );
  });
});

/** The policy text of a golden case, its files as documents. */
function readGolden(name: string): string {
  const text = readFileSync(new URL(`golden/${name}`, import.meta.url), "utf8");
  const parts = text.slice(0, text.indexOf("--- expected ---")).split(/^--- .+ ---\n/m);
  return parts.slice(1).join("---\n");
}
