import type { LedgerHead, LedgerRecord } from "../../core/ledger.ts";
import type {
  BrakeRecord,
  JournalEntry,
  LeaseRecord,
  NoticeRecord,
  RunRecord,
  SeenTimes,
  StoreProblem,
  StoreReader,
  StoredSnapshot,
} from "../store.ts";
import { findProblems } from "./check.ts";
import { findEntries, readUnsettled } from "./journal-table.ts";
import { readLeaseRow } from "./lease.ts";
import { readHead, readRecords } from "./ledger-table.ts";
import { findRun, findRuns } from "./run-table.ts";
import { encodeKey, unseal } from "./seal.ts";
import { readSeenTables } from "./seen-table.ts";
import type { StoreFiles } from "./store-files.ts";

export class SqliteReader implements StoreReader {
  readonly #files: StoreFiles;

  constructor(files: StoreFiles) {
    this.#files = files;
  }

  readLease(): Promise<LeaseRecord | null> {
    return this.#files.work(({ main }) => readLeaseRow(main));
  }

  listRuns(query: { readonly limit: number; readonly before?: string }): Promise<readonly RunRecord[]> {
    return this.#files.work(({ main }) => findRuns(main, query.limit, query.before));
  }

  readRun(id: string): Promise<RunRecord | null> {
    return this.#files.work(({ main }) => findRun(main, id));
  }

  listUnsettled(): Promise<readonly JournalEntry[]> {
    return this.#files.work(({ main }) => readUnsettled(main));
  }

  listJournal(query: Parameters<StoreReader["listJournal"]>[0]): Promise<readonly JournalEntry[]> {
    return this.#files.work(({ main }) => findEntries(main, query));
  }

  readSeen(): Promise<SeenTimes> {
    return this.#files.work(({ main }) => readSeenTables(main));
  }

  readFleet(): Promise<readonly string[] | null> {
    return this.#files.work(({ main }) => {
      const row = main.first("SELECT body FROM fleet");
      return row === null ? null : (unseal(row[0], "the list of devices", main.path) as readonly string[]);
    });
  }

  readSnapshotDigest(): Promise<string | null> {
    return this.#files.work(({ cache }) => cache.readDigest());
  }

  readSnapshot(): Promise<StoredSnapshot | null> {
    return this.#files.work(({ cache }) => cache.read());
  }

  listBrakes(): Promise<readonly BrakeRecord[]> {
    return this.#files.work(({ main }) =>
      main
        .all("SELECT body FROM brakes ORDER BY seq")
        .map(([body]) => unseal(body, "a brake", main.path) as BrakeRecord),
    );
  }

  listNotices(keys: readonly string[]): Promise<readonly NoticeRecord[]> {
    return this.#files.work(({ main }) =>
      [...new Set(keys)].flatMap((key) =>
        main
          .all("SELECT body FROM notices WHERE key = ? ORDER BY channel", [encodeKey(key)])
          .map(([body]) => unseal(body, "a notice", main.path) as NoticeRecord),
      ),
    );
  }

  readLedgerHead(): Promise<LedgerHead> {
    return this.#files.work(({ main }) => readHead(main));
  }

  readLedger(query: { readonly after: number; readonly limit: number }): Promise<readonly LedgerRecord[]> {
    return this.#files.work(({ main }) => readRecords(main, query.after, query.limit));
  }

  check(): Promise<readonly StoreProblem[]> {
    return this.#files.work(findProblems);
  }

  close(): Promise<void> {
    this.#files.close();
    return Promise.resolve();
  }
}
