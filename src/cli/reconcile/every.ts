/** `--every`: run after run, until it is stopped. */
import { parseInstant } from "../../core/time.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { describeFailure } from "../failure.ts";
import type { WritingInvocation } from "../invocation.ts";
import { runClock } from "./clock.ts";

export interface Once {
  readonly code: ExitCode;
  readonly nextChangeAt: string | null;
}

/** Two runs are never closer than this: what changes at one instant changes for many at once. */
const SHORTEST_WAIT_SECONDS = 60;

/**
 * Sleeps until the next instant at which something can change, or for the interval, whichever is
 * first. The trouble of one run never ends the loop: the next run looks again. Gives 0 when it was
 * asked to stop while nothing was under way, else the code of the run that was cut short.
 */
export async function runEvery(
  invocation: WritingInvocation,
  once: () => Promise<Once>,
  everySeconds: number,
  stop: AbortSignal,
): Promise<ExitCode> {
  const clock = runClock(invocation);
  for (;;) {
    const startedAt = clock.now();
    const ran = await tryOnce(invocation, once);
    if (isStopped(stop)) return ran?.code ?? EXIT_CODES.interrupted;
    const wait = waitSeconds(startedAt, clock.now(), ran?.nextChangeAt ?? null, everySeconds);
    await clock.sleep(wait * 1000, stop);
    if (isStopped(stop)) return EXIT_CODES.done;
  }
}

/** Counted from the start of a run, so that runs do not drift; a clock that jumped makes no long wait. */
export function waitSeconds(
  startedAt: number,
  now: number,
  nextChangeAt: string | null,
  everySeconds: number,
): number {
  const next = nextChangeAt === null ? null : parseInstant(nextChangeAt);
  const due = Math.min(startedAt + everySeconds, next ?? Infinity);
  return Math.min(everySeconds, Math.max(SHORTEST_WAIT_SECONDS, due - now));
}

async function tryOnce(invocation: WritingInvocation, once: () => Promise<Once>): Promise<Once | null> {
  try {
    return await once();
  } catch (error) {
    const { version, globals } = invocation;
    const failure = describeFailure(error, version, globals.verbose);
    await invocation.report(failure.diagnostics);
    if (failure.trace !== null) invocation.note(failure.trace);
    return null;
  }
}

/** Asked anew each time: it changes while something is awaited. */
function isStopped(stop: AbortSignal): boolean {
  return stop.aborted;
}
