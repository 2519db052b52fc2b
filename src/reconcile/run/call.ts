/**
 * One call to the backend. Tried again only where the backend certainly took nothing; a call that
 * takes too long, or answers with garbage, is unknown, and nobody sends it again before reading.
 */
import pRetry from "p-retry";
import {
  ProviderError,
  type ActionBatch,
  type ActionOutcome,
  type PatchWriter,
} from "../../provider/provider.ts";
import type { RunClock } from "./ports.ts";

/** `failed`: certain that nothing of the batch was taken. */
export type CallResult =
  | { readonly kind: "answered"; readonly outcomes: readonly ActionOutcome[] }
  | { readonly kind: "failed"; readonly error: ProviderError }
  | { readonly kind: "stopped" };

export interface CallOrder {
  readonly writer: PatchWriter;
  readonly clock: RunClock;
  readonly random: () => number;
  readonly stop: AbortSignal;
  readonly timeoutSeconds: number;
  readonly retries: number;
  /** Before each try: waits for its turn, and makes sure of the lease. */
  readonly prepare: () => Promise<void>;
}

const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 30_000;

/** Throws what `prepare` throws. `stopped`: asked to stop between two tries; nothing was taken. */
export async function callBackend(batch: ActionBatch, order: CallOrder): Promise<CallResult> {
  const { clock, random, stop } = order;
  let failed: ProviderError | null = null;
  const attempt = async (): Promise<CallResult> => {
    if (stop.aborted && failed !== null) return { kind: "stopped" };
    await order.prepare();
    return { kind: "answered", outcomes: await callOnce(batch, order) };
  };
  try {
    return await pRetry(attempt, {
      retries: order.retries,
      minTimeout: 0,
      maxTimeout: 0,
      shouldRetry: ({ error }) => error instanceof ProviderError && error.retryable,
      // The wait is ours: with the clock and the randomness that were passed in.
      onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
        if (!(error instanceof ProviderError) || !error.retryable || retriesLeft === 0) return;
        failed = error;
        const base = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attemptNumber - 1));
        await clock.sleep(base * (0.5 + random() / 2), stop);
      },
    });
  } catch (error) {
    if (error instanceof ProviderError) return { kind: "failed", error };
    throw error;
  }
}

/** Throws `ProviderError` only; anything else that goes wrong after sending is unknown. */
async function callOnce(batch: ActionBatch, order: CallOrder): Promise<readonly ActionOutcome[]> {
  const { writer, clock, timeoutSeconds } = order;
  const answered = new AbortController();
  const sending = startSending(writer, batch);
  const late = clock.sleep(timeoutSeconds * 1000, answered.signal).then((): "late" => "late");
  try {
    const answer: unknown = await Promise.race([sending, late]);
    if (answer === "late") return unknown(batch, `no answer within ${timeoutSeconds} s`);
    return checkAnswer(batch, answer);
  } catch (error) {
    if (error instanceof ProviderError) throw error;
    const said = error instanceof Error ? error.message : String(error);
    return unknown(batch, `the call failed without saying whether it was taken: ${said}`);
  } finally {
    answered.abort();
  }
}

/** An answer that comes after its time is nobody's. */
function startSending(writer: PatchWriter, batch: ActionBatch): Promise<unknown> {
  const sending = (async (): Promise<unknown> => writer.send(batch))();
  sending.catch(() => undefined);
  return sending;
}

function checkAnswer(batch: ActionBatch, answer: unknown): readonly ActionOutcome[] {
  if (!Array.isArray(answer) || answer.length !== batch.actions.length) {
    return unknown(batch, "the answer does not have one outcome an action");
  }
  return (answer as unknown[]).map((one) =>
    isOutcome(one) ? one : { kind: "unknown", reason: "the answer is not one that is known" },
  );
}

function isOutcome(one: unknown): one is ActionOutcome {
  if (typeof one !== "object" || one === null || !("kind" in one)) return false;
  if (one.kind === "accepted") return true;
  return (
    (one.kind === "refused" || one.kind === "unknown") && "reason" in one && typeof one.reason === "string"
  );
}

function unknown(batch: ActionBatch, reason: string): readonly ActionOutcome[] {
  return batch.actions.map(() => ({ kind: "unknown", reason }));
}
