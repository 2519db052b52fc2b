/** Posts a comparison on the request whose head it is about: one comment, edited in place, three statuses and labels. */
import { createHash } from "node:crypto";
import { canonicalJson } from "../../core/canonical-json.ts";
import type { Comparison } from "../../core/comparison.ts";
import type { ForgeReader, ForgeRequest, Marker, NewCheck } from "../../forge/forge.ts";
import { renderCompareMarkdown } from "../../report/compare/markdown.ts";
import { refuse, type Refusal } from "../refusal.ts";
import type { ForgePost } from "../invocation.ts";
import { COMMENT_LENGTH } from "../views/comparison.ts";
import { isPlanLabel, planLabels } from "./labels.ts";
import { statusesOf } from "./statuses.ts";

/** Which request: its number, the head that the caller vouches for, or both. */
export interface Target {
  readonly number: number | null;
  readonly head: string | null;
}

export interface Posted {
  readonly request: number;
  readonly head: string;
  /** Whether the comment was written; null when there was nothing to say. */
  readonly comment: boolean | null;
  /** Statuses that were written. */
  readonly statuses: readonly string[];
}

/** The open request. Refuses with exit 64 when there is none, or several. */
export async function findRequest(reader: ForgeReader, { number, head }: Target): Promise<ForgeRequest> {
  if (number !== null) {
    const request = await reader.readRequest(number);
    if (head !== null && request.head.sha !== head) throw moved(request, head);
    return request;
  }
  const open = await reader.listRequests({ states: ["open"], kind: null, closedSince: null });
  const found = open.filter((request) => request.head.sha === head);
  if (found.length === 1) return found[0]!;
  throw refuse(
    "usage",
    "cli/comparison",
    "No one request for it",
    `${found.length === 0 ? "No open request has" : `${found.length} open requests have`} the head ${JSON.stringify(head)}.`,
    "name the request with `--request N`.",
  );
}

function moved(request: ForgeRequest, head: string): Refusal {
  return refuse(
    "stopped",
    "cli/comparison",
    "Request has another head",
    `The comparison is about ${JSON.stringify(head)}, but request ${request.number} stands at ${JSON.stringify(request.head.sha)}. Nothing was posted.`,
    "compare again at the head of the request.",
  );
}

/** The commit that a comparison is about. Refuses one of a work tree: no request has that head. */
export function headOf({ head }: Comparison): string {
  if (head.commit !== null && !head.dirty) return head.commit;
  throw refuse(
    "error",
    "cli/comparison",
    "Comparison is of no commit",
    "The policy that was compared is not that of a commit, so it is not what a request would merge.",
    "commit the change, or compare with `--ref REV`, and save that.",
  );
}

/** Everything that a reader would see differ; not when it was computed. */
function digestOf({ base, head, summary, changes, timing, guards, findings, resolved }: Comparison): string {
  const seen = { base: base.commit, head: head.commit, summary, changes, timing, guards, findings, resolved };
  return `sha256:${createHash("sha256").update(canonicalJson(seen)).digest("hex")}`;
}

const DIGEST_LINE = /^<!-- patchring-digest (sha256:[0-9a-f]{64}) -->$/m;

export async function postComparison(
  desk: ForgePost,
  request: ForgeRequest,
  comparison: Comparison,
  url: string | null,
): Promise<Posted> {
  const { number } = request;
  const head = request.head.sha;
  if (headOf(comparison) !== head) throw moved(request, headOf(comparison));
  const digest = digestOf(comparison);
  const isThere = await hasDigest(desk, number, digest);
  const comment = isThere ? false : await writeComment(desk, number, comparison, digest);
  const statuses = await setStatuses(desk, head, statusesOf(comparison, url));
  // Labels of other kinds stay, whoever put them on.
  const others = request.labels.filter((label) => !isPlanLabel(label));
  await desk.writer.ensureLabels(number, [...others, ...planLabels(comparison)]);
  return { request: number, head, comment, statuses };
}

/** True when the comment that stands there says the same already. */
async function hasDigest(desk: ForgePost, number: number, digest: string): Promise<boolean> {
  const comments = await desk.listComments(number);
  const ours = comments.filter(({ author }) => author.isUs);
  const found = ours.map(({ body }) => DIGEST_LINE.exec(body)?.[1]).filter((one) => one !== undefined);
  return found.length > 0 && found.every((one) => one === digest);
}

function writeComment(
  desk: ForgePost,
  number: number,
  comparison: Comparison,
  digest: string,
): Promise<boolean> {
  const marker: Marker = { kind: "plan", key: "policy", data: { digest } };
  const page = renderCompareMarkdown(comparison, { maxRows: null, maxLength: COMMENT_LENGTH - 100 });
  return desk.writer.ensureComment(number, marker, `${page}\n<!-- patchring-digest ${digest} -->\n`);
}

/** The names of those that were written. */
export async function setStatuses(
  desk: ForgePost,
  sha: string,
  checks: readonly NewCheck[],
): Promise<string[]> {
  const written: string[] = [];
  for (const check of checks) if (await desk.writer.setCheck(sha, check)) written.push(check.name);
  return written;
}
