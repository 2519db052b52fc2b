import type { ScanMemory } from "./scan-memory.ts";

const HEAD_BYTES = 64;
const MAX_HASHED = 256;

/** A text that all such heads have, and what follows: the facts (0), `scannedAt` (1) or `lastSeenAt` (2). */
export interface HeadPiece {
  readonly text: string;
  readonly next: number;
}

interface StoredHead {
  /** Place of its record: three pieces (place, length, next), whether there is a name, row. */
  readonly at: number;
  /** Place and length of its first piece. */
  readonly text: number;
  readonly length: number;
}

/** The heads that are known, laid out for the scanner: it hashes the start of the first piece. */
export class HeadTable {
  readonly #memory: ScanMemory;
  readonly #start: number;
  readonly #name: number;
  readonly #heads: StoredHead[] = [];
  #slots = 0;
  #mask = 0;
  #hashed = MAX_HASHED;
  #rebuildAt = 1;

  /** What stands before an id, and between an id and a name. */
  constructor(memory: ScanMemory, start: string, name: string) {
    this.#memory = memory;
    this.#start = memory.store(start);
    this.#name = memory.store(name);
    this.#tell();
  }

  /** At most three pieces, of Latin-1 letters; `text` is "" after the last one. */
  add(pieces: readonly HeadPiece[], named: boolean, row: number): void {
    const at = this.#memory.allocate(HEAD_BYTES);
    const fields: number[] = [];
    for (const { text, next } of pieces) {
      const place = this.#memory.allocate(text.length);
      this.#memory.bytes.write(text, place, "latin1");
      fields.push(place, text.length, next);
    }
    fields.push(Number(named), row);
    fields.forEach((field, i) => this.#memory.view.setInt32(at + i * 4, field, true));
    const head = { at, text: fields[0]!, length: fields[1]! };
    this.#heads.push(head);
    const tooShort = head.length < this.#hashed;
    if (tooShort) this.#hashed = head.length;
    if (tooShort || this.#heads.length >= this.#rebuildAt) this.#rebuild();
    else this.#place(head);
  }

  #rebuild(): void {
    this.#rebuildAt = this.#heads.length * 2;
    const size = 2 ** Math.ceil(Math.log2(this.#rebuildAt * 4));
    this.#slots = this.#memory.allocate(size * 4);
    this.#mask = size - 1;
    for (const head of this.#heads) this.#place(head);
    this.#tell();
  }

  #place({ at, text }: StoredHead): void {
    const { view, code } = this.#memory;
    let slot = code.hashText(text, this.#hashed) & this.#mask;
    while (view.getInt32(this.#slots + slot * 4, true) !== 0) slot = (slot + 1) & this.#mask;
    view.setInt32(this.#slots + slot * 4, at, true);
  }

  #tell(): void {
    this.#memory.code.setHeads(this.#slots, this.#mask, this.#hashed, this.#start, this.#name);
  }
}
