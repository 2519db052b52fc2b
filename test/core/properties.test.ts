/** What must hold for every policy, fleet and instant. */
import fc from "../property.ts";
import { describe, expect, it } from "vitest";
import { decide } from "../../src/core/decide.ts";
import { makePlan } from "../../src/core/make-plan.ts";
import type { Instant } from "../../src/core/model.ts";
import type { DeviceSelector, PolicySet, Rule } from "../../src/core/policy.ts";
import { redecide } from "../../src/core/redecide.ts";
import { formatInstant } from "../../src/core/time.ts";
import { arbitraryWorld, type RandomWorld } from "../oracle/arbitrary.ts";
import type { OracleSnapshot } from "../oracle/oracle.ts";
import { identity, planOf, toColumns, verdictsOf, zones } from "./worlds.ts";

/** A permutation of any array, drawn from one random number a position. */
function shuffle<T>(items: readonly T[], seed: number): T[] {
  const result = [...items];
  let state = seed;
  for (let i = result.length - 1; i > 0; i -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const j = state % (i + 1);
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}

function shufflePolicy(policy: PolicySet, seed: number): PolicySet {
  return {
    ...policy,
    rings: shuffle(policy.rings, seed),
    rules: shuffle(policy.rules, seed),
    decisions: shuffle(policy.decisions, seed),
    freezes: shuffle(policy.freezes, seed),
    holds: shuffle(policy.holds, seed),
    recalls: shuffle(policy.recalls, seed),
    emergencies: shuffle(policy.emergencies, seed),
    promotions: shuffle(policy.promotions, seed),
    schedules: shuffle(policy.schedules, seed),
  };
}

function shuffleSnapshot(snapshot: OracleSnapshot, seed: number): OracleSnapshot {
  return {
    ...snapshot,
    patches: shuffle(snapshot.patches, seed),
    devices: shuffle(snapshot.devices, seed + 1).map((device) => ({
      ...device,
      facts: shuffle(device.facts ?? [], seed + 2),
    })),
  };
}

describe("order", () => {
  it("of statements, devices, patches and facts never matters", () => {
    fc.assert(
      fc.property(arbitraryWorld(), fc.nat(), ({ policy, snapshot, now }, seed) => {
        const [otherPolicy, otherSnapshot] = [shufflePolicy(policy, seed), shuffleSnapshot(snapshot, seed)];
        expect(verdictsOf(otherPolicy, otherSnapshot, now)).toEqual(verdictsOf(policy, snapshot, now));
        const plan = planOf(policy, snapshot, now);
        const other = planOf(otherPolicy, otherSnapshot, now);
        // The digest is of the file's bytes, so it alone follows the order.
        expect({ ...other, snapshot: { ...other.snapshot, digest: plan.snapshot.digest } }).toEqual(plan);
      }),
      { numRuns: 300 },
    );
  });
});

/** What a rule of the same priority could be: it approves whatever it likes. */
function arbitraryApproval(policy: PolicySet): fc.Arbitrary<Rule> {
  const all: DeviceSelector = { kind: "all", nodes: [] };
  const priorities = policy.rules.length === 0 ? [0] : policy.rules.map((rule) => rule.priority);
  return fc.record({
    id: fc.constantFrom("a/first", "zz/last"),
    place: fc.constant({ file: "rules/added.yaml", line: 1, column: 1 }),
    owner: fc.constant(null),
    patches: fc.constant({ kind: "all" as const, nodes: [] }),
    devices: fc.constant(all),
    rings: fc.constant(null),
    then: fc.constant("approve" as const),
    delay: fc.constantFrom(0, 86_400),
    soak: fc.constantFrom(null, 0),
    schedule: fc.constant(null),
    priority: fc.constantFrom(...priorities).map((p) => Math.min(p, ...priorities)),
    rationale: fc.constant(null),
  });
}

describe("deny wins", () => {
  it("an ignore by a rule is never turned into an approval by approvals of equal or lower priority", () => {
    fc.assert(
      fc.property(
        arbitraryWorld().chain((world) => fc.tuple(fc.constant(world), arbitraryApproval(world.policy))),
        ([{ policy, snapshot, now }, rule]) => {
          const before = verdictsOf(policy, snapshot, now);
          const after = verdictsOf({ ...policy, rules: [...policy.rules, rule] }, snapshot, now);
          before.forEach((row, index) => {
            if (row.verdict === "ignore") expect(after[index]).toEqual(row);
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("guards", () => {
  it("trip exactly when the plan passes a limit", () => {
    fc.assert(
      fc.property(arbitraryWorld(), ({ policy, snapshot, now }) => {
        const plan = planOf(policy, snapshot, now);
        const guards = new Map(plan.guards.map((guard) => [guard.guard, guard]));
        expect(guards.get("actionsPerRun")!.tripped).toBe(
          plan.actions.length > policy.fleet.limits.actionsPerRun,
        );
        const touched = new Set(
          plan.actions
            .filter((row) => ["approve", "reprocess", "uninstall"].includes(row.action))
            .map((row) => row.device),
        );
        expect(guards.get("devicesPerRun")!.tripped).toBe(touched.size > guards.get("devicesPerRun")!.limit);
        expect(guards.get("emptySnapshot")!.tripped).toBe(snapshot.devices.length === 0);
        for (const guard of plan.guards) {
          if (guard.guard !== "emptySnapshot") expect(guard.tripped).toBe(guard.value > guard.limit);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/**
 * A world in which time alone changes nothing but what `until` names: no supersedence (which looks
 * at windows), no selectors against the clock, no dates to come, no approval that ends by itself.
 */
function withoutHiddenClocks({ policy, snapshot, now }: RandomWorld): {
  policy: PolicySet;
  snapshot: OracleSnapshot;
} {
  const usesClock = (node: unknown): boolean => /olderThan|newerThan|superseded/.test(JSON.stringify(node));
  const far = formatInstant(now + 3600);
  const past = (text: string | null | undefined): boolean =>
    typeof text === "string" && text > "1972" && text < far;
  return {
    policy: {
      ...policy,
      rules: policy.rules.filter((rule) => !usesClock(rule.patches)),
      decisions: policy.decisions.filter((d) => !usesClock(d.patches) && d.action !== "approve"),
      // A hold's end is named even where what it holds would end sooner, as an emergency does.
      holds: policy.emergencies.length > 0 ? [] : policy.holds.filter((hold) => !usesClock(hold.patches)),
      recalls: policy.recalls.filter((recall) => !usesClock(recall.patches)),
      emergencies: policy.emergencies.filter(
        (e) => !usesClock(e.patches) && e.requestedAt <= now && e.skip.includes("promotion"),
      ),
      promotions: policy.promotions.filter((file) => file.claim === null || file.claim.at <= now),
    },
    snapshot: {
      ...snapshot,
      patches: snapshot.patches.map(({ releasedAt, ...patch }) => ({
        ...patch,
        supersedes: [],
        firstSeenAt: null,
        releasedAt: past(releasedAt) ? releasedAt : "2026-01-05T00:00:00Z",
      })),
    },
  };
}

describe("time", () => {
  it("changes a verdict from one second to the next only where `until` said so", () => {
    let changed = 0;
    fc.assert(
      fc.property(arbitraryWorld(), fc.constantFrom(-1, 0), (world, shift) => {
        const at: Instant = world.now + shift;
        const { policy, snapshot } = withoutHiddenClocks({ ...world, now: at });
        const before = verdictsOf(policy, snapshot, at);
        const after = verdictsOf(policy, snapshot, at + 1);
        before.forEach((row, index) => {
          if (after[index]!.verdict === row.verdict) return;
          changed += 1;
          expect(row.until).toBe(formatInstant(at + 1));
        });
      }),
      { numRuns: 1500, seed: 11 },
    );
    expect(changed).toBeGreaterThan(20);
  });
});

describe("redecide", () => {
  it("gives what a full decide gives, after some devices changed", () => {
    let local = 0;
    fc.assert(
      fc.property(arbitraryWorld(), fc.nat(), fc.nat(), ({ policy, snapshot, now }, pick, seed) => {
        if (snapshot.devices.length === 0) return;
        const before = toColumns(snapshot);
        const device = pick % snapshot.devices.length;
        const facts = shuffle(snapshot.devices[device]!.facts ?? [], seed).slice(seed % 2);
        const changedFacts = facts.map((fact, i) =>
          i === 0 ? { ...fact, status: "installed" as const, approval: null } : fact,
        );
        const devices = snapshot.devices.map((d, i) => (i === device ? { ...d, facts: changedFacts } : d));
        const after = { ...toColumns({ ...snapshot, devices }), patches: before.patches };
        const first = decide(policy, before, now, zones);
        const again = redecide(first, after, [device]);
        if (again.pass === first.pass) local += 1;
        expect(makePlan(again, { identity })).toEqual(
          makePlan(decide(policy, after, now, zones), { identity }),
        );
      }),
      { numRuns: 400, seed: 5 },
    );
    expect(local).toBeGreaterThan(50);
  });
});
