/** The words of the screen (design 5.3): symbol and word, never colour alone. */
import type { Action, Obstacle, Reason } from "../core/model.ts";
import { percentOf, type Share } from "../core/share.ts";

export const SYMBOLS: Readonly<Record<Action, string>> = {
  approve: "+",
  ignore: "-",
  "do-nothing": "~",
  reprocess: "↻",
  uninstall: "✗",
};

/** `+ approve` */
export function actionWord(action: Action): string {
  return `${SYMBOLS[action]} ${action}`;
}

/** What do-nothing means: clearing a decision is an act (design 1.5). */
export const RELEASE_MEANS = "release: the backend's own rules decide again";

/** Why an action is not sent now, in words; the code stands beside it. */
export const OBSTACLE_WORDS: Readonly<Record<Obstacle, string>> = {
  IN_PROGRESS: "it is being installed or removed now",
  REBOOT_FIRST: "the device must be rebooted first",
  NOT_UNINSTALLABLE: "the patch cannot be removed",
  RETRIES_USED: "all retries of the fleet are used",
  MANUAL_BACKEND: "the backend cannot be told this: a person must do it",
  STALE_SCAN: "the last scan of the device is too old",
  RETRY_BACKOFF: "the next retry is not due yet",
  FROZEN: "a freeze covers the device",
  WINDOW: "the maintenance window of the device is shut",
};

/** What a verdict rests on, or what it waits for, in words; the code stands beside it. */
export const REASON_WORDS: Readonly<Record<Reason, string>> = {
  NO_RING: "the device is in no ring",
  NO_RULE: "no policy statement speaks of it",
  RECALLED: "a recall names it",
  DECIDED: "a person decided it",
  RULE: "the rule says so",
  HELD: "a hold names it",
  SUPERSEDED: "a newer patch covers it",
  EMERGENCY: "an emergency skips the promotion",
  NO_DATE: "the patch has no date, so its delay cannot run",
  DELAY: "the rule's delay after the patch date",
  APPROVED: "the rule approves it",
  PROMOTED: "its promotion was merged",
  NOT_INSTALLED_YET: "too few installs in the ring before, so no soak runs yet",
  SOAK: "the soak in the ring before",
  INSTALLED_PERCENT: "not enough of the ring before has it installed",
  FAILURES: "too many failures in the ring before",
  COVERAGE: "the ring before does not cover this ring",
  PROMOTION_REJECTED: "a promotion file is there, but it is not valid",
  PROMOTION: "all gates are open: the promotion must be merged",
};

/** What a guard counts, in words; guards of a name not known here are shown by name alone. */
export const GUARD_WORDS: Readonly<Record<string, string>> = {
  actionsPerRun: "actions in one run",
  devicesPerRun: "devices to approve, retry or remove on",
  uninstallsPerRun: "removals in one run",
  recallMaxDevices: "devices it would remove from",
  emptySnapshot: "devices in the snapshot (at least 1)",
  incompleteSnapshot: "1: the backend stopped half way",
  fleetShrink: "percent of devices gone since the last snapshot",
};

/** The words for a guard such as `recallMaxDevices:pull-kb5990160`. */
export function guardWords(guard: string): string {
  return GUARD_WORDS[guard.split(":", 1)[0] as string] ?? "";
}

/** `12,077`: the same in every language of the machine. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `1 device`, `2 devices` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`;
}

/** `371 of 396 (93.6 %)`, rounded down; counts only where the whole is small. */
export function formatShare(share: Share): string {
  const percent = percentOf(share);
  const counts = `${formatCount(share.part)} of ${formatCount(share.whole)}`;
  return percent === null ? counts : `${counts} (${percent.toFixed(1)} %)`;
}
