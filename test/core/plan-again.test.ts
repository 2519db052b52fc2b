/**
 * Plan, apply, plan again: nothing is left to be done. There is one exception, which the design forces:
 *
 * - 6b: *q* may be installed here when "its verdict is `approve` and it is approved already", so that an
 *   older *p* is superseded as long as the approval of *q* is in force; "Verdicts ignore freezes" (3.1).
 * - 3.1: with `pending: withdraw` this very approval "gets the hold's action for the time of the freeze".
 * - 6b again, on the facts after it: the `approve` of *q* is not "sent now" but scheduled, so *p* is a
 *   candidate; and an emergency for *p* "that skips `freeze` lifts just that" (3.1), so it is sent.
 *
 * Each sentence leaves no choice, so *p* is approved by the second plan, and the third is empty.
 */
import fc from "../property.ts";
import { describe, expect, it } from "vitest";
import type { ActionRow, Plan } from "../../src/core/plan.ts";
import type { PolicySet } from "../../src/core/policy.ts";
import { formatInstant } from "../../src/core/time.ts";
import { nextFact } from "../../src/provider/file/next-fact.ts";
import { arbitraryWorld, type RandomWorld } from "../oracle/arbitrary.ts";
import * as F from "../oracle/fixture.ts";
import { oraclePlan, type OracleFact, type OracleSnapshot } from "../oracle/oracle.ts";
import { smallWorld } from "./small-worlds.ts";
import { identity, planOf, toColumns, verdictsOf, zones } from "./worlds.ts";

/** More for a long check: PATCHRING_RUNS=100000 npx vitest run test/core/plan-again.test.ts */
const numRuns = Number(process.env["PATCHRING_RUNS"] ?? 500);

const keyOf = ({ device, patch }: { readonly device: string; readonly patch: string }): string =>
  JSON.stringify([device, patch]);

/** The world as a backend would report it after it took the plan's actions. */
function applyPlan(world: RandomWorld, plan: Plan): RandomWorld {
  const actions = new Map(plan.actions.map((row) => [keyOf(row), row.action]));
  const at = formatInstant(world.now);
  const after = (device: string, fact: OracleFact): OracleFact => {
    const action = actions.get(keyOf({ device, patch: fact.patch }));
    return action === undefined ? fact : (nextFact({ ...fact }, action, at) as unknown as OracleFact);
  };
  const devices = world.snapshot.devices.map((device) => ({
    ...device,
    facts: (device.facts ?? []).map((fact) => after(device.id, fact)),
  }));
  return { ...world, snapshot: { ...world.snapshot, devices } };
}

/** What the plan supersedes by a patch whose approval it takes back for a freeze; nothing without such a freeze. */
function supersededByWithdrawn(world: RandomWorld, plan: Plan): ReadonlySet<string> {
  const withdrawn = new Set(plan.actions.filter((row) => row.reason === "FROZEN").map(keyOf));
  if (withdrawn.size === 0) return withdrawn;
  const rows = verdictsOf(world.policy, world.snapshot, world.now).filter(
    ({ device, source, reason }) =>
      reason === "SUPERSEDED" && withdrawn.has(keyOf({ device, patch: source! })),
  );
  return new Set(rows.map(keyOf));
}

interface Plans {
  readonly first: Plan;
  readonly second: readonly ActionRow[];
  /** Actions of the second plan that are no approval of what a withdrawn patch superseded. */
  readonly unexplained: readonly ActionRow[];
  readonly third: readonly ActionRow[];
}

function planByOracle({ policy, snapshot, now }: RandomWorld): Plan {
  return oraclePlan(policy, snapshot, now, zones, identity, toColumns(snapshot).digest);
}

function planThreeTimes(world: RandomWorld): Plans {
  const first = planOf(world.policy, world.snapshot, world.now);
  const applied = applyPlan(world, first);
  const second = planOf(world.policy, applied.snapshot, applied.now);
  if (second.actions.length === 0) return { first, second: [], unexplained: [], third: [] };
  const freed = supersededByWithdrawn(world, first);
  const unexplained = second.actions.filter((row) => row.action !== "approve" || !freed.has(keyOf(row)));
  const again = applyPlan(applied, second);
  return {
    first,
    second: second.actions,
    unexplained,
    third: planOf(again.policy, again.snapshot, again.now).actions,
  };
}

describe("a plan that was applied", () => {
  it("plans to nothing but approvals of what a withdrawn patch superseded, and those to nothing", () => {
    fc.assert(
      fc.property(arbitraryWorld(), (world) => {
        expect(planThreeTimes(world)).toMatchObject({ unexplained: [], third: [] });
      }),
      { numRuns },
    );
  });

  it("also where everything meets on one device, and the second implementation agrees", () => {
    let late = 0;
    fc.assert(
      fc.property(smallWorld, (world) => {
        const { first, second, unexplained, third } = planThreeTimes(world);
        expect({ unexplained, third }).toEqual({ unexplained: [], third: [] });
        if (second.length > 0) late += 1;
        expect(JSON.stringify(planByOracle(world))).toBe(JSON.stringify(first));
      }),
      { numRuns: 2 * numRuns, seed: 23 },
    );
    expect(late).toBeGreaterThan(5);
  });
});

function withoutWithdrawal(policy: PolicySet): PolicySet {
  return { ...policy, freezes: policy.freezes.map((freeze) => ({ ...freeze, pending: "leave" })) };
}

describe("the smallest world that takes a second plan", () => {
  const from = F.NOW - 3600;
  const freeze = { ...F.named("year-end"), devices: F.ALL, from, to: F.NOW + 3600, reason: null };
  const policy = F.policy({
    rules: [F.rule("base/all")],
    freezes: [{ ...freeze, pending: "withdraw" }],
    emergencies: [F.emergency("exploited", { skip: ["freeze"] })],
  });
  const snapshot: OracleSnapshot = F.snapshot(
    [F.device("d", "pilot", { patch: "q", status: "pending" }, F.fact("missing"))],
    [F.PATCH, { ...F.PATCH, id: "q", supersedes: ["p"] }],
  );

  it("takes the successor back, then approves the old patch of the emergency, then is done", () => {
    const seen: string[][] = [];
    let world: RandomWorld = { policy, snapshot, now: F.NOW };
    for (let run = 0; run < 3; run += 1) {
      const plan = planOf(world.policy, world.snapshot, world.now);
      expect(planByOracle(world)).toEqual(plan);
      seen.push(plan.actions.map(({ patch, action, reason }) => `${patch} ${action} ${reason}`));
      world = applyPlan(world, plan);
    }
    expect(seen).toEqual([["q do-nothing FROZEN"], ["p approve APPROVED"], []]);
  });

  it("takes one plan where the emergency names the successor too, or the freeze leaves approvals", () => {
    const both = F.emergency("exploited", { patches: F.is("id", "p", "q"), skip: ["freeze"] });
    for (const other of [{ ...policy, emergencies: [both] }, withoutWithdrawal(policy)]) {
      expect(planThreeTimes({ policy: other, snapshot, now: F.NOW }).second).toEqual([]);
    }
  });
});

it("a removal that is tried again supersedes no older patch meanwhile", () => {
  const world: RandomWorld = {
    policy: F.policy({
      rules: [F.rule("base/all")],
      recalls: [F.recall("bad", { patches: F.is("id", "q"), uninstall: true })],
    }),
    snapshot: F.snapshot(
      [F.device("d", "pilot", { patch: "q", status: "failed", approval: "uninstall" }, F.fact("pending"))],
      [F.PATCH, { ...F.PATCH, id: "q", supersedes: ["p"] }],
    ),
    now: F.NOW,
  };
  const { first, second } = planThreeTimes(world);
  expect(first.actions.map(({ patch, action }) => [patch, action])).toEqual([["q", "reprocess"]]);
  expect(second).toEqual([]);
});
