/** Commits and what they did to files. */
import type { Instant } from "../core/model.ts";
import type { Person, Trailer } from "./branch-writer.ts";
import { RepoError } from "./error.ts";
import { askGit, firstLine } from "./git-process.ts";
import { checkRevision, splitPath } from "./names.ts";
import { fromDirectory, type Repository } from "./repository.ts";

export interface FileDiff {
  readonly status: "added" | "modified" | "removed" | "renamed";
  readonly path: string;
  /** Only for `renamed`. */
  readonly previousPath: string | null;
  /** The blob before; null when added. */
  readonly before: string | null;
  /** The blob after; null when removed. */
  readonly after: string | null;
}

/** Names and message are hostile text. */
export interface CommitAt {
  readonly commit: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly authoredAt: Instant;
  readonly committer: Person;
  readonly committedAt: Instant;
  /** First line of the message. */
  readonly subject: string;
  /** The whole message. */
  readonly message: string;
  /** The lines that Git takes for trailers, in their order. */
  readonly trailers: readonly Trailer[];
  /**
   * What it changed, of a merge against its first parent. When paths were asked for: of these, and nothing
   * of a merge.
   */
  readonly files: readonly FileDiff[];
}

export interface HistoryQuestion {
  /** Commits that this revision has. */
  readonly revision: string;
  /** Commits that this one has are left out; null for none. */
  readonly without: string | null;
  /** Files and folders from the root of the repository; empty for all. They need not exist any more. */
  readonly paths: readonly string[];
  /** Goes on under the old name when a file was renamed; for exactly one path, which must be a file. */
  readonly isFollowed: boolean;
  /** At most so many, the newest; null for all. */
  readonly maxCommits: number | null;
}

const FORMAT =
  "%x01%H%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%(trailers:only=true,unfold=true)%x00%B%x00";
const FIELDS = 10;

/**
 * Newest first, by one `git log`. When paths were asked for, a merge stands among them only where it has
 * what none of its parents has.
 * In a shallow clone the oldest commit seems to have added everything (`Repository.isShallow`).
 */
export async function readHistory(repository: Repository, question: HistoryQuestion): Promise<CommitAt[]> {
  if (question.isFollowed && question.paths.length !== 1) throw new Error("follow needs exactly one path");
  const args = [
    "-c",
    "i18n.logOutputEncoding=UTF-8",
    ...["log", "-z", "--raw", "-M", "--no-abbrev", "--no-color", "--no-ext-diff", "--no-textconv"],
    ...["--no-show-signature", "--no-notes", `--format=${FORMAT}`],
    ...(question.paths.length === 0 ? ["--diff-merges=first-parent"] : []),
    ...(question.isFollowed ? ["--follow"] : ["--no-follow"]),
    ...(question.without === null ? [] : ["--topo-order"]),
    ...(question.maxCommits === null ? [] : [`--max-count=${question.maxCommits}`]),
    "--end-of-options",
    checkRevision(question.revision),
    ...(question.without === null ? [] : [`^${checkRevision(question.without)}`]),
    "--",
    ...question.paths.map((path) => fromDirectory(repository, splitPath(path).join("/"))),
  ];
  const answer = await askGit(repository, args);
  if (answer.code !== 0) {
    throw new RepoError("unknown-revision", `the history cannot be read: ${firstLine(answer.stderr)}`);
  }
  return parseLog(answer.stdout.toString("utf8"));
}

function parseLog(text: string): CommitAt[] {
  const tokens = text.split("\0");
  const commits: CommitAt[] = [];
  let at = 0;
  while (tokens[at]?.startsWith("\u0001") === true) {
    const fields = tokens.slice(at, at + FIELDS);
    at += FIELDS;
    if (tokens[at] === "") at += 1;
    const { files, next } = parseDiffs(tokens, at);
    at = next;
    commits.push(makeCommitAt(fields, files));
  }
  return commits;
}

function makeCommitAt(fields: readonly string[], files: readonly FileDiff[]): CommitAt {
  const field = (index: number): string => fields[index] ?? "";
  const message = field(9);
  return {
    commit: field(0).slice(1),
    parents: field(1)
      .split(" ")
      .filter((id) => id !== ""),
    author: { name: field(2), email: field(3) },
    authoredAt: Number(field(4)),
    committer: { name: field(5), email: field(6) },
    committedAt: Number(field(7)),
    subject: message.split("\n", 1)[0] ?? "",
    message,
    trailers: field(8).split("\n").flatMap(parseTrailer),
    files,
  };
}

function parseTrailer(line: string): Trailer[] {
  const match = /^([A-Za-z0-9-]+)\s*:\s*(.*)$/.exec(line);
  return match === null ? [] : [{ key: match[1]!, value: match[2]! }];
}

const STATUS: Readonly<Record<string, FileDiff["status"]>> = {
  A: "added",
  D: "removed",
  R: "renamed",
  C: "added",
};

/** `:<mode> <mode> <id> <id> <status>` and one or two paths, each a token, until something else comes. */
export function parseDiffs(
  tokens: readonly string[],
  start: number,
): { readonly files: FileDiff[]; readonly next: number } {
  const files: FileDiff[] = [];
  let at = start;
  for (;;) {
    const match = /^\n*:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/.exec(tokens[at] ?? "");
    if (match === null) return { files, next: at };
    const [, before, after, letter] = match;
    const hasTwo = letter === "R" || letter === "C";
    const id = (text: string): string | null => (/^0+$/.test(text) ? null : text);
    files.push({
      status: STATUS[letter!] ?? "modified",
      path: tokens[at + (hasTwo ? 2 : 1)] ?? "",
      previousPath: letter === "R" ? (tokens[at + 1] ?? "") : null,
      before: id(before!),
      after: id(after!),
    });
    at += hasTwo ? 3 : 2;
  }
}
