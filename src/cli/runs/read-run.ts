/** Everything that is recorded of one run. */
import type { LedgerRecord } from "../../core/ledger.ts";
import type { JournalEntry, RunRecord, StoreReader } from "../../store/store.ts";

/** Actions of one run that are read at most; a run's limit is far below. */
const ACTIONS = 100_000;
/** Ledger records in memory at a time. */
const PAGE = 1000;

export interface RecordedDetail {
  readonly run: RunRecord;
  /** In the order in which they were written down. */
  readonly actions: readonly JournalEntry[];
  /** Of this run, oldest first. */
  readonly records: readonly LedgerRecord[];
}

/** Null when no such run is remembered. Throws `StoreError`. */
export async function readRunDetail(reader: StoreReader, id: string): Promise<RecordedDetail | null> {
  const run = await reader.readRun(id);
  if (run === null) return null;
  const actions = await reader.listJournal({ run: id, limit: ACTIONS });
  return { run, actions: [...actions].reverse(), records: await readRecords(reader, id) };
}

/** A run's records stand together, and newer runs are asked for more often: read from the end. */
async function readRecords(reader: StoreReader, id: string): Promise<readonly LedgerRecord[]> {
  const found: LedgerRecord[] = [];
  let { seq: end } = await reader.readLedgerHead();
  while (end > 0) {
    const after = Math.max(0, end - PAGE);
    const page = await reader.readLedger({ after, limit: end - after });
    const own = page.filter(({ run }) => run === id);
    found.unshift(...own);
    if (found.length > 0 && own.length < page.length && page[0]?.run !== id) break;
    end = after;
  }
  return found;
}
