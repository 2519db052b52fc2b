import {
  chainRecord,
  NO_RECORD,
  type LedgerEntry,
  type LedgerHead,
  type LedgerRecord,
} from "../../core/ledger.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { digestText } from "../digest.ts";
import type { Database, SqlValue } from "./database.ts";
import { corrupt } from "./failure.ts";

function parseLine(line: SqlValue | undefined, seq: number, path: string): LedgerRecord {
  try {
    const record = JSON.parse(String(line)) as LedgerRecord;
    if (record.seq === seq) return record;
  } catch {
    // Said below.
  }
  throw corrupt(path, `ledger record ${String(seq)} is not as it was written`);
}

export function readHead(database: Database): LedgerHead {
  const row = database.first("SELECT seq, line FROM ledger ORDER BY seq DESC LIMIT 1");
  if (row === null) return { seq: 0, hash: NO_RECORD };
  const { seq, hash } = parseLine(row[1], Number(row[0]), database.path);
  return { seq, hash };
}

export function readRecords(database: Database, after: number, limit: number): readonly LedgerRecord[] {
  return database
    .all("SELECT seq, line FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?", [after, limit])
    .map(([seq, line]) => parseLine(line, Number(seq), database.path));
}

/** Gives the entries their places, inside the transaction of what they tell of. */
export function appendEntries(database: Database, entries: readonly LedgerEntry[]): void {
  if (entries.length === 0) return;
  let head = readHead(database);
  for (const entry of entries) {
    const record = chainRecord(head, entry, digestText);
    appendRecord(database, record);
    head = record;
  }
}

/** Writes a record that has its place. */
export function appendRecord(database: Database, record: LedgerRecord): void {
  database.run("INSERT INTO ledger (seq, line) VALUES (?, ?)", [record.seq, canonicalJson(record)]);
}
