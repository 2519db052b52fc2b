import { ACTIONS, VERDICTS } from "../core/model.ts";
import type { Plan } from "../core/plan.ts";

/** The numbers that every surface shows, in this order and by these names (design 5.2). */
export type PlanTotals = Readonly<Record<string, number>>;

/**
 * The totals of a plan. `take-back` is the ignores where an approval is in force:
 * what is destructive and no removal.
 */
export function planTotals(plan: Plan): PlanTotals {
  return {
    ...Object.fromEntries(ACTIONS.map((action) => [action, plan.summary.actions[action]])),
    actions: plan.actions.length,
    "devices with actions": plan.summary.devices,
    destructive: plan.summary.destructive,
    "take back an approval": plan.summary.destructive - plan.summary.actions.uninstall,
    scheduled: plan.scheduled.length,
    blocked: plan.blocked.length,
    waiting: plan.waiting.reduce((sum, row) => sum + row.devices, 0),
    "tripped guards": plan.guards.filter((guard) => guard.tripped).length,
    devices: plan.snapshot.devices,
    "stale devices": plan.snapshot.stale,
    patches: plan.snapshot.patches,
    facts: plan.snapshot.facts,
    ...Object.fromEntries(VERDICTS.map((verdict) => [`verdict ${verdict}`, plan.verdicts[verdict]])),
  };
}
