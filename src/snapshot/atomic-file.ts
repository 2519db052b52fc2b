import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

const BATCH_BYTES = 256 * 1024;

/** Texts as UTF-8, or bytes that need stay valid only until the next piece is asked for. */
export type Pieces = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/** Joins small pieces, so that a stream is not asked once a line. */
async function* batch(pieces: Pieces): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    const buffer = typeof piece === "string" ? Buffer.from(piece) : Buffer.from(piece);
    held.push(buffer);
    bytes += buffer.length;
    if (bytes < BATCH_BYTES) continue;
    yield Buffer.concat(held);
    held = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(held);
}

/** Makes a rename survive a power cut. Some systems cannot sync a folder; then it is left to them. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => null);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

/**
 * Writes a file that is there whole or not at all: into a temporary file beside
 * it, synced, then renamed over it. Gzip when the name ends in `.gz`. Pieces are written
 * as they are; lines bring their own line ends. Throws what the system throws.
 */
export async function writeFileAtomically(path: string, pieces: Pieces): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const source = Readable.from(batch(pieces), { objectMode: true });
    const target = createWriteStream(temporary, { flags: "wx", flush: true });
    if (path.endsWith(".gz")) await pipeline(source, createGzip(), target);
    else await pipeline(source, target);
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}
