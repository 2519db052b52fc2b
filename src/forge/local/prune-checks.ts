/** Checks of heads that no request stands at any more go when a request ends: one set a request stays. */
import type { LocalForgeOptions } from "./context.ts";
import { seeAllRequests } from "./reader.ts";

const CHECKS = "refs/patchring/checks/";

/** Safe to repeat, and to be stopped: what is left goes with the next request that ends. */
export async function pruneChecks(options: LocalForgeOptions): Promise<void> {
  // Checks first: a head that is pushed after this is not among them.
  const refs = await options.git.listRefs(CHECKS);
  if (refs.length === 0) return;
  const { seen } = await seeAllRequests(options);
  const heads = new Set(seen.map(({ request }) => request.head.sha));
  const moves = refs
    .filter(({ ref }) => !heads.has(ref.slice(CHECKS.length)))
    .map(({ ref, id }) => ({ ref, from: id, to: null }));
  if (moves.length > 0) await options.git.moveRefs(moves, "patchring: checks of old heads");
}
