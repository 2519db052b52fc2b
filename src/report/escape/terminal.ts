import { cut, showControls } from "./controls.ts";

/** A CI log reads `::name::` at the start of a line and `##[name]` or `##vso[…]` anywhere as an order to itself. */
const ORDER_AT_START = /(^|\s)::/g;
const ORDER_ANYWHERE = /##(?=[\w.-]*\[)/g;

/** How much of one text of a backend a terminal line shows. */
export const TERMINAL_LENGTH = 200;

/**
 * One line of text that is safe to print: no control or format character survives,
 * nothing is an order to a CI log, and it has at most `maxLength` UTF-16 units (then
 * it ends in `…`).
 */
export function escapeTerminal(text: string, maxLength: number = TERMINAL_LENGTH): string {
  const shown = showControls(text.length > maxLength * 2 ? text.slice(0, maxLength * 2) : text)
    .replace(ORDER_AT_START, "$1:\\x3a")
    .replace(ORDER_ANYWHERE, "#\\x23");
  return cut(shown, maxLength);
}
