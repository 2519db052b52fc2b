import { cut, showControls } from "./controls.ts";

/** How much of one text of a backend a Markdown page shows. */
export const MARKDOWN_LENGTH = 200;

/** Written as numeric entities, which can never be structure (CommonMark 6.2), whatever parser reads them. */
const STRUCTURE = /[&<>|\\`[\]!*_~#@"']/g;
/** Entities are text again when a forge looks for links, so a zero-width space stands between the parts of one. */
const REFERENCE = /[@#!~$%&](?=\w)|\bgh-(?=\d)|:(?=\/)|\bwww(?=\.)|\b(?:mailto|xmpp):/gi;
/** Structure at the start of a line only: lists, headings underlined, numbered lists. */
const LINE_START = /^(?:[-+=]|\d+(?=[.)](?:\s|$)))/;
/** Forges look for no references in code, so these may stand there as they are. */
const CODE_PLAIN = /^[\w.:+/@~=,() -]+$/;
const BREAK = "\u200b";

/**
 * One line of Markdown that shows exactly this text: no table cell, link, image,
 * HTML, mention, issue reference, autolink or emphasis comes of it. At most
 * `maxLength` characters of text.
 */
export function escapeMarkdown(text: string, maxLength: number = MARKDOWN_LENGTH): string {
  const line = cut(showControls(text.slice(0, maxLength * 2)), maxLength).trim();
  return line
    .replace(REFERENCE, (match) => `${match}${BREAK}`)
    .replace(LINE_START, (match) => `${BREAK}${match}`)
    .replace(STRUCTURE, (char) => `&#${char.charCodeAt(0)};`)
    .replaceAll(BREAK, "&#8203;");
}

/** An id as inline code that can be copied; text that could end the code is escaped instead. */
export function markdownCode(text: string, maxLength: number = MARKDOWN_LENGTH): string {
  if (text.length <= maxLength && CODE_PLAIN.test(text) && text.trim() === text) return `\`${text}\``;
  return `<code>${escapeMarkdown(text, maxLength)}</code>`;
}
