/** When a plan can change without anybody doing anything. */
import type { Instant } from "./model.ts";
import type { Plan } from "./plan.ts";
import type { PolicySet } from "./policy.ts";
import { parseInstant } from "./time.ts";

/**
 * The first instant after `now` at which a gate or a window of the plan opens, or a statement of policy
 * begins or ends; null when none is known. What depends on the backend's own news (an install, a
 * device that goes stale) is not in it: the interval of the scheduler is for that.
 */
export function nextChangeAt(
  plan: Plan,
  policy: PolicySet,
  now: Instant,
  withheld: readonly { readonly until: string | null }[] = [],
): Instant | null {
  let next = Infinity;
  const consider = (at: Instant | null): void => {
    if (at !== null && at > now && at < next) next = at;
  };
  const considerText = (text: string | null): void => {
    if (text !== null) consider(parseInstant(text));
  };
  for (const row of plan.scheduled) considerText(row.opensAt);
  for (const row of plan.waiting) considerText(row.until);
  for (const row of withheld) considerText(row.until);
  for (const { from, to } of policy.freezes) [from, to].forEach(consider);
  for (const { until } of policy.holds) consider(until);
  for (const { expires } of policy.decisions) consider(expires);
  for (const { requestedAt, expiresAt } of policy.emergencies) [requestedAt, expiresAt].forEach(consider);
  return Number.isFinite(next) ? next : null;
}
