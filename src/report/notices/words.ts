/** A notice as one sentence: what, by when, who acts, and the command or page that goes on from there. */
import type { Notice, NoticeActor } from "../../core/notice.ts";
import { NOTICE_LEVELS, type NoticeLevel } from "../../core/notice-settings.ts";
import { formatInstant } from "../../core/time.ts";
import { cut, showControls } from "../escape/controls.ts";
import { formatCount } from "../words.ts";
import { noticeWhat, plain } from "./what.ts";

/** Who acts next. */
export const ACTOR_WORDS: Readonly<Record<NoticeActor, string>> = {
  operators: "whoever runs patching",
  reviewer: "a reviewer",
  "policy-owner": "the owner of the policy",
  "device-user": "whoever has the device",
};

export const LEVEL_WORDS: Readonly<Record<NoticeLevel, string>> = {
  page: "now",
  ticket: "today",
  digest: "later",
};

/** A command that can be copied into a shell: words that a shell would read otherwise are quoted. */
export function commandLine(words: readonly string[]): string {
  return words
    .map((word) => cut(showControls(word.slice(0, 400)), 200))
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(" ");
}

/** Who, by when, and how to go on: `By 2026-03-18T17:00:00Z: a reviewer.` */
export function noticeWho(notice: Notice): string {
  const who = ACTOR_WORDS[notice.actor];
  return notice.by === null ? `To act: ${who}` : `To act by ${formatInstant(notice.by)}: ${who}`;
}

/** A page only where it is one of the web; else the command. */
export function noticeNext({ link, next }: Notice): string {
  return safeLink(link) ?? commandLine(next);
}

/** Null for anything but a plain address of the web. */
export function safeLink(link: string | null): string | null {
  return link !== null && /^https?:\/\/[\w.:-]+(?:\/[\w./~%+=&?#:@-]*)?$/.test(link) && link.length <= 500
    ? link
    : null;
}

export function noticeSentence(notice: Notice): string {
  return `${noticeWhat(notice.subject)}. ${noticeWho(notice)}. Next: ${noticeNext(notice)}`;
}

/** How many of each level, the most urgent first; levels without a notice are left out. */
function countLevels(notices: readonly Notice[]): { readonly level: string; readonly count: number }[] {
  return NOTICE_LEVELS.map((level) => ({
    level: LEVEL_WORDS[level],
    count: notices.filter((one) => one.level === level).length,
  })).filter(({ count }) => count > 0);
}

/** `Needs a person: 5 (1 now, 4 later)`: the head of the list on every surface. */
export function needsHeading(notices: readonly Notice[]): string {
  if (notices.length === 0) return "Nothing needs a person.";
  const levels = countLevels(notices).map(({ level, count }) => `${formatCount(count)} ${level}`);
  return `Needs a person: ${formatCount(notices.length)} (${levels.join(", ")})`;
}

/** `2 for now, 1 for today`: the subject of a message. */
export function messageSubject(fleet: string, notices: readonly Notice[]): string {
  const parts = countLevels(notices).map(({ level, count }) => `${formatCount(count)} for ${level}`);
  return `patching of ${plain(fleet)}: ${parts.join(", ")}`;
}
