import { createHash } from "node:crypto";
import { Worker } from "node:worker_threads";

/** Below this a thread costs more than it saves. */
export const THREAD_BYTES: number = 32 * 1024 * 1024;

/** Runs in the thread: hashes the file behind a descriptor, and stops at its size. */
const HASH_FILE = `
const { workerData, parentPort } = require("node:worker_threads");
const { createHash } = require("node:crypto");
const { readSync } = require("node:fs");
const hash = createHash("sha256");
const chunk = Buffer.allocUnsafeSlow(1024 * 1024);
let position = 0;
while (position < workerData.size) {
  const length = readSync(workerData.fd, chunk, 0, Math.min(chunk.length, workerData.size - position), position);
  if (length === 0) break;
  hash.update(chunk.subarray(0, length));
  position += length;
}
parentPort.postMessage(hash.digest("hex"));
`;

/** Collects the SHA-256 of the bytes of a snapshot while they are read. */
export interface Digest {
  update(chunk: Uint8Array): void;
  /** `sha256:` and the hex digest. */
  finish(): Promise<string>;
  /** Ends the work early; safe to repeat. */
  stop(): Promise<void>;
}

export function hashInline(): Digest {
  const hash = createHash("sha256");
  return {
    update: (chunk) => void hash.update(chunk),
    finish: () => Promise.resolve(`sha256:${hash.digest("hex")}`),
    stop: () => Promise.resolve(),
  };
}

/** Hashes the first `size` bytes of an open file in a thread of its own, beside the reading. */
export function hashInThread(fd: number, size: number): Digest {
  const worker = new Worker(HASH_FILE, { eval: true, workerData: { fd, size } });
  const result = new Promise<string>((resolve, reject) => {
    worker.once("message", (hex: string) => resolve(`sha256:${hex}`));
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("the digest thread ended early")));
  });
  result.catch(() => undefined);
  return {
    update: () => undefined,
    finish: () => result,
    stop: async () => {
      await worker.terminate();
    },
  };
}
