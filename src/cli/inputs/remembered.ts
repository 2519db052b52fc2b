/** What the store remembers between runs, read in one way for every verb. */
import type { Instant } from "../../core/model.ts";
import type { Fleet } from "../../core/policy.ts";
import type { SeenTimes } from "../../core/seen-times.ts";
import type { BrakeRecord, JournalEntry, RunRecord, StoreReader } from "../../store/store.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { Refusal } from "../refusal.ts";

/** Entries of the journal at most. */
const JOURNAL = 1000;
/** What was never seen is a matter for people for so long; after that policy has decided anew. */
const UNVERIFIED_FOR = 86_400;

/** The store of the policy; null while nothing was recorded. Refuses wrong settings with exit 3; throws `StoreError`. */
export async function openStore(
  { ports, globals }: PreviewInvocation,
  fleet: Pick<Fleet, "store">,
): Promise<StoreReader | null> {
  const opened = await ports.openStoreReader(fleet.store, globals.directory);
  if (opened.port === null) throw new Refusal(EXIT_CODES.policy, opened.diagnostics);
  return opened.port.reader;
}

/** What is open after the last run; the records that `core/remembered.ts` counts. */
export interface OpenRecords {
  readonly unsettled: readonly JournalEntry[];
  /** Answered with success within a day, and not to be seen. */
  readonly unverified: readonly JournalEntry[];
  readonly brakes: readonly BrakeRecord[];
}

/** Throws `StoreError`. */
export async function readOpenRecords(store: StoreReader, now: Instant): Promise<OpenRecords> {
  const [unsettled, unverified, brakes] = await Promise.all([
    store.listUnsettled(),
    store.listJournal({ result: "unverified", limit: JOURNAL }),
    store.listBrakes(),
  ]);
  const isRecent = ({ resultAt, intendedAt }: JournalEntry): boolean =>
    now - (resultAt ?? intendedAt) < UNVERIFIED_FOR;
  return { unsettled, unverified: unverified.filter(isRecent), brakes };
}

/** With the runs, newest first, `most` of them at most. Throws `StoreError`. */
export async function readRemembered(
  store: StoreReader,
  now: Instant,
  most: number,
): Promise<OpenRecords & { readonly runs: readonly RunRecord[] }> {
  const [runs, open] = await Promise.all([store.listRuns({ limit: most }), readOpenRecords(store, now)]);
  return { runs, ...open };
}

/** What is remembered of the fleet, as the job decides with it. */
export interface FleetMemory {
  readonly seen: SeenTimes;
  readonly devices: readonly string[] | null;
}

/** Throws `StoreError`. */
export async function readFleetMemory(store: StoreReader): Promise<FleetMemory> {
  return { seen: await store.readSeen(), devices: await store.readFleet() };
}
