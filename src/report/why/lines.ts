/** The blocks of which the answers of `why` and `match` are made. Input is already escaped. */
import { displayWidth, wrap, type Paint } from "../text/layout.ts";

export interface AnswerTextOptions {
  /** Columns of the terminal; more than 100 are not used, fewer than 60 are treated as 60. */
  readonly width: number;
  readonly color: boolean;
}

const MIN_WIDTH = 60;
const MAX_WIDTH = 100;

export function textWidth(options: AnswerTextOptions): number {
  return Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, options.width));
}

/** Sentences, wrapped, under an indent. */
export function paragraph(text: string, width: number, indent = ""): string[] {
  return wrap(text, width - indent.length).map((line) => indent + line);
}

/** A heading after an empty line. */
export function headline(text: string, paint: Paint): string[] {
  return ["", paint("bold", text)];
}

/** `label` and the text beside it; further lines of the text stand under its first. */
export function labelled(label: string, text: string, width: number, labelWidth: number): string[] {
  const blanks = " ".repeat(Math.max(1, labelWidth - displayWidth(label)));
  const indent = " ".repeat(displayWidth(label) + blanks.length);
  return wrap(text, width - indent.length).map((line, index) =>
    index === 0 ? `${label}${blanks}${line}` : `${indent}${line}`,
  );
}
