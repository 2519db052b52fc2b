/** Refs, read and moved by compare-and-swap. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { RepoError } from "./error.ts";
import { askGit, firstLine, runGit } from "./git-process.ts";
import { checkObjectId, isBranchName } from "./names.ts";
import type { Repository } from "./repository.ts";

export interface RefAt {
  /** In full: `refs/heads/main`. */
  readonly ref: string;
  readonly id: string;
}

/** Moves one ref. Null in `from`: it must not exist; null in `to`: it goes. */
export interface RefMove {
  readonly ref: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** The refs under a prefix that ends in `/`, or the one ref of that name; sorted by name. */
export async function listRefs(repository: Repository, prefix: string): Promise<RefAt[]> {
  const printed = await runGit(repository, [
    "for-each-ref",
    "--format=%(objectname) %(refname)",
    "--",
    checkRef(prefix.replace(/\/$/, "")) + (prefix.endsWith("/") ? "/" : ""),
  ]);
  return printed
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => ({ id: line.slice(0, line.indexOf(" ")), ref: line.slice(line.indexOf(" ") + 1) }));
}

/** What a ref names; null when it is not there. Symbolic refs are followed. */
export async function readRef(repository: Repository, ref: string): Promise<string | null> {
  const answer = await askGit(repository, [
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    checkRef(ref),
  ]);
  return answer.code === 0 ? answer.stdout.toString("utf8").trim() : null;
}

/**
 * Moves all refs or none, if each stands where it should; false when one does not, or when
 * another process is moving it now. Throws `denied` when the refs cannot be written.
 */
export async function moveRefs(
  repository: Repository,
  moves: readonly RefMove[],
  reason: string,
): Promise<boolean> {
  const none = "0".repeat(repository.idBytes * 2);
  const lines = moves.map(({ ref, from, to }) => {
    const [old, next] = [from, to].map((id) => (id === null ? none : checkObjectId(id)));
    return `update ${checkRef(ref)}\0${next!}\0${old!}\0`;
  });
  const args = ["update-ref", "--no-deref", "-m", reason.replace(/\s+/g, " "), "-z", "--stdin"];
  const answer = await askGit(repository, args, { input: `start\0${lines.join("")}prepare\0commit\0` });
  if (answer.code === 0) return true;
  for (const { ref, from } of moves) if ((await readRef(repository, ref)) !== from) return false;
  // They all stand where they should: somebody holds a lock, or we may not write.
  if (isLocked(repository, moves)) return false;
  throw new RepoError("denied", `refs cannot be written: ${firstLine(answer.stderr)}`);
}

function isLocked(repository: Repository, moves: readonly RefMove[]): boolean {
  return ["packed-refs", ...moves.map(({ ref }) => ref)].some((name) =>
    existsSync(join(repository.gitDirectory, `${name}.lock`)),
  );
}

/** A full ref name below `refs/`. */
function checkRef(ref: string): string {
  if (!ref.startsWith("refs/") || !isBranchName(ref)) {
    throw new RepoError("unsafe-name", `${JSON.stringify(ref.slice(0, 200))} cannot be used as a ref`);
  }
  return ref;
}
