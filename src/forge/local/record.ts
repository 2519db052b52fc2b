/**
 * How a request lies in Git. `refs/patchring/requests/<n>` names a commit with `request.json` (all
 * below), `body.md` (with its marker line) and `comments/<id>.md`; each change is a commit on top of
 * the last, by who made it. Heads that were asked for are parents too, so that Git keeps them.
 */
import type { Instant } from "../../core/model.ts";
import { ForgeError } from "../error.ts";
import type { RequestState, ReviewState } from "../request.ts";

export interface RecordedActor {
  readonly login: string;
  readonly kind: "person" | "bot";
}

export interface RecordedLabel {
  readonly name: string;
  /** `ensureLabels` put it on, not a person. */
  readonly isOurs: boolean;
}

export interface RecordedReview {
  readonly author: RecordedActor;
  readonly state: ReviewState;
  readonly headSha: string;
  readonly at: Instant;
  readonly body: string;
}

export interface RecordedComment {
  /** From 1; the file is `comments/<id>.md`. */
  readonly id: number;
  readonly author: RecordedActor;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export interface RequestRecord {
  readonly format: "patchring.request/1";
  readonly number: number;
  readonly title: string;
  readonly author: RecordedActor;
  readonly headBranch: string;
  /** Where the head stood at the last writing. */
  readonly headSha: string;
  readonly base: string;
  /** Where the base stood at the last writing; of a merged request, just before the merge. */
  readonly baseSha: string;
  readonly state: RequestState;
  readonly createdAt: Instant;
  readonly closedAt: Instant | null;
  readonly closedBy: RecordedActor | null;
  readonly mergedBy: RecordedActor | null;
  readonly mergeCommit: string | null;
  readonly labels: readonly RecordedLabel[];
  /** Labels of ours that a person took off: they are not put on again. */
  readonly labelsTakenOff: readonly string[];
  /** Who was asked to review it. Absent in requests of earlier versions. */
  readonly askedReviewers?: readonly string[];
  readonly reviews: readonly RecordedReview[];
  readonly comments: readonly RecordedComment[];
}

/** A request as it is stored: record, body, and comments by id, each with its marker line. */
export interface StoredRequest {
  readonly record: RequestRecord;
  readonly text: string;
  readonly comments: ReadonlyMap<number, string>;
}

export const REQUEST_REFS = "refs/patchring/requests/";

export function requestRef(number: number): string {
  return `${REQUEST_REFS}${number}`;
}

/** The number that a ref stands for; null for a ref that is none of ours. */
export function requestNumber(ref: string): number | null {
  const match = /^refs\/patchring\/requests\/([1-9]\d{0,8})$/.exec(ref);
  return match === null ? null : Number(match[1]);
}

export function formatRecord(stored: StoredRequest): Map<string, string> {
  return new Map([
    ["request.json", `${JSON.stringify(stored.record, null, 2)}\n`],
    ["body.md", stored.text],
    ...[...stored.comments].map(([id, text]): [string, string] => [`comments/${id}.md`, text]),
  ]);
}

/** Throws `storage` when somebody wrote something else there. */
export function parseRecord(ref: string, text: string | null): RequestRecord {
  const value = parseJson(text ?? "");
  if (isRecord(value)) return value;
  throw new ForgeError(
    "storage",
    `${ref} does not hold a request; look at it with "git show ${ref}:request.json"`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === "string";
const isCount: Check = (value) => Number.isSafeInteger(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const isOneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.includes(value as string);
const isList =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const hasShape =
  (shape: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.entries(shape).every(([key, check]) => check((value as Record<string, unknown>)[key]));

const isSha: Check = (value) => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(String(value));
const isActor = hasShape({ login: isText, kind: isOneOf("person", "bot") });
const isRecordShape = hasShape({
  format: isOneOf("patchring.request/1"),
  number: isCount,
  title: isText,
  author: isActor,
  headBranch: isText,
  headSha: isSha,
  base: isText,
  baseSha: isSha,
  state: isOneOf("open", "closed", "merged"),
  createdAt: isCount,
  closedAt: orNull(isCount),
  closedBy: orNull(isActor),
  mergedBy: orNull(isActor),
  mergeCommit: orNull(isSha),
  labels: isList(hasShape({ name: isText, isOurs: (value) => typeof value === "boolean" })),
  labelsTakenOff: isList(isText),
  askedReviewers: (value) => value === undefined || isList(isText)(value),
  reviews: isList(
    hasShape({
      author: isActor,
      state: isOneOf("approved", "changes-requested", "commented", "dismissed"),
      headSha: isSha,
      at: isCount,
      body: isText,
    }),
  ),
  comments: isList(hasShape({ id: isCount, author: isActor, createdAt: isCount, updatedAt: isCount })),
});

function isRecord(value: unknown): value is RequestRecord {
  return isRecordShape(value);
}
