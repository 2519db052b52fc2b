import type { Obstacle, Reason } from "../../core/model.ts";
import type { WithheldReason } from "../../core/withhold.ts";

/** Why `reconcile` keeps an action of its plan back. */
export const WITHHELD_EXPLANATIONS: Readonly<Record<WithheldReason, string>> = {
  UNSETTLED:
    "The same action, or an earlier one for this patch on this device, was sent and the backend does not show its effect yet, or nobody knows whether it was taken. It is never sent again before the backend was read after the call. An observation settles it; nobody has to do anything. `ignore` is only ever kept back behind another `ignore`.",
  BRAKED:
    "The automatic brake: the patch failed on more devices of the ring than its limits allow while it rolls out, so no further device there is approved. It is proposed as a Hold by a request: merge it to hold the patch in Git, or close it to let the patch go on. It ends by itself when failures are within the limits again, or with a new revision. The limits are `brake` of the ring, else the strictest failure gates of the rings after it, else its own.",
  TRY_LATER:
    "The backend refused this action, or said yes and never showed it. It is tried again half an hour later, then after twice as long each time, up to the fleet's `retries.backoff`. What only stops an install (`ignore`, `do-nothing`) does not wait.",
};

/** What each reason of a verdict means, and what a person can do about it. */
export const REASON_EXPLANATIONS: Readonly<Record<Reason, string>> = {
  NO_RING:
    "No ring selects this device, so policy says nothing about it: the verdict is leave, and approvals that patchring set before are released. Recalls reach it all the same. If it should get patches, widen the `devices` of a ring or tag the device.",
  NO_RULE:
    "No approval rule, decision or emergency matches this patch on this device, so the verdict is leave: hands off. `onUnmatched` of the Fleet says whether approvals that patchring set before are released or kept. If the patch should go out, add a rule that matches it.",
  RECALLED:
    "A Recall names this patch: it must not be installed any more, and is removed where the recall says `uninstall: true`. Recalls beat everything else, also in no ring. The source names the recall; its reason and ticket stand there.",
  DECIDED:
    "A Decision by a person says so: ignore, or manual until somebody decides. Decisions beat rules; the narrowest scope counts, unless a broader one is locked. It ends at `until`, if it has an end.",
  RULE: "The winning approval rule says ignore or manual. At equal priority deny wins, so a rule that approves needs a higher `priority` to beat it.",
  HELD: "A Hold stops this patch because a problem was found. Devices that have it keep it. It goes on when the hold ends (`until`) or its file is removed. Check the reason and the ticket in the file before you remove it.",
  SUPERSEDED:
    "A newer patch that contains this one is installed on the device, or is approved and on its way there (the source is its id). Installing the old one would be wasted. If the newer one is held or fails for good, the old one is approved again by itself.",
  EMERGENCY:
    "An Emergency that skips `promotion` lets the patch into every ring at once. It ends at `until`, at most 72 hours after it was requested. Windows and freezes still count unless the emergency skips them too.",
  NO_DATE:
    "The rule waits some days after the patch date (`delay`), but neither the release, the first sight nor a detection has a sane date, so the delay cannot run. Set `delay: 0d` for such patches, or approve this one by a Decision.",
  DELAY:
    "A first ring waits `delay` after the patch date, to see whether others report problems. It opens at `until`. If it must go sooner, use a rule with a shorter delay, or an Emergency.",
  APPROVED:
    "A first ring, and everything is open: the patch should be installed. When it is not sent now, the row names the obstacle.",
  PROMOTED:
    "A valid Promotion for this ring and patch was merged, so it should be installed here. To stop it now add a Hold; removing the promotion file lets devices without the patch wait again.",
  NOT_INSTALLED_YET:
    "The soak clock has not started: too few devices of the ring before have the patch installed, with a date. Look there for devices that are offline, stale, waiting for a window or failing. New devices in that ring raise the number that is needed.",
  SOAK: "The patch has to run for the soak time in the ring before; it passes at `until`. The clock is that of the ring (`quorum`, `first-install` or `approved`) and can move when devices join the ring before.",
  INSTALLED_PERCENT:
    "The soak is over, but too small a share of the ring before has the patch installed (`gates.installedPercent`). Find the devices that lack it: pending a reboot, failed, offline. Stale devices do not count.",
  FAILURES:
    "More devices of the ring before failed to install it than the gates allow (`failedDevices`, `failedPercent`). Look at their errors: a local cause (disk full) is mended there; a cause in the patch calls for a Hold.",
  COVERAGE:
    "This ring has operating systems, sites or other values (`gates.coverage`) that no device of the ring before has shown to work. Add such a device to the ring before, or take the attribute out of the gate.",
  PROMOTION_REJECTED:
    "A promotion file for this ring and patch is there, but it is not valid: its digest, clock, soak, counts or gates do not agree with policy as it stands, or it was written by hand. `patchring validate` names what is wrong with the file.",
  PROMOTION:
    "Every gate is open. Only the merge of the promotion is missing: review and merge the pull request of this ring.",
};

/** What each obstacle means: why an action that policy wants is not sent now. */
export const OBSTACLE_EXPLANATIONS: Readonly<Record<Obstacle, string>> = {
  IN_PROGRESS:
    "The device is installing or removing this patch right now. Nothing is sent that would cut across it; the next run looks again. A device that stays so for days needs a look by a person.",
  REBOOT_FIRST:
    "The patch is to be removed, but its install still needs a reboot to complete. Reboot the device; the removal follows in the next run.",
  NOT_UNINSTALLABLE:
    "The patch is to be removed, but its vendor says that it cannot be. It is not tried. Plan another way back: a newer patch, a restore, or a new device.",
  RETRIES_USED:
    "The install or removal failed as often as `retries.max` of the Fleet allows, so it is not tried again. Read the error of the device and mend the cause there; the backend then counts anew.",
  MANUAL_BACKEND:
    "The backend does not list this action among its capabilities, so patchring cannot tell it. A person has to do it in the backend.",
  STALE_SCAN:
    "The last scan of the device is older than `staleAfter` of the Fleet, or missing, so what is reported may not be true any more. It gets only ignore and do-nothing until it reports again. Find out why it does not report.",
  RETRY_BACKOFF:
    "The last try failed less than `retries.backoff` of the Fleet ago. It is tried again at `opensAt`.",
  FROZEN:
    "A Freeze covers the device: nothing is approved, tried again or removed until it ends. Ignore and do-nothing go on. With `pending: withdraw` approvals in force are taken back for that time. An Emergency that skips `freeze` goes through.",
  WINDOW:
    "The maintenance window of the device is shut. The action is sent at `opensAt`, in the time zone that the schedule names. An Emergency that skips `window` goes through.",
};
