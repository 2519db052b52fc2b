/** Everything around a run, in memory and under the test's hands: clock, policy, ports, checks of what is left. */
import { createHash } from "node:crypto";
import { expect } from "vitest";
import { chainRecord, NO_RECORD, type LedgerData, type LedgerRecord } from "../../../src/core/ledger.ts";
import type { Instant } from "../../../src/core/model.ts";
import type { PolicySet } from "../../../src/core/policy.ts";
import { parseInstant } from "../../../src/core/time.ts";
import type { PatchReader, PatchWriter } from "../../../src/provider/provider.ts";
import {
  DEFAULT_SETTINGS,
  type RunClock,
  type RunOrder,
  type RunWritePorts,
} from "../../../src/reconcile/run/ports.ts";
import type { Store, StoreReader } from "../../../src/store/store.ts";
import { createZoneRules } from "../../../src/time/zone-rules.ts";

export const START: Instant = parseInstant("2026-03-02T00:00:00Z")!;
const ZONES = createZoneRules();

/**
 * Time that only the test moves. Short waits (between two tries) pass at once; longer ones end when
 * they are called off, or with `passLongWaits`.
 */
export class TestClock implements RunClock {
  at: Instant;
  #ms = 0;
  readonly #waiting = new Set<() => void>();

  constructor(at: Instant = START) {
    this.at = at;
  }

  now(): Instant {
    return this.at;
  }

  elapsedMs(): number {
    return this.#ms;
  }

  advance(seconds: number): void {
    this.at += seconds;
    this.#ms += seconds * 1000;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= 60_000) {
      this.advance(Math.ceil(ms / 1000));
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        resolve();
      };
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      this.#waiting.add(wake);
      signal?.addEventListener("abort", wake, { once: true });
    });
  }

  /** As if all that is being waited for had passed. */
  passLongWaits(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}

/** Numbers from a seed, the same each time (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function makeOrder(policy: PolicySet, more: Partial<RunOrder> = {}): RunOrder {
  return {
    policy,
    zones: ZONES,
    identity: { commit: null, dirty: false, digest: policy.digest },
    checkGuards: (guards) => ({ stopped: guards.filter((one) => one.tripped), raised: [] }),
    holder: "test, process 1",
    settings: DEFAULT_SETTINGS,
    ...more,
  };
}

export function makePorts(
  backend: { readonly reader: PatchReader; readonly writer: PatchWriter },
  store: Store,
  clock: RunClock,
  more: Partial<RunWritePorts> = {},
): RunWritePorts {
  return {
    reader: backend.reader,
    writer: backend.writer,
    memory: store.reader,
    store,
    clock,
    stop: new AbortController().signal,
    promote: null,
    holds: null,
    ledgerFile: null,
    random: randomFrom(1),
    ...more,
  };
}

export async function readLedger(store: StoreReader): Promise<readonly LedgerRecord[]> {
  return store.readLedger({ after: 0, limit: 1_000_000 });
}

export function ofType<T extends keyof LedgerData>(
  ledger: readonly LedgerRecord[],
  type: T,
): readonly LedgerData[T][] {
  return ledger.filter((one) => one.type === type).map((one) => one.data as LedgerData[T]);
}

/** Every record follows the one before. */
export function checkChain(ledger: readonly LedgerRecord[]): void {
  let head = { seq: 0, hash: NO_RECORD };
  for (const record of ledger) {
    const { type, data, run } = record;
    const entry = { at: parseInstant(record.at)!, run, type, data } as Parameters<typeof chainRecord>[1];
    const again = chainRecord(head, entry, sha256);
    // The hash is over everything else of the record.
    if (record.hash !== again.hash || record.previous !== head.hash) expect(record).toEqual(again);
    head = again;
  }
}

function sha256(text: string): string {
  return `sha256:${createHash("sha256").update(text, "utf8").digest("hex")}`;
}

/** Each journal entry has its action in the ledger, and the last outcome there is its result. */
export async function checkJournal(store: StoreReader): Promise<void> {
  const ledger = await readLedger(store);
  checkChain(ledger);
  const actions = new Map(ofType(ledger, "action").map((one) => [one.id, one]));
  const outcomes = new Map(ofType(ledger, "outcome").map((one) => [one.action, one.result]));
  const journal = await store.listJournal({ limit: 1_000_000 });
  expect(journal.length).toBeLessThanOrEqual(actions.size);
  for (const entry of journal) {
    const { id, device, patch, action } = entry;
    const written = actions.get(id);
    const isSame = written?.device === device && written.patch === patch && written.action === action;
    expect(isSame ? null : entry).toBeNull();
    if ((outcomes.get(id) ?? null) !== entry.result) expect(outcomes.get(id)).toBe(entry.result);
  }
}
