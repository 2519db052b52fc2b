/** What stands on the forge and in Git before anything is written, as plain values. */
import type { Instant } from "../../core/model.ts";
import type {
  ChangedFiles,
  Check,
  ForgeDescription,
  ForgeRequest,
  ForgeRequestDetail,
  RequestCommit,
  Review,
} from "../../forge/forge.ts";

export interface ObservedRequest {
  readonly request: ForgeRequestDetail;
  readonly reviews: readonly Review[];
  readonly commits: readonly RequestCommit[];
  readonly changed: ChangedFiles;
  /** The changed files that are in the head, by path from the repository's root. */
  readonly texts: ReadonlyMap<string, string>;
  readonly checks: readonly Check[];
}

export interface ObservedForge {
  readonly forge: ForgeDescription;
  readonly base: { readonly branch: string; readonly commit: string };
  /** False when the base branch does not stand at that commit any more: then nothing may be written. */
  readonly isBaseCurrent: boolean;
  /** The promotion files of the base commit, by path from the repository's root. */
  readonly baseTexts: ReadonlyMap<string, string>;
  /** Open requests with our marker, or on one of our branches; by number. */
  readonly open: readonly ObservedRequest[];
  /** The other open requests into the base branch; by number. */
  readonly others: readonly ForgeRequest[];
  /** Requests with our marker that were closed without merging; by number. */
  readonly closed: readonly ForgeRequest[];
  /** Our branches and where they stand. */
  readonly branches: ReadonlyMap<string, string>;
  /** When the file of a hold last changed on the base branch, by path from the policy folder; without history absent. */
  readonly holdsChangedAt: ReadonlyMap<string, Instant>;
}

/** Why a request is frozen: the first human review or human commit (design 4.3). */
export type FrozenBy =
  | { readonly kind: "review"; readonly login: string; readonly at: Instant }
  | { readonly kind: "commit"; readonly sha: string; readonly at: Instant };

/** Null while the request is rolling. Reviews of strangers and of other machines freeze nothing. */
export function findFreeze(
  reviews: readonly Review[],
  commits: readonly Pick<RequestCommit, "sha" | "at" | "isOurs">[],
): FrozenBy | null {
  const commit = commits.find(({ isOurs }) => !isOurs);
  if (commit !== undefined) return { kind: "commit", sha: commit.sha, at: commit.at };
  const review = reviews.find(
    ({ author, isInsider }) => author.kind === "person" && !author.isUs && isInsider,
  );
  return review === undefined ? null : { kind: "review", login: review.author.login, at: review.at };
}
