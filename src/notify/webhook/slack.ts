/**
 * What a Slack incoming webhook takes: blocks of plain text, in which nothing is markup, and a short
 * text for the notification. `&`, `<` and `>` are written as Slack asks, so that no `<!channel>`,
 * mention or link comes of a device's name.
 */
import type { Notice } from "../../core/notice.ts";
import { leftOutWords, NOTICES_SHOWN, type NoticePage } from "../../report/notices/text.ts";
import { noticeWhat } from "../../report/notices/what.ts";
import { LEVEL_WORDS, messageSubject, noticeNext, noticeWho } from "../../report/notices/words.ts";

/** Longest text of a block that Slack takes is 3000 characters. */
const LONGEST = 2900;

export function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

export function slackPayload(page: NoticePage): object {
  const { fleet, notices, at } = page;
  const subject = messageSubject(fleet, notices);
  const more = leftOutWords(notices.length);
  return {
    // A zero-width joiner keeps "@channel" and "#1" from being read where an old client parses the text.
    text: escapeSlack(subject.replace(/[@#](?=\w)/g, "$&\u2060")),
    mrkdwn: false,
    link_names: false,
    parse: "none",
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      block("header", subject.slice(0, 140)),
      ...notices.slice(0, NOTICES_SHOWN).map((one) => block("section", noticeLines(one))),
      block("section", `${more === null ? "" : `${more}\n`}${at}`),
    ],
  };
}

function noticeLines(notice: Notice): string {
  return `${LEVEL_WORDS[notice.level].toUpperCase()}: ${noticeWhat(notice.subject)}.\n${noticeWho(notice)}.\nNext: ${noticeNext(notice)}`;
}

function block(type: "header" | "section", text: string): object {
  return { type, text: { type: "plain_text", emoji: false, text: escapeSlack(text).slice(0, LONGEST) } };
}
