import { Buffer } from "node:buffer";
import type { Segment } from "./segment-parser.ts";

const MAX_SEGMENTS = 1024;
const MAX_SAMPLES = 6;

/** Offsets whose four bytes tell the texts apart, the most telling first. */
function chooseSamples(texts: readonly Buffer[], shortest: number): number[] {
  const samples: number[] = [];
  let classes = texts.map(() => "");
  let distinct = 1;
  while (samples.length < MAX_SAMPLES && distinct < texts.length) {
    let best: { offset: number; classes: string[]; distinct: number } | null = null;
    for (let offset = 0; offset + 4 <= shortest; offset++) {
      const next = texts.map((text, i) => `${classes[i]!},${String(text.readInt32LE(offset))}`);
      const count = new Set(next).size;
      if (count > (best?.distinct ?? distinct)) best = { offset, classes: next, distinct: count };
    }
    if (best === null) break;
    samples.push(best.offset);
    ({ classes, distinct } = best);
  }
  return samples;
}

function hashSamples(view: DataView, at: number, samples: Int32Array): number {
  let hash = 0;
  for (let i = 0; i < samples.length; i++) {
    hash = Math.imul(hash ^ view.getInt32(at + samples[i]!, true), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}

/**
 * The segments seen after one kind of value, found by their bytes: a hash over a few
 * samples that tell them apart, then a comparison of every byte. Columns by segment index.
 */
export class SegmentGroup {
  count = 0;
  readonly lengths: Int32Array = new Int32Array(MAX_SEGMENTS);
  readonly before: Int32Array = new Int32Array(MAX_SEGMENTS);
  readonly attemptsBefore: Int32Array = new Int32Array(MAX_SEGMENTS);
  readonly closes: Uint8Array = new Uint8Array(MAX_SEGMENTS);
  readonly after: Int32Array = new Int32Array(MAX_SEGMENTS);
  readonly attemptsAfter: Int32Array = new Int32Array(MAX_SEGMENTS);
  readonly slot: Uint8Array = new Uint8Array(MAX_SEGMENTS);
  /** Which segment of the next group followed last time: tried first. */
  readonly follower: Int32Array = new Int32Array(MAX_SEGMENTS);
  private readonly texts: Buffer[] = [];
  /** All texts, each eight bytes a number, the last eight of a text once more at its end; see `isSame`. */
  private blocks: Float64Array = new Float64Array(0);
  private readonly blockStart: Int32Array = new Int32Array(MAX_SEGMENTS);
  private samples: Int32Array = new Int32Array(0);
  private slots: Int32Array = new Int32Array(1).fill(-1);
  private mask = 0;
  private shortest = 0;
  private rebuildAt = 1;

  /** The index of the segment that stands at `at`, or -1. */
  find(view: DataView, at: number, end: number): number {
    if (at + this.shortest > end) return -1;
    let slot = hashSamples(view, at, this.samples) & this.mask;
    for (;;) {
      const index = this.slots[slot]!;
      if (index < 0 || this.stands(index, view, at, end)) return index;
      slot = (slot + 1) & this.mask;
    }
  }

  /** True when this segment stands at `at`. */
  stands(index: number, view: DataView, at: number, end: number): boolean {
    const length = this.lengths[index]!;
    if (at + length > end) return false;
    if (length < 8) return this.standsShort(index, view, at);
    const blocks = this.blocks;
    const last = at + length - 8;
    let block = this.blockStart[index]!;
    for (let i = at; i < last; i += 8) {
      if (blocks[block++] !== view.getFloat64(i, true)) return false;
    }
    return blocks[block] === view.getFloat64(last, true);
  }

  private standsShort(index: number, view: DataView, at: number): boolean {
    const text = this.texts[index]!;
    for (let i = 0; i < text.length; i++) if (text[i] !== view.getUint8(at + i)) return false;
    return true;
  }

  /** The index of the new segment; -1 when the group is full. */
  add(segment: Segment): number {
    if (this.count === MAX_SEGMENTS) return -1;
    const index = this.count++;
    const text = Buffer.from(segment.text, "latin1");
    this.texts.push(text);
    this.lengths[index] = text.length;
    this.before[index] = segment.before;
    this.attemptsBefore[index] = segment.attemptsBefore;
    this.closes[index] = segment.closes ? 1 : 0;
    this.after[index] = segment.after;
    this.attemptsAfter[index] = segment.attemptsAfter;
    this.slot[index] = segment.slot;
    this.addBlocks(index, text);
    if (index === 0 || text.length < this.shortest || this.count >= this.rebuildAt) this.rebuild();
    else this.place(index);
    return index;
  }

  private addBlocks(index: number, text: Buffer): void {
    const numbers: number[] = [];
    for (let i = 0; i < text.length - 8; i += 8) numbers.push(text.readDoubleLE(i));
    if (text.length >= 8) numbers.push(text.readDoubleLE(text.length - 8));
    this.blockStart[index] = this.blocks.length;
    this.blocks = Float64Array.from([...this.blocks, ...numbers]);
  }

  private rebuild(): void {
    this.shortest = Math.min(...this.texts.map((text) => text.length));
    this.rebuildAt = this.count * 2;
    this.samples = Int32Array.from(chooseSamples(this.texts, this.shortest));
    const size = 2 ** Math.ceil(Math.log2(this.rebuildAt * 4));
    this.slots = new Int32Array(size).fill(-1);
    this.mask = size - 1;
    for (let index = 0; index < this.count; index++) this.place(index);
  }

  private place(index: number): void {
    const text = this.texts[index]!;
    const view = new DataView(text.buffer, text.byteOffset, text.length);
    let slot = hashSamples(view, 0, this.samples) & this.mask;
    while (this.slots[slot]! >= 0) slot = (slot + 1) & this.mask;
    this.slots[slot] = index;
  }
}
