import { showControls } from "./controls.ts";

const MARKUP: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};
/** The two that XML 1.0 cannot hold and that `showControls` lets through, since they are seen nowhere else. */
const NO_CHARACTERS = /[\ufffe\uffff]/g;

/**
 * Text for an element or an attribute of XML 1.0: characters that it cannot hold, and others that
 * nobody would see, are shown as `\x1b`; line breaks as `\n`, so that no reader joins them to blanks.
 */
export function escapeXml(text: string): string {
  return showControls(text)
    .replace(NO_CHARACTERS, (char) => `\\u${char.charCodeAt(0).toString(16)}`)
    .replace(/[&<>"']/g, (char) => MARKUP[char]!);
}
