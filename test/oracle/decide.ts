/** From policy and snapshot to a verdict (design 3): the first line that speaks, decides. */
import type { Emergency, Ring, Rule } from "../../src/core/policy.ts";
import { outcomeOf } from "./diff.ts";
import { findEmergencies, findHold } from "./exceptions.ts";
import { findShutGate, isPromoted } from "./promotion.ts";
import { judgement, settle } from "./settle.ts";
import { supersedes } from "./supersedence.ts";
import { compareText, type Device, type Fact, firstByName, type Judgement } from "./world.ts";
import { type KnownPatch, patchOf, type World } from "./world.ts";

/** The whole of design 3 for one fact, without memory; `world.judge` remembers. */
export function decide(world: World, device: Device, patch: KnownPatch): Judgement {
  const ring = world.ringOf(device);
  const settled = settle(world, ring, device, patch);
  if (settled.kind === "decided") return settled.judgement;
  return decideCandidate(world, ring as Ring, device, patch, settled.source, settled.rule);
}

/** Step 6, a to e. */
function decideCandidate(
  world: World,
  ring: Ring,
  device: Device,
  patch: KnownPatch,
  source: string,
  rule: Rule | null,
): Judgement {
  const hold = findHold(world, ring, device, patch);
  if (hold !== null) return judgement("wait", "HELD", `Hold/${hold.name}`, hold.until, rule);

  const successor = findSuccessor(world, device, patch);
  if (successor !== null) return judgement("superseded", "SUPERSEDED", successor, null, rule);

  const emergency = firstThatSkipsPromotion(findEmergencies(world, device, patch));
  if (emergency !== null) {
    return judgement("approve", "EMERGENCY", `Emergency/${emergency.name}`, emergency.expiresAt, rule);
  }
  return ring.after === null
    ? decideFirstRing(world, patch, source, rule)
    : decideLaterRing(world, ring, ring.after, patch, source, rule);
}

/** 6c, and the table: "the first by name that skips `promotion`". */
function firstThatSkipsPromotion(emergencies: readonly Emergency[]): Emergency | null {
  return firstByName(emergencies.filter((emergency) => emergency.skip.includes("promotion")));
}

/** 6d: "no patch date and `delay > 0` → `NO_DATE`. `now < date + delay` → `DELAY`. Else `APPROVED`." */
function decideFirstRing(world: World, patch: KnownPatch, source: string, rule: Rule | null): Judgement {
  const delay = rule?.delay ?? 0; // "One that comes from a decision or an emergency has no rule: its delay is 0"
  if (patch.date === null) {
    return delay > 0
      ? judgement("wait", "NO_DATE", source, null, rule)
      : judgement("approve", "APPROVED", source, null, rule);
  }
  const opensAt = patch.date + delay;
  return world.now < opensAt
    ? judgement("wait", "DELAY", source, opensAt, rule)
    : judgement("approve", "APPROVED", source, null, rule);
}

/** 6e: a valid promotion, else the first gate that is shut. */
function decideLaterRing(
  world: World,
  ring: Ring,
  before: string,
  patch: KnownPatch,
  source: string,
  rule: Rule | null,
): Judgement {
  if (isPromoted(world, ring, rule, patch)) return judgement("approve", "PROMOTED", source, null, rule);
  const gate = findShutGate(world, ring, before, rule, patch);
  return judgement("wait", gate.reason, source, gate.until, rule);
}

/**
 * 6b: the id of a patch that covers this one here; "an installed (or reboot-required) one first,
 * then the lowest id". Null when there is none.
 */
function findSuccessor(world: World, device: Device, patch: KnownPatch): string | null {
  const newer = device.facts
    .filter((fact) => supersedes(world, patchOf(world, fact), patch))
    .toSorted((a, b) => compareText(a.patch, b.patch));
  const there = newer.find((fact) => fact.status === "installed" || fact.status === "reboot-required");
  const successor = there ?? newer.find((fact) => mayBeInstalled(world, device, fact));
  return successor?.patch ?? null;
}

/**
 * 6b: "may be installed there: its verdict is `approve` and it is approved already (`A = approve`, retries
 * not used up) or its `approve` is sent now (neither blocked nor scheduled)."
 */
function mayBeInstalled(world: World, device: Device, fact: Fact): boolean {
  if (world.judge(device, patchOf(world, fact)).verdict !== "approve") return false;
  if (fact.approval === "approve" && !areRetriesUsedUp(world, fact)) return true;
  const outcome = outcomeOf(world, device, fact);
  return outcome?.kind === "action" && outcome.action === "approve";
}

/** 1.5: only a failed patch is retried, so only a failed one can have used up its retries. */
function areRetriesUsedUp(world: World, fact: Fact): boolean {
  return fact.status === "failed" && fact.attempts >= world.policy.fleet.retries.max;
}
