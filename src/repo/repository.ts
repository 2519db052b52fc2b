/** A Git repository that has been found: bare, shallow or with a work tree, at any folder inside it. */
import { resolve } from "node:path";
import { RepoError } from "./error.ts";
import { askGit, firstLine, type GitPlace } from "./git-process.ts";
import { checkRevision, isObjectId } from "./names.ts";

export interface Repository extends GitPlace {
  /** The common Git directory of all work trees, absolute. */
  readonly gitDirectory: string;
  readonly isBare: boolean;
  /** The history is cut: absence of a commit proves nothing. */
  readonly isShallow: boolean;
  /** 20 for SHA-1, 32 for SHA-256. */
  readonly idBytes: number;
  /** Where `directory` lies inside the work tree: empty at its root, else with `/` at the end. */
  readonly prefix: string;
}

/** Throws `no-git`, or `no-repository` with what Git says (a folder of another owner, for one). */
export async function openRepository(place: GitPlace): Promise<Repository> {
  const directory = resolve(place.directory);
  const answer = await askGit({ ...place, directory }, [
    "rev-parse",
    "--git-common-dir",
    "--is-bare-repository",
    "--is-shallow-repository",
    "--show-object-format",
    "--show-prefix",
  ]);
  if (answer.code !== 0) throw new RepoError("no-repository", `${directory}: ${firstLine(answer.stderr)}`);
  const [gitDirectory, isBare, isShallow, format, prefix] = answer.stdout.toString("utf8").split("\n");
  return {
    directory,
    env: place.env,
    gitDirectory: resolve(directory, gitDirectory ?? ""),
    isBare: isBare === "true",
    isShallow: isShallow === "true",
    idBytes: format === "sha256" ? 32 : 20,
    prefix: prefix ?? "",
  };
}

/** The full id of the commit that a person named. Throws `unknown-revision`. */
export async function resolveCommit(repository: Repository, revision: string): Promise<string> {
  const answer = await askGit(repository, [
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${checkRevision(revision)}^{commit}`,
  ]);
  const id = answer.stdout.toString("utf8").trim();
  if (answer.code !== 0 || !isObjectId(id)) throw unknownRevision(repository, revision);
  return id;
}

export function unknownRevision(repository: Repository, revision: string): RepoError {
  const hint = repository.isShallow
    ? " The clone is shallow; fetch more of it (`git fetch --unshallow`) if the commit is older."
    : "";
  return new RepoError("unknown-revision", `there is no commit ${JSON.stringify(revision)} here.${hint}`);
}

/** A path from the root of the repository as Git wants it where it runs: from `directory`. */
export function fromDirectory(repository: Repository, path: string): string {
  const depth = repository.prefix.split("/").length - 1;
  return "../".repeat(depth) + path;
}
