/**
 * The memory that the scanner works in, and its code (WebAssembly, from
 * `scripts/assembly/`). Chunks of a file are read straight into it.
 */
import { Buffer } from "node:buffer";
import { layMasks, layMonths } from "./scan-tables.ts";
import { SCANNER } from "../generated/scanner.ts";

const PAGE = 65536;
const FIRST_PAGES = 128;
/** Reserved, not used: 1 GiB. */
const MAX_PAGES = 16384;
/** Blocks start at multiples of this; below it is nothing, so that 0 is no place. */
const ALIGN = 64;

interface Memory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

/** What is used of the global that Node's types do not have. */
declare const WebAssembly: {
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => Memory;
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

/** What the code exports; places are byte offsets into the memory. */
export interface ScanCode {
  setTextTables(masks: number, months: number): void;
  /** 53 bits that hardly two texts share. */
  hashText(at: number, length: number): number;
  setHeads(slots: number, mask: number, hashed: number, start: number, name: number): void;
  /** The row of a device whose head is known, or -1; then what follows is of that head. */
  findHead(at: number, end: number): number;
  getIdFrom(): number;
  getIdTo(): number;
  /** 0 without a name. */
  getNameFrom(): number;
  getNameTo(): number;
  /** Where the first fact is. */
  getFactsAt(): number;
  /** NaN when absent. */
  getScannedAt(): number;
  getLastSeenAt(): number;
  setTables(groups: number, start: number, states: number): void;
  setPatches(slots: number, mask: number, stamps: number): void;
  setStage(at: number, rows: number): void;
  /** Both give one of `SCAN_RESULT`. `end` is the end of the line; `stamp` is new for every line. */
  scan(at: number, end: number, stamp: number): number;
  resume(): number;
  /** After `instant`: what it is, and the place of the quote after it. */
  setInstant(seconds: number, quoteAt: number): number;
  /** Complete facts in the stage. */
  getRow(): number;
  getAt(): number;
  /** After `error`: where the text starts; it ends at `getAt`. */
  getText(): number;
  /** Index of the group in which a segment is looked for. */
  getGroup(): number;
  getSlot(): number;
  /** The keys of all facts in the stage; see `segment-parser.ts`. */
  getUsed(): number;
  startStage(): void;
  dropTo(row: number): void;
  moveStage(): void;
}

export const SCAN_RESULT = { done: 0, giveUp: 1, learn: 2, full: 3, instant: 4, error: 5 } as const;

/** Grows, never shrinks, and goes away as a whole. */
export class ScanMemory {
  readonly code: ScanCode;
  readonly #memory: Memory;
  /** What buffers that were made here are made of. */
  readonly #first: ArrayBufferLike;
  #top = ALIGN;
  /** Where bytes are copied to that were not read into this memory. */
  #copyAt = 0;
  #copyBytes = 0;
  #view: DataView;
  #bytes: Buffer;

  private constructor(memory: Memory, code: ScanCode) {
    this.#memory = memory;
    this.code = code;
    this.#first = memory.buffer;
    this.#view = new DataView(this.#first);
    this.#bytes = Buffer.from(this.#first);
    code.setTextTables(layMasks(this), layMonths(this));
  }

  /** Null where WebAssembly, or its wide numbers, are not there. */
  static create(): ScanMemory | null {
    try {
      const memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MAX_PAGES, shared: true });
      const module = new WebAssembly.Module(Buffer.from(SCANNER, "base64"));
      const instance = new WebAssembly.Instance(module, { env: { memory } });
      return new ScanMemory(memory, instance.exports as ScanCode);
    } catch {
      return null;
    }
  }

  /** All of it; valid until the next `allocate`. */
  get view(): DataView {
    return this.#view;
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  /** The place of new bytes, which are 0. At least 32 bytes follow that can be read. Throws a RangeError where there is no room. */
  allocate(length: number): number {
    const at = this.#top;
    this.#top = Math.ceil((at + length + ALIGN) / ALIGN) * ALIGN;
    const missing = this.#top - this.#view.byteLength;
    if (missing > 0) {
      this.#memory.grow(Math.ceil(missing / PAGE));
      this.#view = new DataView(this.#memory.buffer);
      this.#bytes = Buffer.from(this.#memory.buffer);
    }
    return at;
  }

  /** A buffer of this memory: `placeOf` knows its parts. Only while the memory has not grown. */
  allocateBuffer(length: number): Buffer {
    return Buffer.from(this.#first, this.allocate(length), length);
  }

  /** The place of some bytes: where they are, for bytes of `allocateBuffer`; any others are copied, until the next call. */
  bring(bytes: Buffer, start: number, end: number): number {
    if (bytes.buffer === this.#first) return bytes.byteOffset + start;
    const length = end - start;
    if (length > this.#copyBytes) {
      this.#copyBytes = Math.max(length, this.#copyBytes * 2);
      this.#copyAt = this.allocate(this.#copyBytes);
    }
    bytes.copy(this.#bytes, this.#copyAt, start, end);
    return this.#copyAt;
  }

  /** Of a text, as the scanner has it from bytes. */
  hashOf(text: string): number {
    const bytes = Buffer.from(text);
    return this.code.hashText(this.bring(bytes, 0, bytes.length), bytes.length);
  }

  /** The place of a copy of a text in UTF-8. */
  store(text: string): number {
    const at = this.allocate(Buffer.byteLength(text));
    this.#bytes.write(text, at);
    return at;
  }
}
