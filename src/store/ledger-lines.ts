import { createReadStream } from "node:fs";
import { Buffer } from "node:buffer";

export interface LedgerLine {
  /** Counted from 1. */
  readonly number: number;
  readonly text: string;
  /** False for a last line without its line end: it was torn. */
  readonly whole: boolean;
}

const LINE_END = 0x0a;
const CHUNK_BYTES = 1024 * 1024;

/**
 * The lines of a file, one at a time, whatever its size. Bytes that are no UTF-8 become U+FFFD, which
 * no hash of a ledger fits. Throws what the system throws.
 */
export async function* readLedgerLines(path: string): AsyncGenerator<LedgerLine> {
  let number = 0;
  let held: Buffer[] = [];
  for await (const piece of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    const chunk = piece as Buffer;
    let start = 0;
    for (let end = chunk.indexOf(LINE_END); end !== -1; end = chunk.indexOf(LINE_END, start)) {
      number += 1;
      yield { number, text: textOf(held, chunk.subarray(start, end)), whole: true };
      held = [];
      start = end + 1;
    }
    if (start < chunk.length) held.push(Buffer.from(chunk.subarray(start)));
  }
  if (held.length > 0) yield { number: number + 1, text: textOf(held, Buffer.alloc(0)), whole: false };
}

function textOf(held: readonly Buffer[], rest: Buffer): string {
  return held.length === 0 ? rest.toString("utf8") : Buffer.concat([...held, rest]).toString("utf8");
}
