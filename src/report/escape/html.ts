import { cut, showControls } from "./controls.ts";

/** How much of one text of a backend an HTML page shows. */
export const HTML_LENGTH = 500;

/**
 * Text for an HTML text node or attribute: unseen characters made visible. The markup
 * characters are escaped by the JSX that it is put into, and only there.
 */
export function htmlText(text: string, maxLength: number = HTML_LENGTH): string {
  return cut(showControls(text.slice(0, maxLength * 2)), maxLength);
}
