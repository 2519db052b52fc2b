/** Who wrote which line. */
import { RepoError } from "./error.ts";
import { askGit, firstLine } from "./git-process.ts";
import { splitPath } from "./names.ts";
import { fromDirectory, resolveCommit, type Repository } from "./repository.ts";

export interface LineOrigin {
  /** The commit that last wrote the line; `readHistory` and `findArrivals` tell more of it. */
  readonly commit: string;
  /** The name of the file in that commit, from the root of the repository. */
  readonly path: string;
  /** Where the line stood there, from 1. */
  readonly line: number;
}

/** One entry a line of the file at a revision. Throws `unknown-revision` when the revision or the file is not there. */
export async function readLineOrigins(
  repository: Repository,
  revision: string,
  path: string,
): Promise<LineOrigin[]> {
  const commit = await resolveCommit(repository, revision);
  const args = ["-c", "blame.ignoreRevsFile=", "blame", "--porcelain", "-M", commit, "--"];
  const answer = await askGit(repository, [...args, fromDirectory(repository, splitPath(path).join("/"))]);
  if (answer.code !== 0) throw new RepoError("unknown-revision", firstLine(answer.stderr));
  const paths = new Map<string, string>();
  const origins: LineOrigin[] = [];
  let current = { commit: "", line: 0 };
  for (const text of answer.stdout.toString("utf8").split("\n")) {
    const head = /^([0-9a-f]{40}|[0-9a-f]{64}) (\d+) \d+/.exec(text);
    if (head !== null) current = { commit: head[1]!, line: Number(head[2]) };
    else if (text.startsWith("filename ")) paths.set(current.commit, text.slice("filename ".length));
    else if (text.startsWith("\t")) origins.push({ ...current, path: paths.get(current.commit) ?? path });
  }
  return origins;
}
