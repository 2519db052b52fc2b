/** A snapshot as stored bytes: what is packed here and kept by a store. */
import type { Instant } from "../core/model.ts";

/** The bytes of one device: its attributes and facts. */
export interface StoredDevice {
  readonly id: string;
  readonly blob: Uint8Array;
}

export interface StoredSnapshot {
  readonly digest: string;
  readonly takenAt: Instant;
  /** Header, patches and dictionaries. */
  readonly common: Uint8Array;
  /** One blob a device, in the order of the snapshot. */
  readonly devices: readonly StoredDevice[];
}

/** What changed against the snapshot stored before. `order` is given only when the order of devices changed. */
export interface StoredSnapshotChange {
  readonly digest: string;
  readonly takenAt: Instant;
  readonly common: Uint8Array;
  readonly changed: readonly StoredDevice[];
  readonly order: readonly string[] | null;
}

/** The stored bytes are not as they were written, or of another version. They are only a cache: read the source. */
export class StoredSnapshotError extends Error {
  constructor(found: string, options?: ErrorOptions) {
    super(`the stored snapshot is damaged: ${found}`, options);
    this.name = "StoredSnapshotError";
  }
}
