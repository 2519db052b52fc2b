/** How dangerous a change is, and of which kind. */
import type { ActionChange, ChangeDanger, ComparedSide } from "./comparison.ts";
import type { Verdict } from "./model.ts";

export function changeOf(base: ComparedSide, head: ComparedSide): ActionChange {
  if (base.action === null) return head.action === null ? "none" : "appears";
  if (head.action === null) return "disappears";
  const same =
    base.action.action === head.action.action &&
    base.action.sending === head.action.sending &&
    base.action.obstacle === head.action.obstacle;
  return same ? "none" : "changes";
}

function isRemoving({ action, verdict }: ComparedSide): boolean {
  if (action === null) return false;
  const { action: name } = action;
  return name === "uninstall" || name === "do-nothing" || (name === "reprocess" && verdict === "uninstall");
}

function keepsAway(verdict: Verdict): boolean {
  return verdict === "ignore" || verdict === "uninstall";
}

/** A superseded patch is not let in either: a newer one takes its place. */
function staysAway(verdict: Verdict): boolean {
  return keepsAway(verdict) || verdict === "superseded";
}

/** `isApproved`: an approval is in force on the devices. The worst that is true counts. */
export function dangerOfChange(base: ComparedSide, head: ComparedSide, isApproved: boolean): ChangeDanger {
  const change = changeOf(base, head);
  const action = change === "none" ? null : (head.action?.action ?? null);
  if (action === "uninstall") return "removal";
  if (action === "reprocess" && head.verdict === "uninstall") return "removal-retry";
  if (action === "do-nothing") return "release";
  if (isRemoving(base) && !isRemoving(head)) return "removal-dropped";
  if (action === "ignore" && isApproved) return "take-back";
  if (keepsAway(base.verdict) && !staysAway(head.verdict)) return "ban-lifted";
  if (action !== null) return action;
  return change === "disappears" ? "gone" : "verdict";
}
