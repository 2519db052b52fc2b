/** One writer at a time: the lease is renewed while something takes long, and before each write that matters. */
import type { StoreWriter } from "../../store/store.ts";
import type { RunClock } from "./ports.ts";

export class LeaseKeeper {
  readonly #writer: StoreWriter;
  readonly #clock: RunClock;
  readonly #seconds: number;
  #renewedAt: number;
  #lost: { readonly error: unknown } | null = null;

  constructor(writer: StoreWriter, clock: RunClock, seconds: number) {
    this.#writer = writer;
    this.#clock = clock;
    this.#seconds = seconds;
    this.#renewedAt = clock.elapsedMs();
  }

  /** Throws `StoreError` with code `fenced` when somebody else has it. At least two thirds are left afterwards. */
  async ensure(): Promise<void> {
    if (this.#lost !== null) throw this.#lost.error;
    if (this.#clock.elapsedMs() - this.#renewedAt < (this.#seconds * 1000) / 3) return;
    const started = this.#clock.elapsedMs();
    await this.#writer.renewLease(this.#clock.now(), this.#seconds);
    this.#renewedAt = started;
  }

  /** Keeps it while some work goes on; throws when it was lost meanwhile. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const over = new AbortController();
    const renewing = this.#renewUntil(over.signal);
    try {
      return await work();
    } finally {
      over.abort();
      await renewing;
      await this.ensure();
    }
  }

  async #renewUntil(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#clock.sleep((this.#seconds * 1000) / 3, signal);
      if (signal.aborted) return;
      try {
        await this.ensure();
      } catch (error) {
        this.#lost = { error };
        return;
      }
    }
  }
}
