/** Which request asks for a candidate, and why it is left out: looked up, since there can be thousands. */
import type { PromotionCandidate } from "../../core/promotion-candidates.ts";
import type { LeftOut } from "../../core/promotion-request.ts";
import type { PromotionPlan } from "../../reconcile/promote/plan-promotions.ts";
import type { RequestPlan } from "../../reconcile/promote/steps.ts";

export interface PlanIndex {
  leftOut(candidate: PromotionCandidate): LeftOut | null;
  request(candidate: PromotionCandidate): RequestPlan | null;
}

/** Null for a plan that there is none of: nothing is found then. */
export function indexPlan(plan: PromotionPlan | null): PlanIndex {
  const leftOut = new Map(plan?.leftOut.map((one) => [one.candidate, one]));
  const keyOf = (ring: string, patch: string): string => `${ring} ${patch}`;
  const requests = new Map<string, RequestPlan>();
  for (const request of plan?.requests ?? []) {
    for (const patch of request.asked) {
      const key = keyOf(request.ring, patch);
      if (!requests.has(key)) requests.set(key, request);
    }
  }
  return {
    leftOut: (candidate) => leftOut.get(candidate) ?? null,
    request: ({ ring, patch }) => requests.get(keyOf(ring.name, patch.id)) ?? null,
  };
}
