/**
 * Case-insensitive globs (`*`, `?`) over whole strings (design 2.1). The matcher walks the
 * text once and only ever returns to the last star, so no pattern can make it explode.
 */
export interface Glob {
  /** The pattern in lower case. */
  readonly pattern: string;
  /** True when it has no wildcard, so that an index can answer it. */
  readonly literal: boolean;
  /** `lowerText` must be in lower case already. */
  readonly matches: (lowerText: string) => boolean;
}

export function compileGlob(source: string): Glob {
  const pattern = source.toLowerCase();
  if (!/[*?]/.test(pattern)) {
    return { pattern, literal: true, matches: (text) => text === pattern };
  }
  if (/^\*+$/.test(pattern)) return { pattern, literal: false, matches: () => true };
  const symbols = Array.from(pattern);
  return {
    pattern,
    literal: false,
    matches: (text) => walk(symbols, HAS_PAIRS.test(text) ? Array.from(text) : text),
  };
}

const HAS_PAIRS = /[\ud800-\udfff]/;

/** `?` stands for one character; one outside the basic plane counts once. */
function walk(pattern: readonly string[], text: string | readonly string[]): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let retry = 0;
  while (t < text.length) {
    const symbol = pattern[p];
    if (symbol === "*") {
      star = p;
      p += 1;
      retry = t;
    } else if (symbol !== undefined && (symbol === "?" || symbol === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      retry += 1;
      t = retry;
    } else {
      return false;
    }
  }
  while (pattern[p] === "*") p += 1;
  return p === pattern.length;
}
