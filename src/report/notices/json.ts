/** Notices as JSON: `patchring.notices/1`, minor versions only add. */
import type { Notice } from "../../core/notice.ts";
import { formatInstant } from "../../core/time.ts";
import { commandLine, noticeSentence, safeLink } from "./words.ts";
import type { NoticePage } from "./text.ts";

export function noticesJson({ fleet, at, notices }: NoticePage): object {
  return { format: "patchring.notices/1", fleet, at, notices: notices.map(noticeJson) };
}

/** One notice, as in every JSON that has notices. */
export function noticeJson(notice: Notice): object {
  return {
    key: notice.key,
    level: notice.level,
    ...subjectJson(notice),
    by: notice.by === null ? null : formatInstant(notice.by),
    actor: notice.actor,
    next: commandLine(notice.next),
    link: safeLink(notice.link),
    text: noticeSentence(notice),
  };
}

/** Instants as text, as everywhere in JSON. */
function subjectJson({ subject }: Notice): object {
  if ("since" in subject) return { ...subject, since: formatInstant(subject.since) };
  return "takenAt" in subject ? { ...subject, takenAt: formatInstant(subject.takenAt) } : subject;
}
