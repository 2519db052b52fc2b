/** A snapshot file that did not change since it was stored is not parsed again. */
import type { Snapshot } from "../core/snapshot.ts";
import { withFile, type ByteSource } from "./bytes.ts";
import { hashInline, hashInThread, THREAD_BYTES } from "./digest.ts";
import { stampOf, type Clock, type FileStamp } from "./file-stamp.ts";
import { unpackCommon } from "./stored-common.ts";
import { unpackSnapshot } from "./stored-unpack.ts";
import { StoredSnapshotError, type StoredSnapshot } from "./stored.ts";

/** Where the last snapshot is kept. */
export interface SnapshotSource {
  readSnapshotDigest(): Promise<string | null>;
  readSnapshot(): Promise<StoredSnapshot | null>;
}

/** `sha256:` and the hex digest of the uncompressed bytes of a file; null when it cannot be read or changes meanwhile. */
async function digestOf(source: ByteSource, fd: number, size: number): Promise<string | null> {
  const before = stampOf(fd, Date.now).text;
  const alone = !source.compressed && size >= THREAD_BYTES;
  const digest = alone ? hashInThread(fd, size) : hashInline();
  try {
    if (!alone) for await (const chunk of source.chunks()) digest.update(chunk);
    const found = await digest.finish();
    return stampOf(fd, Date.now).text === before ? found : null;
  } catch {
    return null;
  } finally {
    await digest.stop();
  }
}

/** Null for a file that cannot be read: reading it in full then says what is wrong. */
async function openFile<T>(path: string, use: Parameters<typeof withFile<T>>[1]): Promise<T | null> {
  try {
    return await withFile(path, use);
  } catch (error) {
    if (error instanceof Error && "syscall" in error) return null;
    throw error;
  }
}

/** What is stored; null when it cannot be used. */
function unpackStored(stored: StoredSnapshot): Snapshot | null {
  try {
    return unpackSnapshot(stored);
  } catch (error) {
    if (error instanceof StoredSnapshotError) return null;
    throw error;
  }
}

/** The stamp of the file that is stored; null without one, and when it is damaged. */
function storedStamp(stored: StoredSnapshot): string | null {
  try {
    return unpackCommon(stored.common).common.stamp;
  } catch (error) {
    if (error instanceof StoredSnapshotError) return null;
    throw error;
  }
}

/**
 * The stored snapshot when the file still has the same content, else null: then the file has to be
 * read. A file with the stored stamp is not read at all; else it is hashed, a large one in a thread
 * while the stored bytes are unpacked. Store only a snapshot whose reading gave no diagnostic: there
 * are none here.
 */
export async function readCachedSnapshot(
  path: string,
  source: SnapshotSource,
  now: Clock = Date.now,
): Promise<Snapshot | null> {
  const known = await source.readSnapshotDigest();
  if (known === null) return null;
  return openFile(path, async (bytes, fd, stats) => {
    const stored = await source.readSnapshot();
    if (stored?.digest !== known) return null;
    const stamp = stampOf(fd, now);
    if (stamp.text === storedStamp(stored)) return unpackStored(stored);
    const digest = digestOf(bytes, fd, stats.size);
    const snapshot = unpackStored(stored);
    if ((await digest) !== known || snapshot === null) return null;
    return withStamp(snapshot, stamp);
  });
}

/** With the stamp that the same content has now; the one that was stored is never seen again. */
function withStamp(snapshot: Snapshot, { text, reliable }: FileStamp): Snapshot {
  return reliable ? { ...snapshot, stamp: text } : snapshot;
}
