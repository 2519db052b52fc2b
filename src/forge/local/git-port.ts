/**
 * What the local forge needs of Git. `repo/plumbing.ts` has it; the two meet where the program is
 * wired, because a forge imports nothing of `repo/` (design 6). Every call may throw an error that
 * carries a `code` of text.
 */
import type { Instant } from "../../core/model.ts";

export interface GitPerson {
  readonly name: string;
  readonly email: string;
}

export interface GitSigned {
  readonly parents: readonly string[];
  /** Author and committer. */
  readonly author: GitPerson;
  readonly at: Instant;
  readonly message: string;
}

export interface GitCommit {
  readonly commit: string;
  readonly parents: readonly string[];
  readonly author: GitPerson;
  readonly committer: GitPerson;
  readonly committedAt: Instant;
  readonly subject: string;
}

export interface GitRefMove {
  readonly ref: string;
  /** Null: it must not be there. The same as `to`: it must only stand there. */
  readonly from: string | null;
  readonly to: string | null;
}

export interface GitDiff {
  readonly status: "added" | "modified" | "removed" | "renamed";
  readonly path: string;
  readonly previousPath: string | null;
}

export interface LocalGit {
  readonly readRef: (ref: string) => Promise<string | null>;
  /** Sorted by name; `prefix` ends in `/`. */
  readonly listRefs: (prefix: string) => Promise<readonly { readonly ref: string; readonly id: string }[]>;
  /** All or none; false when one does not stand at `from`. */
  readonly moveRefs: (moves: readonly GitRefMove[], reason: string) => Promise<boolean>;
  readonly hasCommit: (id: string) => Promise<boolean>;
  /** The texts of objects by name (`<commit>:<path>`), in order; null for what is not there. */
  readonly readTexts: (names: readonly string[]) => Promise<readonly (string | null)[]>;
  /** Stores a commit that holds exactly these files. */
  readonly writeFiles: (files: ReadonlyMap<string, string>, commit: GitSigned) => Promise<string>;
  readonly writeCommit: (tree: string, commit: GitSigned) => Promise<string>;
  readonly mergeTrees: (
    base: string,
    head: string,
  ) => Promise<
    | { readonly kind: "clean"; readonly tree: string }
    | { readonly kind: "conflict"; readonly paths: readonly string[] }
  >;
  readonly findMergeBase: (a: string, b: string) => Promise<string | null>;
  readonly isAncestor: (ancestor: string, descendant: string) => Promise<boolean>;
  readonly diffTrees: (before: string, after: string) => Promise<readonly GitDiff[]>;
  /** Newest first. */
  readonly listCommits: (head: string, without: string) => Promise<readonly GitCommit[]>;
  readonly readCommit: (id: string) => Promise<GitCommit>;
  readonly findArrival: (commit: string, tip: string) => Promise<string | null>;
  /** Throws an error with the code `dirty-tree` when a work tree could not follow the branch. */
  readonly checkMovable: (branch: string, before: string, after: string) => Promise<void>;
  readonly moveCheckout: (branch: string, before: string, after: string) => Promise<void>;
}
