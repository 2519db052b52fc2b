import { Buffer } from "node:buffer";

/** Longer lines are refused: about 500,000 facts on one device. */
export const MAX_LINE_BYTES: number = 64 * 1024 * 1024;

const NEWLINE = 10;
const RETURN = 13;

/** Takes one line without its line end. False stops the reading. The bytes are only valid during the call. */
export type LineHandler = (bytes: Buffer, start: number, end: number) => boolean;

/**
 * Cuts chunks into lines. Lines are handed over in place; only one that crosses a chunk
 * border is copied. No more than one line is kept.
 */
export class LineSplitter {
  readonly #handle: LineHandler;
  readonly #tooLong: () => void;
  #pieces: Buffer[] = [];
  #pieceBytes = 0;

  constructor(handle: LineHandler, tooLong: () => void) {
    this.#handle = handle;
    this.#tooLong = tooLong;
  }

  /** False when the reading is to stop. The chunk may be reused after the call. */
  push(chunk: Buffer): boolean {
    let start = 0;
    if (this.#pieceBytes > 0) {
      const newline = chunk.indexOf(NEWLINE);
      if (newline < 0) return this.#keep(chunk, 0);
      this.#pieces.push(chunk.subarray(0, newline));
      if (!this.#flush()) return false;
      start = newline + 1;
    }
    for (;;) {
      const newline = chunk.indexOf(NEWLINE, start);
      if (newline < 0) break;
      if (!this.#line(chunk, start, newline)) return false;
      start = newline + 1;
    }
    return start === chunk.length || this.#keep(chunk, start);
  }

  /** The last line needs no line end. */
  end(): boolean {
    return this.#pieceBytes === 0 || this.#flush();
  }

  #keep(chunk: Buffer, start: number): boolean {
    this.#pieces.push(Buffer.from(chunk.subarray(start)));
    this.#pieceBytes += chunk.length - start;
    if (this.#pieceBytes <= MAX_LINE_BYTES) return true;
    this.#tooLong();
    return false;
  }

  #flush(): boolean {
    const line = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#pieceBytes = 0;
    return this.#line(line, 0, line.length);
  }

  #line(bytes: Buffer, start: number, end: number): boolean {
    return this.#handle(bytes, start, end > start && bytes[end - 1] === RETURN ? end - 1 : end);
  }
}

/** The lines of a stream with their line ends, byte for byte; each is valid until the next one is asked for. */
export async function* rawLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE) + 1; end > 0; end = chunk.indexOf(NEWLINE, start) + 1) {
      const last = chunk.subarray(start, end);
      yield pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
      pieces = [];
      start = end;
    }
    if (start < chunk.length) pieces.push(Buffer.from(chunk.subarray(start)));
  }
  if (pieces.length > 0) yield Buffer.concat(pieces);
}
