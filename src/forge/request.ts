/** What stands on a forge: requests, reviews, commits, checks, as plain values. Text in them is hostile. */
import type { Instant } from "../core/model.ts";
import type { Marker } from "./marker.ts";

/** Who did something. */
export interface Actor {
  /** Unique on its forge; on the local forge, the name in Git's configuration. */
  readonly login: string;
  /** `bot`: an App or a machine account that the forge knows as one, and always ourselves. */
  readonly kind: "person" | "bot";
  /** The identity that this program writes with. */
  readonly isUs: boolean;
}

/** Closed and merged are told apart by what the forge recorded, never by absence from a list. */
export type RequestState = "open" | "closed" | "merged";

/** A pull request, as a listing gives it. */
export interface ForgeRequest {
  /** From 1; never used twice in one repository. */
  readonly number: number;
  /** For people; null on the local forge. */
  readonly url: string | null;
  readonly title: string;
  /** Without the marker line. */
  readonly body: string;
  /**
   * Null when the body has none, and when the head is in another repository: a marker counts only
   * where the right to push stands behind it.
   */
  readonly marker: Marker | null;
  readonly author: Actor;
  readonly head: {
    /** Short, without `refs/heads/`. */
    readonly branch: string;
    /** The commit that the branch stands at; the last known one when the branch is gone. */
    readonly sha: string;
    /** False for a fork. */
    readonly isSameRepository: boolean;
  };
  /** Short name of the branch that it asks to be merged into. */
  readonly base: string;
  readonly isDraft: boolean;
  /** Sorted by code unit. */
  readonly labels: readonly string[];
  readonly state: RequestState;
  readonly createdAt: Instant;
  /** When it was closed or merged; null while open. */
  readonly closedAt: Instant | null;
}

/**
 * Whether a merge would go through now.
 * - `clean`: yes.
 * - `conflict`: the branches contradict each other.
 * - `blocked`: a rule of the repository (review, check, protection, draft) stands against it.
 * - `unknown`: the forge has not worked it out yet. Look again later.
 */
export type Mergeability = "clean" | "conflict" | "blocked" | "unknown";

/** One request with what only a look at itself tells. */
export interface ForgeRequestDetail extends ForgeRequest {
  /** Null while open, when merged, and when the forge does not know. */
  readonly closedBy: Actor | null;
  /** Null unless merged. */
  readonly mergedBy: Actor | null;
  /** The commit on the base branch that has it; null unless merged. */
  readonly mergeCommit: string | null;
  /** Everybody who was ever asked to review it, without `@`, sorted; teams as `owner/team`. Hostile text. */
  readonly askedReviewers: readonly string[];
  /** `unknown` once it is no longer open. */
  readonly mergeability: Mergeability;
}

export type ReviewState = "approved" | "changes-requested" | "commented" | "dismissed";

export interface Review {
  readonly author: Actor;
  /** Owner, member or collaborator. A stranger's review of a public repository must freeze nothing. */
  readonly isInsider: boolean;
  readonly state: ReviewState;
  /** The head that was looked at. It is stale when this is not the request's head; null when the forge has lost it. */
  readonly headSha: string | null;
  readonly at: Instant;
}

/** A commit of the head that the base does not have. */
export interface RequestCommit {
  readonly sha: string;
  readonly authorName: string;
  readonly authorEmail: string;
  readonly at: Instant;
  /** First line of the message. */
  readonly subject: string;
  /** Author and committer both carry our e-mail address. Everything else is a human commit. */
  readonly isOurs: boolean;
}

export interface ChangedFile {
  readonly path: string;
  /** Only for `renamed`. */
  readonly previousPath: string | null;
  readonly status: "added" | "modified" | "removed" | "renamed";
}

export interface ChangedFiles {
  /** Between the merge base and the head; sorted by path, by code unit. */
  readonly files: readonly ChangedFile[];
  /** False when the forge cut the list (GitHub: 3,000 files): then nothing may be concluded from absence. */
  readonly isComplete: boolean;
}

/** What a commit status, a check run or a local check says. A skipped or neutral check run is a `success`. */
export type CheckState = "pending" | "success" | "failure";

export interface Check {
  /** Its name: `patchring / plan`. */
  readonly name: string;
  readonly state: CheckState;
  readonly description: string;
  readonly url: string | null;
  /** When it last changed. */
  readonly at: Instant;
}
