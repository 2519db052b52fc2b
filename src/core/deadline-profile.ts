/** What a standard asks for: how soon a patch must be on a device, and from when the time runs (interfaces d.6). */
import type { Instant, Seconds } from "./model.ts";
import type { DeviceSelector, PatchSelector } from "./policy.ts";
import { civilDate, dayNumber, formatDuration } from "./time.ts";

/**
 * What starts the clock of a tier.
 *
 * - `release`: the patch date (design 1.2); shown as `first-seen` or `detected` where there is no release date.
 * - `first-seen`: when the patch was first seen on any device, never per device.
 * - `kev-added`: the day on which it was added to the list of known exploited vulnerabilities, or the
 *   patch date where that is later: nobody installs what is not out.
 * - `kev-due`: the end of the day that the list itself names.
 */
export const DEADLINE_CLOCKS = ["release", "first-seen", "kev-added", "kev-due"] as const;
export type DeadlineClock = (typeof DEADLINE_CLOCKS)[number];

/** How much time a tier gives. A month is one of the calendar, in UTC; `next-upgrade` has no due date. */
export type Within =
  | { readonly kind: "exact"; readonly seconds: Seconds }
  | { readonly kind: "months"; readonly months: number }
  | { readonly kind: "next-upgrade" };

/** One line of a profile: which patches on which devices, by when. All conditions must hold. */
export interface DeadlineTier {
  readonly name: string;
  readonly patches: PatchSelector;
  readonly devices: DeviceSelector;
  /** Null where the tier does not ask. */
  readonly automatable: "yes" | "no" | null;
  readonly impact: "partial" | "total" | null;
  readonly clock: DeadlineClock;
  readonly within: Within;
  /** What must be done besides patching, such as `forensic triage`; null for nothing. */
  readonly task: string | null;
}

export interface DeadlineProfile {
  readonly name: string;
  readonly title: string;
  readonly edition: string | null;
  /** Where the rule stands; null for a house's own. */
  readonly source: string | null;
  readonly withdrawn: boolean;
  /** False where a standard knows no exceptions: a decision to ignore does not help then. */
  readonly acceptsExceptions: boolean;
  /** What a patch without SSVC answers counts as. */
  readonly unknownAs: { readonly automatable: "yes" | "no"; readonly impact: "partial" | "total" };
  /** At least one. Of several that match, the earliest due date counts. */
  readonly tiers: readonly DeadlineTier[];
}

/** When something that started then is due; null for `next-upgrade`. */
export function dueAfter(startedAt: Instant, within: Within): Instant | null {
  switch (within.kind) {
    case "exact":
      return startedAt + within.seconds;
    case "months":
      return addMonths(startedAt, within.months);
    case "next-upgrade":
      return null;
  }
}

/** The same day and time some months later, in UTC; the last day of the month where that has no such day. */
function addMonths(at: Instant, months: number): Instant {
  const days = Math.floor(at / 86_400);
  const { year, month, day } = civilDate(days);
  const index = year * 12 + (month - 1) + months;
  const first = dayNumber(Math.floor(index / 12), (index % 12) + 1, 1);
  const next = dayNumber(Math.floor((index + 1) / 12), ((index + 1) % 12) + 1, 1);
  return (first + Math.min(day, next - first) - 1) * 86_400 + (at - days * 86_400);
}

/** The least time that a tier ever gives: a month may have 28 days. Null where it has no due date of its own. */
export function shortestTime({ within, clock }: DeadlineTier): Seconds | null {
  if (clock === "kev-due" || within.kind === "next-upgrade") return null;
  if (within.kind === "exact") return within.seconds;
  return SHORTEST_DAYS[within.months % 12]! * 86_400 + Math.floor(within.months / 12) * 365 * 86_400;
}

/** The fewest days that so many months in a row have: one that ends in February, two around it, … */
const SHORTEST_DAYS = [0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334] as const;

/** `14d`, `1 month`, `the next upgrade`. */
export function withinWords(within: Within): string {
  switch (within.kind) {
    case "exact":
      return formatDuration(within.seconds);
    case "months":
      return within.months === 1 ? "1 month" : `${String(within.months)} months`;
    case "next-upgrade":
      return "the next upgrade";
  }
}

/** What no policy can say but every path to a device takes; all are the longest it should take. */
export interface DeadlineAssumptions {
  /** From a release to the scan that sees it. */
  readonly scan: Seconds;
  /** Between two runs of the reconciler. */
  readonly run: Seconds;
  /** From an open window to enough installs for the soak to start. */
  readonly quorum: Seconds;
  /** From an open request to its merge. */
  readonly review: Seconds;
  /** From an install to its reboot. */
  readonly reboot: Seconds;
  /** For the backend to accept one device's approval. */
  readonly perDevice: Seconds;
}

/** `Fleet.spec.deadlines` with its defaults. */
export interface DeadlineSettings {
  /** Those that the fleet is measured against, in the order named. */
  readonly profiles: readonly DeadlineProfile[];
  /** Every profile of the fleet's own, named or not. */
  readonly own: readonly DeadlineProfile[];
  /** `due-soon` for what is due within this time. */
  readonly warnBefore: Seconds;
  readonly assume: DeadlineAssumptions;
  /** The keys of `assume` that stand in the policy; the others are defaults. */
  readonly stated: readonly (keyof DeadlineAssumptions)[];
}

/** `due-soon` for what is due within three days (interfaces c.4). */
export const DEFAULT_WARN_BEFORE: Seconds = 3 * 86_400;

export const DEFAULT_ASSUMPTIONS: DeadlineAssumptions = {
  scan: 86_400,
  run: 3600,
  quorum: 86_400,
  review: 86_400,
  reboot: 86_400,
  perDevice: 0,
};
