import type { Buffer } from "node:buffer";
import { Worker } from "node:worker_threads";

/** Below this a thread costs more than it saves. */
export const THREAD_BYTES: number = 32 * 1024 * 1024;

const CHUNK_BYTES = 1024 * 1024;
/** Chunks that the thread may be ahead. */
const CHUNKS = 4;

/**
 * Runs in the thread: reads a file up to its size into the chunks, in turn, and hashes it. A chunk is
 * told as its length once it was read; then the digest, or what the system said.
 */
const READ_FILE = `
const { workerData: { fd, size, chunks, taken }, parentPort } = require("node:worker_threads");
const { createHash } = require("node:crypto");
const { readSync } = require("node:fs");
const hash = createHash("sha256");
try {
  let position = 0;
  for (let turn = 0; position < size; turn++) {
    for (let seen; turn - (seen = Atomics.load(taken, 0)) >= chunks.length; ) Atomics.wait(taken, 0, seen);
    const chunk = chunks[turn % chunks.length];
    const length = readSync(fd, chunk, 0, Math.min(chunk.length, size - position), position);
    if (length === 0) break;
    parentPort.postMessage(length);
    hash.update(length === chunk.length ? chunk : chunk.subarray(0, length));
    position += length;
  }
  parentPort.postMessage("sha256:" + hash.digest("hex"));
} catch (error) {
  parentPort.postMessage({ code: error.code, message: error.message });
}
`;

type Message = number | string | { readonly code: string | undefined; readonly message: string };

/** A file that a thread of its own reads and hashes, while the chunks are worked on here. */
export class ReaderThread {
  /** `sha256:` and the hex digest of all bytes; to be read after the last chunk. */
  digest = "";
  readonly #worker: Worker;
  readonly #chunks: readonly Buffer[];
  readonly #taken = new Int32Array(new SharedArrayBuffer(4));
  readonly #messages: Message[] = [];
  #wake: () => void = () => undefined;

  /** `newBuffer` must make buffers of shared memory. */
  constructor(fd: number, size: number, newBuffer: (length: number) => Buffer) {
    this.#chunks = Array.from({ length: CHUNKS }, () => newBuffer(CHUNK_BYTES));
    const workerData = { fd, size, chunks: this.#chunks, taken: this.#taken };
    this.#worker = new Worker(READ_FILE, { eval: true, workerData });
    this.#worker.on("message", (message: Message) => this.#hear(message));
    this.#worker.on("error", (error) => this.#hear({ code: undefined, message: error.message }));
    this.#worker.on("exit", () => this.#hear({ code: undefined, message: "the reading thread ended early" }));
  }

  /** Each chunk is valid until the next one is asked for. Throws what the system said. */
  async *read(): AsyncGenerator<Buffer> {
    for (let turn = 0; ; turn++) {
      const message = await this.#next();
      if (typeof message === "object")
        throw Object.assign(new Error(message.message), { code: message.code });
      if (typeof message === "string") {
        this.digest = message;
        return;
      }
      yield this.#chunks[turn % CHUNKS]!.subarray(0, message);
      Atomics.store(this.#taken, 0, turn + 1);
      Atomics.notify(this.#taken, 0);
    }
  }

  /** Ends the work early; safe to repeat. */
  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #hear(message: Message): void {
    this.#messages.push(message);
    this.#wake();
  }

  async #next(): Promise<Message> {
    if (this.#messages.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#messages.shift()!;
  }
}
