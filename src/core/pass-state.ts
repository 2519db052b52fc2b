import type { Snapshot } from "./snapshot.ts";

/**
 * What the parts of a pass share and what changes when changed devices are decided again: a newer
 * snapshot with the same patches and devices.
 */
export interface PassState {
  snapshot: Snapshot;
  /** 1 for a device whose scan is too old or missing (design 1.1). */
  stale: Uint8Array;
  /** The outcome number of each fact. */
  outcomes: Uint32Array;
}
