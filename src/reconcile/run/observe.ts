/** The first step: read the backend, and settle against it what earlier runs sent. */
import type { Diagnostic } from "../../core/diagnostic.ts";
import type { LedgerEntry } from "../../core/ledger.ts";
import type { Instant } from "../../core/model.ts";
import { settleActions, type Settlement, type UnsettledAction } from "../../core/settle.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { JournalEntry, JournalResult, StoreWriter } from "../../store/store.ts";
import { outcomeEntry } from "./entries.ts";
import type { RunReadPorts } from "./ports.ts";

/** `interrupted`: asked to stop while the backend was read. */
export type Reading =
  | {
      readonly kind: "read";
      readonly snapshot: Snapshot;
      readonly diagnostics: readonly Diagnostic[];
      readonly beganAt: Instant;
      /** It is the stored one: the backend has nothing else to say. */
      readonly isStored: boolean;
    }
  | { readonly kind: "wrong"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "interrupted" };

export async function readBackend(
  { reader, memory, stop }: Pick<RunReadPorts, "reader" | "memory" | "stop">,
  now: () => Instant,
): Promise<Reading> {
  const beganAt = now();
  const reading = (async (): Promise<Reading> => {
    try {
      const stored = memory === null ? null : ((await reader.readCached?.(memory)) ?? null);
      if (stored !== null)
        return { kind: "read", snapshot: stored, diagnostics: [], beganAt, isStored: true };
      const { snapshot, diagnostics } = await reader.readSnapshot();
      return snapshot === null
        ? { kind: "wrong", diagnostics }
        : { kind: "read", snapshot, diagnostics, beganAt, isStored: false };
    } catch (error) {
      return { kind: "failed", error };
    }
  })();
  const over = new AbortController();
  const stopped = new Promise<Reading>((resolve) => {
    const done = (): void => resolve({ kind: "interrupted" });
    if (stop.aborted) done();
    else stop.addEventListener("abort", done, { once: true, signal: over.signal });
  });
  const first = await Promise.race([reading, stopped]);
  over.abort();
  return first;
}

const CUT_OFF = "the run was cut off before the answer was written down";

/**
 * Actions of runs that were cut off may have been sent, so they are `unknown` from here on. The time
 * of the call is what an observation must come after: whoever made it is gone.
 */
export async function markCutOff(
  run: string,
  at: Instant,
  unsettled: readonly JournalEntry[],
  store: StoreWriter,
): Promise<readonly JournalEntry[]> {
  const marked = asCutOff(unsettled);
  const byInstant = new Map<Instant, JournalEntry[]>();
  for (const entry of marked.filter((_, index) => unsettled[index]!.result === null)) {
    const group = byInstant.get(entry.intendedAt) ?? [];
    byInstant.set(entry.intendedAt, [...group, entry]);
  }
  for (const [intendedAt, entries] of byInstant) {
    const results = entries.map(({ id, detail }): JournalResult => ({
      id,
      result: "unknown",
      detail,
      observations: 0,
    }));
    await store.recordResults(
      intendedAt,
      results,
      entries.map((entry) => outcomeEntry(run, at, entry, "unknown", CUT_OFF)),
    );
  }
  return marked;
}

/** The same for a preview, which writes nothing. */
export function asCutOff(unsettled: readonly JournalEntry[]): readonly JournalEntry[] {
  return unsettled.map((entry) =>
    entry.result === null
      ? { ...entry, result: "unknown", resultAt: entry.intendedAt, detail: CUT_OFF }
      : entry,
  );
}

export interface Settled {
  readonly settlements: readonly Settlement[];
  /** Still on their way. */
  readonly unsettled: readonly UnsettledAction[];
}

export function settle(
  unsettled: readonly JournalEntry[],
  snapshot: Snapshot,
  readingBeganAt: Instant,
): Settled {
  const found = settleActions(unsettled, snapshot, readingBeganAt);
  const over = new Set(found.filter((one) => one.isNew).map((one) => one.action.id));
  return { settlements: found, unsettled: unsettled.filter((one) => !over.has(one.id)) };
}

/** One transaction. The count of observations moves without a record: nothing happened. */
export async function recordSettlements(
  run: string,
  at: Instant,
  settlements: readonly Settlement[],
  store: StoreWriter,
): Promise<void> {
  if (settlements.length === 0) return;
  const results = settlements.map(({ action, result, detail, observations }): JournalResult => ({
    id: action.id,
    result,
    detail,
    observations,
  }));
  const entries: LedgerEntry[] = settlements
    .filter((one) => one.isNew)
    .map(({ action, result, detail }) => outcomeEntry(run, at, action, result, detail));
  await store.recordResults(at, results, entries);
}
