/**
 * What a predecessor ring shows about each patch, from the snapshot alone (design 4.1). The same
 * numbers serve the gates of verdicts, promotion candidates and the evidence in promotion files.
 */
import type { Decided } from "./decide.ts";
import type { Instant } from "./model.ts";
import { STATUSES, VERDICTS } from "./model.ts";
import { ceilPercentOf } from "./percent.ts";
import type { Ring } from "./policy.ts";
import { EARLIEST_DATE } from "./time.ts";

const INSTALLED = STATUSES.indexOf("installed");
const FAILED = STATUSES.indexOf("failed");

/** By verdict code: 1 where a device counts although the patch is not installed. */
const COUNTED: Uint8Array = Uint8Array.from(VERDICTS, (verdict) =>
  verdict === "approve" || verdict === "wait" || verdict === "leave" ? 1 : 0,
);

export interface Evidence {
  readonly eligible: number;
  readonly installed: number;
  readonly failed: number;
  /** Everything else that is eligible, reboot-required included. */
  readonly pending: number;
  /** When the soak clock of the asking ring started; null when it has not. */
  readonly t0: Instant | null;
}

/** Columns by patch index, for the devices of one ring. */
export interface RingEvidence {
  readonly eligible: Uint32Array;
  readonly installed: Uint32Array;
  readonly failed: Uint32Array;
  /** Infinity where no eligible device has a sane date. */
  readonly firstApprovedAt: Float64Array;
  /** The install dates of a patch, ascending; only installs with a sane date. */
  readonly installDates: (patch: number) => Uint32Array;
}

/**
 * Calls `visit` with the facts of the devices of a ring (an index into `compiled.rings`) that are
 * not stale, with the code of the verdict.
 */
export function forEachFresh(
  decided: Decided,
  ring: number,
  visit: (device: number, fact: number, verdict: number) => void,
): void {
  const { classes, ringOfClass } = decided.compiled;
  const { devices } = decided.snapshot;
  const { stale, outcomes } = decided;
  const { verdictCodes } = decided.table;
  for (let d = 0; d < devices.count; d += 1) {
    if (ringOfClass[classes.classOf[d]!] !== ring || stale[d] === 1) continue;
    const start = devices.factStart[d]!;
    const end = start + devices.factCount[d]!;
    for (let f = start; f < end; f += 1) visit(d, f, verdictCodes[outcomes[f]!]!);
  }
}

/** Whether a fact of a device that is not stale counts as evidence (design 4.1, "eligible"). */
export function isEligible(state: number, verdict: number): boolean {
  return (state & 7) === INSTALLED || COUNTED[verdict] === 1;
}

/** A date before 1972 or later than now is no date (design 1.2). */
function isPast(at: number, now: Instant): boolean {
  return at >= EARLIEST_DATE && at <= now;
}

export function gatherEvidence(decided: Decided, ring: number): RingEvidence {
  const patchCount = decided.snapshot.patches.length;
  const { patch, state, approvedAt, installedAt } = decided.snapshot.facts;
  const { now } = decided.compiled;
  const eligible = new Uint32Array(patchCount);
  const installed = new Uint32Array(patchCount);
  const failed = new Uint32Array(patchCount);
  const firstApprovedAt = new Float64Array(patchCount).fill(Infinity);
  const dates: number[][] = [];
  forEachFresh(decided, ring, (_, f, verdict) => {
    if (!isEligible(state[f]!, verdict)) return;
    const p = patch[f]!;
    eligible[p]! += 1;
    const status = state[f]! & 7;
    if (status === FAILED) failed[p]! += 1;
    if (status === INSTALLED) {
      installed[p]! += 1;
      if (isPast(installedAt[f]!, now)) (dates[p] ??= []).push(installedAt[f]!);
    }
    const approved = approvedAt[f]!;
    if (isPast(approved, now) && approved < firstApprovedAt[p]!) firstApprovedAt[p] = approved;
  });
  const sorted = new Map<number, Uint32Array>();
  const installDates = (p: number): Uint32Array => {
    let own = sorted.get(p);
    if (own === undefined) sorted.set(p, (own = Uint32Array.from(dates[p] ?? []).sort()));
    return own;
  };
  return { eligible, installed, failed, firstApprovedAt, installDates };
}

/** The evidence for one patch, with the clock of the ring that asks. */
export function readEvidence(gathered: RingEvidence, asking: Ring, patch: number): Evidence {
  const eligible = gathered.eligible[patch]!;
  const installed = gathered.installed[patch]!;
  const failed = gathered.failed[patch]!;
  return {
    eligible,
    installed,
    failed,
    pending: eligible - installed - failed,
    t0: startOfSoak(gathered, asking, patch),
  };
}

/** How many dated installs the quorum needs: max(minDevices, ceil(percent × eligible / 100)). */
export function quorumSize(ring: Ring, eligible: number): number {
  return Math.max(ring.soak.quorum.minDevices, ceilPercentOf(ring.soak.quorum.percent, eligible));
}

function startOfSoak(gathered: RingEvidence, asking: Ring, patch: number): Instant | null {
  switch (asking.soak.clock) {
    case "quorum": {
      const needed = quorumSize(asking, gathered.eligible[patch]!);
      return needed === 0 ? null : (gathered.installDates(patch)[needed - 1] ?? null);
    }
    case "first-install":
      return gathered.installDates(patch)[0] ?? null;
    case "approved": {
      const first = gathered.firstApprovedAt[patch]!;
      return Number.isFinite(first) ? first : null;
    }
  }
}
