/** The commits that added, changed or removed a statement about a subject. */
import type {
  HistoryArrival,
  HistoryEntry,
  HistoryEvidence,
  PolicyHistory,
} from "../../core/policy-history.ts";
import { formatInstant } from "../../core/time.ts";
import { REQUEST_TRAILER, REVIEWED_TRAILER } from "../../forge/merge-message.ts";
import { readHistory, type CommitAt, type FileDiff } from "../../repo/history.ts";
import { findArrivals } from "../../repo/merge.ts";
import { withObjectReader } from "../../repo/object-reader.ts";
import { isPolicyPath } from "../../repo/policy-file.ts";
import { resolveCommit, type Repository } from "../../repo/repository.ts";
import { isAbout, statementsOf, type HistoricStatement, type Subject } from "./statements.ts";

/** Larger files are no policy (`policy/file-too-large`). */
const MOST_CHARACTERS = 5_000_000;

export async function readPolicyHistory(
  repository: Repository,
  revision: string,
  subject: Subject,
): Promise<PolicyHistory> {
  const commit = await resolveCommit(repository, revision);
  const [commits, arrivals] = await Promise.all([
    readHistory(repository, {
      revision: commit,
      without: null,
      paths: [],
      isFollowed: false,
      maxCommits: null,
    }),
    findArrivals(repository, commit),
  ]);
  const byId = new Map(commits.map((one) => [one.commit, one]));
  const found = await findChanges(repository, ownChanges(commits.toReversed(), repository.prefix), subject);
  const entries = found.map(({ made, diff, change, statement }): HistoryEntry => {
    const arrival = arrivals.get(made.commit);
    return {
      at: formatInstant(made.authoredAt),
      change,
      statement: statement.id,
      path: diff.path.startsWith(repository.prefix) ? diff.path.slice(repository.prefix.length) : diff.path,
      commit: made.commit,
      author: made.author,
      subject: made.subject,
      arrival: arrivalOf(made, arrival === undefined ? undefined : byId.get(arrival)),
      reason: reasonOf(statement),
      evidence: statement.kind === "Promotion" ? evidenceOf(statement) : null,
    };
  });
  return {
    format: "patchring.history/1",
    about: subject,
    commit,
    isComplete: !repository.isShallow,
    entries,
  };
}

interface FileChange {
  readonly made: CommitAt;
  readonly diff: FileDiff;
}

/** In the order of the commits. Of a merge only what none of the merged commits made: what was written while merging. */
function ownChanges(commits: readonly CommitAt[], prefix: string): FileChange[] {
  const isPolicy = ({ path, previousPath }: FileDiff): boolean =>
    [path, previousPath].some(
      (one) => one?.startsWith(prefix) === true && isPolicyPath(one.slice(prefix.length)),
    );
  const nameOf = ({ path, after }: FileDiff): string => `${after ?? "-"} ${path}`;
  const made = new Set(
    commits.filter(({ parents }) => parents.length < 2).flatMap(({ files }) => files.map(nameOf)),
  );
  return commits.flatMap((one) =>
    one.files
      .filter((diff) => isPolicy(diff) && (one.parents.length < 2 || !made.has(nameOf(diff))))
      .map((diff) => ({ made: one, diff })),
  );
}

interface FoundChange extends FileChange {
  readonly change: HistoryEntry["change"];
  readonly statement: HistoricStatement;
}

async function findChanges(
  repository: Repository,
  changes: readonly FileChange[],
  subject: Subject,
): Promise<FoundChange[]> {
  return withObjectReader(repository, async (reader) => {
    const found: FoundChange[] = [];
    const read = async (id: string | null, path: string): Promise<HistoricStatement[]> => {
      const object = id === null ? null : await reader.read(id);
      if (object?.type !== "blob" || object.bytes.length > MOST_CHARACTERS) return [];
      return statementsOf(path, object.bytes.toString("utf8"));
    };
    for (const { made, diff } of changes) {
      const before = await read(diff.before, diff.previousPath ?? diff.path);
      const after = await read(diff.after, diff.path);
      found.push(...diffStatements(before, after, subject).map((one) => ({ made, diff, ...one })));
    }
    return found;
  });
}

function diffStatements(
  before: readonly HistoricStatement[],
  after: readonly HistoricStatement[],
  subject: Subject,
): Pick<FoundChange, "change" | "statement">[] {
  const was = new Map(before.map((one) => [one.id, one]));
  const is = new Set(after.map(({ id }) => id));
  const text = ({ value }: HistoricStatement): string => JSON.stringify(value);
  const written = after.flatMap((statement): Pick<FoundChange, "change" | "statement">[] => {
    const old = was.get(statement.id);
    const isOurs = isAbout(statement, subject) || (old !== undefined && isAbout(old, subject));
    if (!isOurs || (old !== undefined && text(old) === text(statement))) return [];
    return [{ change: old === undefined ? "added" : "changed", statement }];
  });
  const removed = before.filter((one) => !is.has(one.id) && isAbout(one, subject));
  return [...written, ...removed.map((statement) => ({ change: "removed" as const, statement }))];
}

/**
 * A commit of the branch itself arrived by nobody but its author, unless it says that a request was
 * merged as it: in our trailers, or in the words that GitHub writes when a person merges there.
 */
function arrivalOf(made: CommitAt, arrival: CommitAt | undefined): HistoryArrival | null {
  if (arrival === undefined) return null;
  const values = (key: string): string[] =>
    arrival.trailers.filter((one) => one.key.toLowerCase() === key.toLowerCase()).map(({ value }) => value);
  const { commit, committedAt, author, committer } = arrival;
  const at = formatInstant(committedAt);
  const reviewers = values(REVIEWED_TRAILER);
  const request = values(REQUEST_TRAILER)[0] ?? null;
  const isSquashed = commit === made.commit;
  if (request !== null) return { commit, at, by: author, request, reviewers };
  const named = requestByGithub(arrival);
  if (!isSquashed) return { commit, at, by: author, request: named, reviewers };
  // Of what was squashed GitHub commits for whoever merged, and the author is whoever wrote it.
  return named === null ? null : { commit, at, by: committer, request: named, reviewers };
}

function requestByGithub({ subject, parents, committer }: CommitAt): string | null {
  const pattern = parents.length > 1 ? /^Merge pull request #(\d{1,9}) from / : /\(#(\d{1,9})\)$/;
  const isItsOwn = parents.length > 1 || /^noreply@github\./.test(committer.email);
  return isItsOwn ? (pattern.exec(subject)?.[1] ?? null) : null;
}

type Fields = Readonly<Record<string, unknown>>;
const inside = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? (value as Fields)[key] : undefined;

function reasonOf({ value }: HistoricStatement): string | null {
  const reason = inside(value, "reason") ?? inside(value, "rationale");
  return typeof reason === "string" ? reason : null;
}

function evidenceOf({ value }: HistoricStatement): HistoryEvidence {
  const evidence = inside(value, "evidence");
  const text = (from: unknown, key: string): string | null => {
    const found = inside(from, key);
    return typeof found === "string" ? found : null;
  };
  const number = (key: string): number | null => {
    const found = inside(evidence, key);
    return typeof found === "number" ? found : null;
  };
  return {
    patch: text(inside(value, "patch"), "id"),
    from: text(value, "from"),
    to: text(value, "to"),
    at: text(evidence, "at"),
    snapshot: text(evidence, "snapshot"),
    metAt: text(inside(evidence, "soak"), "metAt"),
    eligible: number("eligible"),
    installed: number("installed"),
    failed: number("failed"),
  };
}
