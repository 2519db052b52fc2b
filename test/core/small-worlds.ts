/**
 * Worlds of one device and three patches in a line of supersedence, cheap enough for hundreds of
 * thousands: whatever can meet on one device (6b of design 3, freezes, emergencies, holds, retries).
 */
import fc from "fast-check";
import { ACTIONS, APPROVALS, STATUSES } from "../../src/core/model.ts";
import type { Emergency, PolicySet, Schedule } from "../../src/core/policy.ts";
import type { RandomWorld } from "../oracle/arbitrary.ts";
import * as F from "../oracle/fixture.ts";
import type { OracleFact, OraclePatch, OracleSnapshot } from "../oracle/oracle.ts";

const IDS = ["p", "q", "r"] as const;
const DAY = 86_400;
const HOURS = { from: F.NOW - 3600, to: F.NOW + 3600 };

const night: Schedule = {
  ...F.named("night"),
  timezone: "UTC",
  dst: "shift-forward",
  windows: [
    {
      on: { kind: "weekly", days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] },
      startMinute: 22 * 60,
      duration: 4 * 3600,
    },
  ],
};

const OPEN = ["missing", "pending", "pending", "ignored"] as const;

const facts = fc.record({
  status: fc.constantFrom(...STATUSES, ...OPEN, ...OPEN),
  approval: fc.constantFrom(...APPROVALS, null, null, null, null),
  approvalBy: fc.constantFrom("patchring" as const, "person" as const),
  attempts: fc.constantFrom(0, 3),
  lastAttemptAt: fc.constantFrom(null, "2026-03-18T08:00:00Z", "2026-03-01T08:00:00Z"),
});

const SKIPS: readonly (Emergency["skip"] | null)[] = [
  null,
  null,
  ["freeze"],
  ["window", "freeze"],
  ["promotion", "window", "freeze"],
  ["promotion"],
  ["window"],
];

/** What a policy says of one patch beside the rule for all. */
const statements = fc.record({
  skip: fc.constantFrom(...SKIPS),
  say: fc.constantFrom(
    ...(["", "", "", "", "", "", "", "", "", "", "hold", "ignore", "manual", "recall", "uninstall"] as const),
  ),
});
type Said = typeof statements extends fc.Arbitrary<infer T> ? T : never;

function policyOf(
  said: readonly Said[],
  {
    freeze,
    delay,
    shut,
    release,
    later,
  }: { freeze: 0 | 1 | 2; delay: number; shut: boolean; release: boolean; later: boolean },
): PolicySet {
  const base = F.policy();
  const about = (say: string): { name: string; patches: ReturnType<typeof F.is<"id">> }[] =>
    IDS.filter((_, i) => said[i]!.say === say).map((id) => ({
      name: `${say}-${id}`,
      patches: F.is("id", id),
    }));
  return {
    ...base,
    fleet: { ...base.fleet, onUnmatched: release ? "release" : "keep" },
    rings: later
      ? [F.ring("first"), F.ring("pilot", { after: "first", schedule: shut ? "night" : null })]
      : [F.ring("pilot", { schedule: shut ? "night" : null })],
    rules: delay < 0 ? [] : [F.rule("base/all", { delay })],
    schedules: [night],
    freezes:
      freeze === 0
        ? []
        : [
            {
              ...F.named("f"),
              ...HOURS,
              devices: F.ALL,
              reason: null,
              pending: freeze === 1 ? "leave" : "withdraw",
            },
          ],
    holds: about("hold").map(({ name, patches }) => F.hold(name, { patches })),
    decisions: (["ignore", "manual"] as const).flatMap((say) =>
      about(say).map(({ name, patches }) => F.decision(name, say, { patches })),
    ),
    recalls: [
      ...about("recall").map(({ name, patches }) => F.recall(name, { patches })),
      ...about("uninstall").map(({ name, patches }) => F.recall(name, { patches, uninstall: true })),
    ],
    emergencies: IDS.flatMap((id, i) => {
      const { skip } = said[i]!;
      return skip === null ? [] : [F.emergency(`e-${id}`, { patches: F.is("id", id), skip })];
    }),
  };
}

const PATCHES: readonly OraclePatch[] = IDS.map((id, i) => ({
  ...F.PATCH,
  id,
  supersedes: i === 0 ? [] : [IDS[i - 1]!],
}));

export const smallWorld: fc.Arbitrary<RandomWorld> = fc
  .record({
    facts: fc.tuple(facts, facts, facts),
    /** Patches that have a fact on the device, one bit each. */
    present: fc.constantFrom(7, 7, 7, 7, 3, 5, 6),
    said: fc.tuple(statements, statements, statements),
    freeze: fc.constantFrom(0 as const, 1 as const, 2 as const, 2 as const, 2 as const),
    delay: fc.constantFrom(0, 0, 0, 0, 30 * DAY, -1),
    shut: fc.boolean(),
    release: fc.boolean(),
    later: fc.constantFrom(false, false, false, true),
    isStale: fc.constantFrom(false, false, false, true),
    holdIsSafe: fc.boolean(),
    schedules: fc.constantFrom("backend" as const, "reconciler" as const),
    /** The action that the backend does not know; none for most. */
    lacking: fc.constantFrom(null, null, null, null, ...ACTIONS),
  })
  .map((drawn): RandomWorld => {
    const own = drawn.facts
      .map((fact, i): OracleFact => ({ ...fact, patch: IDS[i]! }))
      .filter((_, i) => (drawn.present & (1 << i)) !== 0);
    const device = F.device("d", "pilot", ...own);
    const snapshot: OracleSnapshot = F.snapshot(
      [drawn.isStale ? { ...device, scannedAt: null } : device],
      PATCHES,
      {
        actions: ACTIONS.filter((action) => action !== drawn.lacking),
        holdIsSafe: drawn.holdIsSafe,
        schedules: drawn.schedules,
      },
    );
    return { policy: policyOf(drawn.said, drawn), snapshot, now: F.NOW };
  });
