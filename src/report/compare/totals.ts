import type { Comparison } from "../../core/comparison.ts";
import { ACTIONS } from "../../core/model.ts";

/** The numbers that every surface of a comparison shows, in this order and by these names. */
export type CompareTotals = Readonly<Record<string, number>>;

export function compareTotals({
  summary,
  snapshot,
  timing,
  guards,
  findings,
  resolved,
}: Comparison): CompareTotals {
  const byAction = (prefix: string, counts: Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries(ACTIONS.map((action) => [`${prefix} ${action}`, counts[action]!]));
  return {
    "changed decisions": summary.changed,
    "unchanged decisions": summary.unchanged,
    "devices with changes": summary.devices,
    "dangerous changes": summary.dangerous,
    ...byAction("appears", summary.appears),
    ...byAction("disappears", summary.disappears),
    "actions that change": summary.changes,
    "only the verdict changes": summary.verdictOnly,
    "verdict changes": summary.verdicts,
    "other time": summary.retimed,
    "other statement": summary.otherStatement,
    "timing groups": timing.length,
    "tripped guards": guards.filter((guard) => guard.tripped).length,
    "new findings": findings.length,
    "resolved findings": resolved,
    devices: snapshot.devices,
    facts: summary.facts,
  };
}
