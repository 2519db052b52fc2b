import type { Ring, Rule } from "../../src/core/policy.ts";
import { matchesDevice, matchesPatch } from "./match.ts";
import { compareText, type Device, type KnownPatch, type World } from "./world.ts";

/** The soak of a candidate: "the rule's own or else the ring's" (design 3, steps 5 and 6). */
export function soakOf(rule: Rule | null, ring: Ring): number {
  return rule?.soak ?? ring.soak.for;
}

/** Step 5: "in a first ring the longest delay, in a later ring the longest soak". */
function caution(rule: Rule, ring: Ring): number {
  return ring.after === null ? rule.delay : soakOf(rule, ring);
}

/**
 * Step 5: "the highest `priority`; among equals `ignore` > `manual` > `approve`; among equal approvals
 * the most cautious …; then by id." Null when no rule matches patch, device and ring.
 */
export function findRule(world: World, ring: Ring, device: Device, patch: KnownPatch): Rule | null {
  const matching = world.policy.rules.filter(
    (rule) =>
      (rule.rings === null || rule.rings.includes(ring.name)) &&
      matchesPatch(rule.patches, patch, world) &&
      matchesDevice(rule.devices, device),
  );
  const priority = Math.max(...matching.map((rule) => rule.priority));
  const highest = matching.filter((rule) => rule.priority === priority);
  for (const then of ["ignore", "manual"] as const) {
    const first = firstById(highest.filter((rule) => rule.then === then));
    if (first !== null) return first;
  }
  const longest = Math.max(...highest.map((rule) => caution(rule, ring)));
  return firstById(highest.filter((rule) => caution(rule, ring) === longest));
}

function firstById(rules: readonly Rule[]): Rule | null {
  return rules.toSorted((a, b) => compareText(a.id, b.id))[0] ?? null;
}
