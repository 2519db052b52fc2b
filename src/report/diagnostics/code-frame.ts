import type { Place } from "../../core/diagnostic.ts";
import { escapeTerminal } from "../escape/terminal.ts";
import { displayWidth } from "../text/layout.ts";

const NUMBER_WIDTH = 5;
/** Characters of the source line that are shown, and how many of them stand before the mark. */
const SHOWN = 100;
const BEFORE = 60;

/** The part of a long line around the mark. */
function window(place: Place): { readonly text: string; readonly start: number; readonly end: number } {
  const start = Math.min(Math.max(0, place.column - 1), place.text.length);
  const end = Math.min(start + Math.max(1, place.length), Math.max(place.text.length, start + 1));
  if (place.text.length <= SHOWN) return { text: place.text, start, end };
  const from = Math.max(0, start - BEFORE);
  const text = place.text.slice(from, from + SHOWN);
  return { text, start: start - from, end: Math.min(end - from, text.length) };
}

/**
 * The source line with its number, and `^^^^` under what is meant. Tabs and unseen
 * characters are shown as escapes, and the mark moves with them.
 */
export function codeFrame(place: Place): string[] {
  const { text, start, end } = window(place);
  const show = (part: string): string => escapeTerminal(part, SHOWN * 8);
  // The line is escaped as a whole: pieces escaped apart could make an order to a CI log when joined.
  const from = displayWidth(show(text.slice(0, start)));
  const marked = displayWidth(show(text.slice(0, end))) - from;
  const mark = " ".repeat(from) + "^".repeat(Math.max(1, marked));
  const gutter = " ".repeat(NUMBER_WIDTH);
  return [`${String(place.line).padStart(NUMBER_WIDTH)} | ${show(text)}`.trimEnd(), `${gutter} | ${mark}`];
}
