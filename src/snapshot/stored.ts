/** A snapshot as stored bytes: what is packed here and kept by a store. */
import type { Instant } from "../core/model.ts";

/** The facts of some devices that stand together, in columns. */
export interface StoredChunk {
  /** The id of its first device. */
  readonly id: string;
  /** SHA-256 of the blob, base64: what is stored and what is not is told by it alone. */
  readonly digest: string;
  readonly blob: Uint8Array;
}

export interface StoredSnapshot {
  readonly digest: string;
  readonly takenAt: Instant;
  /** Header, patches, dictionary and the devices with their attributes. */
  readonly common: Uint8Array;
  /** All facts, in the order of the devices. A store may read the blob each time it is asked for: ask once. */
  readonly chunks: readonly StoredChunk[];
}

/** What changed against the snapshot stored before. `order` has the ids of all chunks, and is null while it stays. */
export interface StoredSnapshotChange {
  readonly digest: string;
  readonly takenAt: Instant;
  readonly common: Uint8Array;
  readonly changed: readonly StoredChunk[];
  readonly order: readonly string[] | null;
}

/** The stored bytes are not as they were written, or of another version. They are only a cache: read the source. */
export class StoredSnapshotError extends Error {
  constructor(found: string, options?: ErrorOptions) {
    super(`the stored snapshot is damaged: ${found}`, options);
    this.name = "StoredSnapshotError";
  }
}
