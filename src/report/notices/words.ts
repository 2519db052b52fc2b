/** A notice as one sentence: what, how many, by when, who acts, and the command or page that goes on from there. */
import type { DeadlineState, Notice, NoticeActor, NoticeSubject } from "../../core/notice.ts";
import type { NoticeLevel } from "../../core/notice-settings.ts";
import { formatInstant } from "../../core/time.ts";
import { cut, showControls } from "../escape/controls.ts";
import { counted, formatCount, guardWords, OBSTACLE_WORDS } from "../words.ts";

/** Longest piece of hostile text inside a sentence. */
const PIECE = 120;
const LISTED = 3;

const ACTOR_WORDS: Readonly<Record<NoticeActor, string>> = {
  operators: "whoever runs patching",
  reviewer: "a reviewer",
  "policy-owner": "the owner of the policy",
  "device-user": "whoever has the device",
};

const DEADLINE_WORDS: Readonly<Record<DeadlineState, string>> = {
  "at-risk": "close to their due date",
  overdue: "overdue",
  "no-window": "due before any window opens",
};

export const LEVEL_WORDS: Readonly<Record<NoticeLevel, string>> = {
  page: "now",
  ticket: "today",
  digest: "later",
};

function plain(text: string): string {
  return cut(showControls(text.slice(0, PIECE * 2)), PIECE);
}

function listed(items: readonly string[]): string {
  const shown = items.slice(0, LISTED).map(plain).join(", ");
  return items.length > LISTED ? `${shown} and ${formatCount(items.length - LISTED)} more` : shown;
}

/**
 * What happened and how many, one line without a period. No control or format character is in it; what
 * the place where it is shown takes for markup is still to be escaped there.
 */
export function noticeWhat(subject: NoticeSubject): string {
  switch (subject.kind) {
    case "run-stopped": {
      const how = subject.outcome === "stalled" ? "is stopped until somebody acts" : "failed";
      return `The step ${plain(subject.step)} ${how}: ${cut(showControls(subject.detail.slice(0, 600)), 300)}`;
    }
    case "guard": {
      const { guard, value, limit, exploited } = subject;
      const words = guardWords(guard);
      const behind =
        exploited === 0
          ? ""
          : `; it holds back ${counted(exploited, "exploited patch", "exploited patches")}`;
      return `The guard ${plain(guard)} stopped the run: ${formatCount(value)}, limit ${formatCount(limit)}${words === "" ? "" : ` (${words})`}${behind}`;
    }
    case "outcome-unknown":
      return `The outcome of ${counted(subject.count, "action")} on ${counted(subject.devices, "device")} is unknown since ${formatInstant(subject.since)}${subject.observations === 0 ? "; the next observation settles it" : `, after ${counted(subject.observations, "observation")}`}`;
    case "outcome-unverified":
      return `${counted(subject.count, "action")} on ${counted(subject.devices, "device")} ${subject.count === 1 ? "was" : "were"} answered with success since ${formatInstant(subject.since)}, but the backend does not show ${subject.count === 1 ? "it" : "them"}`;
    case "brake":
      return `${plain(subject.patch)} fails in ring ${plain(subject.ring)}: ${formatCount(subject.failed)} of ${counted(subject.eligible, "device")} failed, so its further approvals there are stopped`;
    case "promotion-waits":
      return `${subject.request === null ? "" : `Request ${subject.request}: `}${counted(subject.patches.length, "patch", "patches")} may go to ring ${plain(subject.ring)} (${listed(subject.patches)}), ${counted(subject.installs, "install")}`;
    case "promotion-rejected":
      return `The promotion of ${counted(subject.patches.length, "patch", "patches")} to ring ${plain(subject.ring)} is not valid (${listed(subject.patches)}), ${counted(subject.installs, "install")} wait`;
    case "exception-ends":
      return `${plain(subject.statement)} ends (${plain(subject.file)}${subject.owner === null ? "" : `, owner ${plain(subject.owner)}`}): what it held back then follows the rules again`;
    case "deadline":
      return `${counted(subject.patches, "patch", "patches")} on ${counted(subject.devices, "device")} ${subject.patches === 1 ? "is" : "are"} ${DEADLINE_WORDS[subject.state]} (${plain(subject.profile)})`;
    case "blocked":
      return `${counted(subject.patches.length, "patch", "patches")} on ${counted(subject.devices, "device")} cannot go on: ${OBSTACLE_WORDS[subject.obstacle]} (${listed(subject.patches)})`;
    case "decide":
      return `${counted(subject.facts, "patch on a device", "patches on devices")} ${subject.facts === 1 ? "waits" : "wait"} for a decision by a person`;
  }
}

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

/** `2 notices for now, 1 for today`: the subject of a message. */
export function messageSubject(fleet: string, notices: readonly Notice[]): string {
  const parts = (["page", "ticket", "digest"] as const)
    .map((level) => ({ level, count: notices.filter((one) => one.level === level).length }))
    .filter(({ count }) => count > 0)
    .map(({ level, count }) => `${formatCount(count)} for ${LEVEL_WORDS[level]}`);
  return `patching of ${plain(fleet)}: ${parts.join(", ")}`;
}
