/** Whether a promotion file counts (design 4.2). It never depends on today's snapshot but for the revision. */
import type { Instant, Patch, Seconds } from "./model.ts";
import { isAtLeastPercent, isAtMostPercent } from "./percent.ts";
import type { PromotionClaim, PromotionFile, Ring } from "./policy.ts";

/** The failure gates of a ring, on given counts. The same test serves evidence and promotion files. */
export function passesFailureGates(ring: Ring, failed: number, eligible: number): boolean {
  return failed <= ring.gates.failedDevices && isAtMostPercent(failed, eligible, ring.gates.failedPercent);
}

export function passesInstalledGate(ring: Ring, installed: number, eligible: number): boolean {
  return eligible >= 1 && isAtLeastPercent(installed, eligible, ring.gates.installedPercent);
}

/** Why a promotion file has no effect; in the order of the sentences of design 4.2. */
export const PROMOTION_FAULTS = [
  "schema-or-digest",
  "from",
  "revision",
  "clock",
  "quorum",
  "soak",
  "dates",
  "counts",
  "installed-percent",
  "failures",
  "coverage",
] as const;
export type PromotionFault = (typeof PROMOTION_FAULTS)[number];

/**
 * Everything that is wrong with a file for its ring and patch, when `soak` is the soak now in
 * force for the fact; empty when it is valid.
 */
export function findPromotionFaults(
  file: PromotionFile,
  ring: Ring,
  patch: Patch,
  soak: Seconds,
  now: Instant,
): PromotionFault[] {
  const claim = file.claim;
  if (claim === null) return ["schema-or-digest"];
  const faults = findStandingFaults(claim, ring, patch, now);
  if (claim.t0 + soak > claim.at) faults.push("soak");
  return faults;
}

function findStandingFaults(claim: PromotionClaim, ring: Ring, patch: Patch, now: Instant): PromotionFault[] {
  const faults: PromotionFault[] = [];
  if (claim.from !== ring.after) faults.push("from");
  if (
    claim.revision !== null &&
    patch.revision !== null &&
    String(claim.revision) !== String(patch.revision)
  ) {
    faults.push("revision");
  }
  if (claim.clock !== ring.soak.clock) faults.push("clock");
  if (!meetsQuorum(claim, ring)) faults.push("quorum");
  if (!(claim.metAt <= claim.at && claim.at <= now)) faults.push("dates");
  const { eligible, installed, failed, pending } = claim;
  if (eligible !== installed + failed + pending || eligible < 1) faults.push("counts");
  if (!passesInstalledGate(ring, installed, eligible)) faults.push("installed-percent");
  if (!passesFailureGates(ring, failed, eligible)) faults.push("failures");
  if (!ring.gates.coverage.every((attribute) => claim.coverage.includes(attribute))) faults.push("coverage");
  return faults;
}

function meetsQuorum(claim: PromotionClaim, ring: Ring): boolean {
  if (ring.soak.clock !== "quorum") return true;
  const wanted = ring.soak.quorum;
  return (
    claim.quorum !== null &&
    claim.quorum.percent >= wanted.percent &&
    claim.quorum.minDevices >= wanted.minDevices
  );
}

/** What the promotion files say of one patch in one ring. */
export interface PromotionStanding {
  /** The longest soak for which some file is valid; negative when none is valid for any. */
  readonly coversSoak: Seconds;
}

/** The standing of each patch index that a file names for this ring. */
export function standPromotions(
  files: readonly PromotionFile[],
  ring: Ring,
  patches: readonly Patch[],
  patchIndexOf: ReadonlyMap<string, number>,
  now: Instant,
): Map<number, PromotionStanding> {
  const standings = new Map<number, PromotionStanding>();
  for (const file of files) {
    if (file.to !== ring.name || file.patch === null) continue;
    const index = patchIndexOf.get(file.patch);
    if (index === undefined) continue;
    const { claim } = file;
    const sound = claim !== null && findStandingFaults(claim, ring, patches[index]!, now).length === 0;
    const covers = sound ? claim.at - claim.t0 : -1;
    const known = standings.get(index)?.coversSoak ?? -1;
    standings.set(index, { coversSoak: Math.max(known, covers) });
  }
  return standings;
}
