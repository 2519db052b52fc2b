/**
 * What a predecessor ring shows about each patch, from the snapshot alone (design 4.1). The same
 * numbers serve the gates of verdicts, promotion candidates and the evidence in promotion files.
 */
import type { Decided } from "./decide.ts";
import type { Instant } from "./model.ts";
import { STATUSES, VERDICTS } from "./model.ts";
import { ceilPercentOf } from "./percent.ts";
import type { Ring } from "./policy.ts";
import type { Snapshot } from "./snapshot.ts";
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
 * The devices of a ring (an index into `compiled.rings`) that are not stale, ascending. Whoever counts
 * their facts does so in a loop of its own: a function called for each of ten million facts costs more
 * than what it counts.
 */
export function freshDevices(decided: Decided, ring: number): Uint32Array {
  const { classes, ringOfClass } = decided.compiled;
  const { count } = decided.snapshot.devices;
  const { stale } = decided;
  const found = new Uint32Array(count);
  let length = 0;
  for (let d = 0; d < count; d += 1) {
    if (ringOfClass[classes.classOf[d]!] === ring && stale[d] === 0) found[length++] = d;
  }
  return found.subarray(0, length);
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
  const { devices, facts } = decided.snapshot;
  const { patch, state, approvedAt, installedAt } = facts;
  const { outcomes, compiled, table } = decided;
  const { verdictCodes } = table;
  const { now } = compiled;
  const eligible = new Uint32Array(patchCount);
  const installed = new Uint32Array(patchCount);
  const failed = new Uint32Array(patchCount);
  const dated = new Uint32Array(patchCount);
  const firstApprovedAt = new Float64Array(patchCount).fill(Infinity);
  const fresh = freshDevices(decided, ring);
  for (const d of fresh) {
    const start = devices.factStart[d]!;
    const end = start + devices.factCount[d]!;
    for (let f = start; f < end; f += 1) {
      if (!isEligible(state[f]!, verdictCodes[outcomes[f]!]!)) continue;
      const p = patch[f]!;
      eligible[p]! += 1;
      const status = state[f]! & 7;
      if (status === FAILED) failed[p]! += 1;
      if (status === INSTALLED) {
        installed[p]! += 1;
        if (isPast(installedAt[f]!, now)) dated[p]! += 1;
      }
      const approved = approvedAt[f]!;
      if (isPast(approved, now) && approved < firstApprovedAt[p]!) firstApprovedAt[p] = approved;
    }
  }
  return {
    eligible,
    installed,
    failed,
    firstApprovedAt,
    installDates: collectDates(decided.snapshot, fresh, dated, now),
  };
}

/** Install dates of some devices by patch: side by side in one column, `dated` of each patch, sorted when asked for. */
function collectDates(
  { devices, facts }: Snapshot,
  fresh: Uint32Array,
  dated: Uint32Array,
  now: Instant,
): RingEvidence["installDates"] {
  const { patch, state, installedAt } = facts;
  const ends = new Uint32Array(dated.length);
  let total = 0;
  for (let p = 0; p < dated.length; p += 1) {
    ends[p] = total;
    total += dated[p]!;
  }
  const dates = new Uint32Array(total);
  for (const d of fresh) {
    const start = devices.factStart[d]!;
    const end = start + devices.factCount[d]!;
    for (let f = start; f < end; f += 1) {
      if ((state[f]! & 7) !== INSTALLED || !isPast(installedAt[f]!, now)) continue;
      const p = patch[f]!;
      dates[ends[p]!] = installedAt[f]!;
      ends[p]! += 1;
    }
  }
  const isSorted = new Uint8Array(dated.length);
  return (p) => {
    const own = dates.subarray(ends[p]! - dated[p]!, ends[p]);
    if (isSorted[p] === 0) own.sort();
    isSorted[p] = 1;
    return own;
  };
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
