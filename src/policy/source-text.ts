/** A policy file's text, and the way from an offset in it to a line and a column. */
import type { Place } from "../core/diagnostic.ts";
import type { SourcePlace } from "../core/policy.ts";

export interface SourceText {
  readonly path: string;
  readonly text: string;
  /** Offsets at which lines start, filled when a position is first asked for. */
  readonly lineStarts: number[];
}

/** Characters `start` (inclusive) to `end` (exclusive) of a text. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

const LONGEST_LINE = 200;

export function sourceText(path: string, text: string): SourceText {
  return { path, text, lineStarts: [] };
}

function fillLineStarts(source: SourceText): void {
  if (source.lineStarts.length > 0) return;
  source.lineStarts.push(0);
  for (let at = source.text.indexOf("\n"); at !== -1; at = source.text.indexOf("\n", at + 1)) {
    source.lineStarts.push(at + 1);
  }
}

/** Index of the line that an offset is on, from 0. */
function lineIndexAt(source: SourceText, offset: number): number {
  fillLineStarts(source);
  let low = 0;
  let high = source.lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (source.lineStarts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

export function sourcePlaceAt(source: SourceText, offset: number): SourcePlace {
  const index = lineIndexAt(source, offset);
  return { file: source.path, line: index + 1, column: offset - source.lineStarts[index]! + 1 };
}

/** The place of a range: its mark ends where its first line ends. */
export function placeOf(source: SourceText, range: TextRange): Place {
  const start = Math.max(0, Math.min(range.start, source.text.length));
  const index = lineIndexAt(source, start);
  const lineStart = source.lineStarts[index]!;
  const newline = source.text.indexOf("\n", start);
  let lineEnd = newline === -1 ? source.text.length : newline;
  if (lineEnd > lineStart && source.text[lineEnd - 1] === "\r") lineEnd -= 1;
  return {
    file: source.path,
    line: index + 1,
    column: start - lineStart + 1,
    length: Math.max(1, Math.min(range.end, lineEnd) - start),
    text: source.text.slice(lineStart, Math.min(lineEnd, lineStart + LONGEST_LINE)),
  };
}
