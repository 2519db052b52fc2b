/** How many devices still lack a patch, day by day since its clock started. */
import { DEADLINE_STATES } from "../deadline-states.ts";
import type { DeadlineAssessment } from "../deadlines.ts";
import type { Decided } from "../decide.ts";
import { STATUSES, type Instant, type Patch } from "../model.ts";
import { EARLIEST_DATE } from "../time.ts";
import type { SiteScope } from "./scope.ts";

export interface BurnDown {
  readonly patch: Patch;
  readonly startedAt: Instant;
  /** The earliest due date; null where none is known. */
  readonly dueAt: Instant | null;
  /** Measured devices that are obliged. */
  readonly devices: number;
  /** Installed, but nobody knows when; they are gone from the first day on. */
  readonly undated: number;
  /** After each whole day since the start, and now. */
  readonly points: readonly { readonly at: Instant; readonly remaining: number }[];
}

const INSTALLED = STATUSES.indexOf("installed");
const STALE = DEADLINE_STATES.indexOf("stale");
const DAY = 86_400;
/** More days than this are drawn with wider steps. */
const MOST_POINTS = 60;

/** Null where the clock of the patch has not started, or nobody is obliged. */
export function burnDown(
  decided: Decided,
  assessment: DeadlineAssessment,
  scope: SiteScope,
  patch: number,
): BurnDown | null {
  const found = gather(decided, assessment, scope, patch);
  const { now } = assessment;
  if (found === null || found.startedAt >= now) return null;
  const { startedAt, devices, installs, undated, dueAt } = found;
  const days = Math.ceil((now - startedAt) / DAY);
  const step = Math.max(1, Math.ceil(days / MOST_POINTS)) * DAY;
  const points: { at: Instant; remaining: number }[] = [];
  for (let at = startedAt; at < now + step; at += step) {
    const until = Math.min(at, now);
    const done = installs.filter((one) => one <= until).length;
    points.push({ at: until, remaining: devices - undated - done });
  }
  return { patch: decided.snapshot.patches[patch]!, startedAt, dueAt, devices, undated, points };
}

interface Gathered {
  readonly startedAt: Instant;
  readonly dueAt: Instant | null;
  readonly devices: number;
  readonly undated: number;
  readonly installs: readonly Instant[];
}

function gather(
  { snapshot }: Decided,
  { states, dueAt, obligationsOf, now }: DeadlineAssessment,
  scope: SiteScope,
  patch: number,
): Gathered | null {
  const { devices, facts } = snapshot;
  const installs: Instant[] = [];
  const found = { startedAt: Infinity, dueAt: Infinity, devices: 0, undated: 0 };
  for (const device of scope.devices) {
    const start = devices.factStart[device]!;
    const end = start + devices.factCount[device]!;
    for (let fact = start; fact < end; fact += 1) {
      if (facts.patch[fact] !== patch || states[fact] === 0 || states[fact] === STALE) continue;
      found.devices += 1;
      found.startedAt = Math.min(found.startedAt, obligationsOf(fact)[0]?.startedAt ?? Infinity);
      if (dueAt[fact] !== 0) found.dueAt = Math.min(found.dueAt, dueAt[fact]!);
      if ((facts.state[fact]! & 7) !== INSTALLED) continue;
      const at = facts.installedAt[fact]!;
      if (at < EARLIEST_DATE || at > now) found.undated += 1;
      else installs.push(at);
    }
  }
  if (!Number.isFinite(found.startedAt)) return null;
  return { ...found, dueAt: Number.isFinite(found.dueAt) ? found.dueAt : null, installs };
}
