/** What a run would do to one request: an ordered list, each step safe to repeat (design 4.3). */
import type { Marker, MergeOrder, NewCheck, NewRequest, RequestChange } from "../../forge/forge.ts";
import type { FileChange, Trailer } from "../../repo/branch-writer.ts";

export type PromoteStep =
  | {
      readonly kind: "write-branch";
      readonly branch: string;
      readonly parent: string;
      readonly expected: string | null;
      readonly changes: readonly FileChange[];
      readonly subject: string;
      readonly body: string;
      readonly trailers: readonly Trailer[];
      /** A request that must still be without human review and commit just before the push; null asks nothing. */
      readonly unlessFrozen: number | null;
    }
  | { readonly kind: "open-request"; readonly request: NewRequest }
  | { readonly kind: "comment"; readonly marker: Marker; readonly body: string }
  | { readonly kind: "update-request"; readonly change: RequestChange }
  | { readonly kind: "labels"; readonly labels: readonly string[] }
  | { readonly kind: "ask-reviewers"; readonly reviewers: readonly string[] }
  | { readonly kind: "check"; readonly check: NewCheck }
  | { readonly kind: "close-request" }
  | { readonly kind: "merge"; readonly order: MergeOrder };

/** Everything about one request. */
export interface RequestPlan {
  readonly ring: string;
  /** The patch of a request of its own; null for the rolling one. */
  readonly ownPatch: string | null;
  readonly branch: string;
  /** Null while there is none. */
  readonly number: number | null;
  /** Its page; null while there is none, and on a forge without pages. */
  readonly url: string | null;
  /** The head that was observed; null while there is none. */
  readonly headSha: string | null;
  readonly isFrozen: boolean;
  /** Patch ids that it asks for afterwards, sorted. */
  readonly asked: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Why a person must act before anything can be done with it; null when nothing is in the way. */
  readonly stalled: string | null;
  readonly steps: readonly PromoteStep[];
}
