/**
 * The loop that every fact of a fleet goes through. It calls nothing and allocates nothing: it takes
 * each fact's outcome from its cell, counts it, and notes the positions of the few facts about which
 * more has to be done; the caller looks at those.
 */
import { VERDICTS } from "./model.ts";
import { KIND_COUNT, LOOK, SKIP_FREEZE } from "./outcome.ts";
import type { OutcomeColumn } from "./pass-state.ts";
import { transitionIndex } from "./transition.ts";

/** In a byte of `buildFactCodes`: the fact waits. */
export const WAITS = 64;
/** The fact's kind is LOOK. */
const LOOKS = 128;
/** The bits that are the transition, see `transition.ts`; 0 is nothing to do. */
export const TRANSITION = 63;

const WAIT = VERDICTS.indexOf("wait");

/**
 * By kind and state byte: the transition, and whether the fact waits. 0 for a fact about which
 * nothing has to be done. `plain` is the table of transitions outside of a withdrawing freeze, which is
 * also for outcomes that skip the freeze; `table` the one in force.
 */
export function buildFactCodes(table: Uint8Array, plain: Uint8Array): Uint8Array {
  const codes = new Uint8Array(KIND_COUNT * 256);
  for (let kind = 0; kind < KIND_COUNT; kind += 1) {
    const verdict = kind & 7;
    const transitions = (kind & SKIP_FREEZE) !== 0 ? plain : table;
    for (let state = 0; state < 256; state += 1) {
      codes[(kind << 8) | state] =
        verdict === LOOK
          ? LOOKS
          : transitions[transitionIndex(verdict, state)]! | (verdict === WAIT ? WAITS : 0);
    }
  }
  return codes;
}

/** The columns that the loop reads and writes. */
export interface FactLoop {
  readonly patches: Uint16Array | Uint32Array;
  readonly states: Uint8Array;
  /** Filled: the outcome of each fact. */
  readonly outcomes: OutcomeColumn;
  /** By outcome. */
  readonly kinds: Uint8Array;
  /** Facts by kind; added to. */
  readonly counts: Uint32Array;
  /** Filled: the positions of the facts whose code is not 0. Has room for each fact of the segment and one more. */
  readonly noted: Uint32Array;
}

/** Decides the facts of one device from the cells of its class; answers how many were noted. */
export function decideFacts(
  { patches, states, outcomes, kinds, counts, noted }: FactLoop,
  row: OutcomeColumn,
  codes: Uint8Array,
  start: number,
  end: number,
): number {
  takeOutcomes(outcomes, row, patches, start, end);
  let length = 0;
  for (let f = start; f < end; f += 1) {
    const kind = kinds[outcomes[f]!]!;
    counts[kind]! += 1;
    if (codes[(kind << 8) | states[f]!] !== 0) {
      noted[length] = f;
      length += 1;
    }
  }
  return length;
}

/** On its own and four at a time, so that the processor has many of these scattered reads under way at once. */
function takeOutcomes(
  outcomes: OutcomeColumn,
  row: OutcomeColumn,
  patches: Uint16Array | Uint32Array,
  start: number,
  end: number,
): void {
  let f = start;
  for (; f + 3 < end; f += 4) {
    const first = row[patches[f]!]!;
    const second = row[patches[f + 1]!]!;
    const third = row[patches[f + 2]!]!;
    const fourth = row[patches[f + 3]!]!;
    outcomes[f] = first;
    outcomes[f + 1] = second;
    outcomes[f + 2] = third;
    outcomes[f + 3] = fourth;
  }
  for (; f < end; f += 1) outcomes[f] = row[patches[f]!]!;
}
