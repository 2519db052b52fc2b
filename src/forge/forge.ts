/**
 * The interface to a forge: where requests are opened, reviewed and merged. Reading and writing are
 * separate ports: a verb that previews is built with a `ForgeReader` and so cannot write (design 6.2).
 * Branches and commits are pushed through `repo/branch-writer.ts`, never through here.
 *
 * Every call throws `ForgeError` when the world failed. Every writing call is safe to repeat: a crash
 * before, inside or after it, and the same call again, end in the same state (design 4.3).
 */
import type { Instant } from "../core/model.ts";
import type { Marker, MarkerName } from "./marker.ts";
import type {
  Actor,
  ChangedFiles,
  Check,
  CheckState,
  ForgeRequest,
  ForgeRequestDetail,
  RequestCommit,
  RequestState,
  Review,
} from "./request.ts";

export { ForgeError, type ForgeErrorCode } from "./error.ts";
export type { Marker, MarkerName } from "./marker.ts";
export type {
  Actor,
  ChangedFile,
  ChangedFiles,
  Check,
  CheckState,
  ForgeRequest,
  ForgeRequestDetail,
  Mergeability,
  RequestCommit,
  RequestState,
  Review,
  ReviewState,
} from "./request.ts";

export interface ForgeDescription {
  /** Whom our writes are attributed to. */
  readonly us: Actor;
  /** Short name of the branch that requests go to when nobody says otherwise. */
  readonly defaultBranch: string;
  /** The longest title, body or comment with its marker line, in UTF-16 code units. */
  readonly bodyLimit: number;
}

/** All that hold. */
export interface RequestFilter {
  /** At least one. */
  readonly states: readonly RequestState[];
  /** Only requests with a marker of this kind, or any marker or none when null. */
  readonly kind: string | null;
  /** Closed and merged requests only from this instant on, so that a long history is not read; null for all. */
  readonly closedSince: Instant | null;
}

/** Looks. Changes nothing and is safe to repeat. */
export interface ForgeReader {
  describe(): Promise<ForgeDescription>;

  /** By number, ascending. Complete or an error, never a part. */
  listRequests(filter: RequestFilter): Promise<readonly ForgeRequest[]>;

  /** The open request with this marker, the one with the lowest number if there should be several; null if none. */
  findOpenRequest(name: MarkerName): Promise<ForgeRequest | null>;

  /** Throws `not-found` for a number that no request has. */
  readRequest(number: number): Promise<ForgeRequestDetail>;

  /** Oldest first, all of them: an author can have several, the last one that is not `commented` counts. */
  listReviews(number: number): Promise<readonly Review[]>;

  /** Commits of the head that the base lacks, oldest first; the base as it is now, or as it was just before the merge. */
  listCommits(number: number): Promise<readonly RequestCommit[]>;

  listChangedFiles(number: number): Promise<ChangedFiles>;

  /** The latest of each name on a commit, whoever set it; sorted by name. Throws `not-found` for an unknown commit. */
  listChecks(sha: string): Promise<readonly Check[]>;
}

export interface NewRequest {
  readonly marker: Marker;
  /** Short name; the branch has been pushed already. */
  readonly headBranch: string;
  readonly base: string;
  /** One line. */
  readonly title: string;
  /** Markdown, without marker line. */
  readonly body: string;
  readonly labels: readonly string[];
}

export interface OpenedRequest {
  readonly request: ForgeRequest;
  /** False when an open request with the same marker kind and key was there and is given as it stands. */
  readonly isNew: boolean;
}

/** What is given replaces what stands there; what is absent stays. */
export interface RequestChange {
  readonly title?: string;
  /** A marker is only ever replaced together with its body. */
  readonly content?: { readonly marker: Marker; readonly body: string };
}

export interface NewCheck {
  readonly name: string;
  readonly state: CheckState;
  /** One line; cut to what the forge takes (GitHub: 140 characters). */
  readonly description: string;
  readonly url: string | null;
  /** Markdown for forges that show it (check runs); null for none. */
  readonly summary: string | null;
}

export interface RefusedReviewer {
  /** As policy names them, without `@`. */
  readonly name: string;
  /** What the forge said; hostile text. */
  readonly why: string;
}

export interface AskedReviewers {
  /** False when everybody who can be asked was asked before. */
  readonly wrote: boolean;
  /** Who cannot be asked (no collaborator, the author, a team that cannot be seen): worth a warning, no failure. */
  readonly refused: readonly RefusedReviewer[];
}

export interface MergeOrder {
  /** The head that was evaluated. Any other head is refused (design 4.3). */
  readonly headSha: string;
  /** Subject and body of the merge commit; see `merge-message.ts`. */
  readonly title: string;
  readonly message: string;
}

/**
 * `merged`: also when it had been merged at that head before.
 * `refused`, nothing was done:
 * - `head-moved`: the head is, or was when merged, another one. Evaluate again.
 * - `conflict`, `blocked`, `unknown`: as in `Mergeability`.
 * - `closed`: somebody closed it.
 */
export type MergeOutcome =
  | { readonly kind: "merged"; readonly commit: string }
  | {
      readonly kind: "refused";
      readonly reason: "head-moved" | "conflict" | "blocked" | "unknown" | "closed";
      /** What the forge said; hostile text. */
      readonly detail: string;
    };

/**
 * Writes as `describe().us`. It has no way to review: what asks for approval must not be able to give it.
 * Calls with a boolean answer say whether anything was written: nothing is when it stands so already.
 */
export interface ForgeWriter {
  /**
   * Finds the open request with the marker, or opens one. A request that is found keeps its title and
   * body; its labels are brought about as by `ensureLabels`, so that a crash before they were put on is mended.
   * Throws `not-found` when a branch is missing, `refused` when the head has nothing that the base lacks,
   * `exists` when head and base have an open request with another marker.
   */
  openRequest(request: NewRequest): Promise<OpenedRequest>;

  /** Works on open requests only; throws `refused` for others. */
  updateRequest(number: number, change: RequestChange): Promise<boolean>;

  /**
   * Three ways: afterwards the request has each wanted label, except those that a person took off,
   * and no label that we put on and want no longer. Labels that people put on stay.
   */
  ensureLabels(number: number, wanted: readonly string[]): Promise<boolean>;

  /**
   * Asks those who were never asked on this request, people (`ann`, `@ann`) and teams (`@acme/patching`).
   * Nobody who has reviewed, or whom a person took off, is asked again.
   */
  askReviewers(number: number, wanted: readonly string[]): Promise<AskedReviewers>;

  /** One comment of ours a marker, edited in place. Comments by others are never edited, whatever they contain. */
  ensureComment(number: number, marker: Marker, body: string): Promise<boolean>;

  setCheck(sha: string, check: NewCheck): Promise<boolean>;

  /** Closes without merging; false when it is closed. Throws `refused` when it is merged. The branch stays. */
  closeRequest(number: number): Promise<boolean>;

  /** False when it is open. Throws `refused` when it is merged, when its branch is gone, or another stands for its head. */
  reopenRequest(number: number): Promise<boolean>;

  /** Merges at a head or says why not. The head branch stays. */
  mergeRequest(number: number, order: MergeOrder): Promise<MergeOutcome>;
}

/** Both ports of one forge. */
export interface Forge {
  readonly reader: ForgeReader;
  readonly writer: ForgeWriter;
}
