import type { LedgerHead, LedgerRecord } from "../../core/ledger.ts";
import type { Instant } from "../../core/model.ts";
import { isUnsettled } from "../journal-rules.ts";
import {
  StoreError,
  type BrakeRecord,
  type JournalEntry,
  type LeaseRecord,
  type NoticeRecord,
  type RunRecord,
  type SeenTimes,
  type StoreProblem,
  type StoreReader,
  type StoredSnapshot,
} from "../store.ts";
import { ledgerHead, type MemoryState } from "./memory-state.ts";

/** Reads what a `MemoryWriter` wrote. */
export class MemoryReader implements StoreReader {
  readonly #state: MemoryState;

  constructor(state: MemoryState) {
    this.#state = state;
  }

  #read<T>(pick: (state: MemoryState) => T): Promise<T> {
    if (this.#state.closed) return Promise.reject(new StoreError("storage", false, "the store is closed"));
    return Promise.resolve(pick(this.#state));
  }

  readLease(): Promise<LeaseRecord | null> {
    return this.#read((state) => state.lease);
  }

  listRuns({
    limit,
    before,
  }: {
    readonly limit: number;
    readonly before?: string;
  }): Promise<readonly RunRecord[]> {
    return this.#read(({ runs }) => {
      const at = before === undefined ? runs.length : runs.findIndex((run) => run.id === before);
      return runs.slice(0, Math.max(0, at)).reverse().slice(0, limit);
    });
  }

  readRun(id: string): Promise<RunRecord | null> {
    return this.#read(({ runs }) => runs.find((run) => run.id === id) ?? null);
  }

  listUnsettled(): Promise<readonly JournalEntry[]> {
    return this.#read(({ journal }) => [...journal.values()].filter((entry) => isUnsettled(entry.result)));
  }

  listJournal(query: Parameters<StoreReader["listJournal"]>[0]): Promise<readonly JournalEntry[]> {
    return this.#read(({ journal }) =>
      [...journal.values()]
        .filter(
          (entry) =>
            (query.run === undefined || entry.run === query.run) &&
            (query.device === undefined || entry.device === query.device) &&
            (query.patch === undefined || entry.patch === query.patch) &&
            (query.result === undefined || entry.result === query.result) &&
            (query.settledAfter === undefined || isSettledAfter(entry, query.settledAfter)),
        )
        .reverse()
        .slice(0, query.limit),
    );
  }

  readSeen(): Promise<SeenTimes> {
    return this.#read((state) => state.seen);
  }

  readFleet(): Promise<readonly string[] | null> {
    return this.#read((state) => state.fleet);
  }

  readSnapshotDigest(): Promise<string | null> {
    return this.#read((state) => state.snapshot?.digest ?? null);
  }

  readSnapshot(): Promise<StoredSnapshot | null> {
    return this.#read((state) => state.snapshot);
  }

  listBrakes(): Promise<readonly BrakeRecord[]> {
    return this.#read((state) => state.brakes);
  }

  listNotices(keys: readonly string[]): Promise<readonly NoticeRecord[]> {
    const wanted = new Set(keys);
    return this.#read(({ notices }) => [...notices.values()].filter((notice) => wanted.has(notice.key)));
  }

  readLedgerHead(): Promise<LedgerHead> {
    return this.#read(ledgerHead);
  }

  readLedger({
    after,
    limit,
  }: {
    readonly after: number;
    readonly limit: number;
  }): Promise<readonly LedgerRecord[]> {
    return this.#read(({ ledger }) => ledger.slice(after, after + limit));
  }

  check(): Promise<readonly StoreProblem[]> {
    return this.#read(() => []);
  }

  close(): Promise<void> {
    this.#state.closed = true;
    return Promise.resolve();
  }
}

function isSettledAfter({ result, resultAt }: JournalEntry, instant: Instant): boolean {
  return !isUnsettled(result) && resultAt !== null && resultAt > instant;
}
