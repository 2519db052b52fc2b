/** What promoting reads and writes; reading alone for a preview (design 6.2). */
import type { Instant } from "../../core/model.ts";
import type { ForgeReader, ForgeWriter } from "../../forge/forge.ts";
import type { BranchReader, BranchWriter, Person } from "../../repo/branch-writer.ts";

/** Texts and history from Git objects. Throws `RepoError`. */
export interface PromoteGit {
  /** The files of a commit that are there and are text, by path from the repository's root. */
  readTexts(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** When a file last changed on the way to a commit; null when it has no history there. */
  readChangedAt(commit: string, path: string): Promise<Instant | null>;
}

export interface PromoteReadPorts {
  readonly forge: ForgeReader;
  readonly branches: BranchReader;
  readonly git: PromoteGit;
}

export interface PromoteWritePorts {
  readonly reader: ForgeReader;
  readonly writer: ForgeWriter;
  readonly branches: BranchWriter;
  /** Author and committer of what is pushed. */
  readonly author: Person;
}
