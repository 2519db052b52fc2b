/** Branches of a remote: looking, fetching, pushing by compare-and-swap. */
import { RepoError } from "./error.ts";
import { askGit, firstLine, type GitAnswer } from "./git-process.ts";
import { branchRef, checkObjectId, isBranchName } from "./names.ts";
import { withObjectReader } from "./object-reader.ts";
import type { Repository } from "./repository.ts";
import { readRef, type RefAt } from "./refs.ts";

const NETWORK_MS = 120_000;

export interface Remote {
  readonly repository: Repository;
  /** The name of a configured remote: `origin`. */
  readonly name: string;
}

function checkRemote(name: string): string {
  if (!isBranchName(name))
    throw new RepoError("unsafe-name", `${JSON.stringify(name)} cannot be used as a remote`);
  return name;
}

/** Git does not tell by code why a remote did not answer: refusals are told by its words, which go along. */
function silent(remote: Remote, answer: GitAnswer): RepoError {
  const isRefused = /^fatal: (?:Authentication failed|.*returned error: 40[13]\b)/m.test(answer.stderr);
  const code = isRefused ? "denied" : "unreachable";
  return new RepoError(code, `remote ${remote.name}: ${firstLine(answer.stderr)}`);
}

/** The remote's branches whose short name starts with `prefix`; sorted by name. */
export async function listRemoteBranches(remote: Remote, prefix: string): Promise<RefAt[]> {
  if (prefix !== "" && !isBranchName(prefix.replace(/\/$/, ""))) {
    throw new RepoError("unsafe-name", `${JSON.stringify(prefix)} cannot be used as a branch`);
  }
  const args = ["ls-remote", "--refs", "--", checkRemote(remote.name), `refs/heads/${prefix}*`];
  const answer = await askGit(remote.repository, args, { timeoutMs: NETWORK_MS });
  if (answer.code !== 0) throw silent(remote, answer);
  return answer.stdout
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => ({ id: line.slice(0, line.indexOf("\t")), ref: line.slice(line.indexOf("\t") + 1) }))
    .sort((a, b) => (a.ref < b.ref ? -1 : 1));
}

export async function readRemoteBranch(remote: Remote, branch: string): Promise<string | null> {
  const ref = branchRef(branch);
  return (await listRemoteBranches(remote, branch)).find((found) => found.ref === ref)?.id ?? null;
}

/** Brings a branch's commits here and gives where it stood then; null when the remote has no such branch. */
export async function fetchBranch(remote: Remote, branch: string): Promise<string | null> {
  const ref = branchRef(branch);
  const kept = `refs/patchring/remotes/${checkRemote(remote.name)}/${branch}`;
  const args = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"];
  const spec = ["--no-auto-maintenance", "--", remote.name, `+${ref}:${kept}`];
  const answer = await askGit(remote.repository, [...args, ...spec], { timeoutMs: NETWORK_MS });
  if (answer.code === 0) return readRef(remote.repository, kept);
  if ((await readRemoteBranch(remote, branch)) === null) return null;
  throw silent(remote, answer);
}

/** Brings one commit here, unless it is here already. Throws `unreachable` or `denied`. */
export async function fetchCommit(remote: Remote, id: string): Promise<void> {
  const isHere = await withObjectReader(
    remote.repository,
    async (reader) => (await reader.readHead(`${checkObjectId(id)}^{tree}`)) !== null,
  );
  if (isHere) return;
  const args = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"];
  const spec = ["--no-auto-maintenance", "--", checkRemote(remote.name), id];
  const answer = await askGit(remote.repository, [...args, ...spec], { timeoutMs: NETWORK_MS });
  if (answer.code !== 0) throw silent(remote, answer);
}

export type PushOutcome =
  { readonly kind: "pushed" } | { readonly kind: "moved"; readonly found: string | null };

/**
 * Moves a branch of the remote from `from` to `to` (null: not there), forward or not. What came of it is
 * read from the remote, so that an answer that was lost on the way is found again.
 * Throws `unreachable`, or `denied` with the remote's words when the branch stands as it should and yet
 * cannot be moved (a protected branch, a hook).
 */
export async function pushBranch(
  remote: Remote,
  branch: string,
  from: string | null,
  to: string | null,
): Promise<PushOutcome> {
  const ref = branchRef(branch);
  const lease = `--force-with-lease=${ref}:${from === null ? "" : checkObjectId(from)}`;
  const spec = `${to === null ? "" : checkObjectId(to)}:${ref}`;
  const args = ["push", "--porcelain", "--no-recurse-submodules", "--no-follow-tags", lease];
  const answer = await askGit(remote.repository, [...args, "--", checkRemote(remote.name), spec], {
    timeoutMs: NETWORK_MS,
  });
  if (answer.code === 0) return { kind: "pushed" };
  const found = await readRemoteBranch(remote, branch);
  if (found === to) return { kind: "pushed" };
  if (found !== from) return { kind: "moved", found };
  throw new RepoError("denied", `remote ${remote.name} refused ${branch}: ${refusal(answer)}`);
}

/** `!\t<from>:<to>\t<summary> (<reason>)` in what `push --porcelain` prints. */
function refusal(answer: GitAnswer): string {
  const line = answer.stdout
    .toString("utf8")
    .split("\n")
    .find((text) => text.startsWith("!\t"));
  return firstLine(line?.split("\t")[2] ?? answer.stderr);
}
