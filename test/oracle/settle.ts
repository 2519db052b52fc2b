/** Steps 1 to 5 of design 3: what is said before any gate is looked at. */
import type { Instant, Reason, Verdict } from "../../src/core/model.ts";
import type { Ring, Rule } from "../../src/core/policy.ts";
import { findDecision, findEmergencies, findRecall } from "./exceptions.ts";
import { findRule } from "./rules.ts";
import { type Device, firstByName, type Judgement, type KnownPatch, type World } from "./world.ts";

/** What steps 1 to 5 come to: a verdict, or a candidate for step 6 with what made it one. */
export type Settled =
  | { readonly kind: "decided"; readonly judgement: Judgement }
  | { readonly kind: "candidate"; readonly source: string; readonly rule: Rule | null };

export function judgement(
  verdict: Verdict,
  reason: Reason,
  source: string | null,
  until: Instant | null,
  rule: Rule | null = null,
): Judgement {
  return { verdict, reason, source, until, rule, recall: null };
}

function decided(verdict: Verdict, reason: Reason, source: string | null, until: Instant | null): Settled {
  return { kind: "decided", judgement: judgement(verdict, reason, source, until) };
}

/** Steps 1 to 5. `ring` is the device's. */
export function settle(world: World, ring: Ring | null, device: Device, patch: KnownPatch): Settled {
  const recall = findRecall(world, device, patch);
  if (recall !== null) {
    const verdict = recall.uninstall ? "uninstall" : "ignore";
    const said = judgement(verdict, "RECALLED", `Recall/${recall.name}`, null);
    return { kind: "decided", judgement: { ...said, recall } };
  }
  if (ring === null) return decided("leave", "NO_RING", null, null);

  const decision = findDecision(world, device, patch);
  if (decision !== null) {
    const source = `Decision/${decision.name}`;
    if (decision.action === "approve") return { kind: "candidate", source, rule: null };
    return decided(decision.action, "DECIDED", source, decision.expires);
  }

  const emergency = firstByName(findEmergencies(world, device, patch));
  if (emergency !== null) return { kind: "candidate", source: `Emergency/${emergency.name}`, rule: null };

  const rule = findRule(world, ring, device, patch);
  if (rule === null) return decided("leave", "NO_RULE", null, null);
  if (rule.then === "approve") return { kind: "candidate", source: rule.id, rule };
  return decided(rule.then, "RULE", rule.id, null);
}
