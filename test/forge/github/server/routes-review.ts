/** Reviews and merges, with what GitHub refuses. */
import { invalid, notFound, Refusal, requireWrite, type Call, type Route } from "./context.ts";
import { judge } from "./mergeability.ts";
import { renderPull, renderReview } from "./render.ts";
import { pullOf } from "./routes-pulls.ts";
import { nextId, tick, type Pull, type ReviewEvent, type ReviewRecord } from "./world.ts";

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
  pull.reviewers = pull.reviewers.filter((one) => one !== login);
  pull.updatedAt = review.at;
  return Promise.resolve({ status: 200, body: renderReview(call.context, review) });
};

/** All or none: one that cannot be asked is the refusal of them all. */
const requestReviewers: Route = (call) => {
  const pull = pullOf(call);
  const by = requireWrite(call);
  const { world, accounts } = call.context;
  const { reviewers = [], team_reviewers: teams = [] } = call.body as Record<string, string[] | undefined>;
  if (reviewers.includes(pull.login)) {
    throw new Refusal(422, "Review cannot be requested from pull request author.");
  }
  const isInsider = (login: string): boolean =>
    accounts.get(login) !== undefined && accounts.get(login)!.association !== "NONE";
  if (!reviewers.every(isInsider) || !teams.every((slug) => world.teams.includes(slug))) {
    const who = "One or more of the users or teams you specified is not a collaborator";
    throw new Refusal(422, `Reviews may only be requested from collaborators. ${who} of the repository.`);
  }
  const record = (reviewer: ReviewEvent["reviewer"]): void => {
    pull.events.push({ id: nextId(world), event: "review_requested", reviewer, login: by, at: tick(world) });
  };
  for (const person of reviewers.filter((login) => !pull.reviewers.includes(login))) {
    pull.reviewers.push(person);
    record({ person });
  }
  for (const team of teams.filter((slug) => !pull.teams.includes(slug))) {
    pull.teams.push(team);
    record({ team });
  }
  pull.updatedAt = tick(world);
  return Promise.resolve({ status: 201, body: renderPull(call.context, pull, null) });
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
  "pulls/request-reviewers": requestReviewers,
  "pulls/merge": merge,
};
