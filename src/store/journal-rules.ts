/** What every store holds to: which actions are settled, and whose a lease is. */
import type { ActionIntent, ActionResult } from "../core/ledger.ts";
import type { Instant } from "../core/model.ts";
import type { JournalEntry, JournalResult, LeaseRecord } from "./store.ts";

/** True while an observation still has to say what became of an action. */
export function isUnsettled(result: ActionResult | null): boolean {
  return result === null || result === "accepted" || result === "unknown";
}

/** An intent as it enters the journal. */
export function journalEntry(run: string, intendedAt: Instant, intent: ActionIntent): JournalEntry {
  const { id, device, patch, action, ring, verdict, reason, source } = intent;
  const own = { id, device, patch, action, ring, verdict, reason, source };
  return { ...own, run, intendedAt, result: null, resultAt: null, detail: null, observations: 0 };
}

/** The entry with a result that became known at `at`. */
export function withResult(entry: JournalEntry, at: Instant, result: JournalResult): JournalEntry {
  return {
    ...entry,
    result: result.result,
    resultAt: at,
    detail: result.detail,
    observations: result.observations,
  };
}

/** Seconds by which two hosts' clocks may differ before a lease's times count as wrong. */
const CLOCK_SKEW_SECONDS = 300;

/**
 * Whether a lease is still somebody's at `now`.
 *
 * - `expired`: its time is over; anybody may take it.
 * - `held`: not yet.
 * - `rebase`: it ends later than its own length and a skew from `now`, so the clock went back since
 *   it was written. It then counts from `now`: a living holder loses nothing, a dead one's lease ends
 *   after its length, not after as long as the clock went back.
 */
export function judgeLease(lease: LeaseRecord, seconds: number, now: Instant): "expired" | "held" | "rebase" {
  if (lease.expiresAt <= now) return "expired";
  return lease.expiresAt - now > seconds + CLOCK_SKEW_SECONDS ? "rebase" : "held";
}
