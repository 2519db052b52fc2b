/** What the recorded runs say of the scheduled job: how often it runs, how it went, when it is due next. */
import type { KnownRun } from "./metrics.ts";
import type { Instant, Seconds } from "./model.ts";

const DAY: Seconds = 86_400;
/** Gaps between starts that the usual one is taken from. */
const GAPS = 48;

export interface RecordedRun extends KnownRun {
  readonly id: string;
}

export interface RunGap {
  readonly seconds: Seconds;
  readonly from: Instant;
  /** The next start, or now. */
  readonly to: Instant;
}

export interface RunRhythm {
  /** However it ended; one that goes on, or was cut off, has no summary. */
  readonly last: RecordedRun;
  /** The last that exited with 0; null when none is recorded. */
  readonly lastSuccess: RecordedRun | null;
  /** Runs that began within 24 hours before now. `quiet`, `changed`, `troubled` and `unfinished` add up to `runs`. */
  readonly inDay: {
    readonly runs: number;
    /** Exited with 0 and changed nothing: heartbeats. */
    readonly quiet: number;
    /** Exited with 0 and changed something. */
    readonly changed: number;
    /** Exited with anything else. */
    readonly troubled: number;
    readonly unfinished: number;
  };
  /** The median time between starts; null with fewer than three runs. */
  readonly interval: Seconds | null;
  /** Runs that 24 hours should have had at that pace, or the time since the first run where that is shorter; null without a pace. */
  readonly expectedInDay: number | null;
  /** The longest time without a start within 24 hours, up to now; null with a single run that began now. */
  readonly longestGap: RunGap | null;
  /** The last start and the pace; null without a pace. */
  readonly nextAt: Instant | null;
  /** A whole interval past `nextAt`: nobody starts it any more. */
  readonly isOverdue: boolean;
}

/** `runs`: newest first. Null when there are none. */
export function findRhythm(runs: readonly RecordedRun[], now: Instant): RunRhythm | null {
  const last = runs[0];
  if (last === undefined) return null;
  const interval = usualInterval(runs);
  const since = now - DAY;
  const day = runs.filter((run) => run.startedAt > since && run.startedAt <= now);
  const first = runs.at(-1)!.startedAt;
  const nextAt = interval === null ? null : last.startedAt + interval;
  const good = day.filter(isSuccess);
  return {
    last,
    lastSuccess: runs.find(isSuccess) ?? null,
    inDay: {
      runs: day.length,
      quiet: good.filter((run) => !run.summary!.changed).length,
      changed: good.filter((run) => run.summary!.changed).length,
      troubled: day.filter((run) => run.summary !== null && run.summary.exitCode !== 0).length,
      unfinished: day.filter((run) => run.summary === null).length,
    },
    interval,
    expectedInDay: expected(interval, Math.min(DAY, now - first)),
    longestGap: longestGap(runs, since, now),
    nextAt,
    isOverdue: nextAt !== null && now > nextAt + interval!,
  };
}

function isSuccess({ summary }: RecordedRun): boolean {
  return summary?.exitCode === 0;
}

function usualInterval(runs: readonly RecordedRun[]): Seconds | null {
  const gaps = runs
    .slice(0, GAPS)
    .slice(1)
    .map((run, at) => runs[at]!.startedAt - run.startedAt)
    .filter((gap) => gap > 0)
    .sort((a, b) => a - b);
  return gaps.length < 2 ? null : gaps[Math.floor(gaps.length / 2)]!;
}

/** Counts whole intervals only, so that a run that is just due is not missed yet. */
function expected(interval: Seconds | null, span: Seconds): number | null {
  return interval === null ? null : Math.max(1, Math.floor(Math.max(0, span) / interval));
}

function longestGap(runs: readonly RecordedRun[], since: Instant, now: Instant): RunGap | null {
  let longest: RunGap | null = null;
  let to = now;
  for (const { startedAt } of runs) {
    const from = Math.max(startedAt, since);
    const seconds = to - from;
    if (seconds > 0 && (longest === null || seconds > longest.seconds)) longest = { seconds, from, to };
    to = Math.min(to, startedAt);
    if (startedAt <= since) break;
  }
  return longest;
}
