/** Work trees: which branch they have, and bringing them along. */
import { RepoError } from "./error.ts";
import { askGit, gitFailure, runGit, type GitPlace } from "./git-process.ts";
import type { Repository } from "./repository.ts";

/** The short name of the branch that is checked out. Throws `detached-head` when none is. */
export async function readCurrentBranch(repository: Repository): Promise<string> {
  const answer = await askGit(repository, ["symbolic-ref", "--quiet", "HEAD"]);
  const ref = answer.stdout.toString("utf8").trim();
  if (answer.code === 0 && ref.startsWith("refs/heads/")) return ref.slice("refs/heads/".length);
  throw new RepoError(
    "detached-head",
    "HEAD is at a commit and not on a branch; check out a branch, or name the base branch",
  );
}

/** The work tree that has a branch checked out; null when none has. */
export async function findCheckout(repository: Repository, branch: string): Promise<GitPlace | null> {
  const printed = await runGit(repository, ["worktree", "list", "--porcelain", "-z"]);
  for (const record of printed.toString("utf8").split("\0\0")) {
    const fields = record.split("\0");
    if (!fields.includes(`branch refs/heads/${branch}`) || fields.includes("bare")) continue;
    const folder = fields.find((field) => field.startsWith("worktree "));
    if (folder !== undefined) return { directory: folder.slice("worktree ".length), env: repository.env };
  }
  return null;
}

async function readIndexTree(place: GitPlace): Promise<string | null> {
  const answer = await askGit(place, ["write-tree"]);
  return answer.code === 0 ? answer.stdout.toString("utf8").trim() : null;
}

async function isTouched(place: GitPlace): Promise<boolean> {
  await askGit(place, ["update-index", "-q", "--refresh"]);
  const args = ["diff-files", "--quiet"];
  const answer = await askGit(place, args);
  if (answer.code > 1) throw gitFailure(args, answer);
  return answer.code === 1;
}

/**
 * Throws `dirty-tree` when a work tree that shows `before` could not be brought to `after`: something
 * in it is not committed, or an untracked file is in the way. Changes nothing.
 */
export async function checkMovable(place: GitPlace, before: string, after: string): Promise<void> {
  const tree = (await runGit(place, ["rev-parse", "--verify", `${before}^{tree}`])).toString("utf8").trim();
  const isClean = (await readIndexTree(place)) === tree && !(await isTouched(place));
  const answer = isClean ? await askGit(place, ["read-tree", "-n", "-m", "-u", before, after]) : null;
  if (answer?.code === 0) return;
  throw new RepoError(
    "dirty-tree",
    `the branch is checked out in ${place.directory} with uncommitted changes or files in the way; commit or stash them first`,
  );
}

/**
 * Brings a work tree whose branch was moved from `before` to `after` along. Does nothing when it is
 * there, or when it shows anything but a clean `before`. Safe to repeat after a crash.
 */
export async function moveCheckout(place: GitPlace, before: string, after: string): Promise<boolean> {
  const tree = (await runGit(place, ["rev-parse", "--verify", `${before}^{tree}`])).toString("utf8").trim();
  if ((await readIndexTree(place)) !== tree || (await isTouched(place))) return false;
  const answer = await askGit(place, ["read-tree", "-m", "-u", before, after]);
  return answer.code === 0;
}
