/** `promotion.by: auto`: the run merges its own request when every gate and check is open (design 4.3). */
import type { Check, Review } from "../../forge/forge.ts";
import { orderMerge } from "../../forge/merge-message.ts";
import { EVIDENCE_CHECK } from "./evidence-check.ts";
import type { SlotFill } from "./fill-slot.ts";
import type { ObservedRequest } from "./observed.ts";
import type { PromoteInput } from "./plan-promotions.ts";
import type { PromoteStep } from "./steps.ts";

/**
 * Empty unless the head was left as it is by this run, an earlier run set our check on it (so that
 * other checks had time to start), all checks are green and nobody asks for changes. What a person
 * has changed, a person merges.
 */
export function mergeStep(input: PromoteInput, fill: SlotFill, observed: ObservedRequest): PromoteStep[] {
  const { request, checks, reviews } = observed;
  const ring = input.decided.compiled.rings.find((one) => one.ring.name === fill.slot.ring)?.ring;
  if (ring?.promotion.by !== "auto" || fill.asked.length === 0 || request.isDraft) return [];
  if (fill.frozenBy?.kind === "commit" || fill.foreign.length > 0) return [];
  if (request.mergeability !== "clean" || !areOpen(checks) || asksForChanges(reviews)) return [];
  if (fill.asked.some(({ candidate }) => candidate.state.kind !== "ready")) return [];
  return [{ kind: "merge", order: orderMerge(request, reviews, request.head.sha) }];
}

function areOpen(checks: readonly Check[]): boolean {
  return (
    checks.some(({ name }) => name === EVIDENCE_CHECK) && checks.every(({ state }) => state === "success")
  );
}

/** The last review of an insider that is not a mere comment counts. */
function asksForChanges(reviews: readonly Review[]): boolean {
  const last = new Map<string, Review>();
  for (const review of reviews) {
    if (review.isInsider && review.state !== "commented") last.set(review.author.login, review);
  }
  return [...last.values()].some(({ state }) => state === "changes-requested");
}
