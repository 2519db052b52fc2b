/** Values that the suites of the store write. */
import type { ActionIntent, LedgerEntry, RunSummary } from "../../src/core/ledger.ts";
import type { Instant } from "../../src/core/model.ts";
import type { Store, StoreWriter } from "../../src/store/store.ts";

/** 2026-03-18T09:00:00Z. */
export const NOW: Instant = 1_773_824_400;

/** Text that a backend may send: NUL, half a surrogate pair, quotes, line ends, letters of other scripts. */
export const HOSTILE: string = "a\u0000b\ud800\"'\n\u001b[31mß漢😀";

export function intent(id: string, changes: Partial<ActionIntent> = {}): ActionIntent {
  return {
    id,
    device: "ws-001",
    patch: "KB1",
    action: "approve",
    ring: "pilot",
    verdict: "approve",
    reason: "APPROVED",
    source: "microsoft/security",
    ...changes,
  };
}

export const SUMMARY: RunSummary = {
  mode: "apply",
  startedAt: "2026-03-18T09:00:00Z",
  finishedAt: "2026-03-18T09:00:05Z",
  changed: false,
  exitCode: 0,
  policy: null,
  snapshot: null,
  verdicts: null,
  actions: null,
  sent: { accepted: 0, refused: 0, unknown: 0 },
  steps: [{ name: "observe", outcome: "done", detail: "412 devices", code: null }],
  nextChangeAt: null,
};

export function runEntry(run: string, at: Instant = NOW): LedgerEntry {
  return { at, run, type: "run", data: SUMMARY };
}

export function actionEntry(run: string, action: ActionIntent, at: Instant = NOW): LedgerEntry {
  return { at, run, type: "action", data: action };
}

export function outcomeEntry(run: string, action: ActionIntent, at: Instant = NOW): LedgerEntry {
  const { id, device, patch } = action;
  const data = { action: id, device, patch, result: "accepted", detail: HOSTILE } as const;
  return { at, run, type: "outcome", data };
}

/** The writer of a store whose lease is free. */
export async function writerOf(
  store: Store,
  holder: string = "ops-1",
  now: Instant = NOW,
): Promise<StoreWriter> {
  const answer = await store.acquireLease({ holder, now, seconds: 600 });
  if (answer.kind !== "acquired") throw new Error(`the lease is held by ${answer.lease.holder}`);
  return answer.writer;
}

export function bytes(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

/** Plain numbers, so that a Buffer equals the same Uint8Array. */
export function plain(value: Uint8Array): readonly number[] {
  return [...value];
}
