/**
 * The loops that every fact of a fleet goes through. They call nothing and allocate nothing: they
 * take each fact's outcome from its cell, count it, and note the positions of the facts about which
 * more has to be done; the caller looks at those.
 */
import { VERDICTS } from "./model.ts";
import { KIND_COUNT, LOOK, SKIP_FREEZE } from "./outcome.ts";
import type { OutcomeColumn } from "./pass-state.ts";
import { transitionIndex } from "./transition.ts";

/** In a byte of `buildFactCodes`: the fact waits. */
const WAITS = 64;
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

/** What the loops read and write. */
export interface FactLoop {
  readonly patches: Uint16Array | Uint32Array;
  readonly states: Uint8Array;
  /** The outcome of each fact. */
  readonly outcomes: OutcomeColumn;
  /** Facts by kind; added to. */
  readonly counts: Uint32Array;
  readonly notes: FactNotes;
}

/** Positions of facts. Each list has room for the facts of a device and one more. */
export interface FactNotes {
  /** Something has to be done, or the kind is LOOK. */
  noted: Uint32Array;
  notedCount: number;
  /** The fact waits. */
  waiting: Uint32Array;
  waitingCount: number;
}

export function createNotes(size: number): FactNotes {
  return { noted: new Uint32Array(size), notedCount: 0, waiting: new Uint32Array(size), waitingCount: 0 };
}

/** Decides the facts of one device from the cells of its class; notes anew. `kinds` is by outcome. */
export function decideFacts(
  { patches, states, outcomes, counts, notes }: FactLoop,
  row: OutcomeColumn,
  kinds: Uint8Array,
  codes: Uint8Array,
  start: number,
  end: number,
): void {
  takeOutcomes(outcomes, row, patches, start, end);
  const { noted } = notes;
  let length = 0;
  for (let f = start; f < end; f += 1) {
    const kind = kinds[outcomes[f]!]!;
    counts[kind]! += 1;
    const code = codes[(kind << 8) | states[f]!]!;
    // Without a branch, which the processor would guess wrongly where many facts wait.
    noted[length] = f;
    length += (code + 255) >> 8;
  }
  notes.notedCount = length;
  notes.waitingCount = 0;
  if (length > 0) splitNotes(notes, outcomes, states, kinds, codes);
}

/** Takes those that only wait out of the facts noted. */
function splitNotes(
  notes: FactNotes,
  outcomes: OutcomeColumn,
  states: Uint8Array,
  kinds: Uint8Array,
  codes: Uint8Array,
): void {
  const { noted, waiting } = notes;
  const length = notes.notedCount;
  let notedCount = 0;
  let waitingCount = 0;
  for (let at = 0; at < length; at += 1) {
    const f = noted[at]!;
    const code = codes[(kinds[outcomes[f]!]! << 8) | states[f]!]!;
    noted[notedCount] = f;
    notedCount += isOther(code);
    waiting[waitingCount] = f;
    waitingCount += isWaiting(code);
  }
  notes.notedCount = notedCount;
  notes.waitingCount = waitingCount;
}

/** The same for some facts whose outcomes are known, by the kinds that they have once they were looked at. */
export function settleFacts(
  { states, outcomes, counts, notes }: FactLoop,
  kinds: Uint8Array,
  codes: Uint8Array,
  facts: Uint32Array,
  length: number,
): void {
  const { noted } = notes;
  for (let at = 0; at < length; at += 1) {
    const f = facts[at]!;
    counts[kinds[outcomes[f]!]!]! += 1;
    noted[at] = f;
  }
  notes.notedCount = length;
  splitNotes(notes, outcomes, states, kinds, codes);
}

function isWaiting(code: number): number {
  return (code >> 6) & 1;
}

function isOther(code: number): number {
  return ((code & ~WAITS) + 255) >> 8;
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
