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

/** Verdict codes of devices that count although the patch is not installed. */
const COUNTED_VERDICTS: ReadonlySet<number> = new Set(
  (["approve", "wait", "leave"] as const).map((verdict) => VERDICTS.indexOf(verdict)),
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

/** Whether a fact of a ring's device counts as evidence there (design 4.1, "eligible"). */
export function isEligible(decided: Decided, device: number, fact: number): boolean {
  if (decided.stale[device] === 1) return false;
  if ((decided.snapshot.facts.state[fact]! & 7) === INSTALLED) return true;
  return COUNTED_VERDICTS.has(decided.table.verdictCodes[decided.outcomes[fact]!]!);
}

/** Calls `visit` with each eligible fact of the devices of a ring (an index into `compiled.rings`). */
export function forEachEligible(
  decided: Decided,
  ring: number,
  visit: (device: number, fact: number) => void,
): void {
  const { classes, ringOfClass } = decided.compiled;
  const { devices } = decided.snapshot;
  for (let d = 0; d < devices.count; d += 1) {
    if (ringOfClass[classes.classOf[d]!] !== ring || decided.stale[d] === 1) continue;
    const start = devices.factStart[d]!;
    const end = start + devices.factCount[d]!;
    for (let f = start; f < end; f += 1) if (isEligible(decided, d, f)) visit(d, f);
  }
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
  const dated = new Uint32Array(patchCount + 1);
  const firstApprovedAt = new Float64Array(patchCount).fill(Infinity);
  forEachEligible(decided, ring, (_, f) => {
    const p = patch[f]!;
    eligible[p]! += 1;
    const status = state[f]! & 7;
    if (status === FAILED) failed[p]! += 1;
    if (status === INSTALLED) {
      installed[p]! += 1;
      if (isPast(installedAt[f]!, now)) dated[p + 1]! += 1;
    }
    const approved = approvedAt[f]!;
    if (isPast(approved, now) && approved < firstApprovedAt[p]!) firstApprovedAt[p] = approved;
  });
  for (let p = 0; p < patchCount; p += 1) dated[p + 1]! += dated[p]!;
  const dates = new Uint32Array(dated[patchCount]!);
  const cursor = dated.slice();
  forEachEligible(decided, ring, (_, f) => {
    const p = patch[f]!;
    if ((state[f]! & 7) !== INSTALLED || !isPast(installedAt[f]!, now)) return;
    dates[cursor[p]!] = installedAt[f]!;
    cursor[p]! += 1;
  });
  const sorted = new Uint8Array(patchCount);
  const installDates = (p: number): Uint32Array => {
    const own = dates.subarray(dated[p], dated[p + 1]);
    if (sorted[p] === 0) own.sort();
    sorted[p] = 1;
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
