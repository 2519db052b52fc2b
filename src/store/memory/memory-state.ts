import { NO_RECORD, type LedgerHead, type LedgerRecord } from "../../core/ledger.ts";
import type {
  BrakeRecord,
  JournalEntry,
  LeaseRecord,
  NoticeRecord,
  RunRecord,
  SeenTimes,
  StoredSnapshot,
} from "../store.ts";

/** What is remembered. Values are replaced, never changed, so what a reader was given stays as it was. */
export interface MemoryState {
  closed: boolean;
  lease: LeaseRecord | null;
  leaseSeconds: number;
  fence: number;
  /** Oldest first. */
  runs: readonly RunRecord[];
  /** Oldest first, by id. */
  journal: ReadonlyMap<string, JournalEntry>;
  seen: SeenTimes;
  fleet: readonly string[] | null;
  snapshot: StoredSnapshot | null;
  brakes: readonly BrakeRecord[];
  /** By `noticeKey`. */
  notices: ReadonlyMap<string, NoticeRecord>;
  ledger: readonly LedgerRecord[];
}

export function emptyState(): MemoryState {
  return {
    closed: false,
    lease: null,
    leaseSeconds: 0,
    fence: 0,
    runs: [],
    journal: new Map(),
    seen: { patches: new Map(), installs: new Map() },
    fleet: null,
    snapshot: null,
    brakes: [],
    notices: new Map(),
    ledger: [],
  };
}

export function noticeKey({ key, channel }: Pick<NoticeRecord, "key" | "channel">): string {
  return JSON.stringify([key, channel]);
}

export function ledgerHead(state: MemoryState): LedgerHead {
  const last = state.ledger.at(-1);
  return last === undefined ? { seq: 0, hash: NO_RECORD } : { seq: last.seq, hash: last.hash };
}
