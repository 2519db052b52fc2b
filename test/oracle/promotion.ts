import type { Instant, Reason } from "../../src/core/model.ts";
import type { PromotionClaim, PromotionFile, Ring, Rule } from "../../src/core/policy.ts";
import { gatherEvidence, hasFewFailures, isCovered, isInstalledEnough } from "./evidence.ts";
import { soakOf } from "./rules.ts";
import type { KnownPatch, World } from "./world.ts";

/** The promotion files for a ring and a patch, valid or not. */
function filesFor(world: World, ring: Ring, patch: KnownPatch): readonly PromotionFile[] {
  return world.policy.promotions.filter((file) => file.to === ring.name && file.patch === patch.id);
}

/** 4.2: "`patch.revision` equals the snapshot's where both exist" (compared by its text). */
function agreesOnRevision(claim: PromotionClaim, patch: KnownPatch): boolean {
  if (claim.revision === null || patch.revision === null) return true;
  return String(claim.revision) === String(patch.revision);
}

/** 4.2: "`soak.clock` is the ring's, and for clock `quorum` its `quorum.percent` and `minDevices` are at least the ring's". */
function agreesOnClock(claim: PromotionClaim, ring: Ring): boolean {
  if (claim.clock !== ring.soak.clock) return false;
  if (claim.clock !== "quorum") return true;
  return (
    claim.quorum !== null &&
    claim.quorum.percent >= ring.soak.quorum.percent &&
    claim.quorum.minDevices >= ring.soak.quorum.minDevices
  );
}

/** 4.2: "`t0 + S ≤ at` where S is the soak now in force for the fact; `metAt ≤ at ≤ now`". */
function hasSoaked(claim: PromotionClaim, soak: number, now: Instant): boolean {
  return claim.t0 + soak <= claim.at && claim.metAt <= claim.at && claim.at <= now;
}

/** 4.2: "`eligible = installed + failed + pending`, `eligible ≥ 1`; the gates … as they stand in policy". */
function countsPass(claim: PromotionClaim, ring: Ring): boolean {
  const { eligible, installed, failed, pending } = claim;
  return (
    eligible === installed + failed + pending &&
    eligible >= 1 &&
    isInstalledEnough(ring.gates, installed, eligible) &&
    hasFewFailures(ring.gates, failed, eligible)
  );
}

/** 4.2: "A promotion is valid for a fact of ring R when all hold". A null claim broke its schema or digest. */
function isValid(
  world: World,
  file: PromotionFile,
  ring: Ring,
  rule: Rule | null,
  patch: KnownPatch,
): boolean {
  const { claim } = file;
  return (
    claim !== null &&
    claim.from === ring.after &&
    agreesOnRevision(claim, patch) &&
    agreesOnClock(claim, ring) &&
    hasSoaked(claim, soakOf(rule, ring), world.now) &&
    countsPass(claim, ring) &&
    ring.gates.coverage.every((attribute) => claim.coverage.includes(attribute))
  );
}

/** 4.2: "Several files for one ring and patch: one valid one is enough". */
export function isPromoted(world: World, ring: Ring, rule: Rule | null, patch: KnownPatch): boolean {
  return filesFor(world, ring, patch).some((file) => isValid(world, file, ring, rule, patch));
}

/**
 * 3, step 6e: the first gate that is shut, in the order written there, for a fact of a later ring
 * that no valid promotion covers; `until` is t0 + soak for `SOAK`.
 */
export function findShutGate(
  world: World,
  ring: Ring,
  before: string,
  rule: Rule | null,
  patch: KnownPatch,
): { readonly reason: Reason; readonly until: Instant | null } {
  const evidence = gatherEvidence(world, ring, before, patch);
  const eligible = evidence.eligible.length;
  if (evidence.t0 === null) return { reason: "NOT_INSTALLED_YET", until: null };
  const metAt = evidence.t0 + soakOf(rule, ring);
  if (world.now < metAt) return { reason: "SOAK", until: metAt };
  if (!isInstalledEnough(ring.gates, evidence.installed.length, eligible)) {
    return { reason: "INSTALLED_PERCENT", until: null };
  }
  if (!hasFewFailures(ring.gates, evidence.failed.length, eligible))
    return { reason: "FAILURES", until: null };
  if (!isCovered(world, ring, patch, evidence)) return { reason: "COVERAGE", until: null };
  const rejected = filesFor(world, ring, patch).length > 0;
  return { reason: rejected ? "PROMOTION_REJECTED" : "PROMOTION", until: null };
}
