/** GitHub's answers into the forge's values. What comes in is hostile text, passed on as it is. */
import type { Octokit } from "octokit";
import type { Instant } from "../../core/model.ts";
import { parseInstant } from "../../core/time.ts";
import { splitMarker } from "../marker.ts";
import type {
  Actor,
  ChangedFile,
  ForgeRequest,
  Mergeability,
  RequestCommit,
  RequestState,
  Review,
  ReviewState,
} from "../request.ts";
import type { GithubUser } from "./identity.ts";

type Rest = Octokit["rest"];
type DataOf<T extends (...parameters: never[]) => Promise<{ data: unknown }>> = Awaited<
  ReturnType<T>
>["data"];
export type GithubPullItem = DataOf<Rest["pulls"]["list"]>[number];
export type GithubPull = DataOf<Rest["pulls"]["get"]>;
export type GithubReview = DataOf<Rest["pulls"]["listReviews"]>[number];
export type GithubCommit = DataOf<Rest["pulls"]["listCommits"]>[number];
export type GithubFile = DataOf<Rest["pulls"]["listFiles"]>[number];
export type GithubComment = DataOf<Rest["issues"]["listComments"]>[number];
export type GithubEvent = DataOf<Rest["issues"]["listEvents"]>[number];
export type Actors = (user: GithubUser | null | undefined) => Actor;

/** GitHub always gives one; 0 keeps a broken answer from becoming a crash. */
export function instantOf(text: string | null | undefined): Instant {
  return parseInstant(text ?? "") ?? 0;
}

/** Code unit order, as everywhere in the forge's lists. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function stateOf(pull: Pick<GithubPullItem, "state" | "merged_at">): RequestState {
  if (pull.merged_at !== null) return "merged";
  return pull.state === "open" ? "open" : "closed";
}

/** A fork that was deleted has no repository any more, whatever the description says. */
function isSameRepository(pull: GithubPull | GithubPullItem): boolean {
  const head = pull.head.repo as { readonly id: number } | null;
  return head?.id === pull.base.repo.id;
}

export function requestOf(pull: GithubPull | GithubPullItem, actors: Actors): ForgeRequest {
  const { marker, body } = splitMarker(pull.body ?? "");
  const isOwn = isSameRepository(pull);
  const state = stateOf(pull);
  return {
    number: pull.number,
    url: pull.html_url,
    title: pull.title,
    body,
    marker: isOwn ? marker : null,
    author: actors(pull.user),
    head: { branch: pull.head.ref, sha: pull.head.sha, isSameRepository: isOwn },
    base: pull.base.ref,
    isDraft: pull.draft ?? false,
    labels: pull.labels.map((label) => label.name).sort(byCodeUnit),
    state,
    createdAt: instantOf(pull.created_at),
    closedAt: state === "open" ? null : instantOf(pull.closed_at ?? pull.merged_at),
  };
}

/** `unstable`: a check that nothing requires has failed. `has_hooks`: GitHub Enterprise runs scripts before a push. */
const MERGEABLE_STATES: Readonly<Record<string, Mergeability>> = {
  clean: "clean",
  unstable: "clean",
  has_hooks: "clean",
  dirty: "conflict",
  blocked: "blocked",
  behind: "blocked",
  draft: "blocked",
};

export function mergeabilityOf(pull: GithubPull): Mergeability {
  if (stateOf(pull) !== "open") return "unknown";
  if (pull.draft === true) return "blocked";
  if (pull.mergeable === false && pull.mergeable_state !== "blocked") return "conflict";
  if (pull.mergeable === null) return "unknown";
  return MERGEABLE_STATES[pull.mergeable_state] ?? "unknown";
}

const REVIEW_STATES: Readonly<Record<string, ReviewState>> = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes-requested",
  COMMENTED: "commented",
  DISMISSED: "dismissed",
};
const INSIDERS: readonly string[] = ["OWNER", "MEMBER", "COLLABORATOR"];

/** Null for a review that was begun and not given yet. */
export function reviewOf(review: GithubReview, actors: Actors): Review | null {
  const state = REVIEW_STATES[review.state.toUpperCase()];
  if (state === undefined) return null;
  return {
    author: actors(review.user),
    isInsider: INSIDERS.includes(review.author_association),
    state,
    headSha: review.commit_id,
    at: instantOf(review.submitted_at),
  };
}

/** `ourEmail` in lower case. */
export function commitOf({ sha, commit }: GithubCommit, ourEmail: string): RequestCommit {
  const { author, committer, message } = commit;
  const isOurs = [author, committer].every((person) => person?.email?.toLowerCase() === ourEmail);
  return {
    sha,
    authorName: author?.name ?? "",
    authorEmail: author?.email ?? "",
    at: instantOf(committer?.date ?? author?.date),
    subject: message.split(/\r?\n/, 1)[0] ?? "",
    isOurs,
  };
}

/** Null for a file that the answer names without a change. A copy adds a file. */
export function fileOf(file: GithubFile): ChangedFile | null {
  const path = file.filename;
  switch (file.status) {
    case "added":
    case "copied":
      return { path, previousPath: null, status: "added" };
    case "removed":
      return { path, previousPath: null, status: "removed" };
    case "renamed":
      return { path, previousPath: file.previous_filename ?? null, status: "renamed" };
    case "unchanged":
      return null;
    default:
      return { path, previousPath: null, status: "modified" };
  }
}
