import type { Snapshot } from "./snapshot.ts";

/**
 * What the parts of a pass share and what changes when changed devices are decided again: a newer
 * snapshot with the same patches and devices.
 */
export interface PassState {
  snapshot: Snapshot;
  /** 1 for a device whose scan is too old or missing (design 1.1). */
  stale: Uint8Array;
  /** The outcome number of each fact; see `setOutcome`. */
  outcomes: OutcomeColumn;
}

/** Outcome numbers: two bytes each until one does not fit. */
export type OutcomeColumn = Uint16Array | Uint32Array;

const LARGEST_NARROW = 0xffff;

export function isWide(outcome: number): boolean {
  return outcome > LARGEST_NARROW;
}

/** Makes the outcomes take any number. */
export function widenOutcomes(state: PassState): void {
  if (state.outcomes instanceof Uint16Array) state.outcomes = Uint32Array.from(state.outcomes);
}

/** Notes the outcome of a fact. `state.outcomes` may be another array afterwards. */
export function setOutcome(state: PassState, fact: number, outcome: number): void {
  if (isWide(outcome)) widenOutcomes(state);
  state.outcomes[fact] = outcome;
}
