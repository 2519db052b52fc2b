/** How long something may have to wait for a window, at worst: the longest gap of the next year, clock changes included. */
import type { Instant, Seconds } from "./model.ts";
import { MOST_WINDOWS } from "./opportunity.ts";
import type { Schedule } from "./policy.ts";
import { nextWindows } from "./schedule.ts";
import type { ZoneRules } from "./zone.ts";

const YEAR: Seconds = 366 * 86_400;

export interface WorstWait {
  /** Null when no window opens within a year. */
  readonly seconds: Seconds | null;
  /** The gap, from the end of one open stretch to the start of the next; null where it is never shut. */
  readonly gap: { readonly shutAt: Instant; readonly opensAt: Instant } | null;
  readonly zone: string;
}

/** The longest gap that begins within a year after `from`, over all zones; of equals the first. At least one zone. */
export function worstWait(
  schedule: Schedule,
  candidateZones: readonly string[],
  from: Instant,
  zones: ZoneRules,
): WorstWait {
  const waits = candidateZones.map((zone) => waitIn(schedule, zone, from, zones));
  return waits.reduce((worst, wait) =>
    (wait.seconds ?? Infinity) > (worst.seconds ?? Infinity) ? wait : worst,
  );
}

function waitIn(schedule: Schedule, zone: string, from: Instant, zones: ZoneRules): WorstWait {
  let shutAt = from;
  let worst: WorstWait = { seconds: 0, gap: null, zone };
  for (const { opensAt, closesAt } of nextWindows(schedule, zone, from, MOST_WINDOWS, zones)) {
    if (shutAt > from + YEAR) return worst;
    const seconds = opensAt - shutAt;
    if (seconds > (worst.seconds ?? 0)) worst = { seconds, gap: { shutAt, opensAt }, zone };
    if (closesAt === null) return worst;
    shutAt = closesAt;
  }
  // The windows end within the year: nothing opens again.
  return shutAt > from + YEAR ? worst : { seconds: null, gap: null, zone };
}
