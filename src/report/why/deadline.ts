/** The deadline of the fact that `why` speaks of. */
import type { FactDeadline } from "../../core/fact-deadline.ts";
import type { Instant } from "../../core/model.ts";
import { formatInstant } from "../../core/time.ts";
import { DEADLINE_STATE_WORDS, instantOrNull, obligationWords, RISK_WORDS } from "../deadline-words.ts";
import { instantWords } from "../promotion-words.ts";

/** `at risk (due soon); house: due … (in 3 d), 14d from release; next window …` */
export function deadlineWords(deadline: FactDeadline | null, now: Instant): string {
  if (deadline === null) return "no profile of the Fleet asks for it here";
  const { state, risk, obligations, nextWindow } = deadline;
  const [counts, ...others] = obligations;
  const why = risk === null ? "" : ` (${RISK_WORDS[risk]})`;
  const later =
    others.length === 0 ? [] : [`also ${others.map((one) => obligationWords(one, now)).join("; ")}`];
  return [
    `${DEADLINE_STATE_WORDS[state]}${why}`,
    obligationWords(counts!, now),
    ...later,
    `next window ${windowWords(nextWindow, now)}`,
  ].join("; ");
}

function windowWords(window: FactDeadline["nextWindow"], now: Instant): string {
  if (window === null) return "none within 400 days";
  return window.from <= now ? "open now" : instantWords(window.from, now);
}

/** The same for `--json`; instants as text. */
export function deadlineJson(deadline: FactDeadline | null): object | null {
  if (deadline === null) return null;
  const { state, risk, obligations, nextWindow } = deadline;
  const rows = obligations.map(({ profile, tier, clock, startedAt, dueAt }) => ({
    profile: profile.name,
    tier: tier.name,
    clock,
    startedAt: instantOrNull(startedAt),
    dueAt: instantOrNull(dueAt),
  }));
  const [counts, ...others] = rows;
  return {
    state,
    risk,
    ...counts,
    others,
    nextWindow:
      nextWindow === null
        ? null
        : { opensAt: formatInstant(nextWindow.from), closesAt: formatInstant(nextWindow.to) },
  };
}
