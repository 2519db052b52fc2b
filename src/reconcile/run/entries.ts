/** Ledger entries of a run (design 6): what each thing that happens leaves behind. */
import type { ActionIntent, ActionResult, LedgerEntry, RunSummary } from "../../core/ledger.ts";
import type { Instant } from "../../core/model.ts";
import type { ActionRow, GuardRow } from "../../core/plan.ts";
import type { BrakeFinding } from "../../core/brake.ts";
import type { RaisedGuard } from "../../provider/provider.ts";
import type { PromotionResult } from "../promote/promote.ts";

export function intentOf(run: string, number: number, row: ActionRow): ActionIntent {
  const { device, patch, action, ring, verdict, reason, source } = row;
  return { id: `${run}/${number}`, device, patch, action, ring, verdict, reason, source };
}

/** Field by field: an intent that comes from a journal has more. */
export function actionEntry(run: string, at: Instant, intent: ActionIntent): LedgerEntry {
  const { id, device, patch, action, ring, verdict, reason, source } = intent;
  return { at, run, type: "action", data: { id, device, patch, action, ring, verdict, reason, source } };
}

export function outcomeEntry(
  run: string,
  at: Instant,
  { id, device, patch }: Pick<ActionIntent, "id" | "device" | "patch">,
  result: ActionResult,
  detail: string | null,
): LedgerEntry {
  return { at, run, type: "outcome", data: { action: id, device, patch, result, detail } };
}

export function guardEntry(
  run: string,
  at: Instant,
  { guard, limit, value, tripped }: GuardRow,
): LedgerEntry {
  return { at, run, type: "guard", data: { guard, limit, value, tripped } };
}

export function overrideEntry(
  run: string,
  at: Instant,
  { guard, limit, value, reason }: RaisedGuard,
): LedgerEntry {
  return { at, run, type: "override", data: { guard, limit, value, reason } };
}

export function brakeEntry(
  run: string,
  at: Instant,
  event: "set" | "released",
  { ring, patch, failed, eligible }: BrakeFinding,
  request: number | null,
  detail: string,
): LedgerEntry {
  return { at, run, type: "brake", data: { event, ring, patch, failed, eligible, request, detail } };
}

export function runEntry(run: string, at: Instant, summary: RunSummary): LedgerEntry {
  return { at, run, type: "run", data: summary };
}

/** Null for a request that nothing was written to. */
export function promotionEntry(run: string, at: Instant, result: PromotionResult): LedgerEntry | null {
  const { request, outcome } = result;
  if (outcome.kind !== "done" || !outcome.wrote) return null;
  const kinds = new Set(request.steps.map(({ kind }) => kind));
  const event =
    outcome.merged !== null
      ? "merged"
      : kinds.has("close-request")
        ? "closed"
        : request.number === null
          ? "opened"
          : "updated";
  const { ring, headSha, asked } = request;
  return {
    at,
    run,
    type: "promotion",
    data: {
      event,
      ring,
      request: outcome.number,
      headSha: outcome.merged ?? headSha,
      patches: asked,
      detail: null,
    },
  };
}
