import type { TextSink } from "./io.ts";

const PLAIN_EVERY_MS = 10_000;
const TERMINAL_EVERY_MS = 250;
const TERMINAL_AFTER_MS = 1000;

/**
 * Says on stderr what takes long: on a terminal one line that is rewritten after the first
 * second, elsewhere a plain line every 10 s. Work that is done sooner says nothing.
 */
export class Progress {
  readonly #sink: TextSink;
  readonly #quiet: boolean;
  /** Milliseconds from any fixed point. */
  readonly #clock: () => number;

  constructor(sink: TextSink, quiet: boolean, clock: () => number = () => performance.now()) {
    this.#sink = sink;
    this.#quiet = quiet;
    this.#clock = clock;
  }

  /** `label` such as "reading the snapshot". */
  async during<T>(label: string, work: () => Promise<T>): Promise<T> {
    if (this.#quiet) return work();
    const started = this.#clock();
    const line = { shown: false };
    const tick = (): void => {
      const elapsed = this.#clock() - started;
      const text = `patchring: ${label} (${Math.floor(elapsed / 1000)} s)`;
      if (!this.#sink.isTTY) this.#sink.write(`${text}\n`);
      else if (elapsed >= TERMINAL_AFTER_MS) {
        this.#sink.write(`\r\x1b[2K${text}`);
        line.shown = true;
      }
    };
    const timer = setInterval(tick, this.#sink.isTTY ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS);
    timer.unref();
    try {
      return await work();
    } finally {
      clearInterval(timer);
      if (line.shown) this.#sink.write("\r\x1b[2K");
    }
  }
}
