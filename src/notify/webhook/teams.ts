/**
 * What a Teams workflow ("When a Teams webhook request is received") takes: a message with one
 * Adaptive Card. MessageCards of the retired connectors are not written. Text stands in text runs,
 * which read no Markdown, and mentions need entities, of which there are none.
 */
import type { Notice } from "../../core/notice.ts";
import { leftOutWords, NOTICES_SHOWN, type NoticePage } from "../../report/notices/text.ts";
import { noticeWhat } from "../../report/notices/what.ts";
import { LEVEL_WORDS, messageSubject, noticeNext, noticeWho } from "../../report/notices/words.ts";

const COLORS = { page: "attention", ticket: "warning", digest: "default" } as const;

export function teamsPayload({ fleet, at, notices }: NoticePage): object {
  const more = leftOutWords(notices.length);
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    msteams: { width: "Full" },
    body: [
      richText([{ text: messageSubject(fleet, notices), weight: "bolder", size: "medium" }]),
      ...notices.slice(0, NOTICES_SHOWN).map(noticeBlock),
      ...(more === null ? [] : [richText([{ text: more }])]),
      richText([{ text: at, isSubtle: true }]),
    ],
  };
  return {
    type: "message",
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content }],
  };
}

function noticeBlock(notice: Notice): object {
  const { level, subject } = notice;
  return {
    type: "Container",
    separator: true,
    items: [
      richText([
        { text: `${LEVEL_WORDS[level].toUpperCase()}: `, weight: "bolder", color: COLORS[level] },
        { text: `${noticeWhat(subject)}.` },
      ]),
      richText([
        { text: `${noticeWho(notice)}. Next: ` },
        { text: noticeNext(notice), fontType: "monospace" },
      ]),
    ],
  };
}

function richText(runs: readonly object[]): object {
  return { type: "RichTextBlock", inlines: runs.map((run) => ({ type: "TextRun", ...run })) };
}
