/** Random small worlds in which every rule of the design has something to do. */
import fc from "fast-check";
import type { Instant } from "../../src/core/model.ts";
import type { PolicySet, PromotionClaim, PromotionFile, Ring } from "../../src/core/policy.ts";
import { parseInstant } from "../../src/core/time.ts";
import { decisions, emergencies, freezes, holds, recalls } from "./arbitrary-exceptions.ts";
import * as A from "./arbitrary-policy.ts";
import { arbitrarySnapshot } from "./arbitrary-snapshot.ts";
import type { OracleSnapshot } from "./input.ts";
import { compareText, DAY } from "./world.ts";

export interface RandomWorld {
  readonly policy: PolicySet;
  readonly snapshot: OracleSnapshot;
  readonly now: Instant;
}

/** Plain days, ends of windows, and both changes of the clock in London and New York. */
const NOWS: readonly Instant[] = [
  "2026-03-18T09:00:00Z",
  "2026-03-18T22:00:00Z",
  "2026-03-29T00:59:59Z",
  "2026-03-29T01:00:00Z",
  "2026-03-29T02:00:00Z",
  "2026-03-08T07:00:00Z",
  "2026-10-25T00:30:00Z",
  "2026-10-25T01:00:00Z",
  "2026-10-25T01:30:00Z",
  "2026-11-01T06:00:00Z",
  "2026-02-28T23:59:59Z",
  "2028-02-29T10:00:00Z",
].map((text) => parseInstant(text) as Instant);

/** A claim that is valid for its ring, for the soaks that are long enough ago. */
function soundClaim(ring: Ring, age: number, now: Instant): PromotionClaim {
  return {
    from: ring.after ?? "none",
    revision: null,
    at: now - age,
    clock: ring.soak.clock,
    quorum: ring.soak.clock === "quorum" ? ring.soak.quorum : null,
    t0: now - age - 3 * DAY,
    metAt: now - age,
    eligible: 10,
    installed: 10,
    failed: 0,
    pending: 0,
    coverage: ring.gates.coverage,
  };
}

/** Each way in which a promotion can be wrong (design 4.2), or just right. */
const CHANGES: readonly ((claim: PromotionClaim) => PromotionClaim | null)[] = [
  () => null,
  (claim) => ({ ...claim, from: "elsewhere" }),
  (claim) => ({ ...claim, revision: 201 }),
  (claim) => ({ ...claim, revision: "200" }),
  (claim) => ({ ...claim, at: claim.at + DAY, metAt: claim.at + DAY }),
  (claim) => ({ ...claim, metAt: claim.at + 1 }),
  (claim) => ({ ...claim, t0: claim.t0 + 1 }),
  (claim) => ({ ...claim, t0: claim.t0 - 4 * DAY }),
  (claim) => ({ ...claim, clock: claim.clock === "quorum" ? "approved" : "quorum" }),
  (claim) => ({ ...claim, quorum: null }),
  (claim) => ({ ...claim, quorum: claim.quorum && { ...claim.quorum, percent: claim.quorum.percent - 0.5 } }),
  (claim) => ({
    ...claim,
    quorum: claim.quorum && { percent: 100, minDevices: claim.quorum.minDevices - 1 },
  }),
  (claim) => ({ ...claim, quorum: claim.quorum && { percent: 100, minDevices: 9 } }),
  (claim) => ({ ...claim, eligible: 11 }),
  (claim) => ({ ...claim, eligible: 0, installed: 0 }),
  (claim) => ({ ...claim, eligible: 3, installed: 1, pending: 2 }),
  (claim) => ({ ...claim, eligible: 3, installed: 2, failed: 1 }),
  (claim) => ({ ...claim, eligible: 1000, installed: 667, pending: 333 }),
  (claim) => ({ ...claim, eligible: 1000, installed: 666, failed: 1, pending: 333 }),
  (claim) => ({ ...claim, coverage: claim.coverage.slice(1) }),
  (claim) => ({ ...claim, coverage: ["app", "client", "os", "site", "tag:vip", "type"] }),
];

interface PromotionDraw {
  readonly ringIndex: number;
  readonly patchIndex: number | null;
  readonly nowhere: boolean;
  readonly change: number | null;
  readonly age: number;
}

const promotionDraws: fc.Arbitrary<PromotionDraw[]> = fc.array(
  fc.record({
    ringIndex: fc.nat(3),

    patchIndex: fc.option(fc.integer({ min: -1, max: 20 }), { freq: 20 }),
    nowhere: fc.constantFrom(false, false, false, false, false, false, false, false, false, true),
    change: fc.option(fc.nat(CHANGES.length - 1), { freq: 2 }),
    age: fc.constantFrom(0, 0, DAY, 7 * DAY, -1),
  }),
  { maxLength: 7, size: "max" },
);

/** A patch of the snapshot; null for a file that names none, and an id that is nowhere. */
function promotedPatch(index: number | null, patches: readonly string[]): string | null {
  if (index === null) return null;
  return index < 0 ? "kb5" : (patches[index % patches.length] as string);
}

function makePromotion(
  draw: PromotionDraw,
  index: number,
  rings: readonly Ring[],
  patches: readonly string[],
  now: Instant,
): PromotionFile {
  const later = rings.filter((ring) => ring.after !== null);
  const ring = (later.length > 0 ? later : rings)[draw.ringIndex % (later.length || rings.length)] as Ring;
  const sound = soundClaim(ring, draw.age, now);
  const change = draw.change === null ? null : (CHANGES[draw.change] ?? null);
  return {
    ...A.statement(`promotion-${index}`),
    to: draw.nowhere ? null : ring.name,
    patch: promotedPatch(draw.patchIndex, patches),
    claim: change === null ? sound : change(sound),
  };
}

const limit = fc.oneof(
  fc.record({ kind: fc.constant("count" as const), value: fc.constantFrom(1, 3, 100) }),
  fc.record({ kind: fc.constant("percent" as const), value: fc.constantFrom(0, 12.5, 33.3, 50, 100) }),
);

const fleet = fc.record({
  timezone: fc.constantFrom("UTC", "Europe/London", "America/New_York"),
  staleAfter: fc.constantFrom(3 * DAY, DAY, 3600),
  onUnmatched: fc.constantFrom("release" as const, "keep" as const),
  retries: fc.record({
    max: fc.constantFrom(0, 1, 3, 3, 3),
    backoff: fc.constantFrom(0, 3600, DAY, 401 * DAY, 401 * DAY),
  }),
  limits: fc.record({
    actionsPerRun: fc.constantFrom(0, 5, 500),
    devicesPerRun: limit,
    uninstallsPerRun: fc.constantFrom(0, 1, 10),
    fleetShrink: limit,
  }),
});

/** In half of the worlds none of a kind, so that what comes later in the order of design 3 is reached too. */
function sometimes<T>(made: fc.Arbitrary<A.Made<T[]>>): fc.Arbitrary<A.Made<T[]>> {
  return fc.oneof(
    fc.constant<A.Made<T[]>>(() => []),
    made,
  );
}

const draws = fc.record({
  now: fc.constantFrom(...NOWS),
  fleet,
  ringNames: fc.shuffledSubarray([...A.RING_NAMES], { minLength: 4, maxLength: 4 }),
  rings: fc.oneof(
    { weight: 1, arbitrary: fc.tuple(A.ringDraw) },
    { weight: 6, arbitrary: fc.array(A.ringDraw, { minLength: 2, maxLength: 4, size: "max" }) },
  ),
  rules: A.ruleDraws,
  promotions: promotionDraws,
  schedules: A.schedules,
  decisions: sometimes(decisions),
  freezes: sometimes(freezes),
  holds: sometimes(holds),
  recalls: sometimes(recalls),
  emergencies: sometimes(emergencies),
  snapshot: arbitrarySnapshot,
});
type Draws = typeof draws extends fc.Arbitrary<infer T> ? T : never;

function makeWorld(drawn: Draws): RandomWorld {
  const { now } = drawn;
  const names = drawn.ringNames.slice(0, drawn.rings.length);
  const schedules = drawn.schedules(now, names);
  const scheduleNames = schedules.map((schedule) => schedule.name);
  const rings = drawn.rings.map((ring, index) => A.makeRing(ring, index, names, scheduleNames));
  const rules = drawn.rules.map((rule) => A.makeRule(rule, names, scheduleNames));
  const snapshot = drawn.snapshot(now);
  const patches = snapshot.patches.map((patch) => patch.id);
  const policy: PolicySet = {
    digest: "sha256:0",
    fleet: {
      ...A.statement("fleet"),
      mode: "observe",
      provider: null,
      forge: null,
      store: null,
      notices: null,
      ...drawn.fleet,
    },
    rings: rings.toSorted((a, b) => compareText(a.name, b.name)),
    rules: rules.toSorted((a, b) => compareText(a.id, b.id)),
    decisions: drawn.decisions(now, names),
    schedules,
    freezes: drawn.freezes(now, names),
    holds: drawn.holds(now, names),
    recalls: drawn.recalls(now, names),
    emergencies: drawn.emergencies(now, names),
    promotions: drawn.promotions.map((promotion, index) =>
      makePromotion(promotion, index, rings, patches, now),
    ),
  };
  return { policy, snapshot, now };
}

/**
 * Worlds of up to 4 rings, 6 rules, 7 patches and 8 devices. Times stand at few distances from now,
 * so that "exactly now" is common; shrinks towards worlds with nothing in them.
 */
export function arbitraryWorld(): fc.Arbitrary<RandomWorld> {
  return draws.map(makeWorld);
}
