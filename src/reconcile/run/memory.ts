/** What earlier runs left behind: read once at the start of a run. */
import type { Instant, Seconds } from "../../core/model.ts";
import { NOTHING_SEEN } from "../../core/seen-times.ts";
import type { BrakeRecord, JournalEntry, SeenTimes, StoreReader } from "../../store/store.ts";

export interface Memory {
  /** Sent, or perhaps sent, and not yet seen; oldest first. */
  readonly unsettled: readonly JournalEntry[];
  /** Refused, or answered with success and never seen. */
  readonly disappointed: readonly JournalEntry[];
  readonly brakes: readonly BrakeRecord[];
  readonly fleet: readonly string[] | null;
  readonly seen: SeenTimes;
  /** Runs that ended without a word, newest first. */
  readonly cutOff: readonly string[];
  /** When the run before began; null for the first. */
  readonly previousStartedAt: Instant | null;
}

export const NOTHING_REMEMBERED: Memory = {
  unsettled: [],
  disappointed: [],
  brakes: [],
  fleet: null,
  seen: NOTHING_SEEN,
  cutOff: [],
  previousStartedAt: null,
};

const RUNS_LOOKED_AT = 20;
/** More refusals than this at once are a backend that says no to everything. */
const MOST_DISAPPOINTED = 20_000;

/** Safe beside a writer. Throws `StoreError`. */
export async function readMemory(store: StoreReader, now: Instant, backoff: Seconds): Promise<Memory> {
  const runs = await store.listRuns({ limit: RUNS_LOOKED_AT });
  const firstFinished = runs.findIndex((run) => run.summary !== null);
  const ended = firstFinished < 0 ? runs : runs.slice(0, firstFinished);
  const since = now - 2 * backoff;
  const disappointed: JournalEntry[] = [];
  for (const result of ["refused", "unverified"] as const) {
    const found = await store.listJournal({ result, settledAfter: since, limit: MOST_DISAPPOINTED });
    disappointed.push(...found);
  }
  return {
    unsettled: await store.listUnsettled(),
    disappointed,
    brakes: await store.listBrakes(),
    fleet: await store.readFleet(),
    seen: await store.readSeen(),
    cutOff: ended.map((run) => run.id),
    previousStartedAt: runs[0]?.startedAt ?? null,
  };
}
