import { ACTIONS, type Action } from "../core/model.ts";
import { compareNullable } from "../core/order.ts";
import type { Plan } from "../core/plan.ts";
import type { PlanContext } from "./plan-context.ts";

export interface SiteCount {
  /** Null where the context does not know it. Hostile text. */
  readonly client: string | null;
  readonly site: string | null;
  /** Distinct devices with an action; a device is at one site, so they add up to `summary.devices`. */
  readonly devices: number;
  readonly actions: Readonly<Record<Action, number>>;
}

type Draft = { -readonly [K in keyof SiteCount]: SiteCount[K] } & { actions: Record<Action, number> };

/**
 * The actions of a plan by client and site; most devices first, then by client and
 * site. Empty when the context knows no device.
 */
export function groupBySite(plan: Plan, context: PlanContext): SiteCount[] {
  const sites = new Map<string, Draft>();
  const seen = new Set<string>();
  for (const { device, action } of plan.actions) {
    const info = context.device(device);
    const [client, site] = [info?.client ?? null, info?.site ?? null];
    const key = JSON.stringify([client, site]);
    let own = sites.get(key);
    if (own === undefined) {
      const actions = Object.fromEntries(ACTIONS.map((name) => [name, 0])) as Record<Action, number>;
      sites.set(key, (own = { client, site, devices: 0, actions }));
    }
    own.actions[action] += 1;
    if (!seen.has(device)) own.devices += 1;
    seen.add(device);
  }
  const known = [...sites.values()].some(({ client, site }) => client !== null || site !== null);
  if (!known) return [];
  return [...sites.values()].sort(
    (a, b) => b.devices - a.devices || compareNullable(a.client, b.client) || compareNullable(a.site, b.site),
  );
}
