/** Takes the next piece of text; called in order, with pieces of some hundred kilobytes at most. */
export type Write = (text: string) => void;

const CHUNK_ROWS = 1000;

function writeArray(rows: readonly unknown[], write: Write): void {
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
    const chunk = JSON.stringify(rows.slice(from, from + CHUNK_ROWS).map(madeNow));
    write(`${from === 0 ? "[" : ","}${chunk.slice(1, -1)}`);
  }
  write(rows.length === 0 ? "[]" : "]");
}

/** A row that is made when it is written, so that thousands never stand in memory at once. */
export class LateRow {
  readonly make: () => unknown;

  constructor(make: () => unknown) {
    this.make = make;
  }
}

function madeNow(row: unknown): unknown {
  return row instanceof LateRow ? row.make() : row;
}

/**
 * Writes exactly `JSON.stringify(value)` and a line break, without ever holding the whole text: a list
 * in it may have more rows than a string may have characters.
 */
export function writeRowsJson(value: object, write: Write): void {
  let before = "{";
  for (const [key, part] of Object.entries(value) as [string, unknown][]) {
    if (part === undefined) continue;
    write(`${before}${JSON.stringify(key)}:`);
    if (Array.isArray(part)) writeArray(part, write);
    else write(JSON.stringify(part));
    before = ",";
  }
  write("}\n");
}
