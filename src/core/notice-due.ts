/** Which notices a channel gets now, and which it has had. */
import type { Instant, Seconds } from "./model.ts";
import type { Notice } from "./notice.ts";
import type { NoticeLevel } from "./notice-settings.ts";

/** That a notice was given on a channel. */
export interface GivenNotice {
  readonly key: string;
  readonly channel: string;
  readonly at: Instant;
}

export interface NoticeTarget {
  readonly name: string;
  readonly levels: readonly NoticeLevel[];
}

/**
 * The notices of the channel's levels that were never given on it, or `remindAfter` ago or longer. One
 * that seems to have been given later than now (the clock went back) is given again: twice is better than never.
 */
export function selectDue(
  notices: readonly Notice[],
  target: NoticeTarget,
  given: readonly GivenNotice[],
  remindAfter: Seconds,
  now: Instant,
): Notice[] {
  const lastOf = new Map<string, Instant>();
  for (const { key, channel, at } of given) {
    if (channel === target.name) lastOf.set(key, Math.max(at, lastOf.get(key) ?? at));
  }
  return notices.filter(({ key, level }) => {
    if (!target.levels.includes(level)) return false;
    const last = lastOf.get(key);
    return last === undefined || last > now || now - last >= remindAfter;
  });
}
