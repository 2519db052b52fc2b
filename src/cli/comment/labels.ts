/** Labels that say what a change of policy would do, so that rules of the forge can ask for other reviewers. */
import type { Comparison } from "../../core/comparison.ts";
import type { Action } from "../../core/model.ts";

const PREFIX = "plan/";
const NAMES: Readonly<Record<Action, string>> = {
  approve: "plan/approve",
  ignore: "plan/ignore",
  "do-nothing": "plan/release",
  reprocess: "plan/reprocess",
  uninstall: "plan/uninstall",
};

/**
 * One for each action that some device would get and does not get from the base; `plan/none` when no
 * decision changes; `plan/other` when decisions change but no action is added. Sorted.
 */
export function planLabels({ changes, summary }: Comparison): string[] {
  if (summary.changed === 0) return ["plan/none"];
  const added = changes.flatMap(({ base, head }) =>
    head.action === null || head.action.action === base.action?.action ? [] : [NAMES[head.action.action]],
  );
  return added.length === 0 ? ["plan/other"] : [...new Set(added)].sort();
}

export function isPlanLabel(label: string): boolean {
  return label.startsWith(PREFIX);
}
