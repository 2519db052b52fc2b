/** Which deadlines the policy can meet at all, rule by rule and ring by ring, before any patch exists. */
import { findFixes, type Fix } from "./deadline-fixes.ts";
import { findPath, maySpeak, type DeadlinePath, type PathInput } from "./deadline-path.ts";
import { shortestTime, type DeadlineProfile, type DeadlineTier } from "./deadline-profile.ts";
import type { Seconds } from "./model.ts";
import type { PolicySet, Ring, Rule } from "./policy.ts";
import { ringsInOrder } from "./rings.ts";
import { covers, mayOverlap } from "./selector-overlap.ts";

/** One profile's limit on one path; the tiers with that limit that could apply, by name. */
export interface Feasibility {
  readonly profile: DeadlineProfile;
  readonly tiers: readonly DeadlineTier[];
  readonly limit: Seconds;
  readonly fits: boolean;
  /** Empty where it fits. */
  readonly fixes: readonly Fix[];
}

export interface PathFeasibility {
  readonly path: DeadlinePath;
  /** By profile, strictest limit first. */
  readonly limits: readonly Feasibility[];
}

/**
 * Every approving rule in every ring that it speaks in, with the limits that could apply there: a tier
 * counts unless its selectors exclude the rule's or the ring's, or a rule of higher priority decides all
 * of its patches there. Paths without a limit are left out. By rule id, then in the order of the rings.
 */
export function findFeasibility(input: PathInput, profiles: readonly DeadlineProfile[]): PathFeasibility[] {
  const rings = ringsInOrder(input.policy.rings);
  const pairs = input.policy.rules
    .filter((rule) => rule.then === "approve")
    .flatMap((rule) => rings.filter((ring) => maySpeak(rule, ring)).map((ring) => ({ rule, ring })));
  return pairs.flatMap(({ rule, ring }) => {
    const applying = profiles.map((profile) => ({
      profile,
      groups: groupTiers(input.policy, profile, rule, ring),
    }));
    if (applying.every(({ groups }) => groups.size === 0)) return [];
    const path = findPath(input, rule, ring);
    const limits = applying.flatMap(({ profile, groups }) =>
      [...groups]
        .sort(([a], [b]) => a - b)
        .map(([limit, tiers]) => judge(input, path, profile, tiers, limit)),
    );
    return [{ path, limits }];
  });
}

function groupTiers(
  policy: PolicySet,
  profile: DeadlineProfile,
  rule: Rule,
  ring: Ring,
): Map<Seconds, DeadlineTier[]> {
  const groups = new Map<Seconds, DeadlineTier[]>();
  for (const tier of profile.tiers) {
    const limit = shortestTime(tier);
    if (limit === null || !mayApply(policy, tier, rule, ring)) continue;
    const known = groups.get(limit);
    if (known === undefined) groups.set(limit, [tier]);
    else known.push(tier);
  }
  return groups;
}

function mayApply({ rules }: PolicySet, tier: DeadlineTier, rule: Rule, ring: Ring): boolean {
  if (!mayOverlap(tier.patches, rule.patches)) return false;
  if (!mayOverlap(tier.devices, rule.devices) || !mayOverlap(tier.devices, ring.devices)) return false;
  return !rules.some(
    (other) =>
      other.priority > rule.priority &&
      (other.rings === null || other.rings.includes(ring.name)) &&
      covers(other.patches, tier.patches) &&
      covers(other.devices, ring.devices),
  );
}

function judge(
  input: PathInput,
  path: DeadlinePath,
  profile: DeadlineProfile,
  tiers: readonly DeadlineTier[],
  limit: Seconds,
): Feasibility {
  const fits = path.total !== null && path.total <= limit;
  return { profile, tiers, limit, fits, fixes: fits ? [] : findFixes(input, path, limit) };
}
