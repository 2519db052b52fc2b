import { Buffer } from "node:buffer";
import { isSame } from "./patch-table.ts";
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

/**
 * The segments seen after one kind of value, found by their bytes: a hash over a few
 * samples that tell them apart, then a comparison of every byte.
 */
export class SegmentGroup {
  /** By segment. */
  readonly entries: Segment[] = [];
  readonly lengths: number[] = [];
  private readonly texts: Buffer[] = [];
  private readonly views: DataView[] = [];
  private samples: Int32Array = new Int32Array(0);
  private slots: Int32Array = new Int32Array(1).fill(-1);
  private mask = 0;
  private shortest = 0;
  private rebuildAt = 1;

  /** The index of the segment that stands at `at`, or -1. */
  find(view: DataView, at: number, end: number): number {
    if (at + this.shortest > end) return -1;
    const samples = this.samples;
    let hash = 0;
    for (let i = 0; i < samples.length; i++) {
      hash = Math.imul(hash ^ view.getInt32(at + samples[i]!, true), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    let slot = hash & this.mask;
    for (;;) {
      const index = this.slots[slot]!;
      if (index < 0) return -1;
      const length = this.lengths[index]!;
      if (at + length <= end && isSame(this.views[index]!, 0, view, at, length)) return index;
      slot = (slot + 1) & this.mask;
    }
  }

  /** The index of the new segment; -1 when the group is full. */
  add(segment: Segment): number {
    if (this.entries.length === MAX_SEGMENTS) return -1;
    const text = Buffer.from(segment.text, "latin1");
    const index = this.entries.push(segment) - 1;
    this.texts.push(text);
    this.lengths.push(text.length);
    this.views.push(new DataView(text.buffer, text.byteOffset, text.length));
    if (index === 0 || text.length < this.shortest || this.entries.length >= this.rebuildAt) this.rebuild();
    else this.place(index);
    return index;
  }

  private rebuild(): void {
    this.shortest = Math.min(...this.lengths);
    this.rebuildAt = this.entries.length * 2;
    this.samples = Int32Array.from(chooseSamples(this.texts, this.shortest));
    const size = 2 ** Math.ceil(Math.log2(this.rebuildAt * 4));
    this.slots = new Int32Array(size).fill(-1);
    this.mask = size - 1;
    for (let index = 0; index < this.entries.length; index++) this.place(index);
  }

  private place(index: number): void {
    const text = this.texts[index]!;
    let hash = 0;
    for (const offset of this.samples) {
      hash = Math.imul(hash ^ text.readInt32LE(offset), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    let slot = hash & this.mask;
    while (this.slots[slot]! >= 0) slot = (slot + 1) & this.mask;
    this.slots[slot] = index;
  }
}
