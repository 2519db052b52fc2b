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

export interface GitObject extends ObjectHead {
  readonly bytes: Buffer;
}

interface Question {
  readonly wantsBytes: boolean;
  readonly answer: (object: GitObject | null) => void;
  readonly fail: (error: Error) => void;
}

const HEAD = /^([0-9a-f]{40}|[0-9a-f]{64}) (blob|tree|commit|tag) (\d+)$/;
const NO_BYTES: Buffer = Buffer.alloc(0);

/** Answers come in the order of the questions, so that many can be asked before the first is answered. */
export class ObjectReader {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #questions: Question[] = [];
  #chunks: Buffer[] = [];
  #heldBytes = 0;
  /** How many bytes must be there before it is worth looking. */
  #neededBytes = 1;
  #stderr = "";
  #failure: Error | null = null;

  constructor(place: GitPlace) {
    this.#child = startGit(place, ["cat-file", "--batch-command"]);
    this.#child.stdout.on("data", (chunk: Buffer) => this.#take(chunk));
    this.#child.stderr.on("data", (chunk: Buffer) => (this.#stderr += chunk.toString("utf8").slice(0, 2000)));
    this.#child.stdin.on("error", () => undefined);
    this.#child.on("error", (error) => this.#stop(startFailure(place, error)));
    this.#child.on("close", () => this.#stop(endFailure(this.#stderr)));
  }

  /** An object by id or by any name on one line that Git resolves (`main^{tree}`); null when there is none. */
  read(name: string): Promise<GitObject | null> {
    return this.#ask("contents", name);
  }

  /** Type and size alone. */
  readHead(name: string): Promise<ObjectHead | null> {
    return this.#ask("info", name);
  }

  close(): void {
    this.#child.stdin.end();
  }

  #ask(command: "contents" | "info", name: string): Promise<GitObject | null> {
    if (/[\0\r\n]/.test(name)) {
      return Promise.reject(new RepoError("unsafe-name", "an object name must be one line"));
    }
    return new Promise((answer, fail) => {
      if (this.#failure !== null) {
        fail(this.#failure);
        return;
      }
      this.#questions.push({ wantsBytes: command === "contents", answer, fail });
      this.#child.stdin.write(`${command} ${name}\n`);
    });
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes < this.#neededBytes) return;
    const held = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
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
    if (lineEnd < 0 || question === undefined) {
      this.#neededBytes = held.length - at + 1;
      return 0;
    }
    const match = HEAD.exec(held.toString("utf8", at, lineEnd));
    if (match === null) {
      this.#questions.shift();
      question.answer(null);
      return lineEnd + 1 - at;
    }
    const head = { id: match[1]!, type: match[2] as ObjectType, sizeBytes: Number(match[3]) };
    const end = question.wantsBytes ? lineEnd + 1 + head.sizeBytes + 1 : lineEnd + 1;
    if (held.length < end) {
      this.#neededBytes = end - at;
      return 0;
    }
    this.#questions.shift();
    const bytes = question.wantsBytes ? held.subarray(lineEnd + 1, end - 1) : NO_BYTES;
    question.answer({ ...head, bytes });
    this.#neededBytes = 1;
    return end - at;
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
