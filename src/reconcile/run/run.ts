/** One pass of the reconciler: observe, decide, plan, guard, apply, record, promote (design 1, 5). */
import { formatInstant } from "../../core/time.ts";
import { syncLedgerFile } from "../../store/ledger-sync.ts";
import { StoreError, type LeaseRecord, type StoreWriter } from "../../store/store.ts";
import { RUN_EXITS } from "./summary.ts";
import { NOTHING_REMEMBERED, readMemory } from "./memory.ts";
import { runEntry } from "./entries.ts";
import { LeaseKeeper } from "./lease.ts";
import { RunPass } from "./pass.ts";
import type { RunOrder, RunReadPorts, RunWritePorts } from "./ports.ts";
import type { RunReport } from "./report.ts";

/** `locked`: another run writes. `lost`: another run took over while this one went on; nothing more was written. */
export type RunOutcome =
  | { readonly kind: "ran"; readonly report: RunReport }
  | { readonly kind: "locked"; readonly lease: LeaseRecord }
  | { readonly kind: "lost"; readonly run: string };

/**
 * Safe to repeat and to kill at any point: what may have been sent is written down before, and the next
 * run reads the backend before it sends it again. Throws `StoreError` when the store fails, and what
 * a provider or forge throws that is none of their typed errors; the run is then recorded as failed
 * where that can still be written.
 */
export async function reconcileOnce(order: RunOrder, ports: RunWritePorts): Promise<RunOutcome> {
  const { clock, store } = ports;
  const { leaseSeconds } = order.settings;
  const startedAt = clock.now();
  const answer = await store.acquireLease({ holder: order.holder, now: startedAt, seconds: leaseSeconds });
  if (answer.kind === "held") return { kind: "locked", lease: answer.lease };
  const { writer } = answer;
  const id = runId(startedAt, ports.random);
  try {
    const memory = await readMemory(store.reader, startedAt, order.policy.fleet.retries.backoff);
    await writer.startRun({ id, startedAt });
    const lease = new LeaseKeeper(writer, clock, leaseSeconds);
    const pass = new RunPass(order, ports, memory, startedAt, { ports, id, store: writer, lease });
    const report = await goThrough(pass, id, writer, ports);
    await ports.tell?.(report, writer);
    if (ports.ledgerFile !== null) await syncLedgerFile(store.reader, ports.ledgerFile);
    await release(writer);
    return { kind: "ran", report };
  } catch (error) {
    if (error instanceof StoreError && error.code === "fenced") return { kind: "lost", run: id };
    await release(writer);
    throw error;
  }
}

/** What a run would do now: the same steps, and nothing is written. Throws as `reconcileOnce` does. */
export async function previewRun(order: RunOrder, ports: RunReadPorts): Promise<RunReport> {
  const startedAt = ports.clock.now();
  const backoff = order.policy.fleet.retries.backoff;
  const memory =
    ports.memory === null ? NOTHING_REMEMBERED : await readMemory(ports.memory, startedAt, backoff);
  return new RunPass(order, ports, memory, startedAt, null).run();
}

async function goThrough(
  pass: RunPass,
  id: string,
  writer: StoreWriter,
  { clock }: RunWritePorts,
): Promise<RunReport> {
  try {
    const report = await pass.run();
    const at = clock.now();
    await writer.finishRun(id, at, report.summary, [runEntry(id, at, report.summary)]);
    return report;
  } catch (error) {
    if (error instanceof StoreError && error.code === "fenced") throw error;
    await recordFailure(pass, id, writer, clock.now());
    throw error;
  }
}

/** What broke the run is thrown on; that it broke is written down where the store still takes it. */
async function recordFailure(pass: RunPass, id: string, writer: StoreWriter, at: number): Promise<void> {
  const { summary } = pass.report();
  const failed = { ...summary, exitCode: RUN_EXITS.error, finishedAt: formatInstant(at) };
  try {
    await writer.finishRun(id, at, failed, [runEntry(id, at, failed)]);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}

/** A lease that cannot be given back ends by itself. */
async function release(writer: StoreWriter): Promise<void> {
  try {
    await writer.releaseLease();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}

/** `run-20260318T090000Z-1a2b3c4d`: sorted by time, and unique. */
function runId(startedAt: number, random: () => number): string {
  const at = formatInstant(startedAt).replaceAll(/[-:]/g, "");
  const tail = Math.floor(random() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, "0");
  return `run-${at}-${tail}`;
}
