/** Holds a ledger against its chain, and against what is known of it elsewhere (design 6). */
import { chainProblem } from "../core/ledger-chain.ts";
import { NO_RECORD, type LedgerHead, type LedgerRecord } from "../core/ledger.ts";
import type { StoreCode } from "./codes.ts";
import { digestText } from "./digest.ts";
import type { LedgerLine } from "./ledger-lines.ts";

/** A place in the chain that is known from elsewhere: a checkpoint, or the end of the database. */
export interface KnownPlace {
  /** Null when only the hash is known. */
  readonly seq: number | null;
  readonly hash: string;
  /** For people: "the checkpoint refs/patchring/ledger". */
  readonly name: string;
  /** True when nothing may be missing up to there; false where the file may still lag behind. */
  readonly required: boolean;
}

export interface LedgerFinding {
  readonly code: StoreCode;
  /** Counted from 1. */
  readonly line: number;
  readonly detail: string;
}

export interface LedgerReport {
  /** Of the last record that is right. */
  readonly head: LedgerHead;
  /** Instants as they are written; null for a ledger without records. */
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  /** The first thing that is wrong: what follows it cannot be judged. Null when all is well. */
  readonly finding: LedgerFinding | null;
  /** Records that a known place has and the file has not yet; 0 unless it is not `required`. */
  readonly behind: number;
}

interface State {
  head: LedgerHead;
  firstAt: string | null;
  lastAt: string | null;
  line: number;
  readonly open: Set<KnownPlace>;
}

/**
 * Reads the whole ledger, holding one line in memory. Finds every edit, removal, repetition and
 * reordering from the first record to the last known place; behind that, records removed from the end
 * cannot be seen: that is what checkpoints are for.
 */
export async function verifyLedger(
  lines: AsyncIterable<LedgerLine> | Iterable<LedgerLine>,
  known: readonly KnownPlace[] = [],
): Promise<LedgerReport> {
  const start: LedgerHead = { seq: 0, hash: NO_RECORD };
  const state: State = { head: start, firstAt: null, lastAt: null, line: 0, open: new Set(known) };
  for (const place of known) if (isAt(place, start)) state.open.delete(place);
  for await (const line of lines) {
    const finding = takeLine(line, state);
    if (finding !== null) return report(state, finding, 0);
  }
  return judgeEnd(state, known);
}

function isAt(place: KnownPlace, { seq, hash }: LedgerHead): boolean {
  return place.hash === hash && (place.seq === null || place.seq === seq);
}

function takeLine({ number, text, whole }: LedgerLine, state: State): LedgerFinding | null {
  state.line = number;
  if (!whole) {
    const detail = `the line has no end; it breaks off after ${String(text.length)} characters. Expected: record ${String(state.head.seq + 1)} whole, with a line end`;
    return { code: "ledger/torn", line: number, detail };
  }
  const answer = chainProblem(state.head, text, digestText);
  if (answer.problem !== null) return { ...answer.problem, line: number };
  state.head = answer.head;
  note(answer.record, state);
  return compareKnown(state);
}

function note(record: LedgerRecord, state: State): void {
  state.firstAt ??= record.at;
  state.lastAt = record.at;
}

function compareKnown(state: State): LedgerFinding | null {
  for (const place of state.open) {
    if (isAt(place, state.head)) state.open.delete(place);
    else if (place.seq === state.head.seq) {
      const detail = `record ${String(place.seq)} has the hash ${state.head.hash}, and ${place.name} knows it as ${place.hash}`;
      return { code: "ledger/other", line: state.line, detail };
    }
  }
  return null;
}

/** At the end of the file: places that it should have reached, or should not have passed. */
function judgeEnd(state: State, known: readonly KnownPlace[]): LedgerReport {
  const passed = known.find(({ required, seq }) => !required && seq !== null && seq < state.head.seq);
  if (passed !== undefined) {
    const detail = `the ledger ends with record ${String(state.head.seq)}, and ${passed.name} has only ${String(passed.seq)}`;
    return report(state, { code: "ledger/ahead", line: passed.seq! + 1, detail }, 0);
  }
  let behind = 0;
  for (const place of state.open) {
    const { seq, name, hash } = place;
    if (!place.required && seq !== null) {
      behind = Math.max(behind, seq - state.head.seq);
      continue;
    }
    const expected = seq === null ? `a record with the hash ${hash}` : `record ${String(seq)} (${hash})`;
    const detail = `the ledger ends with record ${String(state.head.seq)}, and ${name} knows ${expected}`;
    return report(
      state,
      { code: seq === null ? "ledger/other" : "ledger/short", line: state.line + 1, detail },
      0,
    );
  }
  return report(state, null, behind);
}

function report(
  { head, firstAt, lastAt }: State,
  finding: LedgerFinding | null,
  behind: number,
): LedgerReport {
  return { head, firstAt, lastAt, finding, behind };
}
