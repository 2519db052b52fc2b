/** Text from a backend is hostile (design 5.3): what cannot be seen is made visible before any output. */

/**
 * Control, format (bidi, zero-width, tags, soft hyphen), private-use and half
 * characters, line and paragraph separators, fillers that print as nothing, and a
 * third or later combining mark in a row.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|(?<=\p{M}\p{M})\p{M}/gu;
/** No character that `UNSEEN` or any sink minds: most text of a plan is only this, and goes through untouched. */
const PLAIN = /^[ -~]*$/;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function showOne(char: string): string {
  const short = SHORT[char];
  if (short !== undefined) return short;
  const code = char.codePointAt(0) as number;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
}

/**
 * Shows every character that a reader would not see, or that would act on a
 * terminal, as `\x1b`, `\u202e` or `\u{e0041}`; line breaks and tabs as `\n`, `\r`,
 * `\t` unless `keep` names them. Everything else stays as it is.
 */
export function showControls(text: string, keep = ""): string {
  if (PLAIN.test(text)) return text;
  return text.replace(UNSEEN, (char) => (keep.includes(char) ? char : showOne(char)));
}

/**
 * Cuts to at most `maxLength` UTF-16 units, the last of which is then `…`; never
 * through a surrogate pair, and never through an escape that `showControls` wrote.
 */
export function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const head = text.slice(0, Math.max(0, maxLength - 1));
  return `${head.replace(/(?:[\ud800-\udbff]|\\(?:x[0-9a-f]?|u[0-9a-f]{0,3}|u\{[0-9a-f]{0,6})?)$/, "")}…`;
}
