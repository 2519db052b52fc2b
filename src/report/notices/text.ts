/** Notices as plain text: for a mail, a file and the terminal. */
import type { Notice } from "../../core/notice.ts";
import { counted } from "../words.ts";
import { noticeWhat } from "./what.ts";
import { LEVEL_WORDS, messageSubject, noticeNext, noticeWho } from "./words.ts";

/** Most notices that one message shows; what is left out is counted. */
export const NOTICES_SHOWN = 20;

export interface NoticePage {
  /** The name of the Fleet. */
  readonly fleet: string;
  /** Instant as text. */
  readonly at: string;
  readonly notices: readonly Notice[];
}

/** How many of a message are not shown; null when all are. */
export function leftOutWords(count: number): string | null {
  return count <= NOTICES_SHOWN ? null : `${counted(count - NOTICES_SHOWN, "more notice")}: patchring status`;
}

export function renderNoticesText({ fleet, at, notices }: NoticePage): string {
  const rows = notices
    .slice(0, NOTICES_SHOWN)
    .map(
      (one) =>
        `${LEVEL_WORDS[one.level].toUpperCase()}  ${noticeWhat(one.subject)}.\n    ${noticeWho(one)}.\n    Next: ${noticeNext(one)}\n`,
    );
  const more = leftOutWords(notices.length);
  return `${messageSubject(fleet, notices)} (${at})\n\n${rows.join("\n")}${more === null ? "" : `\n${more}\n`}`;
}
