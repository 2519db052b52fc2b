/**
 * Writing a branch without a work tree, compare-and-swap. Either to the repository itself (local
 * forge) or to its remote (GitHub): the caller does not see which.
 */
import type { Instant } from "../core/model.ts";

/** A path uses `/`, starts with no `/`, and has no empty, `.`, `..` or `.git` part. */
export type FileChange =
  /** Adds or replaces. A replaced file keeps its mode. */
  | { readonly kind: "put"; readonly path: string; readonly content: string }
  /** No error when it is not there. */
  | { readonly kind: "delete"; readonly path: string };

export interface Trailer {
  /** Letters, digits and dashes: `Patchring-Run`. */
  readonly key: string;
  /** One line. */
  readonly value: string;
}

export interface Person {
  readonly name: string;
  readonly email: string;
}

export interface BranchCommit {
  /** Short name, without `refs/heads/`. */
  readonly branch: string;
  /** The commit to build on, in full: the tip of the base branch, or the branch's own tip to add to it. */
  readonly parent: string;
  /** The full commit that the branch must stand at now; null: it must not exist. */
  readonly expected: string | null;
  readonly changes: readonly FileChange[];
  /** One line. */
  readonly subject: string;
  /** Empty for none. */
  readonly body: string;
  readonly trailers: readonly Trailer[];
  /** Author and committer. */
  readonly author: Person;
  /** Author and committer time. The same input always gives the same commit. */
  readonly at: Instant;
}

/**
 * - `written`: the branch now stands at `commit`.
 * - `unchanged`: the branch stands at `commit`, on top of `parent` and with the files as asked: at `expected`,
 *   or because an earlier try got through. Nothing was pushed.
 * - `empty`: the changes change nothing of `parent`; nothing was pushed. A request would be empty.
 * - `moved`: the branch does not stand at `expected` but at `found`; nothing was pushed. Read again.
 */
export type BranchOutcome =
  | { readonly kind: "written"; readonly commit: string }
  | { readonly kind: "unchanged"; readonly commit: string }
  | { readonly kind: "empty" }
  | { readonly kind: "moved"; readonly found: string | null };

/** Looks at branches where they count: at the remote, or in the repository itself. */
export interface BranchReader {
  /** The full commit of a branch, with its objects fetched; null when there is none. */
  readBranch(branch: string): Promise<string | null>;
  /** Short names with their commits, of those that start with `prefix`; sorted by name. */
  listBranches(prefix: string): Promise<readonly { readonly branch: string; readonly commit: string }[]>;
}

/** Every call throws `RepoError` when Git could not do it, and is safe to repeat. */
export interface BranchWriter extends BranchReader {
  /**
   * Commits the changes on top of `parent` and moves the branch there, whether that is forward or not.
   * The branch moves whole or not at all. A commit that was made but not pushed is left to Git's cleaning up.
   */
  writeBranch(commit: BranchCommit): Promise<BranchOutcome>;

  /** Deletes a branch if it stands at `expected`: `gone` when there is none, `moved` when it stands elsewhere. */
  deleteBranch(branch: string, expected: string): Promise<"deleted" | "gone" | "moved">;
}
