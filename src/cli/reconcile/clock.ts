/** The clock of a run: the process's, or the instant of `--at`. */
import type { Instant } from "../../core/model.ts";
import type { RunClock } from "../../reconcile/run/ports.ts";
import type { PreviewInvocation } from "../invocation.ts";

export function runClock({ globals, io }: PreviewInvocation): RunClock {
  return {
    now: (): Instant => globals.at ?? io.now(),
    elapsedMs: () => performance.now(),
    sleep,
  };
}

/** The longest that a timer of Node can wait. */
const LONGEST_MS = 2 ** 31 - 1;

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const wake = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, Math.min(ms, LONGEST_MS));
    signal?.addEventListener("abort", wake, { once: true });
  });
}
