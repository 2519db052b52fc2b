import type { ActionIntent, LedgerEntry, RunSummary } from "../../core/ledger.ts";
import type { Instant } from "../../core/model.ts";
import { journalEntry, withResult } from "../journal-rules.ts";
import type {
  BrakeRecord,
  JournalResult,
  LeaseRecord,
  NoticeRecord,
  SeenTimes,
  StoredSnapshotChange,
  StoreWriter,
} from "../store.ts";
import type { Database } from "./database.ts";
import { addEntry, forgetEntries, readEntry, updateEntry } from "./journal-table.ts";
import { requireLease } from "./lease.ts";
import { appendEntries } from "./ledger-table.ts";
import { addRun, findRun, updateRun } from "./run-table.ts";
import { encodeKey, seal } from "./seal.ts";
import { addSeenTimes } from "./seen-table.ts";
import type { StoreFiles } from "./store-files.ts";

/** Each method: one transaction that begins by comparing the fence. */
export class SqliteWriter implements StoreWriter {
  readonly lease: LeaseRecord;
  readonly #files: StoreFiles;

  constructor(files: StoreFiles, lease: LeaseRecord) {
    this.#files = files;
    this.lease = lease;
  }

  #write(change: (main: Database) => void, entries: readonly LedgerEntry[] = []): Promise<void> {
    return this.#files.work(({ main }) =>
      main.transaction(() => {
        requireLease(main, this.lease);
        change(main);
        appendEntries(main, entries);
      }),
    );
  }

  renewLease(now: Instant, seconds: number): Promise<void> {
    return this.#write((main) => {
      main.run("UPDATE lease SET expires_at = ?, seconds = ?", [now + seconds, seconds]);
    });
  }

  releaseLease(): Promise<void> {
    return this.#write((main) => {
      main.run("UPDATE lease SET holder = NULL");
    });
  }

  startRun({ id, startedAt }: { readonly id: string; readonly startedAt: Instant }): Promise<void> {
    return this.#write((main) => {
      if (findRun(main, id) !== null) throw new Error(`run ${id} was started before`);
      addRun(main, { id, startedAt, finishedAt: null, summary: null });
    });
  }

  finishRun(
    id: string,
    finishedAt: Instant,
    summary: RunSummary,
    entries: readonly LedgerEntry[],
  ): Promise<void> {
    return this.#write((main) => {
      const run = findRun(main, id);
      if (run === null) throw new Error(`run ${id} was not started`);
      updateRun(main, { ...run, finishedAt, summary });
    }, entries);
  }

  recordIntents(
    run: string,
    at: Instant,
    intents: readonly ActionIntent[],
    entries: readonly LedgerEntry[],
  ): Promise<void> {
    return this.#write((main) => {
      for (const intent of intents) {
        if (readEntry(main, intent.id) !== null) {
          throw new Error(`action ${intent.id} was written down before`);
        }
        addEntry(main, journalEntry(run, at, intent));
      }
    }, entries);
  }

  recordResults(
    at: Instant,
    results: readonly JournalResult[],
    entries: readonly LedgerEntry[],
  ): Promise<void> {
    return this.#write((main) => {
      for (const result of results) {
        const entry = readEntry(main, result.id);
        if (entry === null) throw new Error(`action ${result.id} was not written down`);
        updateEntry(main, withResult(entry, at, result));
      }
    }, entries);
  }

  recordSeen(seen: SeenTimes): Promise<void> {
    return this.#write((main) => addSeenTimes(main, seen));
  }

  recordFleet(devices: readonly string[]): Promise<void> {
    const body = seal(devices);
    return this.#write((main) => {
      if (main.first("SELECT body FROM fleet")?.[0] === body) return;
      main.run("INSERT OR REPLACE INTO fleet (id, body) VALUES (1, ?)", [body]);
    });
  }

  /** The cache has a transaction of its own; the lease is kept in the main file meanwhile. */
  saveSnapshot(change: StoredSnapshotChange): Promise<void> {
    return this.#files.work(({ main, cache }) =>
      main.transaction(() => {
        requireLease(main, this.lease);
        cache.save(change);
      }),
    );
  }

  setBrake(brake: BrakeRecord, entries: readonly LedgerEntry[]): Promise<void> {
    return this.#write((main) => {
      dropBrake(main, brake);
      const { ring, patch } = brake;
      const values = [encodeKey(ring), encodeKey(patch), seal(brake)];
      main.run("INSERT INTO brakes (ring, patch, body) VALUES (?, ?, ?)", values);
    }, entries);
  }

  releaseBrake(brake: Pick<BrakeRecord, "ring" | "patch">, entries: readonly LedgerEntry[]): Promise<void> {
    return this.#write((main) => dropBrake(main, brake), entries);
  }

  recordNotices(notices: readonly NoticeRecord[], entries: readonly LedgerEntry[]): Promise<void> {
    return this.#write((main) => {
      for (const notice of notices) {
        const values = [encodeKey(notice.key), encodeKey(notice.channel), seal(notice)];
        main.run("INSERT OR REPLACE INTO notices (key, channel, body) VALUES (?, ?, ?)", values);
      }
    }, entries);
  }

  appendLedger(entries: readonly LedgerEntry[]): Promise<void> {
    return this.#write(() => undefined, entries);
  }

  forgetBefore(instant: Instant): Promise<void> {
    return this.#write((main) => forgetEntries(main, instant));
  }
}

function dropBrake(main: Database, { ring, patch }: Pick<BrakeRecord, "ring" | "patch">): void {
  main.run("DELETE FROM brakes WHERE ring = ? AND patch = ?", [encodeKey(ring), encodeKey(patch)]);
}
