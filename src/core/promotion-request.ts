/** A promotion request as plain values: what is asked, what is not and why. Shown by report, planned by reconcile. */
import type { Instant } from "./model.ts";
import type { PromotionCandidate } from "./promotion-candidates.ts";
import type { PromotionFault } from "./promotion.ts";
import type { RingWindow } from "./promotion-window.ts";

/** Why a candidate is not in a request, besides what its own state says. */
export type LeftOutReason =
  /** Its state says it: a gate is shut, a hold, a freeze, a newer patch. */
  | { readonly kind: "state" }
  /** A request that asked for this patch and revision was closed without merging (design 4.3). */
  | { readonly kind: "closed"; readonly number: number; readonly closedAt: Instant }
  /** The ring takes so many patches a request; it waits for the next one. */
  | { readonly kind: "full"; readonly maxPatches: number }
  /** The request is frozen by a review or a commit of a person; it waits for the next one. */
  | { readonly kind: "under-review"; readonly number: number }
  /** Asked for in another request. */
  | { readonly kind: "other-request"; readonly number: number | null }
  /** Its file would have the path of another patch's. */
  | { readonly kind: "same-path"; readonly path: string; readonly patch: string };

export interface LeftOut {
  readonly candidate: PromotionCandidate;
  readonly reason: LeftOutReason;
}

/** Why a patch was taken out of a request. */
export type RemovalReason =
  /** A gate has shut since, or a hold, or a newer patch: its state now says which. */
  | { readonly kind: "state" }
  /** No device needs it any more, or policy no longer wants it. */
  | { readonly kind: "not-wanted" }
  /** What its file claims is not enough under the policy of today, and the request is frozen. */
  | { readonly kind: "file"; readonly faults: readonly PromotionFault[] }
  | { readonly kind: "other-request"; readonly number: number | null }
  | { readonly kind: "closed"; readonly number: number; readonly closedAt: Instant };

export interface RemovedPatch {
  /** The patch's id. Hostile text. */
  readonly patch: string;
  readonly ring: string;
  readonly reason: RemovalReason;
  /** Null when it is no candidate any more. */
  readonly candidate: PromotionCandidate | null;
  readonly at: Instant;
}

export interface RequestedPatch {
  readonly candidate: PromotionCandidate;
  /** Where its promotion file stands, from the repository's root. */
  readonly path: string;
}

/** What the body of a request shows. */
export interface PromotionRequestView {
  readonly ring: string;
  readonly from: string;
  /** One patch by itself, expedited or exploited. */
  readonly isOwn: boolean;
  readonly by: "pull-request" | "auto";
  readonly reviewers: readonly string[];
  /** When a merge would reach the devices. */
  readonly window: RingWindow;
  readonly at: Instant;
  /** Sorted by patch id. */
  readonly patches: readonly RequestedPatch[];
  readonly leftOut: readonly LeftOut[];
  readonly removed: readonly RemovedPatch[];
  readonly snapshot: { readonly digest: string; readonly takenAt: Instant };
  readonly policyCommit: string | null;
  /** Of what is asked: ring, patch ids, revisions and their files' digests. */
  readonly digest: string;
}

/** How requests are put into words; made by report, so that planning needs none of them. */
export interface PromotionTexts {
  title(view: PromotionRequestView): string;
  /** Markdown of at most `limit` characters; rows go from the harmless end. */
  body(view: PromotionRequestView, limit: number): string;
  /** Markdown. */
  removal(removed: RemovedPatch): string;
}
