/** Requests read from and written to refs, by compare-and-swap. */
import { ForgeError } from "../error.ts";
import type { LocalForgeOptions } from "./context.ts";
import {
  formatRecord,
  parseRecord,
  REQUEST_REFS,
  requestNumber,
  requestRef,
  type RequestRecord,
  type StoredRequest,
} from "./record.ts";

/** A request with the commit that its ref named when it was read. */
export interface ReadRequest extends StoredRequest {
  readonly at: string;
}

/** How often a change is tried again when other writers were faster. */
const TRIES = 20;

/** Records and bodies, no comments, by number. */
export async function readAllRequests({ git }: LocalForgeOptions): Promise<ReadRequest[]> {
  const refs = (await git.listRefs(REQUEST_REFS)).filter(({ ref }) => requestNumber(ref) !== null);
  const texts = await git.readTexts(refs.flatMap(({ id }) => [`${id}:request.json`, `${id}:body.md`]));
  return refs
    .map(({ ref, id }, index) => readRecord(ref, id, texts[index * 2] ?? null, texts[index * 2 + 1] ?? null))
    .sort((a, b) => a.record.number - b.record.number);
}

function readRecord(ref: string, at: string, json: string | null, text: string | null): ReadRequest {
  const record = parseRecord(ref, json);
  if (record.number !== requestNumber(ref)) {
    throw new ForgeError("storage", `${ref} holds the request ${record.number}`);
  }
  return { record, text: text ?? "", comments: new Map(), at };
}

/** One request with its comments. Throws `not-found`. */
export async function readStoredRequest(options: LocalForgeOptions, number: number): Promise<ReadRequest> {
  if (!Number.isSafeInteger(number) || number < 1) throw notFound(number);
  const ref = requestRef(number);
  const at = await options.git.readRef(ref);
  if (at === null) throw notFound(number);
  const [json, text] = await options.git.readTexts([`${at}:request.json`, `${at}:body.md`]);
  const read = readRecord(ref, at, json ?? null, text ?? null);
  const ids = read.record.comments.map(({ id }) => id);
  const texts = await options.git.readTexts(ids.map((id) => `${at}:comments/${id}.md`));
  return { ...read, comments: new Map(ids.map((id, index) => [id, texts[index] ?? ""])) };
}

function notFound(number: number): ForgeError {
  return new ForgeError("not-found", `there is no request ${number}`);
}

/** Stores the state of a request after `before`; gives the commit that its ref should then name. */
export function storeRequest(
  options: LocalForgeOptions,
  next: StoredRequest,
  before: ReadRequest | null,
  what: string,
): Promise<string> {
  const isNewHead = before?.record.headSha !== next.record.headSha;
  const parents = [...(before === null ? [] : [before.at]), ...(isNewHead ? [next.record.headSha] : [])];
  return options.git.writeFiles(formatRecord(next), {
    parents,
    author: options.writeAs,
    at: options.now(),
    message: `Request ${next.record.number}: ${what}\n`,
  });
}

/** The next number after all that exist, for a listing of their refs. */
export function nextNumber(requests: readonly ReadRequest[]): number {
  return 1 + Math.max(0, ...requests.map(({ record }) => record.number));
}

/** Runs `attempt` until it gives something; null says that another writer was faster. */
export async function retry<T>(attempt: () => Promise<T | null>): Promise<T> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const result = await attempt();
    if (result !== null) return result;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * (tried + 1)));
  }
  throw new ForgeError(
    "contended",
    "other writers were faster every time, or a lock file (`*.lock`) was left behind below refs/patchring",
  );
}

/** What a change makes of a request; null where it stands so already. */
export interface RequestEdit {
  readonly next: StoredRequest;
  /** For the log of the request's ref: `title and body`. */
  readonly what: string;
}

/** Reads, edits and writes one request, again when another writer came between. False when nothing was to be done. */
export function editRequest(
  options: LocalForgeOptions,
  number: number,
  edit: (read: ReadRequest) => RequestEdit | null | Promise<RequestEdit | null>,
): Promise<boolean> {
  return retry(async () => {
    const read = await readStoredRequest(options, number);
    const wanted = await edit(read);
    if (wanted === null) return false;
    const to = await storeRequest(options, wanted.next, read, wanted.what);
    const moves = [{ ref: requestRef(number), from: read.at, to }];
    const isMoved = await options.git.moveRefs(moves, `patchring: ${wanted.what}`);
    return isMoved ? true : null;
  });
}

export function withRecord(read: StoredRequest, change: Partial<RequestRecord>): StoredRequest {
  return { ...read, record: { ...read.record, ...change } };
}
