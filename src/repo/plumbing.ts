/** What the local forge needs of Git (`forge/local/git-port.ts`), on one repository. */
import type { Instant } from "../core/model.ts";
import type { Person } from "./branch-writer.ts";
import { checkMovable, findCheckout, moveCheckout } from "./checkout.ts";
import { makeCommit } from "./commit.ts";
import { readHistory, type CommitAt, type FileDiff } from "./history.ts";
import { diffTrees, findArrivals, findMergeBase, isAncestor, mergeTrees, type MergedTree } from "./merge.ts";
import { withObjectReader } from "./object-reader.ts";
import { writeObjects, type NewObject } from "./pack.ts";
import { listRefs, moveRefs, readRef, type RefAt, type RefMove } from "./refs.ts";
import type { Repository } from "./repository.ts";
import { changeTree } from "./write-tree.ts";

export interface Signed {
  readonly parents: readonly string[];
  readonly author: Person;
  readonly at: Instant;
  readonly message: string;
}

/** Methods may be taken off the object. Each throws `RepoError`. */
export interface Plumbing {
  readonly readRef: (ref: string) => Promise<string | null>;
  readonly listRefs: (prefix: string) => Promise<readonly RefAt[]>;
  /** All or none; false when one does not stand at `from`. */
  readonly moveRefs: (moves: readonly RefMove[], reason: string) => Promise<boolean>;
  readonly hasCommit: (id: string) => Promise<boolean>;
  /** The texts of objects by name (`<commit>:<path>`), in order; null for what is not there. One process. */
  readonly readTexts: (names: readonly string[]) => Promise<readonly (string | null)[]>;
  /** Stores a commit that holds exactly these files; moves no ref. */
  readonly writeFiles: (files: ReadonlyMap<string, string>, commit: Signed) => Promise<string>;
  /** Stores a commit of a tree that is there; moves no ref. */
  readonly writeCommit: (tree: string, commit: Signed) => Promise<string>;
  readonly mergeTrees: (base: string, head: string) => Promise<MergedTree>;
  readonly findMergeBase: (a: string, b: string) => Promise<string | null>;
  readonly isAncestor: (ancestor: string, descendant: string) => Promise<boolean>;
  readonly diffTrees: (before: string, after: string) => Promise<readonly FileDiff[]>;
  /** Commits of `head` that `without` lacks, newest first. */
  readonly listCommits: (head: string, without: string) => Promise<readonly CommitAt[]>;
  readonly readCommit: (id: string) => Promise<CommitAt>;
  /** The commit of the first-parent line of `tip` by which `commit` came in; null when `tip` lacks it. */
  readonly findArrival: (commit: string, tip: string) => Promise<string | null>;
  /** Throws `dirty-tree` when a work tree has the branch checked out and could not follow it. */
  readonly checkMovable: (branch: string, before: string, after: string) => Promise<void>;
  /** Brings the work tree that has the branch checked out along, if there is one and it is clean. */
  readonly moveCheckout: (branch: string, before: string, after: string) => Promise<void>;
}

export function openPlumbing(repository: Repository): Plumbing {
  const { idBytes } = repository;
  const store = async (objects: readonly NewObject[], tree: string, signed: Signed): Promise<string> => {
    const commit = makeCommit({ ...signed, tree }, idBytes);
    await writeObjects(repository, [...objects, commit]);
    return commit.id;
  };
  return {
    readRef: (ref) => readRef(repository, ref),
    listRefs: (prefix) => listRefs(repository, prefix),
    moveRefs: (moves, reason) => moveRefs(repository, moves, reason),
    hasCommit: (id) =>
      withObjectReader(repository, async (reader) => (await reader.readHead(`${id}^{commit}`)) !== null),
    readTexts: (names) => readTexts(repository, names),
    writeFiles: async (files, commit) => {
      const changes = [...files].map(([path, content]) => ({ kind: "put" as const, path, content }));
      const tree = await withObjectReader(repository, (reader) => changeTree(reader, null, changes, idBytes));
      return store(tree.objects, tree.id, commit);
    },
    writeCommit: (tree, commit) => store([], tree, commit),
    mergeTrees: (base, head) => mergeTrees(repository, base, head),
    findMergeBase: (a, b) => findMergeBase(repository, a, b),
    isAncestor: (ancestor, descendant) => isAncestor(repository, ancestor, descendant),
    diffTrees: (before, after) => diffTrees(repository, before, after),
    listCommits: (head, without) => readLog(repository, head, without, null),
    readCommit: async (id) => (await readLog(repository, id, null, 1))[0]!,
    findArrival: async (commit, tip) => (await findArrivals(repository, tip)).get(commit) ?? null,
    checkMovable: async (branch, before, after) => {
      const checkout = await findCheckout(repository, branch);
      if (checkout !== null) await checkMovable(checkout, before, after);
    },
    moveCheckout: async (branch, before, after) => {
      const checkout = await findCheckout(repository, branch);
      if (checkout !== null) await moveCheckout(checkout, before, after);
    },
  };
}

function readLog(
  repository: Repository,
  revision: string,
  without: string | null,
  maxCommits: number | null,
): Promise<CommitAt[]> {
  return readHistory(repository, { revision, without, paths: [], isFollowed: false, maxCommits });
}

function readTexts(repository: Repository, names: readonly string[]): Promise<(string | null)[]> {
  if (names.length === 0) return Promise.resolve([]);
  return withObjectReader(repository, (reader) =>
    Promise.all(
      names.map(async (name) => {
        const object = await reader.read(name);
        return object?.type === "blob" ? object.bytes.toString("utf8") : null;
      }),
    ),
  );
}
