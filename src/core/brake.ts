/**
 * The automatic brake: when failures of a patch in a ring pass the ring's limits while it rolls out,
 * its further approvals there stop at once. Which limits: `Ring.spec.brake` where it is written; else
 * those under which nothing would be promoted from the ring any more (the strictest
 * `gates.failedDevices` and `failedPercent` of the rings that come after it); on a last ring its own.
 */
import type { Decided } from "./decide.ts";
import { freshDevices, isEligible } from "./evidence.ts";
import { STATUSES, type Patch } from "./model.ts";
import { compareCodeUnits } from "./order.ts";
import { isAtMostPercent } from "./percent.ts";
import type { Plan } from "./plan.ts";
import type { BrakeLimits, Ring } from "./policy.ts";

const FAILED = STATUSES.indexOf("failed");

/** A patch in a ring whose failures are past the limits. */
export interface BrakeFinding {
  readonly ring: string;
  readonly patch: string;
  /** As text; null where the patch has none. */
  readonly revision: string | null;
  readonly failed: number;
  readonly eligible: number;
  /** One sentence with the numbers and the limits. */
  readonly detail: string;
}

/** A brake as it is remembered. */
export interface StandingBrake extends BrakeFinding {
  /** The request that proposes the hold; null while there is none. */
  readonly request: number | null;
}

export interface BrakeJudgement<B extends StandingBrake> {
  /** New: failures passed the limits while something was still to be approved. */
  readonly set: readonly BrakeFinding[];
  /** Remembered, and still to be kept. */
  readonly kept: readonly B[];
  /** Remembered, and over. */
  readonly released: readonly { readonly brake: B; readonly why: string }[];
}

/** The limits on the failures of a ring. A null is no limit. */
export function brakeLimits(rings: readonly Ring[], ring: Ring): BrakeLimits {
  if (ring.brake !== null) return ring.brake;
  const next = rings.filter((one) => one.after === ring.name);
  const judging = next.length > 0 ? next : [ring];
  return {
    failedDevices: Math.min(...judging.map((one) => one.gates.failedDevices)),
    failedPercent: Math.min(...judging.map((one) => one.gates.failedPercent)),
  };
}

export function passesBrake(limits: BrakeLimits, failed: number, eligible: number): boolean {
  const { failedDevices, failedPercent } = limits;
  if (failedDevices !== null && failed > failedDevices) return false;
  return failedPercent === null || isAtMostPercent(failed, eligible, failedPercent);
}

/** Judges every patch that is being approved in a ring, and every brake that stands. */
export function judgeBrakes<B extends StandingBrake>(
  decided: Decided,
  plan: Plan,
  standing: readonly B[],
): BrakeJudgement<B> {
  const counts = new FailureCounts(decided);
  const released: { brake: B; why: string }[] = [];
  const kept: B[] = [];
  for (const brake of standing) {
    const why = whyReleased(counts, brake);
    if (why === null) kept.push(brake);
    else released.push({ brake, why });
  }
  const known = new Set(kept.map(({ ring, patch }) => keyOf(ring, patch)));
  const set: BrakeFinding[] = [];
  for (const { ring, patch } of rollingOut(plan)) {
    if (known.has(keyOf(ring, patch))) continue;
    const found = counts.find(ring, patch);
    if (found === null || passesBrake(found.limits, found.failed, found.eligible)) continue;
    const revision = revisionText(found.patch);
    set.push({
      ring,
      patch,
      revision,
      failed: found.failed,
      eligible: found.eligible,
      detail: sentence(found),
    });
  }
  return { set, kept, released };
}

/** The ring and patch of every approval that would be sent, now or later. */
function rollingOut(plan: Plan): { readonly ring: string; readonly patch: string }[] {
  const byRing = new Map<string, Set<string>>();
  for (const rows of [plan.actions, plan.scheduled]) {
    for (const { ring, patch, action } of rows) {
      if (action !== "approve" || ring === null) continue;
      const patches = byRing.get(ring);
      if (patches === undefined) byRing.set(ring, new Set([patch]));
      else patches.add(patch);
    }
  }
  return [...byRing]
    .flatMap(([ring, patches]) => [...patches].map((patch) => ({ ring, patch })))
    .sort((a, b) => compareCodeUnits(a.ring, b.ring) || compareCodeUnits(a.patch, b.patch));
}

function whyReleased(counts: FailureCounts, brake: StandingBrake): string | null {
  const found = counts.find(brake.ring, brake.patch);
  if (found === null) return "the ring or the patch is gone";
  if (revisionText(found.patch) !== brake.revision) return "the patch has a new revision";
  // A broken device often falls silent: one that was last seen failed still counts.
  const { limits, failed, silent, eligible } = found;
  return passesBrake(limits, failed + silent, eligible + silent)
    ? `failures are within the limits again: ${failed} of ${eligible} devices`
    : null;
}

export function revisionText({ revision }: Pick<Patch, "revision">): string | null {
  return revision === null ? null : String(revision);
}

interface Counted {
  readonly ring: string;
  readonly patch: Patch;
  readonly limits: BrakeLimits;
  readonly failed: number;
  readonly eligible: number;
  /** Devices that are stale and were last seen failed. */
  readonly silent: number;
}

interface RingCounts {
  readonly failed: Uint32Array;
  readonly eligible: Uint32Array;
  readonly silent: Uint32Array;
}

/** Counted once a ring, for the rings that are asked for. */
class FailureCounts {
  readonly #decided: Decided;
  readonly #patches: ReadonlyMap<string, number>;
  readonly #byRing = new Map<number, RingCounts>();

  constructor(decided: Decided) {
    this.#decided = decided;
    this.#patches = new Map(decided.snapshot.patches.map((patch, index) => [patch.id, index]));
  }

  find(ring: string, patch: string): Counted | null {
    const { rings, policy } = this.#decided.compiled;
    const index = rings.findIndex((one) => one.ring.name === ring);
    const at = this.#patches.get(patch);
    if (index < 0 || at === undefined) return null;
    let counts = this.#byRing.get(index);
    if (counts === undefined) this.#byRing.set(index, (counts = this.#count(index)));
    return {
      ring,
      patch: this.#decided.snapshot.patches[at]!,
      limits: brakeLimits(policy.rings, rings[index]!.ring),
      failed: counts.failed[at]!,
      eligible: counts.eligible[at]!,
      silent: counts.silent[at]!,
    };
  }

  #count(ring: number): RingCounts {
    const { snapshot, compiled, stale, outcomes, table } = this.#decided;
    const { devices, facts, patches } = snapshot;
    const { verdictCodes } = table;
    const counts: RingCounts = {
      failed: new Uint32Array(patches.length),
      eligible: new Uint32Array(patches.length),
      silent: new Uint32Array(patches.length),
    };
    for (const d of freshDevices(this.#decided, ring)) {
      const start = devices.factStart[d]!;
      for (let f = start; f < start + devices.factCount[d]!; f += 1) {
        const state = facts.state[f]!;
        if (!isEligible(state, verdictCodes[outcomes[f]!]!)) continue;
        counts.eligible[facts.patch[f]!]! += 1;
        if ((state & 7) === FAILED) counts.failed[facts.patch[f]!]! += 1;
      }
    }
    for (let d = 0; d < devices.count; d += 1) {
      if (stale[d] === 0 || compiled.ringOfClass[compiled.classes.classOf[d]!] !== ring) continue;
      const start = devices.factStart[d]!;
      for (let f = start; f < start + devices.factCount[d]!; f += 1) {
        if ((facts.state[f]! & 7) === FAILED) counts.silent[facts.patch[f]!]! += 1;
      }
    }
    return counts;
  }
}

function sentence({ patch, ring, failed, eligible, limits }: Counted): string {
  const allowed = [
    ...(limits.failedDevices === null ? [] : [`${limits.failedDevices} failed devices`]),
    ...(limits.failedPercent === null || limits.failedPercent === 100 ? [] : [`${limits.failedPercent} %`]),
  ].join(" and ");
  const percent = Math.floor((100 * failed) / Math.max(1, eligible));
  return `${patch.id} failed on ${failed} of ${eligible} devices of ring ${ring} (${percent} %); the limit is ${allowed}`;
}

function keyOf(ring: string, patch: string): string {
  return JSON.stringify([ring, patch]);
}
