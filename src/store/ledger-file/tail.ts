import { Buffer } from "node:buffer";
import type { FileHandle } from "node:fs/promises";

const STEP_BYTES = 64 * 1024;
const LINE_END = 0x0a;

export interface Tail {
  /** The last line that has its end, without it; null when there is none. */
  readonly line: string | null;
  /** Where the next line starts: after the last line end. What stands behind is a line that was torn. */
  readonly end: number;
}

/** Finds the last whole line of a file from its end; reads no more than it must. */
export async function readTail(file: FileHandle): Promise<Tail> {
  const { size } = await file.stat();
  let start = size;
  let held = Buffer.alloc(0);
  while (start > 0) {
    const length = Math.min(STEP_BYTES, start);
    start -= length;
    const piece = Buffer.alloc(length);
    await file.read(piece, 0, length, start);
    held = Buffer.concat([piece, held]);
    const last = held.lastIndexOf(LINE_END);
    if (last === -1) continue;
    const before = last === 0 ? -1 : held.lastIndexOf(LINE_END, last - 1);
    if (before === -1 && start > 0) continue;
    return { line: held.toString("utf8", before + 1, last), end: start + last + 1 };
  }
  return { line: null, end: 0 };
}
