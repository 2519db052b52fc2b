/** Sends the actions of a run (design 6.2): in a safe order, each written down before it is sent. */
import pLimit from "p-limit";
import { orderActions } from "../../core/apply-order.ts";
import type { ActionIntent, LedgerEntry } from "../../core/ledger.ts";
import type { ActionRow } from "../../core/plan.ts";
import type { ActionOutcome, PatchWriter, ProviderError, RaisedGuard } from "../../provider/provider.ts";
import type { JournalResult, StoreWriter } from "../../store/store.ts";
import { cutBatches, readPace } from "./batches.ts";
import { callBackend, type CallResult } from "./call.ts";
import { actionEntry, intentOf, outcomeEntry } from "./entries.ts";
import type { LeaseKeeper } from "./lease.ts";
import type { RunClock } from "./ports.ts";
import type { AnsweredAction } from "./report.ts";

export interface ApplyOrder {
  readonly run: string;
  readonly rows: readonly ActionRow[];
  readonly raised: readonly RaisedGuard[];
  readonly retries: number;
}

export interface ApplyPorts {
  readonly writer: PatchWriter;
  readonly store: StoreWriter;
  readonly lease: LeaseKeeper;
  readonly clock: RunClock;
  readonly random: () => number;
  readonly stop: AbortSignal;
}

export interface Applied {
  readonly answers: readonly AnsweredAction[];
  /** Not begun. */
  readonly left: number;
  /** Why the rest was not begun; `null` when everything was. */
  readonly halted: "interrupted" | "backend" | null;
  /** The last failure of the backend as a whole. */
  readonly failure: ProviderError | null;
}

/** Calls in a row that the backend fails as a whole before the rest is left for the next run. */
const HOPELESS_AFTER = 3;

/**
 * One device's trouble never stops another's: only a stop that was asked for, a backend that fails
 * call after call, or a store that cannot be written does. Throws `StoreError`, after what was under
 * way has been answered.
 */
export async function applyActions(order: ApplyOrder, ports: ApplyPorts): Promise<Applied> {
  const sender = new Sender(order, ports);
  const limit = pLimit(readPace(ports.writer.pace).concurrency);
  for (const { rows } of orderActions(order.rows)) {
    const batches = cutBatches(rows, readPace(ports.writer.pace).batchActions);
    await Promise.all(batches.map((batch) => limit(() => sender.sendBatch(batch))));
  }
  return sender.result();
}

class Sender {
  readonly #order: ApplyOrder;
  readonly #ports: ApplyPorts;
  readonly #pace: ReturnType<typeof readPace>;
  readonly #answers: AnsweredAction[] = [];
  /** Devices with an outcome that is not known: nothing more is sent to them in this run. */
  readonly #unsure = new Set<string>();
  #number = 0;
  #left = 0;
  #failedInRow = 0;
  #halted: Applied["halted"] = null;
  #failure: ProviderError | null = null;
  #broken: { readonly error: unknown } | null = null;
  #turn: Promise<void> = Promise.resolve();
  #nextCallAtMs = 0;

  constructor(order: ApplyOrder, ports: ApplyPorts) {
    this.#order = order;
    this.#ports = ports;
    this.#pace = readPace(ports.writer.pace);
  }

  result(): Applied {
    if (this.#broken !== null) throw this.#broken.error;
    return {
      answers: this.#answers,
      left: this.#left,
      halted: this.#left === 0 ? null : this.#halted,
      failure: this.#failure,
    };
  }

  /** Never rejects: what breaks is kept until everything under way has been answered. */
  async sendBatch(batch: readonly ActionRow[]): Promise<void> {
    const rows = batch.filter(({ device }) => !this.#unsure.has(device));
    this.#left += batch.length - rows.length;
    if (this.#ports.stop.aborted) this.#halted ??= "interrupted";
    if (rows.length === 0) return;
    if (this.#halted !== null || this.#broken !== null) {
      this.#left += rows.length;
      return;
    }
    try {
      await this.#send(rows);
    } catch (error) {
      this.#broken ??= { error };
    }
  }

  async #send(rows: readonly ActionRow[]): Promise<void> {
    const { store, clock, lease, writer, random, stop } = this.#ports;
    const { run, raised, retries } = this.#order;
    await this.#waitForTurn();
    if (stop.aborted) {
      this.#halted ??= "interrupted";
      this.#left += rows.length;
      return;
    }
    await lease.ensure();
    const intents = rows.map((row) => intentOf(run, (this.#number += 1), row));
    const at = clock.now();
    await store.recordIntents(
      run,
      at,
      intents,
      intents.map((intent) => actionEntry(run, at, intent)),
    );
    const actions = rows.map(({ device, patch, action, reason, source }) => ({
      device,
      patch,
      action,
      reason,
      source,
    }));
    let tries = 0;
    const result = await callBackend(
      { run, at, actions, raised },
      {
        writer,
        clock,
        random,
        stop,
        retries,
        timeoutSeconds: this.#pace.timeoutSeconds,
        prepare: async () => {
          tries += 1;
          if (tries > 1) await this.#waitForTurn();
          await lease.ensure();
        },
      },
    );
    await this.#record(rows, intents, this.#judge(rows, result));
  }

  #judge(rows: readonly ActionRow[], result: CallResult): Answer[] {
    switch (result.kind) {
      case "answered":
        this.#failedInRow = 0;
        return result.outcomes.map(answerOf);
      case "stopped":
        this.#halted ??= "interrupted";
        return rows.map(() => ({ result: "not-sent", detail: "asked to stop between two tries" }));
      case "failed": {
        const { error } = result;
        this.#failure = error;
        this.#failedInRow += 1;
        if (this.#failedInRow >= HOPELESS_AFTER) this.#halted ??= "backend";
        return rows.map(() => ({ result: "not-sent", detail: error.message }));
      }
    }
  }

  async #record(
    rows: readonly ActionRow[],
    intents: readonly ActionIntent[],
    answers: readonly Answer[],
  ): Promise<void> {
    const at = this.#ports.clock.now();
    const results: JournalResult[] = [];
    const entries: LedgerEntry[] = [];
    intents.forEach((intent, index) => {
      const { result, detail } = answers[index]!;
      results.push({ id: intent.id, result, detail, observations: 0 });
      entries.push(outcomeEntry(this.#order.run, at, intent, result, detail));
      const row = rows[index]!;
      if (result === "unknown") this.#unsure.add(row.device);
      this.#answers.push({ row, result, detail });
    });
    await this.#ports.store.recordResults(at, results, entries);
  }

  /** Calls are spread evenly when the provider limits them. */
  #waitForTurn(): Promise<void> {
    const { callsPerMinute } = this.#pace;
    if (callsPerMinute === null) return Promise.resolve();
    const { clock, stop } = this.#ports;
    this.#turn = this.#turn.then(async () => {
      const wait = this.#nextCallAtMs - clock.elapsedMs();
      if (wait > 0) await clock.sleep(wait, stop);
      this.#nextCallAtMs = Math.max(clock.elapsedMs(), this.#nextCallAtMs) + 60_000 / callsPerMinute;
    });
    return this.#turn;
  }
}

type Answer = Pick<AnsweredAction, "result" | "detail">;

function answerOf(outcome: ActionOutcome): Answer {
  return outcome.kind === "accepted"
    ? { result: "accepted", detail: null }
    : { result: outcome.kind, detail: outcome.reason };
}
