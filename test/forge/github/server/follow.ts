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
    if (base !== pull.baseSha && (await git.isAncestor(head, base))) {
      const between = await git.git(["rev-list", "--first-parent", "--reverse", `${pull.baseSha}..${base}`]);
      markMerged(pull, tick(world), await findMerge(git, between.split("\n"), head));
    } else if (base !== pull.baseSha) pull.baseSha = base;
  }
}

/** Somebody pushed the merge themselves. */
function markMerged(pull: Pull, at: number, commit: string): void {
  Object.assign(pull, { state: "closed", closedAt: at, updatedAt: at, mergedAt: at, mergedBy: "ada" });
  pull.mergeSha = commit;
}

/** The first commit on the base branch that has the head. */
async function findMerge(git: Context["git"], commits: readonly string[], head: string): Promise<string> {
  for (const commit of commits) {
    if (commit !== "" && (await git.isAncestor(head, commit))) return commit;
  }
  return head;
}
