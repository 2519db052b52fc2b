/** Who waits for what in a later ring: one pass over the facts of its devices. */
import type { Decided } from "./decide.ts";
import { STATUSES, type Instant, type Seconds } from "./model.ts";
import { GATED, type Outcome } from "./outcome.ts";

/** By status code: 1 where a device needs the patch; with the others there is nothing to approve. */
const NEEDS_IT: Uint8Array = Uint8Array.from({ length: 8 }, (_, code) =>
  ["missing", "pending", "failed", "ignored"].includes(STATUSES[code] ?? "") ? 1 : 0,
);

/** True for a fact's state (see `packState`) in which an approval has something to do. */
export function needsIt(state: number): boolean {
  return NEEDS_IT[state & 7] === 1;
}

/** Counts of devices that need one patch, by what policy says of it there. */
export interface PatchTally {
  readonly patch: number;
  /** They wait for the gates and the merge. */
  devices: number;
  staleDevices: number;
  heldDevices: number;
  supersededDevices: number;
  /** The longest in force among `devices`. */
  soak: Seconds;
  /** Of the longest soak; of several the first by code unit. */
  source: string;
  hasRejectedFile: boolean;
  /** The hold that ends last; null when none speaks. */
  hold: { readonly hold: string; readonly until: Instant | null } | null;
  supersededBy: string | null;
}

/** A tally for each patch that some device of the ring, and of `scope`, needs and that waits, is held or superseded there. */
export function tallyRing(
  decided: Decided,
  ring: number,
  scope: Iterable<number> = decided.snapshot.devices.id.keys(),
): PatchTally[] {
  const { classes, ringOfClass } = decided.compiled;
  const { devices } = decided.snapshot;
  const { state, patch: patchOf } = decided.snapshot.facts;
  const { outcomes, stale } = decided;
  const { rows } = decided.table;
  const speaking = Uint8Array.from(rows, (row) => (row.ring === ring && speaks(row) ? 1 : 0));
  const tallies: (PatchTally | undefined)[] = Array.from({ length: decided.snapshot.patches.length });
  for (const d of scope) {
    if (ringOfClass[classes.classOf[d]!] !== ring) continue;
    const start = devices.factStart[d]!;
    const end = start + devices.factCount[d]!;
    for (let f = start; f < end; f += 1) {
      const outcome = outcomes[f]!;
      if (speaking[outcome] === 0 || NEEDS_IT[state[f]! & 7] === 0) continue;
      const patch = patchOf[f]!;
      const tally = (tallies[patch] ??= emptyTally(patch));
      count(tally, rows[outcome]!, stale[d] === 1);
    }
  }
  return tallies.filter((tally) => tally !== undefined);
}

function speaks(row: Outcome): boolean {
  return (row.flags & GATED) !== 0 || row.reason === "HELD" || row.reason === "SUPERSEDED";
}

function emptyTally(patch: number): PatchTally {
  return {
    patch,
    devices: 0,
    staleDevices: 0,
    heldDevices: 0,
    supersededDevices: 0,
    soak: -1,
    source: "",
    hasRejectedFile: false,
    hold: null,
    supersededBy: null,
  };
}

function count(tally: PatchTally, row: Outcome, isStale: boolean): void {
  if (row.reason === "HELD") {
    tally.heldDevices += 1;
    if (tally.hold === null || endOf(row) > (tally.hold.until ?? Infinity)) {
      tally.hold = { hold: row.source!, until: row.until };
    }
  } else if (row.reason === "SUPERSEDED") {
    tally.supersededDevices += 1;
    if (tally.supersededBy === null || row.source! < tally.supersededBy) tally.supersededBy = row.source;
  } else {
    tally.devices += 1;
    if (isStale) tally.staleDevices += 1;
    if (row.soak > tally.soak || (row.soak === tally.soak && row.source! < tally.source)) {
      tally.soak = row.soak;
      tally.source = row.source!;
    }
    if (row.reason === "PROMOTION_REJECTED") tally.hasRejectedFile = true;
  }
}

function endOf(row: Outcome): number {
  return row.until ?? Infinity;
}
