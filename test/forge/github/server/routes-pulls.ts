/** Pull requests: opened, listed, changed. */
import { invalid, notFound, requireWrite, type Call, type Route } from "./context.ts";
import { judgeWhenAsked } from "./mergeability.ts";
import { renderCommit, renderFile, renderIssue, renderPull, renderUser } from "./render.ts";
import { nextId, tick, type Pull } from "./world.ts";

const LONGEST_TITLE = 256;
const LONGEST_BODY = 65_536;

export function pullOf(call: Call): Pull {
  const number = Number(call.parameters["pull_number"] ?? call.parameters["issue_number"]);
  const pull = call.context.world.pulls.find((item) => item.number === number);
  if (pull === undefined) throw notFound();
  return pull;
}

const list: Route = ({ context, query }) => {
  const { world } = context;
  const state = query.get("state") ?? "open";
  const sort = query.get("sort") ?? "created";
  const direction = query.get("direction") ?? (sort === "created" ? "desc" : "asc");
  const head = query.get("head")?.split(":").slice(1).join(":");
  const owner = world.fullName.split("/")[0]!;
  const isHidden = world.hiddenListings > 0;
  if (isHidden) world.hiddenListings--;
  const found = world.pulls
    .filter((pull) => state === "all" || pull.state === state)
    .filter(
      (pull) => head === undefined || (pull.headRef === head && query.get("head") === `${owner}:${head}`),
    )
    .filter((pull) => query.get("base") === null || pull.base === query.get("base"))
    .filter((pull) => !isHidden || pull.number !== world.nextNumber - 1)
    .sort(
      (a, b) =>
        (sort === "updated" ? a.updatedAt - b.updatedAt : a.createdAt - b.createdAt) || a.number - b.number,
    );
  if (direction === "desc") found.reverse();
  return Promise.resolve({
    status: 200,
    list: { items: found.map((pull) => renderPull(context, pull, null)) },
  });
};

const create: Route = async (call) => {
  const { context, body } = call;
  const { world, git } = context;
  const login = requireWrite(call);
  const { title, head, base } = body as { title: string; head: string; base: string };
  const text = (body["body"] as string | undefined) ?? null;
  checkTexts(title, text);
  const branches = await git.branches();
  const [headSha, baseSha] = [branches.get(head), branches.get(base)];
  if (baseSha === undefined) throw invalid({ resource: "PullRequest", field: "base", code: "invalid" });
  if (headSha === undefined) throw invalid({ resource: "PullRequest", field: "head", code: "invalid" });
  const owner = world.fullName.split("/")[0]!;
  if (world.pulls.some((pull) => pull.state === "open" && pull.headRef === head && pull.base === base)) {
    throw custom(`A pull request already exists for ${owner}:${head}.`);
  }
  if (await git.isAncestor(headSha, baseSha)) throw custom(`No commits between ${base} and ${head}`);
  const at = tick(world);
  const pull: Pull = {
    ...{ id: nextId(world), number: world.nextNumber++, title, body: text, login },
    ...{
      headRef: head,
      headSha,
      headRepo: "same",
      base,
      baseSha,
      isDraft: body["draft"] === true,
      labels: [],
    },
    ...{ state: "open", createdAt: at, updatedAt: at, closedAt: null, closedBy: null },
    ...{
      mergedAt: null,
      mergedBy: null,
      mergeSha: null,
      comments: [],
      reviews: [],
      events: [],
      reviewers: [],
      teams: [],
      askedFor: null,
    },
  };
  world.pulls.push(pull);
  await git.setRef(`refs/pull/${pull.number}/head`, headSha);
  return { status: 201, body: await renderWhole(call, pull) };
};

function custom(message: string): Error {
  return invalid({ resource: "PullRequest", code: "custom", message });
}

function checkTexts(title: string | undefined, body: string | null): void {
  if (title !== undefined && (title.trim() === "" || title.length > LONGEST_TITLE)) {
    const message = `title is too long (maximum is ${LONGEST_TITLE} characters)`;
    throw invalid({ resource: "Issue", code: "custom", field: "title", message });
  }
  if (body !== null && body.length > LONGEST_BODY) {
    const message = `body is too long (maximum is ${LONGEST_BODY} characters)`;
    throw invalid({ resource: "Issue", code: "custom", field: "body", message });
  }
}

async function renderWhole(call: Call, pull: Pull): Promise<unknown> {
  const { context } = call;
  const { mergeable, state } =
    pull.state === "open" ? await judgeWhenAsked(context, pull) : { mergeable: null, state: "unknown" };
  const base = await baseOf(call, pull);
  return renderPull(context, pull, {
    merged: pull.mergedAt !== null,
    merged_by: pull.mergedBy === null ? null : renderUser(context, pull.mergedBy),
    mergeable,
    mergeable_state: state,
    comments: pull.comments.length,
    commits: (await context.git.commitsBetween(base, pull.headSha)).length,
    changed_files: (await context.git.changedFiles(base, pull.headSha)).length,
  });
}

/** GitHub keeps the base of an ended request as it was. */
async function baseOf({ context }: Call, pull: Pull): Promise<string> {
  if (pull.state !== "open") return pull.baseSha;
  return (await context.git.branches()).get(pull.base) ?? pull.baseSha;
}

const get: Route = async (call) => ({ status: 200, body: await renderWhole(call, pullOf(call)) });

const update: Route = async (call) => {
  const { context, body } = call;
  const pull = pullOf(call);
  const login = requireWrite(call);
  const { title, state } = body as { title?: string; state?: "open" | "closed" };
  checkTexts(title, (body["body"] as string | undefined) ?? null);
  if (state !== undefined && state !== pull.state) await move(call, pull, state, login);
  if (title !== undefined) pull.title = title;
  if (body["body"] !== undefined) pull.body = body["body"] as string;
  pull.updatedAt = tick(context.world);
  return { status: 200, body: await renderWhole(call, pull) };
};

async function move(call: Call, pull: Pull, to: "open" | "closed", login: string): Promise<void> {
  const { world, git } = call.context;
  if (to === "closed") {
    Object.assign(pull, { state: "closed", closedAt: tick(world), closedBy: login });
    return;
  }
  const refuse = (message: string): Error =>
    invalid({ resource: "PullRequest", field: "state", code: "invalid", message });
  if (pull.mergedAt !== null) throw refuse("state cannot be changed. The pull request was merged.");
  if (!(await git.branches()).has(pull.headRef)) {
    throw refuse(`state cannot be changed. The ${pull.headRef} branch has been deleted.`);
  }
  const twin = world.pulls.find(({ state, headRef, base }) => {
    return state === "open" && headRef === pull.headRef && base === pull.base;
  });
  if (twin !== undefined) {
    throw refuse(`state cannot be changed. There is already an open pull request for ${pull.headRef}.`);
  }
  Object.assign(pull, { state: "open", closedAt: null, closedBy: null });
}

const files: Route = async (call) => {
  const pull = pullOf(call);
  const found = await call.context.git.changedFiles(await baseOf(call, pull), pull.headSha);
  return { status: 200, list: { items: found.slice(0, call.context.world.mostFiles).map(renderFile) } };
};

const commits: Route = async (call) => {
  const pull = pullOf(call);
  const found = await call.context.git.commitsBetween(pull.baseSha, pull.headSha);
  return { status: 200, list: { items: found.slice(0, 250).map(renderCommit) } };
};

const issue: Route = (call) =>
  Promise.resolve({ status: 200, body: renderIssue(call.context, pullOf(call)) });

export const pullRoutes: Readonly<Record<string, Route>> = {
  "pulls/list": list,
  "pulls/create": create,
  "pulls/get": get,
  "pulls/update": update,
  "pulls/list-files": files,
  "pulls/list-commits": commits,
  "issues/get": issue,
};
