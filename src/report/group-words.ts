/** The sentences about one group, the same on every surface; foreign text goes through the surface's own escape. */
import type { Obstacle } from "../core/model.ts";
import type { ActionGroup } from "./group-actions.ts";
import { relative } from "./relative-time.ts";
import { formatCount, OBSTACLE_WORDS, REASON_WORDS } from "./words.ts";

type Escape = (text: string) => string;

/** `2026-03-19T20:00:00Z (in 1 d 11 h)` */
export function instantText(instant: string | null, at: string, absent: string, escape: Escape): string {
  if (instant === null) return absent;
  const twin = relative(instant, at);
  return twin === null ? escape(instant) : `${escape(instant)} (${twin})`;
}

function isObstacle(reason: ActionGroup["reason"]): reason is Obstacle {
  return reason in OBSTACLE_WORDS;
}

/** What a reason or an obstacle means; its code stands beside it. */
export function reasonWords(reason: ActionGroup["reason"]): string {
  return isObstacle(reason) ? OBSTACLE_WORDS[reason] : REASON_WORDS[reason];
}

/** `RECALLED: a recall names it`: code and words. */
export function reasonText(reason: ActionGroup["reason"]): string {
  return `${reason}: ${reasonWords(reason)}`;
}

/** `now 2 installed`: the statuses that the devices report. */
export function statusText(group: ActionGroup): string {
  const counts = Object.entries(group.statuses).map(([status, count]) => `${formatCount(count)} ${status}`);
  return `now ${counts.join(", ")}`;
}

/** `opens 2026-03-19T20:00:00Z (in 1 d 11 h)`, for scheduled rows. */
export function opensText(group: ActionGroup, at: string, escape: Escape): string {
  return `opens ${instantText(group.opensAt, at, "in more than 400 days", escape)}`;
}

/** Said of a reprocess that removes; "" for all others. */
export function retryText(group: ActionGroup): string {
  return group.danger === "removal-retry" ? "tries a failed removal again" : "";
}
