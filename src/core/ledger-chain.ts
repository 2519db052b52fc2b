/** Whether a line is what the chain of the ledger asks for at its place (design 6). Pure. */
import { canonicalJson } from "./canonical-json.ts";
import type { LedgerHead, LedgerRecord } from "./ledger.ts";

export type ChainCode =
  | "ledger/not-json"
  | "ledger/format"
  | "ledger/sequence"
  | "ledger/previous"
  | "ledger/hash"
  | "ledger/not-canonical";

export interface ChainProblem {
  readonly code: ChainCode;
  /** What was found and what was expected. */
  readonly detail: string;
}

export type ChainAnswer =
  | { readonly problem: null; readonly head: LedgerHead; readonly record: LedgerRecord }
  | { readonly problem: ChainProblem };

const KEYS = "at,data,format,hash,previous,run,seq,type";
/** Hostile texts are shown by this many characters only. */
const SHOWN = 80;

function show(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return "nothing";
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function fail(code: ChainCode, detail: string): ChainAnswer {
  return { problem: { code, detail } };
}

/**
 * Holds a line (without its line end) against the head before it. A line is right when it is the
 * canonical JSON of a record with the next number, the hash of the record before, and its own
 * hash: so no byte of it can differ. `digest` gives `sha256:` and hex for a text.
 */
export function chainProblem(head: LedgerHead, line: string, digest: (text: string) => string): ChainAnswer {
  const value = parse(line);
  if (value === null) return fail("ledger/not-json", `the line is not a JSON object: ${show(line)}`);
  if (value["format"] !== "patchring.ledger/1") {
    return fail("ledger/format", `format is ${show(value["format"])}, expected "patchring.ledger/1"`);
  }
  const keys = Object.keys(value).sort();
  if (keys.join() !== KEYS)
    return fail("ledger/format", `the keys are ${show(keys.join())}, expected ${KEYS}`);
  const record = value as unknown as LedgerRecord;
  if (record.seq !== head.seq + 1) {
    return fail("ledger/sequence", `seq is ${show(record.seq)}, expected ${String(head.seq + 1)}`);
  }
  if (record.previous !== head.hash) {
    return fail("ledger/previous", `previous is ${show(record.previous)}, expected "${head.hash}"`);
  }
  const { hash, ...open } = record;
  const expected = digest(canonicalJson(open));
  if (hash !== expected) {
    return fail(
      "ledger/hash",
      `the content does not have its hash: ${show(hash)} is written, it has "${expected}"`,
    );
  }
  if (canonicalJson(record) !== line) {
    return fail("ledger/not-canonical", "the line has the right content, but was written in another way");
  }
  return { problem: null, head: { seq: record.seq, hash }, record };
}

function parse(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
}
