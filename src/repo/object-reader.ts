/** Git objects in bulk from one `git cat-file` process, whatever their number. */
import { Buffer } from "node:buffer";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { RepoError } from "./error.ts";
import { cleanText, firstLine, startFailure, startGit, type GitPlace } from "./git-process.ts";

export type ObjectType = "blob" | "tree" | "commit" | "tag";

export interface ObjectHead {
  readonly id: string;
  readonly type: ObjectType;
  readonly sizeBytes: number;
}

/** An object of which the content may have been left out. */
export interface AnsweredObject extends ObjectHead {
  readonly bytes: Buffer | null;
}

export interface GitObject extends ObjectHead {
  readonly bytes: Buffer;
}

interface Question {
  /** Content up to this size is kept, larger content is skipped; negative: only the head was asked for. */
  readonly keptBytes: number;
  readonly answer: (object: AnsweredObject | null) => void;
  readonly fail: (error: Error) => void;
}

const HEAD = /^([0-9a-f]{40}|[0-9a-f]{64}) (blob|tree|commit|tag) (\d+)$/;
/** More content than this from one reader is an attack or a mistake. */
const MAX_TOTAL_BYTES: number = 512 * 1024 * 1024;

/** Answers come in the order of the questions, so that many can be asked before the first is answered. */
export class ObjectReader {
  readonly #place: GitPlace;
  /** Started by the first question. */
  #child: ChildProcessWithoutNullStreams | null = null;
  readonly #questions: Question[] = [];
  /** Commands that go to Git together when this turn of the event loop is over. */
  #unsent: string[] = [];
  #chunks: Buffer[] = [];
  #heldBytes = 0;
  /** Bytes of content that is too large; they are dropped as they come. */
  #skippedBytes = 0;
  #totalBytes = 0;
  /** How many bytes must be there before it is worth looking. */
  #neededBytes = 1;
  #stderr = "";
  #failure: Error | null = null;

  constructor(place: GitPlace) {
    this.#place = place;
  }

  /** An object by id or by any name on one line that Git resolves (`main^{tree}`); null when there is none. */
  read(name: string): Promise<GitObject | null> {
    return this.#ask("contents", name, Infinity) as Promise<GitObject | null>;
  }

  /** The same, with `bytes` null when it is larger. */
  readUpTo(name: string, maxBytes: number): Promise<AnsweredObject | null> {
    return this.#ask("contents", name, maxBytes);
  }

  /** Type and size alone. */
  readHead(name: string): Promise<ObjectHead | null> {
    return this.#ask("info", name, -1);
  }

  close(): void {
    this.#child?.stdin.end();
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = startGit(this.#place, ["cat-file", "--batch-command", "--buffer"]);
    child.stdout.on("data", (chunk: Buffer) => this.#take(chunk));
    child.stderr.on("data", (chunk: Buffer) => (this.#stderr += chunk.toString("utf8").slice(0, 2000)));
    child.stdin.on("error", () => undefined);
    child.on("error", (error) => this.#stop(startFailure(this.#place, error)));
    child.on("close", () => this.#stop(endFailure(this.#stderr)));
    return child;
  }

  #ask(command: "contents" | "info", name: string, keptBytes: number): Promise<AnsweredObject | null> {
    if (/[\0\r\n]/.test(name)) {
      return Promise.reject(new RepoError("unsafe-name", "an object name must be one line"));
    }
    return new Promise((answer, fail) => {
      if (this.#failure !== null) {
        fail(this.#failure);
        return;
      }
      this.#questions.push({ keptBytes, answer, fail });
      if (this.#unsent.length === 0) setImmediate(() => this.#send());
      this.#unsent.push(`${command} ${name}\n`);
    });
  }

  #send(): void {
    if (this.#failure !== null) return;
    this.#child ??= this.#start();
    this.#child.stdin.write(`${this.#unsent.join("")}flush\n`);
    this.#unsent = [];
  }

  #take(chunk: Buffer): void {
    const skipped = Math.min(this.#skippedBytes, chunk.length);
    this.#skippedBytes -= skipped;
    this.#chunks.push(chunk.subarray(skipped));
    this.#heldBytes += chunk.length - skipped;
    if (this.#heldBytes < this.#neededBytes) return;
    const held = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    let at = 0;
    for (;;) {
      const used = this.#answerNext(held, at);
      if (used === 0) break;
      at += used;
    }
    this.#chunks = at === held.length ? [] : [held.subarray(at)];
    this.#heldBytes = held.length - at;
  }

  /** Answers one question from the bytes at `at`; gives how many it took, 0 when they do not suffice. */
  #answerNext(held: Buffer, at: number): number {
    const lineEnd = held.indexOf(10, at);
    const question = this.#questions[0];
    if (lineEnd < 0 || question === undefined) return this.#wait(held.length - at + 1);
    const match = HEAD.exec(held.toString("utf8", at, lineEnd));
    const start = lineEnd + 1;
    if (match === null) return this.#answer(question, null, start - at);
    const head = { id: match[1]!, type: match[2] as ObjectType, sizeBytes: Number(match[3]) };
    if (question.keptBytes < 0) return this.#answer(question, { ...head, bytes: null }, start - at);
    const end = start + head.sizeBytes + 1;
    if (head.sizeBytes > question.keptBytes) {
      const here = Math.min(end, held.length);
      this.#skippedBytes = end - here;
      return this.#answer(question, { ...head, bytes: null }, here - at);
    }
    if (held.length < end) return this.#wait(end - at);
    this.#totalBytes += head.sizeBytes;
    if (this.#totalBytes > MAX_TOTAL_BYTES) return this.#refuseMore();
    return this.#answer(question, { ...head, bytes: held.subarray(start, end - 1) }, end - at);
  }

  #wait(neededBytes: number): 0 {
    this.#neededBytes = neededBytes;
    return 0;
  }

  #answer(question: Question, object: AnsweredObject | null, usedBytes: number): number {
    this.#questions.shift();
    this.#neededBytes = 1;
    question.answer(object);
    return usedBytes;
  }

  #refuseMore(): 0 {
    const most = `${MAX_TOTAL_BYTES / 1024 / 1024} MB`;
    this.#stop(new RepoError("failed", `the commit holds more than ${most}; nothing of it is read`));
    this.#child?.kill();
    return 0;
  }

  #stop(error: Error): void {
    this.#failure ??= error;
    for (const question of this.#questions.splice(0)) question.fail(this.#failure);
  }
}

function endFailure(stderr: string): RepoError {
  return new RepoError("failed", `git cat-file ended: ${firstLine(cleanText(stderr))}`);
}

/** Opens a reader for the time of `use`. */
export async function withObjectReader<T>(
  place: GitPlace,
  use: (reader: ObjectReader) => Promise<T>,
): Promise<T> {
  const reader = new ObjectReader(place);
  try {
    return await use(reader);
  } finally {
    reader.close();
  }
}
