import type { KnownPatch, World } from "./world.ts";

/**
 * 3, step 6b: what can be reached from a patch along `supersedes` in one step or more;
 * "an id that names no patch of the snapshot ends the chain".
 */
function reachable(world: World, from: KnownPatch): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [...from.supersedes];
  while (open.length > 0) {
    const id = open.pop() as string;
    const patch = world.patches.find((candidate) => candidate.id === id);
    if (patch === undefined || seen.has(id)) continue;
    seen.add(id);
    open.push(...patch.supersedes);
  }
  return seen;
}

/**
 * 3, step 6b: "q supersedes p when p can be reached from q along `supersedes` and q cannot be
 * reached from p" (so the members of a cycle do not supersede each other, nor does a self-loop count).
 */
export function supersedes(world: World, q: KnownPatch, p: KnownPatch): boolean {
  return reachable(world, q).has(p.id) && !reachable(world, p).has(q.id);
}

/** 2.1: "`superseded`: some other patch of the snapshot supersedes it, transitively, whatever the device." */
export function isSupersededSomewhere(world: World, p: KnownPatch): boolean {
  return world.patches.some((q) => q.id !== p.id && supersedes(world, q, p));
}
