/** What stands between a candidate and its approval (design 3, steps 6d and 6e), as far as evidence is not needed. */
import type { CompiledPolicy, CompiledRing } from "./compile.ts";
import { soakOf } from "./compile.ts";
import type { Instant, Reason, Seconds } from "./model.ts";
import type { Rule } from "./policy.ts";

/** The first shut gate, or the reason when all are open. */
export interface Gate {
  readonly reason: Reason;
  readonly until: Instant | null;
  /** Which of the outcomes of a rule this is; 0 is the one that depends on the patch's date. */
  readonly code: number;
}

/** The codes of outcomes without a gate. */
export const NO_RULE = 0;
export const RULE = 1;

const APPROVED: Gate = { reason: "APPROVED", until: null, code: 2 };
const NO_DATE: Gate = { reason: "NO_DATE", until: null, code: 3 };
const PROMOTION: Gate = { reason: "PROMOTION", until: null, code: 4 };
const PROMOTED: Gate = { reason: "PROMOTED", until: null, code: 5 };
const PROMOTION_REJECTED: Gate = { reason: "PROMOTION_REJECTED", until: null, code: 6 };

/** What is added to a gate's code for a patch that is contested. */
export const CONTESTED_CODES = 5;
export const PLAIN_CODES = 12;

/** `rule` is null for a candidate by decision or emergency. */
export function gateOf(compiled: CompiledPolicy, ring: CompiledRing, patch: number, rule: Rule | null): Gate {
  const { dates, now } = compiled;
  if (ring.ring.after === null) {
    const delay: Seconds = rule?.delay ?? 0;
    const date = dates.at[patch]!;
    if (Number.isNaN(date)) return delay > 0 ? NO_DATE : APPROVED;
    return now < date + delay ? { reason: "DELAY", until: date + delay, code: 0 } : APPROVED;
  }
  if (ring.promotions.size === 0) return PROMOTION;
  const standing = ring.promotions.get(patch);
  if (standing === undefined) return PROMOTION;
  return soakOf(rule, ring.ring) <= standing.coversSoak ? PROMOTED : PROMOTION_REJECTED;
}

/**
 * The latest patch date up to which the win of the rule at a position (-1: that of none) gives the same
 * outcome for all patches that are contested alike.
 */
export function settlesUpTo(ring: CompiledRing, position: number, now: Instant): Instant {
  const rule = ring.rules.rules[position]?.statement;
  if (rule?.then !== "approve") return Infinity;
  if (ring.ring.after === null) return now - rule.delay;
  return ring.promotions.size === 0 ? Infinity : -Infinity;
}
