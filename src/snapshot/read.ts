import type { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { fstatSync, type Stats } from "node:fs";
import type { Diagnostic } from "../core/diagnostic.ts";
import type { Snapshot } from "../core/snapshot.ts";
import { withFile, type ByteSource } from "./bytes.ts";
import { SnapshotDecoder } from "./decoder.ts";
import { stampOf, type Clock, type FileStamp } from "./file-stamp.ts";
import { LineSplitter } from "./lines.ts";
import { CHANGED, LINE_TOO_LONG } from "./messages.ts";
import { Problems, quote, type Problem } from "./problems.ts";
import { ReaderThread, THREAD_BYTES } from "./reader-thread.ts";
import { ScanMemory } from "./scan-memory.ts";

export interface SnapshotResult {
  /** Null when any diagnostic is an error. */
  readonly snapshot: Snapshot | null;
  /** Errors and warnings in the order of the file; at most 20 errors. */
  readonly diagnostics: readonly Diagnostic[];
}

interface Reading {
  readonly decoder: SnapshotDecoder;
  readonly lines: LineSplitter;
}

function startReading(problems: Problems, maxBytes: number, memory: ScanMemory | null): Reading {
  const decoder = new SnapshotDecoder(problems, maxBytes, memory);
  const lines = new LineSplitter(
    (bytes, start, end) => decoder.line(bytes, start, end),
    () => problems.add(LINE_TOO_LONG, decoder.lineNumber + 1, () => ""),
  );
  return { decoder, lines };
}

/** What the system said, as a problem of the file. */
function failure(error: unknown): Problem {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code.startsWith("Z_")) {
    const short = code === "Z_BUF_ERROR";
    return {
      code: "snapshot/compression",
      summary: short ? "Compressed file is cut short" : "Compressed file is damaged",
      detail: `Unpacking stopped before the end (${code}). Nothing of the file is used.`,
      fix: "copy or export the file again.",
    };
  }
  if (error instanceof RangeError) {
    return {
      code: "snapshot/too-large",
      summary: "Snapshot is too large",
      detail: "Memory does not suffice for the facts of this file.",
    };
  }
  if (code === "") throw error;
  return {
    code: "snapshot/unreadable",
    summary: "Snapshot cannot be read",
    detail: `The system says ${quote(code)}.`,
    fix: "check the path and its permissions.",
  };
}

function isUnchanged(fd: number, before: Stats): boolean {
  const after = fstatSync(fd);
  return after.size === before.size && after.mtimeMs === before.mtimeMs;
}

/** The chunks of a source, and then their digest. */
interface Hashed {
  readonly chunks: AsyncIterable<Buffer>;
  readonly digest: () => string;
  /** Ends the work early; safe to repeat. */
  readonly stop: () => Promise<void>;
}

function readHere(source: ByteSource, memory: ScanMemory | null): Hashed {
  const hash = createHash("sha256");
  const chunks = source.chunks(memory === null ? undefined : (length) => memory.allocateBuffer(length));
  async function* hashed(): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  }
  return {
    chunks: hashed(),
    digest: () => `sha256:${hash.digest("hex")}`,
    stop: () => Promise.resolve(),
  };
}

function readBeside(fd: number, size: number, memory: ScanMemory): Hashed {
  const thread = new ReaderThread(fd, size, (length) => memory.allocateBuffer(length));
  return { chunks: thread.read(), digest: () => thread.digest, stop: () => thread.stop() };
}

async function readSource(
  source: ByteSource,
  fd: number,
  before: Stats,
  problems: Problems,
  stamp: FileStamp,
  after: Promise<unknown>,
): Promise<Snapshot | null> {
  const { size } = before;
  const memory = ScanMemory.create();
  const { decoder, lines } = startReading(problems, source.maxBytes, memory);
  const here = memory === null || source.compressed || size < THREAD_BYTES;
  const { chunks, digest, stop } = here ? readHere(source, memory) : readBeside(fd, size, memory);
  try {
    await after;
    for await (const chunk of chunks) if (!lines.push(chunk)) return null;
    if (!lines.end()) return null;
    const snapshot = decoder.finish(digest());
    if (!isUnchanged(fd, before)) problems.add(CHANGED, 0, () => "");
    if (problems.errors > 0 || snapshot === null) return null;
    return stamp.reliable ? { ...snapshot, stamp: stamp.text } : snapshot;
  } catch (error) {
    problems.add(failure(error), decoder.lineNumber + 1, () => "");
    return null;
  } finally {
    await stop();
  }
}

/**
 * Reads a snapshot file (design 1.6), plain or gzip, straight into columns. Never throws
 * for what a file can do wrong: each mistake is a diagnostic with a code of
 * `SNAPSHOT_CODES` and the number of its line. Holds one chunk and one line besides the columns.
 *
 * The lines are read `after` something else: until then a large file is read ahead in a thread. When
 * that is rejected, nothing is read, and the result means nothing.
 */
export async function readSnapshotFile(
  path: string,
  now: Clock = Date.now,
  after: Promise<unknown> = Promise.resolve(),
): Promise<SnapshotResult> {
  const problems = new Problems(path);
  try {
    const snapshot = await withFile(path, (source, fd, stats) =>
      readSource(source, fd, stats, problems, stampOf(fd, now), after),
    );
    return { snapshot, diagnostics: problems.diagnostics };
  } catch (error) {
    problems.add(failure(error), 0, () => "");
    return { snapshot: null, diagnostics: problems.diagnostics };
  }
}

/**
 * The same for uncompressed bytes in memory; `name` stands for the file in diagnostics.
 * `fast: false` sends every line through JSON.parse: the reference that the fast path is
 * tested against.
 */
export function readSnapshotBytes(bytes: Buffer, name = "snapshot", fast = true): SnapshotResult {
  const problems = new Problems(name);
  const { decoder, lines } = startReading(problems, bytes.length, fast ? ScanMemory.create() : null);
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  const complete = lines.push(bytes) && lines.end();
  const snapshot = complete ? decoder.finish(digest) : null;
  return { snapshot, diagnostics: problems.diagnostics };
}
