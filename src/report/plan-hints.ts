import type { Plan } from "../core/plan.ts";
import type { GroupedPlan } from "./group-actions.ts";

/** Words that every shell reads as one plain argument; others are not offered for copying. */
const SHELL_PLAIN = /^[A-Za-z0-9_.:@+][\w.:@~+-]*$/;

/** What to type next: why for the most dangerous rows, and how to read the rest. */
export function planHints(plan: Plan, groups: GroupedPlan): string[] {
  const first = [...groups.actions, ...groups.blocked, ...groups.scheduled].find(
    (group) => SHELL_PLAIN.test(group.example) && SHELL_PLAIN.test(group.patch),
  );
  const reason = groups.blocked[0]?.reason ?? plan.waiting[0]?.reason ?? groups.scheduled[0]?.reason;
  return [
    ...(first === undefined ? [] : [`patchring why ${first.example} ${first.patch}`]),
    ...(reason === undefined ? [] : [`patchring explain ${reason}`]),
    "patchring plan --json",
  ];
}
