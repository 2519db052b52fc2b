/** The repository, its branches and commits, and who is asking. */
import { notFound, Refusal, type Call, type Route } from "./context.ts";
import { fill } from "./openapi.ts";
import { renderApp, renderCommit, renderGitCommit, renderRepository, renderUser } from "./render.ts";

const repository: Route = ({ context }) =>
  Promise.resolve({ status: 200, body: renderRepository(context, "full-repository") });

const branch: Route = async (call) => {
  const name = call.parameters["branch"]!;
  const sha = (await call.context.git.branches()).get(name);
  if (sha === undefined) throw new Refusal(404, "Branch not found");
  const commit = renderCommit(await call.context.git.commit(sha));
  return { status: 200, body: fill("branch-with-protection", { name, commit }) };
};

async function endOf(call: Call, name: string): Promise<string> {
  const sha = (await call.context.git.branches()).get(name) ?? (await call.context.git.resolve(name));
  if (sha === null) throw notFound();
  return sha;
}

const compare: Route = async (call) => {
  const { git } = call.context;
  const [base = "", head = ""] = call.parameters["basehead"]!.split("...");
  const [baseSha, headSha] = [await endOf(call, base), await endOf(call, head)];
  const mergeBase = await git.mergeBase(baseSha, headSha);
  if (mergeBase === null) throw new Refusal(404, `No common ancestor between ${base} and ${head}.`);
  const commits = await git.commitsBetween(baseSha, headSha);
  const behind = await git.commitsBetween(headSha, baseSha);
  const status =
    commits.length === 0
      ? behind.length === 0
        ? "identical"
        : "behind"
      : behind.length === 0
        ? "ahead"
        : "diverged";
  const ends = {
    base_commit: renderCommit(await git.commit(baseSha)),
    merge_base_commit: renderCommit(await git.commit(mergeBase)),
  };
  return {
    status: 200,
    list: {
      items: commits.map(renderCommit),
      wrap: (page) => {
        const counts = { ahead_by: commits.length, behind_by: behind.length, total_commits: commits.length };
        return fill("commit-comparison", { ...ends, ...counts, status, commits: page });
      },
    },
  };
};

const gitCommit: Route = async (call) => {
  const sha = await endOf(call, call.parameters["commit_sha"]!);
  return { status: 200, body: renderGitCommit(await call.context.git.commit(sha)) };
};

const user: Route = ({ context, access }) => {
  if (access === null || access.isInstallation)
    throw new Refusal(403, "Resource not accessible by integration");
  const { login } = access;
  return Promise.resolve({ status: 200, body: fill("private-user", renderUser(context, login)) });
};

const app: Route = ({ context, app: asking }) => {
  if (asking === null) throw new Refusal(401, "A JSON web token could not be decoded");
  return Promise.resolve({ status: 200, body: renderApp(context, asking) });
};

const installation: Route = ({ context, app: asking }) => {
  if (asking === null) throw new Refusal(401, "A JSON web token could not be decoded");
  const account = renderUser(context, context.world.fullName.split("/")[0]!);
  const values = {
    id: asking.installationId,
    app_id: asking.id,
    app_slug: asking.slug,
    account,
    permissions: {},
  };
  return Promise.resolve({ status: 200, body: fill("installation", values) });
};

export const repositoryRoutes: Readonly<Record<string, Route>> = {
  "repos/get": repository,
  "repos/get-branch": branch,
  "repos/compare-commits-with-basehead": compare,
  "git/get-commit": gitCommit,
  "users/get-authenticated": user,
  "apps/get-authenticated": app,
  "apps/get-repo-installation": installation,
};
