/**
 * The interface to what is remembered between runs (design 6). Reading and writing are separate
 * ports, and writing needs the lease: every write carries its fence, and a holder that was
 * replaced can no longer write. All times are passed in.
 */
import type {
  ActionIntent,
  ActionResult,
  LedgerEntry,
  LedgerHead,
  LedgerRecord,
  RunSummary,
} from "../core/ledger.ts";
import type { Instant } from "../core/model.ts";
import type { SeenTimes } from "../core/seen-times.ts";
import type { StoredSnapshot, StoredSnapshotChange } from "../snapshot/stored.ts";

export type { SeenTimes } from "../core/seen-times.ts";
export type { StoredSnapshot, StoredSnapshotChange } from "../snapshot/stored.ts";

/** Who writes. */
export interface LeaseRecord {
  /** Host, process and start, for people: "ops-1, process 4711". */
  readonly holder: string;
  /** Grows by one with each holder; a write with an older one is refused. */
  readonly fence: number;
  readonly acquiredAt: Instant;
  readonly expiresAt: Instant;
}

export type LeaseAnswer =
  | { readonly kind: "acquired"; readonly writer: StoreWriter; readonly lease: LeaseRecord }
  | { readonly kind: "held"; readonly lease: LeaseRecord };

/** A run as it is remembered; `summary` is null while it goes on, and for one that was cut off. */
export interface RunRecord {
  readonly id: string;
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
  readonly summary: RunSummary | null;
}

/** One action in the journal. */
export interface JournalEntry extends ActionIntent {
  readonly run: string;
  readonly intendedAt: Instant;
  /** Null: written down, and no result known. Such an action may have been sent. */
  readonly result: ActionResult | null;
  readonly resultAt: Instant | null;
  /** The backend's words; hostile text. */
  readonly detail: string | null;
  /** How many observations since the result have not shown its effect. */
  readonly observations: number;
}

export interface JournalResult {
  readonly id: string;
  readonly result: ActionResult;
  readonly detail: string | null;
  readonly observations: number;
}

/** A patch whose further approvals in a ring are stopped by the automatic brake. */
export interface BrakeRecord {
  readonly ring: string;
  readonly patch: string;
  /** Kept as text; a new revision is not braked. Null where the patch has none. */
  readonly revision: string | null;
  readonly setAt: Instant;
  readonly failed: number;
  readonly eligible: number;
  /** One sentence with the numbers. */
  readonly detail: string;
  /** The request that proposes the hold; null while there is none. */
  readonly request: number | null;
}

/** A notice that was given, so that it is not given again. */
export interface NoticeRecord {
  readonly key: string;
  readonly channel: string;
  readonly at: Instant;
}

export interface StoreProblem {
  /** `store/…`, known to `explain`. */
  readonly code: string;
  readonly message: string;
}

/** Everything that is remembered, for reading. Safe beside a writer. Throws `StoreError`. */
export interface StoreReader {
  readLease(): Promise<LeaseRecord | null>;
  /** Newest first. */
  listRuns(query: { readonly limit: number; readonly before?: string }): Promise<readonly RunRecord[]>;
  readRun(id: string): Promise<RunRecord | null>;
  /** Without a result, or with one that the next observation has to settle (`accepted`, `unknown`); oldest first. */
  listUnsettled(): Promise<readonly JournalEntry[]>;
  /** Newest first. */
  listJournal(query: {
    readonly run?: string;
    readonly device?: string;
    readonly patch?: string;
    readonly result?: ActionResult;
    /** Only settled actions whose result is later than this: found however long the journal is. */
    readonly settledAfter?: Instant;
    readonly limit: number;
  }): Promise<readonly JournalEntry[]>;
  readSeen(): Promise<SeenTimes>;
  /** Ids of the devices of the last complete snapshot that was recorded; null without one. */
  readFleet(): Promise<readonly string[] | null>;
  readSnapshotDigest(): Promise<string | null>;
  readSnapshot(): Promise<StoredSnapshot | null>;
  listBrakes(): Promise<readonly BrakeRecord[]>;
  listNotices(keys: readonly string[]): Promise<readonly NoticeRecord[]>;
  readLedgerHead(): Promise<LedgerHead>;
  /** Records after `seq`, oldest first. */
  readLedger(query: { readonly after: number; readonly limit: number }): Promise<readonly LedgerRecord[]>;
  /** Looks for corruption; an empty list means that all is well. */
  check(): Promise<readonly StoreProblem[]>;
  close(): Promise<void>;
}

/**
 * Writing, for the holder of the lease. Each method is one transaction, takes effect whole or not
 * at all, and takes the ledger entries that belong to it. Throws `StoreError` with code `fenced`
 * when the lease went to somebody else, and then nothing was written.
 */
export interface StoreWriter {
  readonly lease: LeaseRecord;
  /** Another `seconds` from `now`. */
  renewLease(now: Instant, seconds: number): Promise<void>;
  releaseLease(): Promise<void>;
  startRun(run: { readonly id: string; readonly startedAt: Instant }): Promise<void>;
  finishRun(
    id: string,
    finishedAt: Instant,
    summary: RunSummary,
    entries: readonly LedgerEntry[],
  ): Promise<void>;
  /** Before the call. */
  recordIntents(
    run: string,
    at: Instant,
    intents: readonly ActionIntent[],
    entries: readonly LedgerEntry[],
  ): Promise<void>;
  /** After the call, and when an observation settles it. */
  recordResults(
    at: Instant,
    results: readonly JournalResult[],
    entries: readonly LedgerEntry[],
  ): Promise<void>;
  /** Adds what is new; what is there keeps its time. */
  recordSeen(seen: SeenTimes): Promise<void>;
  recordFleet(devices: readonly string[]): Promise<void>;
  saveSnapshot(change: StoredSnapshotChange): Promise<void>;
  setBrake(brake: BrakeRecord, entries: readonly LedgerEntry[]): Promise<void>;
  releaseBrake(brake: Pick<BrakeRecord, "ring" | "patch">, entries: readonly LedgerEntry[]): Promise<void>;
  recordNotices(notices: readonly NoticeRecord[], entries: readonly LedgerEntry[]): Promise<void>;
  appendLedger(entries: readonly LedgerEntry[]): Promise<void>;
  /** Forgets finished runs and settled actions before an instant; the ledger keeps all of it. */
  forgetBefore(instant: Instant): Promise<void>;
}

export interface Store {
  readonly reader: StoreReader;
  /** Takes the lease if it is free, expired, or this holder's own. */
  acquireLease(order: {
    readonly holder: string;
    readonly now: Instant;
    readonly seconds: number;
  }): Promise<LeaseAnswer>;
}

/**
 * `fenced`: the lease is somebody else's. `locked`: another process keeps it busy. `newer`: written
 * by a later version. `foreign`: written for another backend, or by another program.
 */
export type StoreErrorCode = "fenced" | "locked" | "newer" | "foreign" | "corrupt" | "storage";

/** What a store that was built anew from its ledger has. */
export interface RestoredStore {
  readonly runs: number;
  readonly actions: number;
  /** Actions that the next observation has to settle. */
  readonly unsettled: number;
  /** Patches whose first-seen time was kept from what could be read of the store before. */
  readonly seenPatches: number;
  /** The names that the damaged files have now. */
  readonly aside: readonly string[];
}

/** The world failed. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  /** True when trying again later may help without a person doing anything. */
  readonly retryable: boolean;

  constructor(code: StoreErrorCode, retryable: boolean, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StoreError";
    this.code = code;
    this.retryable = retryable;
  }
}

/**
 * The ledger as a file of NDJSON that anybody can read and check. The store is where records get
 * their place; the file gets each of them once, whole lines only, also after a crash.
 */
export interface LedgerFile {
  /** Of the last whole line; null when the file is not there or empty. */
  readHead(): Promise<LedgerHead | null>;
  /** Cuts a torn last line off, then appends and syncs. Refuses records that do not follow the head. */
  append(records: readonly LedgerRecord[]): Promise<void>;
}
