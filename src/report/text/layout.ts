/** Columns on a terminal: text is wrapped, never cut, so that an id can be copied. Input is already escaped. */

const ZERO_WIDTH = /\p{M}/gu;
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/gu;
const ASCII = /^[ -~]*$/;

/** Terminal columns that a text takes: 2 for wide East Asian characters and emoji, 0 for combining marks. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  const visible = text.replace(ZERO_WIDTH, "");
  return Array.from(visible).length + (visible.match(WIDE)?.length ?? 0);
}

/**
 * Cuts one word that is wider than a line. Each further piece starts with `↳`: it shows
 * that the word goes on, and no line can start with `::`, which a CI log would obey.
 */
function breakWord(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  let used = 0;
  for (const char of word) {
    const size = displayWidth(char);
    if (used + size > width && used > 1) {
      pieces.push(piece);
      piece = "↳";
      used = 1;
    }
    piece += char;
    used += size;
  }
  return [...pieces, piece];
}

/** Breaks at spaces into lines of at most `width` columns; a longer word is cut. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (displayWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== "") lines.push(line);
    const pieces = displayWidth(word) <= width ? [word] : breakWord(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? "";
  }
  return line === "" && lines.length > 0 ? lines : [...lines, line];
}

/** How text is shown where colour is on; the words must say the same without it. */
export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";
export type Paint = (style: Style, text: string) => string;

export interface Column {
  readonly header: string;
  readonly align?: "left" | "right";
  /** Columns that this one keeps however narrow the terminal; its words are cut below that. */
  readonly min: number;
}

export interface TableRow {
  readonly cells: readonly string[];
  /** Sentences under the row, from its `detailFrom` column to the right edge. */
  readonly detail: readonly string[];
  /** Of the first column. */
  readonly style: Style | null;
}

export interface TableOptions {
  readonly columns: readonly Column[];
  /** The column under which details start. */
  readonly detailFrom: number;
  readonly width: number;
  readonly paint: Paint;
}

const GAP = 2;
const INDENT = 2;

function naturalWidths(columns: readonly Column[], rows: readonly TableRow[]): number[] {
  return columns.map((column, index) =>
    rows.reduce(
      (widest, row) => Math.max(widest, displayWidth(row.cells[index] ?? "")),
      displayWidth(column.header),
    ),
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Takes from the widest column above its minimum until the table fits, or no column can give more. */
function shrink(widths: readonly number[], minima: readonly number[], room: number): number[] {
  const fitted = [...widths];
  for (let over = sum(fitted) - room; over > 0; over -= 1) {
    let widest = -1;
    fitted.forEach((size, index) => {
      if (size > minima[index]! && (widest < 0 || size > fitted[widest]!)) widest = index;
    });
    if (widest < 0) break;
    fitted[widest]! -= 1;
  }
  return fitted;
}

/** Breaks lines between words first; only where that is not enough are words cut. */
function fit(columns: readonly Column[], rows: readonly TableRow[], width: number): number[] {
  const room = width - INDENT - GAP * (columns.length - 1);
  const words = columns.map((column, index) =>
    rows
      .flatMap((row) => (row.cells[index] ?? "").split(" "))
      .reduce(
        (longest, word) => Math.max(longest, displayWidth(word)),
        Math.max(column.min, column.header.length),
      ),
  );
  const between = shrink(naturalWidths(columns, rows), words, room);
  return shrink(
    between,
    columns.map((column) => column.min),
    room,
  );
}

function pad(text: string, width: number, align: Column["align"]): string {
  const blanks = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "right" ? blanks + text : text + blanks;
}

/** One line of a table; the style colours the first cell only, its blanks not. */
function tableLine(
  cells: readonly string[],
  widths: readonly number[],
  style: Style | null,
  options: TableOptions,
): string {
  const padded = cells.map((cell, index) => pad(cell, widths[index]!, options.columns[index]!.align));
  const text = cells[0]!;
  if (style !== null && text !== "") padded[0] = padded[0]!.replace(text, () => options.paint(style, text));
  return (" ".repeat(INDENT) + padded.join(" ".repeat(GAP))).trimEnd();
}

function rowLines(row: TableRow, widths: readonly number[], options: TableOptions): string[] {
  const cells = row.cells.map((text, index) => wrap(text, widths[index]!));
  const height = Math.max(...cells.map((lines) => lines.length));
  const lines = Array.from({ length: height }, (_, at) =>
    tableLine(
      cells.map((own) => own[at] ?? ""),
      widths,
      row.style,
      options,
    ),
  );
  const before = widths.slice(0, options.detailFrom);
  const indent = INDENT + sum(before) + GAP * before.length;
  const detail = row.detail.flatMap((text) => wrap(text, options.width - indent));
  return [...lines, ...detail.map((text) => " ".repeat(indent) + text)];
}

/** A table with a header line, indented by two, at most `width` columns wide where the minima allow it. */
export function renderTable(rows: readonly TableRow[], options: TableOptions): string[] {
  const { columns, width, paint } = options;
  const widths = fit(columns, rows, width);
  const headers = columns.map((column) => column.header);
  return [
    paint("dim", tableLine(headers, widths, null, options)),
    ...rows.flatMap((row) => rowLines(row, widths, options)),
  ];
}
