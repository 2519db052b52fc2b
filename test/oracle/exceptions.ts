/** Recalls, decisions, emergencies and holds: which of them match and which one is named (design 3). */
import type { Decision, DeviceSelector, Emergency, Hold, Recall, Ring } from "../../src/core/policy.ts";
import { matchesDevice, matchesPatch } from "./match.ts";
import { DAY, type Device, firstByName, type KnownPatch, type World } from "./world.ts";

function matchesBoth(
  world: World,
  statement: Pick<Recall, "patches" | "devices">,
  device: Device,
  patch: KnownPatch,
): boolean {
  return matchesPatch(statement.patches, patch, world) && matchesDevice(statement.devices, device);
}

/** Step 1: "`uninstall` if any that matches says `uninstall: true` …; named: an uninstalling one first, equals by name." */
export function findRecall(world: World, device: Device, patch: KnownPatch): Recall | null {
  const matching = world.policy.recalls.filter((recall) => matchesBoth(world, recall, device, patch));
  return firstByName(matching.filter((recall) => recall.uninstall)) ?? firstByName(matching);
}

/** Step 3, how narrow a key is: device > group > site > client > type. */
const WIDTH_OF_KEY = {
  id: 5,
  name: 5,
  tags: 4,
  allTags: 4,
  apps: 4,
  os: 4,
  osFamily: 4,
  critical: 4,
  exposed: 4,
  site: 3,
  client: 2,
  type: 1,
} as const;

/**
 * Step 3: "The scope of a decision is given by the narrowest key that its device selector names. …
 * Keys under `not` do not count; of the branches of an `any`, the broadest counts." 5 is one
 * device, 0 is all.
 */
export function scopeOf(selector: DeviceSelector): number {
  switch (selector.kind) {
    case "key":
      return WIDTH_OF_KEY[selector.key];
    case "not":
      return 0;
    case "all":
      return Math.max(0, ...selector.nodes.map(scopeOf));
    case "any":
      return selector.nodes.length === 0 ? 0 : Math.min(...selector.nodes.map(scopeOf));
  }
}

/**
 * Step 3: "If any matching decision is `locked`, only the locked ones of the broadest locked scope
 * count; else only those of the narrowest scope. Among those: `ignore` > `manual` > `approve`;
 * equals by name." Expired ones do not count (2: in force while `now < end`).
 */
export function findDecision(world: World, device: Device, patch: KnownPatch): Decision | null {
  const matching = world.policy.decisions.filter(
    (decision) =>
      (decision.expires === null || world.now < decision.expires) &&
      matchesBoth(world, decision, device, patch),
  );
  const locked = matching.filter((decision) => decision.locked);
  const pool = locked.length > 0 ? locked : matching;
  const scopes = pool.map((decision) => scopeOf(decision.devices));
  const scope = locked.length > 0 ? Math.min(...scopes) : Math.max(...scopes);
  const counting = pool.filter((decision) => scopeOf(decision.devices) === scope);
  for (const action of ["ignore", "manual", "approve"] as const) {
    const first = firstByName(counting.filter((decision) => decision.action === action));
    if (first !== null) return first;
  }
  return null;
}

/** Step 4: "in force (`requestedAt ≤ now < expiresAt`, and never later than `requestedAt` + 72 h)". */
function isInForce(emergency: Emergency, world: World): boolean {
  return (
    emergency.requestedAt <= world.now &&
    world.now < emergency.expiresAt &&
    world.now < emergency.requestedAt + 3 * DAY
  );
}

/** Step 4: the emergencies that speak of a patch on a device now. */
export function findEmergencies(world: World, device: Device, patch: KnownPatch): readonly Emergency[] {
  return world.policy.emergencies.filter(
    (emergency) => isInForce(emergency, world) && matchesBoth(world, emergency, device, patch),
  );
}

/** Step 6a: "Of several the one that ends last is named, equals by name." No end is later than any end. */
export function findHold(world: World, ring: Ring, device: Device, patch: KnownPatch): Hold | null {
  const matching = world.policy.holds.filter(
    (hold) =>
      (hold.until === null || world.now < hold.until) &&
      (hold.rings === null || hold.rings.includes(ring.name)) &&
      matchesBoth(world, hold, device, patch),
  );
  const last = Math.max(...matching.map((hold) => hold.until ?? Infinity));
  return firstByName(matching.filter((hold) => (hold.until ?? Infinity) === last));
}
