/** The order of rings (design 1, 2.2). */
import { compareCodeUnits } from "./order.ts";
import type { Ring } from "./policy.ts";

/** How many rings come before each one; a chain that does not end counts as the number of rings. */
export function ringDepths(rings: readonly Ring[]): Map<string, number> {
  const byName = new Map(rings.map((ring) => [ring.name, ring]));
  const depths = new Map<string, number>();
  for (const ring of rings) {
    let depth = 0;
    let after = ring.after;
    while (after !== null && depth < rings.length) {
      depth += 1;
      after = byName.get(after)?.after ?? null;
    }
    depths.set(ring.name, depth);
  }
  return depths;
}

/** Rings in the order in which patches reach them: shorter chain of `after` first, equals by name. */
export function ringsInOrder(rings: readonly Ring[]): Ring[] {
  const depths = ringDepths(rings);
  return [...rings].sort(
    (a, b) => depths.get(a.name)! - depths.get(b.name)! || compareCodeUnits(a.name, b.name),
  );
}
