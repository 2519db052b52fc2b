import { Buffer } from "node:buffer";
import { closeSync, createReadStream, fstatSync, openSync, read, readSync, type Stats } from "node:fs";
import { promisify } from "node:util";
import { createGunzip } from "node:zlib";

const CHUNK_BYTES = 1024 * 1024;
/** Deflate cannot do better than about 1032 to 1. */
const MAX_RATIO = 1032;

export interface ByteSource {
  /** An upper bound of the uncompressed size. */
  readonly maxBytes: number;
  readonly compressed: boolean;
  /**
   * To be called once. Each chunk is valid until the next one is asked for. A file that is not
   * compressed is read into buffers that `newBuffer` makes.
   */
  readonly chunks: (newBuffer?: (length: number) => Buffer) => AsyncIterable<Buffer>;
}

const readBytes = promisify(read);

/** Two buffers in turn: the next chunk is read while the one before is worked on. */
async function* readChunks(fd: number, newBuffer: (length: number) => Buffer): AsyncGenerator<Buffer> {
  const buffers = [newBuffer(CHUNK_BYTES), newBuffer(CHUNK_BYTES)];
  let position = 0;
  let turn = 0;
  let next = readBytes(fd, buffers[0]!, 0, CHUNK_BYTES, 0);
  try {
    for (;;) {
      const { bytesRead } = await next;
      if (bytesRead === 0) return;
      const chunk = buffers[turn]!.subarray(0, bytesRead);
      position += bytesRead;
      turn ^= 1;
      next = readBytes(fd, buffers[turn]!, 0, CHUNK_BYTES, position);
      yield chunk;
    }
  } finally {
    await next.catch(() => undefined);
  }
}

async function* gunzip(path: string): AsyncGenerator<Buffer> {
  const input = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const output = createGunzip({ chunkSize: CHUNK_BYTES });
  input.on("error", (error) => output.destroy(error));
  try {
    for await (const chunk of input.pipe(output)) yield chunk as Buffer;
  } finally {
    input.destroy();
    output.destroy();
  }
}

function isGzip(fd: number): boolean {
  const magic = Buffer.alloc(2);
  return readSync(fd, magic, 0, 2, 0) === 2 && magic[0] === 0x1f && magic[1] === 0x8b;
}

/**
 * Runs `use` on the bytes of a file, uncompressed, and on its descriptor; gzip is known by its first two
 * bytes. `use` has been called when this returns, so that it can begin before other work is done.
 */
export async function withFile<T>(
  path: string,
  use: (source: ByteSource, fd: number, stats: Stats) => Promise<T>,
): Promise<T> {
  const fd = openSync(path, "r");
  try {
    const stats = fstatSync(fd);
    const compressed = isGzip(fd);
    const chunks: ByteSource["chunks"] = compressed
      ? () => gunzip(path)
      : (newBuffer = (length) => Buffer.allocUnsafeSlow(length)) => readChunks(fd, newBuffer);
    return await use({ maxBytes: stats.size * (compressed ? MAX_RATIO : 1), compressed, chunks }, fd, stats);
  } finally {
    closeSync(fd);
  }
}
