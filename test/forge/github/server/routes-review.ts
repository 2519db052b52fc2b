/** Reviews and merges, with what GitHub refuses. */
import { invalid, notFound, Refusal, requireWrite, type Call, type Route } from "./context.ts";
import { judge } from "./mergeability.ts";
import { renderReview } from "./render.ts";
import { pullOf } from "./routes-pulls.ts";
import { nextId, tick, type Pull, type ReviewRecord } from "./world.ts";

const listReviews: Route = (call) => {
  const pull = pullOf(call);
  return Promise.resolve({
    status: 200,
    list: { items: pull.reviews.map((review) => renderReview(call.context, review)) },
  });
};

const EVENTS: Readonly<Record<string, ReviewRecord["state"]>> = {
  APPROVE: "APPROVED",
  REQUEST_CHANGES: "CHANGES_REQUESTED",
  COMMENT: "COMMENTED",
};

/** Whoever sees the repository can review it, but not their own request. */
const createReview: Route = (call) => {
  const pull = pullOf(call);
  const login = call.access?.login;
  if (login === undefined) throw notFound();
  const event = call.body["event"] as string | undefined;
  if (login === pull.login && (event === "APPROVE" || event === "REQUEST_CHANGES")) {
    const what = event === "APPROVE" ? "approve" : "request changes on";
    throw new Refusal(422, "Unprocessable Entity", { errors: [`Can not ${what} your own pull request`] });
  }
  const review: ReviewRecord = {
    id: nextId(call.context.world),
    login,
    body: (call.body["body"] as string | undefined) ?? "",
    state: EVENTS[event ?? ""] ?? "PENDING",
    headSha: (call.body["commit_id"] as string | undefined) ?? pull.headSha,
    at: tick(call.context.world),
  };
  pull.reviews.push(review);
  pull.updatedAt = review.at;
  return Promise.resolve({ status: 200, body: renderReview(call.context, review) });
};

const dismiss: Route = (call) => {
  const pull = pullOf(call);
  requireWrite(call);
  const review = pull.reviews.find(({ id }) => id === Number(call.parameters["review_id"]));
  if (review === undefined) throw notFound();
  if (review.state !== "APPROVED" && review.state !== "CHANGES_REQUESTED") {
    throw new Refusal(422, "Can not dismiss a comment review");
  }
  review.state = "DISMISSED";
  pull.updatedAt = tick(call.context.world);
  return Promise.resolve({ status: 200, body: renderReview(call.context, review) });
};

const merge: Route = async (call) => {
  const { context, body } = call;
  const pull = pullOf(call);
  const login = requireWrite(call);
  if (pull.state !== "open") throw new Refusal(405, "Pull Request is not mergeable");
  const { sha, merge_method: method = "merge" } = body as { sha?: string; merge_method?: string };
  if (sha !== undefined && sha !== pull.headSha) {
    throw new Refusal(409, "Head branch was modified. Review and try the merge again.");
  }
  if (method === "merge" && !context.world.allowsMergeCommits) {
    throw new Refusal(405, "Merge commits are not allowed on this repository.");
  }
  const { tree, why, state } = await judge(context, pull);
  const mayBypass = state === "blocked" && call.access?.right === "admin";
  if (tree === null || (why !== "" && !mayBypass)) throw new Refusal(405, why);
  const commit = await commitMerge(call, pull, tree, login);
  const at = tick(context.world);
  Object.assign(pull, { state: "closed", closedAt: at, closedBy: login, updatedAt: at });
  Object.assign(pull, { mergedAt: at, mergedBy: login, mergeSha: commit });
  return { status: 200, body: { sha: commit, merged: true, message: "Pull Request successfully merged" } };
};

async function commitMerge(call: Call, pull: Pull, tree: string, login: string): Promise<string> {
  const { git, world } = call.context;
  const base = (await git.branches()).get(pull.base)!;
  const method = call.body["merge_method"] ?? "merge";
  if (method === "rebase") throw invalid({ resource: "PullRequest", field: "merge_method", code: "custom" });
  const title = (call.body["commit_title"] as string | undefined) ?? `Merge pull request #${pull.number}`;
  const message = `${title}\n\n${(call.body["commit_message"] as string | undefined) ?? ""}`.trimEnd();
  const parents = method === "merge" ? [base, pull.headSha] : [base];
  const person = { name: login, email: `${login}@users.noreply.example.com` };
  const commit = await git.commitTree(tree, parents, message, person, `${world.now} +0000`);
  await git.git(["update-ref", `refs/heads/${pull.base}`, commit, base]);
  pull.baseSha = base;
  return commit;
}

export const reviewRoutes: Readonly<Record<string, Route>> = {
  "pulls/list-reviews": listReviews,
  "pulls/create-review": createReview,
  "pulls/dismiss-review": dismiss,
  "pulls/merge": merge,
};
