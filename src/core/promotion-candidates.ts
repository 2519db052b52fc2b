/**
 * What could be promoted, and what stands in the way: one candidate for each later ring and patch
 * for which devices wait (design 4.1). Gates, soaks and evidence are those of the verdicts.
 */
import { freezeOfClass, areAllFrozen } from "./obstacle.ts";
import type { CoverageValue } from "./coverage.ts";
import type { Decided } from "./decide.ts";
import { quorumSize, type Evidence } from "./evidence.ts";
import { GateKeeper, type GateReason } from "./gates.ts";
import type { Instant, Patch, Seconds } from "./model.ts";
import { compareCodeUnits } from "./order.ts";
import type { Ring } from "./policy.ts";
import { listGates, type PromotionGate } from "./promotion-gates.ts";
import { tallyRing, type PatchTally } from "./promotion-tally.ts";

export type { PromotionGate } from "./promotion-gates.ts";

/**
 * - `ready`: every gate is open; only the merge is missing.
 * - `waiting`: a gate is shut, the first in the order of design 3, step 6e.
 * - `held`: a hold covers every device that needs the patch.
 * - `frozen`: every gate is open, but all devices of the ring are frozen: nothing is opened or merged.
 * - `superseded`: a newer patch covers it on every device that needs it; never promoted.
 */
export type CandidateState =
  | { readonly kind: "ready" }
  | { readonly kind: "waiting"; readonly reason: GateReason; readonly until: Instant | null }
  | { readonly kind: "held"; readonly hold: string; readonly until: Instant | null }
  | { readonly kind: "frozen"; readonly until: Instant | null }
  | { readonly kind: "superseded"; readonly by: string };

export interface PromotionCandidate {
  readonly ring: Ring;
  /** Index into the rings of the compiled policy. */
  readonly ringIndex: number;
  /** The ring before, where the patch was proven. */
  readonly from: string;
  readonly patch: Patch;
  readonly patchIndex: number;
  /** Devices that need the patch and that a merge would let it go to, stale ones included. */
  readonly devices: number;
  /** Of these, devices whose scan is too old: they get it when they are back. */
  readonly staleDevices: number;
  /** Devices that need it but are held, or where a newer patch covers it; not in `devices`. */
  readonly heldDevices: number;
  readonly supersededDevices: number;
  /** The longest soak in force among the devices that would be approved. */
  readonly soak: Seconds;
  /** What made it a candidate, for the longest soak: a rule's id, `Decision/<name>`, `Emergency/<name>`; "" when none waits. */
  readonly source: string;
  readonly evidence: Evidence;
  /** Dated installs that the quorum needs; null for other clocks. */
  readonly quorumNeeded: number | null;
  /** t0 + soak; null while there is no t0. */
  readonly soakedAt: Instant | null;
  /** Null while an earlier gate is shut: coverage is asked last. */
  readonly coverage: readonly CoverageValue[] | null;
  /** Every gate, in the order in which a shut one is named. */
  readonly gates: readonly PromotionGate[];
  readonly state: CandidateState;
  /** Its soak is shorter than the ring's. */
  readonly isExpedited: boolean;
  /** In the list of known exploited vulnerabilities. */
  readonly isExploited: boolean;
  /** A promotion file is there for some device, but it is not valid. */
  readonly hasRejectedFile: boolean;
}

/** Design 4.3: an expedited or exploited patch gets a request of its own. */
export function needsOwnRequest(candidate: PromotionCandidate): boolean {
  return candidate.isExpedited || candidate.isExploited;
}

/** Every candidate, in the order of the rings; within a ring by patch id. */
export function findCandidates(
  decided: Decided,
  gates: GateKeeper = new GateKeeper(decided),
): PromotionCandidate[] {
  return decided.compiled.rings.flatMap(({ ring }, ringIndex) => {
    if (ring.after === null || gates.before(ringIndex) < 0) return [];
    const freeze = freezeOfRing(decided, ringIndex);
    return tallyRing(decided, ringIndex)
      .map((tally) => makeCandidate(decided, gates, ringIndex, tally, freeze))
      .sort((a, b) => compareCodeUnits(a.patch.id, b.patch.id));
  });
}

interface RingFreeze {
  readonly isFrozen: boolean;
  /** When the first of its devices thaws. */
  readonly until: Instant | null;
}

function freezeOfRing({ compiled }: Decided, ringIndex: number): RingFreeze {
  const classes: number[] = [];
  compiled.ringOfClass.forEach((ring, cls) => {
    if (ring === ringIndex) classes.push(cls);
  });
  if (!areAllFrozen(compiled, classes)) return { isFrozen: false, until: null };
  const ends = classes.map((cls) => freezeOfClass(compiled, cls).until!);
  return { isFrozen: true, until: ends.reduce((first, end) => Math.min(first, end)) };
}

function makeCandidate(
  decided: Decided,
  keeper: GateKeeper,
  ringIndex: number,
  tally: PatchTally,
  freeze: RingFreeze,
): PromotionCandidate {
  const { ring } = decided.compiled.rings[ringIndex]!;
  const { now } = decided.compiled;
  const patch = decided.snapshot.patches[tally.patch]!;
  const evidence = keeper.evidenceOf(ringIndex, tally.patch);
  const soak = tally.devices > 0 ? tally.soak : ring.soak.for;
  const shut = keeper.firstShut(ringIndex, tally.patch, soak);
  const isCoverageAsked = shut === null || shut.reason === "COVERAGE";
  const coverage = isCoverageAsked ? keeper.coverageOf(ringIndex, tally.patch) : null;
  return {
    ring,
    ringIndex,
    from: ring.after!,
    patch,
    patchIndex: tally.patch,
    devices: tally.devices,
    staleDevices: tally.staleDevices,
    heldDevices: tally.heldDevices,
    supersededDevices: tally.supersededDevices,
    soak,
    source: tally.source,
    evidence,
    quorumNeeded: ring.soak.clock === "quorum" ? quorumSize(ring, evidence.eligible) : null,
    soakedAt: evidence.t0 === null ? null : evidence.t0 + soak,
    coverage,
    gates: listGates(ring, evidence, soak, coverage, now),
    state: stateOf(tally, shut, freeze),
    isExpedited: tally.devices > 0 && soak < ring.soak.for,
    isExploited: patch.kev !== null,
    hasRejectedFile: tally.hasRejectedFile,
  };
}

function stateOf(
  tally: PatchTally,
  shut: { readonly reason: GateReason; readonly until: Instant | null } | null,
  freeze: RingFreeze,
): CandidateState {
  if (tally.devices === 0) {
    return tally.hold === null
      ? { kind: "superseded", by: tally.supersededBy! }
      : { kind: "held", ...tally.hold };
  }
  if (shut !== null) return { kind: "waiting", ...shut };
  return freeze.isFrozen ? { kind: "frozen", until: freeze.until } : { kind: "ready" };
}
