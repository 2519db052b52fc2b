/** Trying again, for the classes of errors where that may help, and for those only. */
import pRetry from "p-retry";
import { NoticeError } from "./notice.ts";

export interface RetrySettings {
  /** After the first try. */
  readonly retries: number;
  /** Before the second try; doubles, with jitter. */
  readonly firstWaitMs: number;
}

export const DEFAULT_RETRY: RetrySettings = { retries: 2, firstWaitMs: 1000 };

/** Rethrows the last `NoticeError`. */
export function withRetry<T>(settings: RetrySettings, attempt: () => Promise<T>): Promise<T> {
  return pRetry(attempt, {
    retries: settings.retries,
    minTimeout: settings.firstWaitMs,
    maxTimeout: 10_000,
    randomize: true,
    shouldRetry: ({ error }) => error instanceof NoticeError && error.retryable,
  });
}
