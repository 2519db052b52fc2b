/** What a push does to open pull requests: heads move, branches go, and what the base has by now is merged. */
import type { Context } from "./context.ts";
import { tick, type Pull } from "./world.ts";

export async function followPushes({ world, git }: Context): Promise<void> {
  const open = world.pulls.filter((pull) => pull.state === "open" && pull.headRepo === "same");
  if (open.length === 0) return;
  const branches = await git.branches();
  for (const pull of open) {
    const head = branches.get(pull.headRef);
    const base = branches.get(pull.base);
    if (head === undefined || base === undefined) {
      Object.assign(pull, { state: "closed", closedAt: tick(world), updatedAt: world.now });
      continue;
    }
    if (head !== pull.headSha) {
      Object.assign(pull, { headSha: head, updatedAt: tick(world) });
      await git.setRef(`refs/pull/${pull.number}/head`, head);
    }
    if (base !== pull.baseSha && (await git.isAncestor(head, base))) markMerged(pull, tick(world));
    else if (base !== pull.baseSha) pull.baseSha = base;
  }
}

/** Somebody pushed the merge themselves. */
function markMerged(pull: Pull, at: number): void {
  Object.assign(pull, { state: "closed", closedAt: at, updatedAt: at, mergedAt: at, mergedBy: "ada" });
  pull.mergeSha = pull.headSha;
}
