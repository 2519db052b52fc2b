/** A snapshot file that did not change since it was stored is not parsed again. */
import { fstatSync } from "node:fs";
import type { Snapshot } from "../core/snapshot.ts";
import { withFile } from "./bytes.ts";
import { hashInline, hashInThread, THREAD_BYTES } from "./digest.ts";
import { unpackSnapshot } from "./stored-unpack.ts";
import { StoredSnapshotError, type StoredSnapshot } from "./stored.ts";

/** Where the last snapshot is kept. */
export interface SnapshotSource {
  readSnapshotDigest(): Promise<string | null>;
  readSnapshot(): Promise<StoredSnapshot | null>;
}

/** `sha256:` and the hex digest of the uncompressed bytes of a file; null when it cannot be read or changes meanwhile. */
export async function digestOfFile(path: string): Promise<string | null> {
  try {
    return await withFile(path, async ({ compressed, chunks }, file, before) => {
      const alone = !compressed && before.size >= THREAD_BYTES;
      const digest = alone ? hashInThread(file.fd, before.size) : hashInline();
      try {
        if (!alone) for await (const chunk of chunks) digest.update(chunk);
        const found = await digest.finish();
        const after = fstatSync(file.fd);
        return after.size === before.size && after.mtimeMs === before.mtimeMs ? found : null;
      } finally {
        await digest.stop();
      }
    });
  } catch {
    return null;
  }
}

/** What is stored; null when there is nothing, or nothing that can be used. */
async function readStored(source: SnapshotSource): Promise<Snapshot | null> {
  try {
    const stored = await source.readSnapshot();
    return stored === null ? null : unpackSnapshot(stored);
  } catch (error) {
    if (error instanceof StoredSnapshotError) return null;
    throw error;
  }
}

/**
 * The stored snapshot when the file still has the same content, else null: then the file has to be
 * read. The file is hashed in a thread while the stored bytes are unpacked. Store only a snapshot whose
 * reading gave no diagnostic: there are none here.
 */
export async function readCachedSnapshot(path: string, source: SnapshotSource): Promise<Snapshot | null> {
  const known = await source.readSnapshotDigest();
  if (known === null) return null;
  const [digest, stored] = await Promise.all([digestOfFile(path), readStored(source)]);
  return digest === known && stored?.digest === known ? stored : null;
}
