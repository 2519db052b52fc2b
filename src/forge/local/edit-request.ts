/** Changes of one request that move nothing but its own ref. */
import { ForgeError } from "../error.ts";
import type { AskedReviewers, RequestChange } from "../forge.ts";
import { diffLabels } from "../labels.ts";
import { unaskedReviewers } from "../reviewers.ts";
import { isMarked, splitMarker, withMarker, type Marker } from "../marker.ts";
import { showActor, writingActor, type LocalForgeOptions } from "./context.ts";
import { BODY_LIMIT, seeAllRequests } from "./reader.ts";
import type { RecordedComment, RequestRecord } from "./record.ts";
import { editRequest, withRecord, type ReadRequest } from "./store.ts";
import { readTips, seeRequest } from "./view.ts";

/** Throws `refused` for what GitHub would refuse too. */
export function checkTexts(title: string, text: string): void {
  if (title.trim() === "" || title.length > 256 || /[\u0000-\u001f\u007f]/.test(title)) {
    throw new ForgeError("refused", "a title is one line of 1 to 256 characters");
  }
  checkLength(text);
}

export function checkLength(text: string): void {
  if (text.length <= BODY_LIMIT) return;
  throw new ForgeError("refused", `a text may have ${BODY_LIMIT} characters and this one has ${text.length}`);
}

/** The head and base as they stand now, so that what is asked for is what was pushed. */
async function requireOpen(options: LocalForgeOptions, read: ReadRequest): Promise<Partial<RequestRecord>> {
  const tips = await readTips(options);
  const { request } = await seeRequest(options, read, tips);
  if (request.state !== "open") {
    throw new ForgeError("refused", `request ${request.number} is ${request.state}`);
  }
  return { headSha: request.head.sha, baseSha: tips.get(request.base) ?? read.record.baseSha };
}

export function updateRequest(
  options: LocalForgeOptions,
  number: number,
  change: RequestChange,
): Promise<boolean> {
  return editRequest(options, number, async (read) => {
    const tips = await requireOpen(options, read);
    const title = change.title ?? read.record.title;
    const { content } = change;
    const text = content === undefined ? read.text : withMarker(content.marker, content.body);
    checkTexts(title, text);
    if (title === read.record.title && text === read.text) return null;
    return { next: { ...withRecord(read, { ...tips, title }), text }, what: "title and body" };
  });
}

export function ensureLabels(
  options: LocalForgeOptions,
  number: number,
  wanted: readonly string[],
): Promise<boolean> {
  return editRequest(options, number, (read) => {
    const { labels, labelsTakenOff } = read.record;
    const state = {
      present: labels.map(({ name }) => name),
      ours: labels.filter(({ isOurs }) => isOurs).map(({ name }) => name),
      takenOff: labelsTakenOff,
    };
    const { add, remove } = diffLabels(state, wanted);
    if (add.length === 0 && remove.length === 0) return null;
    const kept = labels.filter(({ name }) => !remove.includes(name));
    const next = [...kept, ...add.map((name) => ({ name, isOurs: true }))];
    return { next: withRecord(read, { labels: next }), what: "labels" };
  });
}

/** Here nobody is told and nobody is refused: who was asked is recorded, for `requests show`. */
export async function askReviewers(
  options: LocalForgeOptions,
  number: number,
  wanted: readonly string[],
): Promise<AskedReviewers> {
  const wrote = await editRequest(options, number, (read) => {
    const asked = read.record.askedReviewers ?? [];
    const missing = unaskedReviewers(wanted, asked);
    if (missing.length === 0) return null;
    return { next: withRecord(read, { askedReviewers: [...asked, ...missing] }), what: "reviewers" };
  });
  return { wrote, refused: [] };
}

export function ensureComment(
  options: LocalForgeOptions,
  number: number,
  marker: Marker,
  body: string,
): Promise<boolean> {
  const text = withMarker(marker, body);
  checkLength(text);
  const { login, kind } = writingActor(options);
  return editRequest(options, number, (read) => {
    const mine = read.record.comments.find(
      ({ id, author }) =>
        (showActor(options, author).isUs || (author.login === login && author.kind === kind)) &&
        isMarked(splitMarker(read.comments.get(id) ?? "").marker, marker),
    );
    if (mine === undefined) return { next: addComment(options, read, text), what: "comment" };
    if (read.comments.get(mine.id) === text) return null;
    const comments = new Map(read.comments).set(mine.id, text);
    const listed = read.record.comments.map((comment) =>
      comment.id === mine.id ? { ...comment, updatedAt: options.now() } : comment,
    );
    return { next: { ...withRecord(read, { comments: listed }), comments }, what: "comment edited" };
  });
}

/** The request with one more comment by the one who writes. */
export function addComment(options: LocalForgeOptions, read: ReadRequest, text: string): ReadRequest {
  const id = 1 + Math.max(0, ...read.record.comments.map((comment) => comment.id));
  const now = options.now();
  const comment: RecordedComment = { id, author: writingActor(options), createdAt: now, updatedAt: now };
  const comments = new Map(read.comments).set(id, text);
  return { ...read, comments, record: { ...read.record, comments: [...read.record.comments, comment] } };
}

export function closeRequest(options: LocalForgeOptions, number: number): Promise<boolean> {
  return editRequest(options, number, async (read) => {
    if (read.record.state === "closed") return null;
    const tips = await requireOpen(options, read);
    const closing = { state: "closed", closedAt: options.now(), closedBy: writingActor(options) } as const;
    return { next: withRecord(read, { ...tips, ...closing }), what: "closed" };
  });
}

export function reopenRequest(options: LocalForgeOptions, number: number): Promise<boolean> {
  return editRequest(options, number, async (read) => {
    const { seen, tips } = await seeAllRequests(options);
    const self = seen.find(({ request }) => request.number === number)?.request;
    if (self?.state === "open") return null;
    if (self?.state !== "closed") throw new ForgeError("refused", `request ${number} is merged`);
    const headSha = tips.get(self.head.branch);
    if (headSha === undefined) {
      throw new ForgeError("refused", `the branch ${self.head.branch} of request ${number} is gone`);
    }
    const rival = seen
      .map(({ request }) => request)
      .find(
        (other) =>
          other.state === "open" &&
          ((other.head.branch === self.head.branch && other.base === self.base) ||
            (self.marker !== null && isMarked(other.marker, self.marker))),
      );
    if (rival !== undefined) {
      throw new ForgeError("refused", `request ${rival.number} stands in place of request ${number}`);
    }
    const opening = { state: "open", closedAt: null, closedBy: null, headSha } as const;
    return { next: withRecord(read, opening), what: "reopened" };
  });
}
