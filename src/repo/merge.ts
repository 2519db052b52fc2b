/** How two commits stand to each other, and what merging them gives; no work tree takes part. */
import { RepoError } from "./error.ts";
import { askGit, gitFailure, runGit } from "./git-process.ts";
import { parseDiffs, type FileDiff } from "./history.ts";
import { checkObjectId, checkRevision } from "./names.ts";
import type { Repository } from "./repository.ts";

export type MergedTree =
  | { readonly kind: "clean"; readonly tree: string }
  /** Sorted paths that both sides changed differently. */
  | { readonly kind: "conflict"; readonly paths: readonly string[] };

/** Merges two commits into a tree (Git 2.38 or newer). Throws `no-git` for an older one. */
export async function mergeTrees(repository: Repository, base: string, head: string): Promise<MergedTree> {
  const args = ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z"];
  const answer = await askGit(repository, [...args, "--", checkObjectId(base), checkObjectId(head)]);
  const [tree, ...paths] = answer.stdout.toString("utf8").split("\0");
  if (answer.code === 0 && tree !== undefined) return { kind: "clean", tree };
  if (answer.code === 1) return { kind: "conflict", paths: paths.filter((path) => path !== "").sort() };
  if (answer.code === 129) throw new RepoError("no-git", "merging needs Git 2.38 or newer");
  throw gitFailure(args, answer);
}

/** The best common ancestor; null when the histories have none. */
export async function findMergeBase(repository: Repository, a: string, b: string): Promise<string | null> {
  const args = ["merge-base", "--", checkObjectId(a), checkObjectId(b)];
  const answer = await askGit(repository, args);
  if (answer.code > 1) throw gitFailure(args, answer);
  return answer.code === 0 ? answer.stdout.toString("utf8").trim() : null;
}

/** Whether `descendant` has `ancestor`; a commit has itself. */
export async function isAncestor(
  repository: Repository,
  ancestor: string,
  descendant: string,
): Promise<boolean> {
  const args = ["merge-base", "--is-ancestor", checkObjectId(ancestor), checkObjectId(descendant)];
  const answer = await askGit(repository, args);
  if (answer.code > 1) throw gitFailure(args, answer);
  return answer.code === 0;
}

/** What differs between two commits or trees, renames found; sorted by path, by code unit. */
export async function diffTrees(repository: Repository, before: string, after: string): Promise<FileDiff[]> {
  const ids = [checkObjectId(before), checkObjectId(after)];
  const printed = await runGit(repository, [
    "diff-tree",
    "-r",
    "-z",
    "-M",
    "--raw",
    "--no-commit-id",
    ...ids,
  ]);
  const { files } = parseDiffs(printed.toString("utf8").split("\0"), 0);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * For each commit that `revision` has: the commit of its first-parent line that brought it in; a commit
 * of that line maps to itself. One pass over the history; newest commits of the line are walked last.
 */
export async function findArrivals(
  repository: Repository,
  revision: string,
): Promise<ReadonlyMap<string, string>> {
  const args = ["rev-list", "--parents", "--end-of-options", checkRevision(revision)];
  const answer = await askGit(repository, args);
  if (answer.code !== 0)
    throw new RepoError("unknown-revision", `there is no commit ${JSON.stringify(revision)}`);
  const parents = new Map<string, readonly string[]>();
  for (const line of answer.stdout.toString("utf8").split("\n")) {
    const [commit, ...rest] = line.split(" ");
    if (commit !== undefined && commit !== "") parents.set(commit, rest);
  }
  const line: string[] = [];
  const tip = answer.stdout.toString("utf8").split(/[ \n]/, 1)[0];
  for (let at = tip; at !== undefined && parents.has(at); at = parents.get(at)?.[0]) line.push(at);
  const arrivals = new Map<string, string>();
  for (const arrival of line.reverse()) {
    const open = [arrival];
    for (let commit = open.pop(); commit !== undefined; commit = open.pop()) {
      if (arrivals.has(commit)) continue;
      arrivals.set(commit, arrival);
      open.push(...(parents.get(commit) ?? []));
    }
  }
  return arrivals;
}
