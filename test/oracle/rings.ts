import type { PolicySet, Ring } from "../../src/core/policy.ts";
import { matchesDevice } from "./match.ts";
import { compareText, type Device } from "./world.ts";

/** How many rings come before this one. */
function chainLength(ring: Ring, rings: readonly Ring[]): number {
  const before = rings.find((other) => other.name === ring.after);
  return before === undefined ? 0 : 1 + chainLength(before, rings);
}

/**
 * 2.2: of two rings "the earlier one, the one with the shorter chain of `after`, equals by name".
 * Null when the device is in no ring.
 */
export function findRing(policy: PolicySet, device: Device): Ring | null {
  const { rings } = policy;
  const mine = rings.filter((ring) => matchesDevice(ring.devices, device));
  const sorted = mine.toSorted(
    (a, b) => chainLength(a, rings) - chainLength(b, rings) || compareText(a.name, b.name),
  );
  return sorted[0] ?? null;
}
