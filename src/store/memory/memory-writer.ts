import {
  chainRecord,
  type ActionIntent,
  type LedgerEntry,
  type LedgerRecord,
  type RunSummary,
} from "../../core/ledger.ts";
import type { Instant } from "../../core/model.ts";
import { digestText } from "../digest.ts";
import { mergeSeen } from "../../core/seen-times.ts";
import { isUnsettled, journalEntry, withResult } from "../journal-rules.ts";
import { changeSnapshot } from "../snapshot-change.ts";
import {
  StoreError,
  type BrakeRecord,
  type JournalResult,
  type LeaseRecord,
  type NoticeRecord,
  type RunRecord,
  type SeenTimes,
  type StoreWriter,
  type StoredSnapshotChange,
} from "../store.ts";
import { ledgerHead, noticeKey, type MemoryState } from "./memory-state.ts";

/** Each method works on a copy of the state's fields and puts it in place at the end: whole or not at all. */
export class MemoryWriter implements StoreWriter {
  readonly lease: LeaseRecord;
  readonly #state: MemoryState;

  constructor(state: MemoryState, lease: LeaseRecord) {
    this.#state = state;
    this.lease = lease;
  }

  #write(
    change: (state: MemoryState) => Partial<MemoryState>,
    entries: readonly LedgerEntry[] = [],
  ): Promise<void> {
    return new Promise((resolve) => {
      const state = this.#state;
      if (state.closed) throw new StoreError("storage", false, "the store is closed");
      if (state.lease?.fence !== this.lease.fence) {
        throw new StoreError("fenced", false, "the lease went to somebody else; nothing was written");
      }
      const next = change(state);
      const ledger = append(state, entries);
      Object.assign(state, next, { ledger });
      resolve();
    });
  }

  renewLease(now: Instant, seconds: number): Promise<void> {
    return this.#write((state) => ({
      lease: { ...(state.lease ?? this.lease), expiresAt: now + seconds },
      leaseSeconds: seconds,
    }));
  }

  releaseLease(): Promise<void> {
    return this.#write(() => ({ lease: null }));
  }

  startRun({ id, startedAt }: { readonly id: string; readonly startedAt: Instant }): Promise<void> {
    return this.#write(({ runs }) => {
      if (runs.some((run) => run.id === id)) throw new Error(`run ${id} was started before`);
      return { runs: [...runs, { id, startedAt, finishedAt: null, summary: null }] };
    });
  }

  finishRun(
    id: string,
    finishedAt: Instant,
    summary: RunSummary,
    entries: readonly LedgerEntry[],
  ): Promise<void> {
    return this.#write(({ runs }) => {
      if (!runs.some((run) => run.id === id)) throw new Error(`run ${id} was not started`);
      const finish = (run: RunRecord): RunRecord => (run.id === id ? { ...run, finishedAt, summary } : run);
      return { runs: runs.map(finish) };
    }, entries);
  }

  recordIntents(
    run: string,
    at: Instant,
    intents: readonly ActionIntent[],
    entries: readonly LedgerEntry[],
  ): Promise<void> {
    return this.#write((state) => {
      const journal = new Map(state.journal);
      for (const intent of intents) {
        if (journal.has(intent.id)) throw new Error(`action ${intent.id} was written down before`);
        journal.set(intent.id, journalEntry(run, at, intent));
      }
      return { journal };
    }, entries);
  }

  recordResults(
    at: Instant,
    results: readonly JournalResult[],
    entries: readonly LedgerEntry[],
  ): Promise<void> {
    return this.#write((state) => {
      const journal = new Map(state.journal);
      for (const result of results) {
        const entry = journal.get(result.id);
        if (entry === undefined) throw new Error(`action ${result.id} was not written down`);
        journal.set(result.id, withResult(entry, at, result));
      }
      return { journal };
    }, entries);
  }

  recordSeen(seen: SeenTimes): Promise<void> {
    return this.#write((state) => ({ seen: mergeSeen(state.seen, seen) }));
  }

  recordFleet(devices: readonly string[]): Promise<void> {
    return this.#write(() => ({ fleet: [...devices] }));
  }

  saveSnapshot(change: StoredSnapshotChange): Promise<void> {
    return this.#write((state) => ({ snapshot: changeSnapshot(state.snapshot, change) }));
  }

  setBrake(brake: BrakeRecord, entries: readonly LedgerEntry[]): Promise<void> {
    return this.#write(({ brakes }) => ({ brakes: [...without(brakes, brake), brake] }), entries);
  }

  releaseBrake(brake: Pick<BrakeRecord, "ring" | "patch">, entries: readonly LedgerEntry[]): Promise<void> {
    return this.#write(({ brakes }) => ({ brakes: without(brakes, brake) }), entries);
  }

  recordNotices(notices: readonly NoticeRecord[], entries: readonly LedgerEntry[]): Promise<void> {
    return this.#write((state) => {
      const next = new Map(state.notices);
      for (const notice of notices) next.set(noticeKey(notice), notice);
      return { notices: next };
    }, entries);
  }

  appendLedger(entries: readonly LedgerEntry[]): Promise<void> {
    return this.#write(() => ({}), entries);
  }

  forgetBefore(instant: Instant): Promise<void> {
    return this.#write((state) => {
      const journal = new Map(
        [...state.journal].filter(
          ([, entry]) => isUnsettled(entry.result) || (entry.resultAt ?? instant) >= instant,
        ),
      );
      const needed = new Set([...journal.values()].map((entry) => entry.run));
      const runs = state.runs.filter((run) => (run.finishedAt ?? instant) >= instant || needed.has(run.id));
      return { journal, runs };
    });
  }
}

function append(state: MemoryState, entries: readonly LedgerEntry[]): readonly LedgerRecord[] {
  const added: LedgerRecord[] = [];
  let head = ledgerHead(state);
  for (const entry of entries) {
    const record = chainRecord(head, entry, digestText);
    added.push(record);
    head = record;
  }
  return added.length === 0 ? state.ledger : [...state.ledger, ...added];
}

function without(
  brakes: readonly BrakeRecord[],
  brake: Pick<BrakeRecord, "ring" | "patch">,
): readonly BrakeRecord[] {
  return brakes.filter((one) => one.ring !== brake.ring || one.patch !== brake.patch);
}
