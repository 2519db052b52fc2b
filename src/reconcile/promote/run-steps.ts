/** Carries out the steps of one request. A crash at any of them is mended by the next run (design 4.3). */
import type { Instant } from "../../core/model.ts";
import { ForgeError } from "../../forge/error.ts";
import type { RefusedReviewer } from "../../forge/forge.ts";
import { RepoError } from "../../repo/error.ts";
import { findFreeze } from "./observed.ts";
import type { PromoteWritePorts } from "./ports.ts";
import type { PromoteStep, RequestPlan } from "./steps.ts";

/**
 * - `done`: it stands as planned. `wrote` is false when it did so already.
 * - `waiting`: something moved meanwhile, or the forge is not ready; the next run looks again.
 * - `stalled`: a person must act.
 * - `failed`: the world failed at this request.
 */
export type RequestOutcome = RequestPlace &
  (
    | {
        readonly kind: "done";
        readonly wrote: boolean;
        /** The commit on the base branch, when it was merged. */
        readonly merged: string | null;
        /** Reviewers of policy whom the forge could not ask: a warning. */
        readonly unasked: readonly RefusedReviewer[];
      }
    | { readonly kind: "waiting"; readonly reason: string }
    | { readonly kind: "stalled"; readonly reason: string }
    | { readonly kind: "failed"; readonly error: ForgeError | RepoError }
  );

/** Which request it is; nulls while it was not opened. */
export interface RequestPlace {
  readonly number: number | null;
  /** Its page, for people; null also on a forge that has none. */
  readonly url: string | null;
}

interface Progress {
  number: number | null;
  url: string | null;
  headSha: string | null;
  wrote: boolean;
  merged: string | null;
  unasked: readonly RefusedReviewer[];
}

/** Something moved since it was observed. */
class Moved extends Error {}

export async function runRequestPlan(
  plan: RequestPlan,
  ports: PromoteWritePorts,
  at: Instant,
): Promise<RequestOutcome> {
  const progress: Progress = {
    number: plan.number,
    url: plan.url,
    headSha: plan.headSha,
    wrote: false,
    merged: null,
    unasked: [],
  };
  if (plan.stalled !== null)
    return { kind: "stalled", number: plan.number, url: plan.url, reason: plan.stalled };
  try {
    for (const step of plan.steps) await runStep(step, ports, at, progress);
  } catch (error) {
    const { number, url } = progress;
    if (error instanceof Moved) return { kind: "waiting", number, url, reason: error.message };
    if (error instanceof ForgeError && error.code === "exists") {
      const reason = `another request stands for ${plan.branch}, without our marker: close it, or restore the first line of its body`;
      return { kind: "stalled", number, url, reason };
    }
    if (error instanceof ForgeError || error instanceof RepoError)
      return { kind: "failed", number, url, error };
    throw error;
  }
  const { number, url, wrote, merged, unasked } = progress;
  return { kind: "done", number, url, wrote, merged, unasked };
}

async function runStep(
  step: PromoteStep,
  ports: PromoteWritePorts,
  at: Instant,
  progress: Progress,
): Promise<void> {
  const { writer } = ports;
  switch (step.kind) {
    case "write-branch":
      return push(step, ports, at, progress);
    case "open-request": {
      const { request, isNew } = await writer.openRequest(step.request);
      progress.number = request.number;
      progress.url = request.url;
      progress.wrote ||= isNew;
      return;
    }
    case "comment":
      progress.wrote =
        (await writer.ensureComment(numberOf(progress), step.marker, step.body)) || progress.wrote;
      return;
    case "update-request":
      progress.wrote = (await writer.updateRequest(numberOf(progress), step.change)) || progress.wrote;
      return;
    case "labels":
      progress.wrote = (await writer.ensureLabels(numberOf(progress), step.labels)) || progress.wrote;
      return;
    case "ask-reviewers": {
      const { wrote, refused } = await writer.askReviewers(numberOf(progress), step.reviewers);
      progress.wrote ||= wrote;
      progress.unasked = refused;
      return;
    }
    case "check":
      progress.wrote = (await writer.setCheck(progress.headSha!, step.check)) || progress.wrote;
      return;
    case "close-request":
      progress.wrote = (await writer.closeRequest(numberOf(progress))) || progress.wrote;
      return;
    case "merge": {
      const outcome = await writer.mergeRequest(numberOf(progress), step.order);
      if (outcome.kind === "refused") throw new Moved(`the merge was refused: ${outcome.reason}`);
      progress.wrote = true;
      progress.merged = outcome.commit;
    }
  }
}

function numberOf({ number }: Progress): number {
  if (number === null) throw new Error("a step needs a request that was not opened");
  return number;
}

async function push(
  step: Extract<PromoteStep, { kind: "write-branch" }>,
  ports: PromoteWritePorts,
  at: Instant,
  progress: Progress,
): Promise<void> {
  if (step.unlessFrozen !== null) await refuseFrozen(ports, step.unlessFrozen);
  const outcome = await ports.branches.writeBranch({
    branch: step.branch,
    parent: step.parent,
    expected: step.expected,
    changes: step.changes,
    subject: step.subject,
    body: step.body,
    trailers: step.trailers,
    author: ports.author,
    at,
  });
  switch (outcome.kind) {
    case "written":
      progress.wrote = true;
      progress.headSha = outcome.commit;
      return;
    case "unchanged":
      progress.headSha = outcome.commit;
      return;
    case "empty":
      throw new Moved("the base branch has these files already");
    case "moved":
      throw new Moved(`the branch ${step.branch} moved meanwhile`);
  }
}

/** An approval that came in since the observation must not cover something that nobody saw. */
async function refuseFrozen({ reader }: PromoteWritePorts, number: number): Promise<void> {
  const reviews = await reader.listReviews(number);
  const commits = await reader.listCommits(number);
  if (findFreeze(reviews, commits) !== null) throw new Moved("a person reviewed or changed it meanwhile");
}
