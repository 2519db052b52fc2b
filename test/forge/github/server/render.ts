/** The server's state as GitHub writes it. */
import { formatTime, type Context } from "./context.ts";
import type { GitCommit, GitFile } from "./git.ts";
import { fill } from "./openapi.ts";
import type {
  AppAccount,
  Comment,
  LabelEvent,
  ReviewEvent,
  Pull,
  ReviewRecord,
  RunRecord,
  StatusRecord,
} from "./world.ts";

type Json = Record<string, unknown>;

export function renderUser({ accounts, apiUrl }: Context, login: string): Json {
  const account = accounts.get(login)!;
  return fill("simple-user", {
    login,
    id: account.id,
    type: account.type,
    url: `${apiUrl}/users/${login}`,
    html_url: `https://example.invalid/${login}`,
  });
}

export function renderRepository(
  context: Context,
  schema: "repository" | "full-repository" | "minimal-repository",
): Json {
  const [owner, name] = context.world.fullName.split("/");
  return fill(schema, {
    id: 1,
    name,
    full_name: context.world.fullName,
    private: true,
    default_branch: "main",
    owner: renderUser(context, owner!),
  });
}

export function renderPull(context: Context, pull: Pull, more: Json | null): Json {
  const same = renderRepository(context, "repository");
  const fork = { ...same, id: 2, full_name: `stranger/${String(same["name"])}`, fork: true };
  const owner = context.world.fullName.split("/")[0]!;
  const end = (ref: string, sha: string, repo: unknown): Json => ({
    label: `${owner}:${ref}`,
    ref,
    sha,
    repo,
    user: renderUser(context, owner),
  });
  const html = `https://example.invalid/${context.world.fullName}/pull/${pull.number}`;
  return fill(more === null ? "pull-request-simple" : "pull-request", {
    id: pull.id,
    number: pull.number,
    html_url: html,
    title: pull.title,
    body: pull.body,
    user: renderUser(context, pull.login),
    author_association: context.accounts.get(pull.login)!.association,
    head: end(pull.headRef, pull.headSha, pull.headRepo === "same" ? same : fork),
    base: end(pull.base, pull.baseSha, same),
    draft: pull.isDraft,
    labels: pull.labels.map((name) => fill("label", { name, description: "" })),
    requested_reviewers: pull.reviewers.map((login) => renderUser(context, login)),
    requested_teams: pull.teams.map(renderTeam),
    state: pull.state,
    created_at: formatTime(pull.createdAt),
    updated_at: formatTime(pull.updatedAt),
    closed_at: pull.closedAt === null ? null : formatTime(pull.closedAt),
    merged_at: pull.mergedAt === null ? null : formatTime(pull.mergedAt),
    merge_commit_sha: pull.mergeSha,
    ...more,
  });
}

export function renderIssue(context: Context, pull: Pull): Json {
  return fill("issue", {
    id: pull.id,
    number: pull.number,
    title: pull.title,
    state: pull.state,
    user: renderUser(context, pull.login),
    closed_at: pull.closedAt === null ? null : formatTime(pull.closedAt),
    closed_by: pull.closedBy === null ? null : renderUser(context, pull.closedBy),
    created_at: formatTime(pull.createdAt),
    updated_at: formatTime(pull.updatedAt),
  });
}

export function renderComment(context: Context, comment: Comment): Json {
  return fill("issue-comment", {
    id: comment.id,
    body: comment.body,
    user: renderUser(context, comment.login),
    created_at: formatTime(comment.createdAt),
    updated_at: formatTime(comment.updatedAt),
  });
}

export function renderReview(context: Context, review: ReviewRecord): Json {
  return fill("pull-request-review", {
    id: review.id,
    user: renderUser(context, review.login),
    body: review.body,
    state: review.state,
    commit_id: review.headSha,
    author_association: context.accounts.get(review.login)!.association,
    ...(review.state !== "PENDING" && { submitted_at: formatTime(review.at) }),
  });
}

export function renderTeam(slug: string): Json {
  return fill("team", { id: 7, name: slug, slug, privacy: "closed", permission: "push", parent: null });
}

function renderReviewEvent(context: Context, { reviewer, ...event }: ReviewEvent): Json {
  return fill("review-requested-issue-event", {
    id: event.id,
    event: event.event,
    actor: renderUser(context, event.login),
    review_requester: renderUser(context, event.login),
    created_at: formatTime(event.at),
    ...("team" in reviewer
      ? { requested_team: renderTeam(reviewer.team) }
      : { requested_reviewer: renderUser(context, reviewer.person) }),
  });
}

export function renderEvent(context: Context, event: LabelEvent | ReviewEvent): Json {
  if ("reviewer" in event) return renderReviewEvent(context, event);
  return fill("labeled-issue-event", {
    id: event.id,
    event: event.event,
    label: { name: event.label, color: "ededed" },
    actor: renderUser(context, event.login),
    created_at: formatTime(event.at),
  });
}

export function renderCommit(commit: GitCommit): Json {
  const person = ({ name, email, at }: GitCommit["author"]): Json => ({ name, email, date: at });
  return fill("commit", {
    sha: commit.sha,
    commit: {
      url: "https://example.invalid/",
      author: person(commit.author),
      committer: person(commit.committer),
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: "https://example.invalid/" },
    },
    parents: commit.parents.map((sha) => ({ sha, url: "https://example.invalid/" })),
    author: null,
    committer: null,
  });
}

export function renderGitCommit(commit: GitCommit): Json {
  return fill("git-commit", {
    sha: commit.sha,
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: "https://example.invalid/",
      html_url: "https://example.invalid/",
    })),
  });
}

export function renderFile(file: GitFile): Json {
  return fill("diff-entry", {
    filename: file.path,
    status: file.status,
    ...(file.previousPath !== null && { previous_filename: file.previousPath }),
  });
}

export function renderStatus(
  context: Context,
  status: StatusRecord,
  schema: "status" | "simple-commit-status",
  login: string,
): Json {
  return fill(schema, {
    id: status.id,
    state: status.state,
    context: status.context,
    description: status.description,
    target_url: status.url,
    avatar_url: null,
    created_at: formatTime(status.at),
    updated_at: formatTime(status.at),
    ...(schema === "status" && { creator: renderUser(context, login) }),
  });
}

export function renderApp(context: Context, app: AppAccount): Json {
  return fill("integration", {
    id: app.id,
    slug: app.slug,
    name: app.slug,
    external_url: `https://example.invalid/apps/${app.slug}`,
    owner: renderUser(context, `${app.slug}[bot]`),
    permissions: {},
  });
}

export function renderRun(context: Context, run: RunRecord): Json {
  const app = context.apps.find(({ slug }) => slug === run.app)!;
  return fill("check-run", {
    id: run.id,
    name: run.name,
    head_sha: run.sha,
    status: run.status,
    conclusion: run.conclusion,
    external_id: run.externalId,
    details_url: run.url ?? `https://example.invalid/apps/${run.app}`,
    html_url: `https://example.invalid/runs/${run.id}`,
    started_at: formatTime(run.startedAt),
    completed_at: run.completedAt === null ? null : formatTime(run.completedAt),
    output: {
      title: run.title,
      summary: run.summary,
      text: null,
      annotations_count: 0,
      annotations_url: "https://example.invalid/",
    },
    app: renderApp(context, app),
    check_suite: { id: run.id },
    pull_requests: [],
  });
}
