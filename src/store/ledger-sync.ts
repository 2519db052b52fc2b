import { NO_RECORD } from "../core/ledger.ts";
import { StoreError, type LedgerFile, type StoreReader } from "./store.ts";

/** Records a read and an append at a time. */
const PAGE = 1_000;

/**
 * Appends what the store has and the file has not: after each step of a run, and at its start for
 * what a crash left out. Safe to repeat. Gives the number of records appended. Throws `StoreError`
 * `corrupt` when the two have different pasts; nothing is written then.
 */
export async function syncLedgerFile(
  reader: Pick<StoreReader, "readLedger" | "readLedgerHead">,
  file: LedgerFile,
): Promise<number> {
  const [own, head] = [await reader.readLedgerHead(), (await file.readHead()) ?? { seq: 0, hash: NO_RECORD }];
  if (head.seq > own.seq || (head.seq === own.seq && head.hash !== own.hash)) {
    throw new StoreError(
      "corrupt",
      false,
      `the ledger file ends with record ${String(head.seq)}, the database with ${String(own.seq)}, and they have different pasts: one of them was replaced or restored. Nothing was written; \`patchring ledger verify\` says where they part`,
    );
  }
  let after = head.seq;
  while (after < own.seq) {
    const records = await reader.readLedger({ after, limit: PAGE });
    const last = records.at(-1);
    if (last === undefined) break;
    await file.append(records);
    after = last.seq;
  }
  return after - head.seq;
}
