/** The words for deadlines: every one names its clock (design 5.3). The same on every surface. */
import type { ClockUsed, Obligation } from "../core/deadline-obligations.ts";
import { withinWords } from "../core/deadline-profile.ts";
import type { Risk } from "../core/deadline-risk.ts";
import type { DeadlineState } from "../core/deadline-states.ts";
import { conforming, measured, notMeasured, type DeadlineTotals } from "../core/deadline-totals.ts";
import type { Instant } from "../core/model.ts";
import { formatInstant } from "../core/time.ts";
import { instantWords } from "./promotion-words.ts";
import { formatCount } from "./words.ts";

export const CLOCK_WORDS: Readonly<Record<ClockUsed, string>> = {
  release: "release",
  "first-seen": "first seen, as no release date is known",
  detected: "first detection, as no release date is known",
  "kev-added": "the day it was listed as exploited",
  "kev-due": "the day named by the list of exploited ones",
};

export const DEADLINE_STATE_WORDS: Readonly<Record<DeadlineState, string>> = {
  none: "no deadline",
  met: "met",
  late: "met late",
  ok: "open, in time",
  "at-risk": "at risk",
  overdue: "overdue",
  excepted: "excepted",
  stale: "not measured: the scan is too old",
  "no-date": "not measured: no date to count from",
  "no-install-date": "not measured: installed nobody knows when",
};

export const RISK_WORDS: Readonly<Record<Risk, string>> = {
  "not-approved": "nothing will install it unless a person acts",
  "gate-late": "a gate opens after it is due",
  "no-window": "no window opens before it is due",
  "due-soon": "due soon",
};

/** `14d from release` */
export function limitWords({ tier, clock }: Obligation): string {
  if (clock === "kev-due") return CLOCK_WORDS[clock];
  const from = clock === null ? "a date that is not known" : CLOCK_WORDS[clock];
  return `${withinWords(tier.within)} from ${from}`;
}

/** `cyber-essentials: due 2026-03-24T17:00:00Z (in 6 d 8 h), 14d from release`. Names are of policy: no escape needed. */
export function obligationWords(obligation: Obligation, now: Instant): string {
  const { profile, dueAt, tier, isAssumed } = obligation;
  const due = dueAt === null ? "no due date" : `due ${instantWords(dueAt, now)}`;
  const assumed = isAssumed ? ", the worse answer assumed" : "";
  const task = tier.task === null ? "" : `, and ${tier.task}`;
  return `${profile.name}: ${due}, ${limitWords(obligation)}${assumed}${task}`;
}

/** Under so many a percentage says more than it knows (interfaces c.3). */
const FEWEST_FOR_PERCENT = 20;

/** `371 of 396 measured in time (93.6 %)`; rounded down, counts only below 20. */
export function conformanceWords(totals: DeadlineTotals): string {
  const whole = measured(totals);
  const part = conforming(totals);
  const share = `${String(Math.floor((1000 * part) / whole) / 10)} %`;
  const counts = `${formatCount(part)} of ${formatCount(whole)} measured in time`;
  return whole < FEWEST_FOR_PERCENT ? counts : `${counts} (${share})`;
}

/** Every part with its count, zeros left out; the parts add up to all obligations. */
export function partsWords(totals: DeadlineTotals): string {
  const { met, ok, atRisk, late, overdue, excepted, stale, noDate, noInstallDate } = totals;
  const why = [
    [stale, "stale scan"],
    [noDate, "no date"],
    [noInstallDate, "no install date"],
  ] as const;
  const reasons = why.filter(([count]) => count > 0).map(([count, word]) => `${formatCount(count)} ${word}`);
  const parts = [
    [met, "met"],
    [ok, "open"],
    [atRisk, "at risk"],
    [late, "met late"],
    [overdue, "overdue"],
    [excepted, "excepted"],
    [notMeasured(totals), `not measured (${reasons.join(", ")})`],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${formatCount(count)} ${word}`)
    .join(", ");
}

export function instantOrNull(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}
