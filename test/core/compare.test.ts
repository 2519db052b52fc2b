/** The comparison counted again from the two lists of verdicts and the two plans. */
import fc from "../property.ts";
import { describe, expect, it } from "vitest";
import { compareFindings } from "../../src/core/compare-findings.ts";
import { comparePolicies } from "../../src/core/compare.ts";
import type { Comparison, NewFinding, PlannedAction } from "../../src/core/comparison.ts";
import { CHANGE_DANGERS } from "../../src/core/comparison.ts";
import { decide, type Decided } from "../../src/core/decide.ts";
import { listVerdicts, makePlan } from "../../src/core/make-plan.ts";
import type { Plan, VerdictRow } from "../../src/core/plan.ts";
import type { PolicySet } from "../../src/core/policy.ts";
import { arbitraryWorld } from "../oracle/arbitrary.ts";
import { identity, toColumns, zones } from "./worlds.ts";

const policy = { ...identity, ref: null };

function compare(base: Decided, head: Decided): Comparison {
  return comparePolicies(base, head, { base: policy, head: policy, guards: [], findings: [], resolved: 0 });
}

/** Leaves out every statement whose position has a 1 in the mask. */
function thin(whole: PolicySet, mask: number): PolicySet {
  const keep = <T>(items: readonly T[]): T[] => items.filter((_, at) => ((mask >> (at % 8)) & 1) === 0);
  return {
    ...whole,
    rules: keep(whole.rules),
    decisions: keep(whole.decisions),
    freezes: keep(whole.freezes),
    holds: keep(whole.holds),
    recalls: keep(whole.recalls),
    emergencies: keep(whole.emergencies),
    promotions: keep(whole.promotions),
  };
}

interface Pair {
  readonly base: Decided;
  readonly head: Decided;
}

/** A world's own policy with statements left out, or the policy of another world. */
const pairs: fc.Arbitrary<Pair> = fc
  .tuple(arbitraryWorld(), arbitraryWorld(), fc.integer({ min: 0, max: 511 }))
  .map(([world, other, mask]) => {
    const snapshot = toColumns(world.snapshot);
    const changed = mask > 255 ? other.policy : thin(world.policy, mask);
    return {
      base: decide(world.policy, snapshot, world.now, zones),
      head: decide(changed, snapshot, world.now, zones),
    };
  });

type Rows = ReadonlyMap<string, { readonly verdict: VerdictRow; readonly action: PlannedAction | null }>;

function rowsOf(decided: Decided): Rows {
  const plan: Plan = makePlan(decided, { identity });
  const actions = new Map<string, PlannedAction>();
  for (const { device, patch, action } of plan.actions)
    actions.set(`${device} ${patch}`, { action, sending: "now", obstacle: null });
  for (const { device, patch, action, reason } of plan.scheduled)
    actions.set(`${device} ${patch}`, { action, sending: "scheduled", obstacle: reason });
  for (const { device, patch, action, reason } of plan.blocked)
    actions.set(`${device} ${patch}`, { action, sending: "blocked", obstacle: reason });
  return new Map(
    [...listVerdicts(decided)].map((verdict) => {
      const key = `${verdict.device} ${verdict.patch}`;
      return [key, { verdict, action: actions.get(key) ?? null }];
    }),
  );
}

const key = (patch: string, ...sides: readonly object[]): string => JSON.stringify([patch, ...sides]);

/** Devices by patch and both sides, for every fact that changes. */
function expectedGroups({ base, head }: Pair): ReadonlyMap<string, number> {
  const heads = rowsOf(head);
  const counts = new Map<string, number>();
  for (const [name, was] of rowsOf(base)) {
    const is = heads.get(name)!;
    const same = JSON.stringify(was.action) === JSON.stringify(is.action);
    if (same && was.verdict.verdict === is.verdict.verdict) continue;
    const [a, b] = [was, is].map(({ verdict: { verdict, reason, ring, source }, action }) => ({
      verdict,
      reason,
      ring,
      source,
      action,
    }));
    const group = key(is.verdict.patch, a!, b!);
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return counts;
}

function foundGroups({ changes }: Comparison): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { patch, base, head, devices } of changes) {
    const [a, b] = [base, head].map(({ verdict, reason, ring, source, action }) => ({
      verdict,
      reason,
      ring,
      source,
      action,
    }));
    const group = key(patch, a!, b!);
    counts.set(group, (counts.get(group) ?? 0) + devices);
  }
  return counts;
}

/** Facts with a change by client and site, counted from the rows of both sides. */
function expectedSites({ base, head }: Pair): ReadonlyMap<string, number> {
  const heads = rowsOf(head);
  const { devices } = head.snapshot;
  const siteOf = new Map(
    devices.id.map((id, at) => {
      const [client, site] = [devices.client, devices.site].map(({ values, codes }) => values[codes[at]!]!);
      return [id, JSON.stringify([client || null, site || null])];
    }),
  );
  const counts = new Map<string, number>();
  for (const [name, was] of rowsOf(base)) {
    const is = heads.get(name)!;
    if (
      JSON.stringify(was.action) === JSON.stringify(is.action) &&
      was.verdict.verdict === is.verdict.verdict
    )
      continue;
    const site = siteOf.get(is.verdict.device)!;
    counts.set(site, (counts.get(site) ?? 0) + 1);
  }
  return counts;
}

const sorted = (counts: ReadonlyMap<string, number>): [string, number][] =>
  [...counts].sort(([a], [b]) => (a < b ? -1 : 1));

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

describe("comparePolicies", () => {
  it("tells at which sites, and the sites add up to the whole", () => {
    let many = 0;
    fc.assert(
      fc.property(pairs, (pair) => {
        const { sites, summary } = compare(pair.base, pair.head);
        const found = sites.map(({ client, site, changed }): [string, number] => [
          JSON.stringify([client, site]),
          changed,
        ]);
        expect(sorted(new Map(found))).toEqual(sorted(expectedSites(pair)));
        expect(new Set(found.map(([site]) => site)).size).toBe(sites.length);
        for (const name of ["devices", "changed", "dangerous"] as const)
          expect(sum(sites.map((one) => one[name]))).toBe(summary[name]);
        for (const one of sites) {
          expect(one.stale).toBeLessThanOrEqual(one.devices);
          expect(one.dangerous).toBeLessThanOrEqual(one.changed);
        }
        const order = sites.map(({ dangerous, changed }) => dangerous * 1e6 + changed);
        expect(order).toEqual([...order].sort((a, b) => b - a));
        if (sites.length > 1) many += 1;
      }),
      { numRuns: 200 },
    );
    expect(many).toBeGreaterThan(10);
  });

  it("groups exactly the facts whose verdict or action changes", () => {
    let changed = 0;
    fc.assert(
      fc.property(pairs, (pair) => {
        const comparison = compare(pair.base, pair.head);
        expect(sorted(foundGroups(comparison))).toEqual(sorted(expectedGroups(pair)));
        changed += comparison.changes.length;
      }),
      { numRuns: 300 },
    );
    expect(changed).toBeGreaterThan(300);
  });

  it("has totals that are the sums of its groups and of the two plans", () => {
    fc.assert(
      fc.property(pairs, ({ base, head }) => {
        const { summary, changes, timing } = compare(base, head);
        expect(summary.changed).toBe(sum(changes.map(({ devices }) => devices)));
        expect(summary.changed + summary.unchanged).toBe(summary.facts);
        const parts = [...Object.values(summary.appears), ...Object.values(summary.disappears)];
        expect(sum(parts) + summary.changes + summary.verdictOnly).toBe(summary.changed);
        expect(summary.retimed).toBe(sum(timing.map(({ devices }) => devices)));
        expect(summary.baseActions).toEqual(makePlan(base, { identity }).summary.actions);
        expect(summary.headActions).toEqual(makePlan(head, { identity }).summary.actions);
        const ranks = changes.map(({ danger }) => CHANGE_DANGERS.indexOf(danger));
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      }),
      { numRuns: 150 },
    );
  });

  it("finds every uninstall, release and take-back that the base does not have, and calls it dangerous", () => {
    fc.assert(
      fc.property(pairs, ({ base, head }) => {
        const { changes } = compare(base, head);
        for (const { danger, change, head: side } of changes) {
          if (change === "none" || side.action === null) continue;
          if (side.action.action === "uninstall") expect(danger).toBe("removal");
          if (side.action.action === "do-nothing") expect(danger).toBe("release");
        }
        const known = new Set(
          makePlan(base, { identity }).actions.map((row) => `${row.device} ${row.patch} ${row.action}`),
        );
        const removals = makePlan(head, { identity }).actions.filter(
          (row) => row.action === "uninstall" && !known.has(`${row.device} ${row.patch} uninstall`),
        );
        const counted = changes.filter(
          ({ danger, head: side }) => danger === "removal" && side.action?.sending === "now",
        );
        expect(sum(counted.map(({ devices }) => devices))).toBe(removals.length);
      }),
      { numRuns: 150 },
    );
  });

  it("of a policy with itself is empty", () => {
    fc.assert(
      fc.property(pairs, ({ base }) => {
        const again = decide(base.compiled.policy, base.snapshot, base.compiled.now, zones);
        const { changes, timing, summary } = compare(base, again);
        expect({ changes, timing }).toEqual({ changes: [], timing: [] });
        expect(summary).toMatchObject({ changed: 0, devices: 0, otherStatement: 0, retimed: 0 });
      }),
      { numRuns: 50 },
    );
  });

  it("refuses two snapshots", () => {
    fc.assert(
      fc.property(arbitraryWorld(), (world) => {
        const one = decide(world.policy, toColumns(world.snapshot), world.now, zones);
        const other = decide(world.policy, toColumns(world.snapshot), world.now, zones);
        expect(() => compare(one, other)).toThrow(/one snapshot/);
      }),
      { numRuns: 1 },
    );
  });
});

describe("compareFindings", () => {
  const finding = (code: string, detail: string, place: string | null = null): NewFinding => ({
    severity: "warning",
    code,
    summary: "Something",
    detail,
    place,
  });

  it("tells findings apart by what they say, not by their line", () => {
    const base = [finding("a", "x", "f:1:1"), finding("a", "y")];
    const head = [finding("a", "x", "f:9:1"), finding("a", "z")];
    expect(compareFindings(base, head)).toEqual({ findings: [finding("a", "z")], resolved: 1 });
  });

  it("counts the same finding twice when it stands there twice", () => {
    const one = finding("a", "x");
    expect(compareFindings([one], [one, one])).toEqual({ findings: [one], resolved: 0 });
    expect(compareFindings([one, one], [one])).toEqual({ findings: [], resolved: 1 });
  });

  it("lists errors first", () => {
    const error: NewFinding = { ...finding("z", "x"), severity: "error" };
    expect(compareFindings([], [finding("a", "x"), error]).findings[0]).toBe(error);
  });
});
