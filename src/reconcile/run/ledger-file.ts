/** The ledger as a file: what the store has and the file has not is appended, whenever a run ends. */
import type { LedgerFile, StoreReader } from "../../store/store.ts";

const RECORDS_AT_ONCE = 1000;

/** Safe to repeat; a crash in between leaves a shorter file, and the next run goes on. */
export async function exportLedger(store: StoreReader, file: LedgerFile | null): Promise<void> {
  if (file === null) return;
  let after = (await file.readHead())?.seq ?? 0;
  for (;;) {
    const records = await store.readLedger({ after, limit: RECORDS_AT_ONCE });
    if (records.length === 0) return;
    await file.append(records);
    after = records.at(-1)!.seq;
  }
}
