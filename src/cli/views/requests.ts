/** Requests of a forge, as text or JSON. Titles, bodies and names in them are hostile. */
import type {
  ChangedFiles,
  Check,
  ForgeRequest,
  ForgeRequestDetail,
  RequestCommit,
  Review,
} from "../../forge/forge.ts";
import { formatInstant } from "../../core/time.ts";
import { escapeTerminal } from "../../report/escape/terminal.ts";
import { instantWords } from "../../report/promotion-words.ts";
import { counted } from "../../report/words.ts";
import type { PreviewInvocation, ShownComment } from "../invocation.ts";
import { wrapHanging } from "./wrap.ts";

const e = (text: string): string => escapeTerminal(text, 200);

export function showRequests(
  invocation: PreviewInvocation,
  requests: readonly ForgeRequest[],
  state: string,
): void {
  if (invocation.globals.json) {
    writeJson(invocation, { format: "patchring.requests/1", requests: requests.map(requestJson) });
    return;
  }
  if (requests.length === 0) {
    invocation.output.write(state === "all" ? "No requests.\n" : `No ${state} requests.\n`);
    return;
  }
  const most = invocation.globals.maxRows ?? requests.length;
  const lines = requests
    .slice(0, most)
    .flatMap((one) => [
      `${one.number}  ${one.state}  ${e(one.title)}`,
      `    by ${e(one.author.login)}, ${e(one.head.branch)} into ${e(one.base)}, opened ${instantWords(one.createdAt, invocation.now)}`,
    ]);
  const hidden = requests.length - most;
  writeLines(invocation, [
    ...lines,
    ...(hidden > 0 ? [`… and ${counted(hidden, "more request")}: \`--max-rows 0\` shows all.`] : []),
  ]);
}

export interface ShownRequest {
  readonly request: ForgeRequestDetail;
  readonly reviews: readonly Review[];
  readonly checks: readonly Check[];
  readonly commits: readonly RequestCommit[];
  readonly changed: ChangedFiles;
  readonly comments: readonly ShownComment[];
}

export function showRequest(invocation: PreviewInvocation, shown: ShownRequest): void {
  const { request, reviews, checks, commits, changed, comments } = shown;
  if (invocation.globals.json) {
    writeJson(invocation, {
      format: "patchring.request/1",
      ...requestJson(request),
      body: request.body,
      marker: request.marker,
      mergeability: request.state === "open" ? request.mergeability : null,
      mergedBy: request.mergedBy?.login ?? null,
      closedBy: request.closedBy?.login ?? null,
      mergeCommit: request.mergeCommit,
      askedReviewers: request.askedReviewers,
      reviews: reviews.map((one) => ({ ...one, author: one.author.login, at: formatInstant(one.at) })),
      checks: checks.map((one) => ({ ...one, at: formatInstant(one.at) })),
      commits: commits.map((one) => ({ ...one, at: formatInstant(one.at) })),
      files: changed.files,
      comments: comments.map((one) => ({
        author: one.author.login,
        at: formatInstant(one.createdAt),
        body: one.body,
      })),
    });
    return;
  }
  const { head, labels } = request;
  const at = (instant: number): string => instantWords(instant, invocation.now);
  writeLines(invocation, [
    `Request ${request.number}: ${e(request.title)}`,
    `${stateText(request)}, by ${e(request.author.login)}, opened ${at(request.createdAt)}`,
    `${e(head.branch)} at ${head.sha.slice(0, 12)} into ${e(request.base)}${labels.length === 0 ? "" : `; labels: ${labels.map(e).join(", ")}`}`,
    ...(request.url === null ? [] : [e(request.url)]),
    ...(request.askedReviewers.length === 0
      ? []
      : [`asked to review: ${request.askedReviewers.map(e).join(", ")}`]),
    ...section(
      "Checks",
      checks.map((one) => `${checkMark(one)} ${e(one.name)}: ${e(one.description)}`),
    ),
    ...section(
      "Reviews",
      reviews.map(({ author, state, headSha, at: when }) => {
        const stale = headSha === head.sha ? "" : ", of an earlier head";
        return `${state} by ${e(author.login)} at ${at(when)}${stale}`;
      }),
    ),
    ...section(
      "Commits",
      commits.map(({ sha, authorName, subject }) => `${sha.slice(0, 12)} ${e(authorName)}: ${e(subject)}`),
    ),
    ...section(
      "Files",
      changed.files.map(({ status, path }) => `${status.padEnd(8)} ${e(path)}`),
    ),
    "",
    ...textLines(request.body),
    ...comments.flatMap(({ author, body, createdAt }) => [
      "",
      `Comment by ${e(author.login)} at ${at(createdAt)}`,
      ...textLines(body).map((line) => `  ${line}`),
    ]),
  ]);
}

function stateText(request: ForgeRequestDetail): string {
  const by = request.mergedBy ?? request.closedBy;
  const who = by === null ? "" : ` by ${e(by.login)}`;
  if (request.state !== "open") return `${request.state}${who}`;
  const words = {
    clean: "it can be merged",
    conflict: "it conflicts with its base",
    blocked: "something blocks its merge",
    unknown: "whether it can be merged is not known yet",
  } as const;
  return `open: ${words[request.mergeability]}`;
}

function checkMark({ state }: Check): string {
  return state === "success" ? "✓ success" : state === "failure" ? "✗ failure" : "· pending";
}

function section(name: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", name, ...lines.map((line) => `  ${line}`)];
}

function textLines(text: string): string[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => escapeTerminal(line, 2000));
}

export interface Done {
  readonly number: number;
  readonly did: string;
  /** False when it stood so already. */
  readonly wrote: boolean;
  readonly commit?: string;
  readonly text: string;
}

export function showDone(invocation: PreviewInvocation, { text, ...done }: Done): void {
  if (invocation.globals.json) {
    writeJson(invocation, { format: "patchring.request-change/1", ...done });
    return;
  }
  writeLines(invocation, [escapeTerminal(text, 1000)]);
}

function requestJson(request: ForgeRequest): object {
  const { number, url, title, author, head, base, labels, state, createdAt, closedAt } = request;
  return {
    number,
    state,
    title,
    url,
    author: author.login,
    branch: head.branch,
    head: head.sha,
    base,
    labels,
    createdAt: formatInstant(createdAt),
    closedAt: closedAt === null ? null : formatInstant(closedAt),
  };
}

function writeJson(invocation: PreviewInvocation, value: object): void {
  invocation.output.write(`${JSON.stringify(value, null, 2)}\n`);
}

function writeLines(invocation: PreviewInvocation, lines: readonly string[]): void {
  const width = Math.min(invocation.output.columns ?? 100, 100);
  invocation.output.write(lines.map((line) => `${wrapHanging(line, width, 2)}\n`).join(""));
}
