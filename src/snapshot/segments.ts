import { Buffer } from "node:buffer";
import type { ScanMemory } from "./scan-memory.ts";
import type { Segment } from "./segment-parser.ts";

const MAX_SEGMENTS = 1024;
const MAX_SAMPLES = 6;
const SEGMENT_BYTES = 64;
/** Of the record of a group, which the scanner reads. */
export const GROUP_BYTES = 64;

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

function hashSamples(text: Buffer, samples: readonly number[]): number {
  let hash = 0;
  for (const sample of samples) {
    hash = Math.imul(hash ^ text.readInt32LE(sample), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}

/**
 * The segments seen after one kind of value, laid out in the memory of the scanner, which finds
 * them by a hash over a few samples that tell them apart and then by every byte.
 */
export class SegmentGroup {
  readonly #memory: ScanMemory;
  /** Place of the group's record: slots, mask, shortest text, how many samples, samples. */
  readonly #record: number;
  readonly #texts: Buffer[] = [];
  readonly #places: number[] = [];
  #samples: readonly number[] = [];
  #slots = 0;
  #mask = 0;
  #shortest = 0;
  #rebuildAt = 1;

  constructor(memory: ScanMemory, record: number) {
    this.#memory = memory;
    this.#record = record;
    this.#rebuild();
  }

  /** False when the group is full. */
  add(segment: Segment): boolean {
    const count = this.#texts.length;
    if (count === MAX_SEGMENTS) return false;
    const text = Buffer.from(segment.text, "latin1");
    this.#texts.push(text);
    this.#places.push(this.#store(segment, text));
    if (count === 0 || text.length < this.#shortest || count + 1 >= this.#rebuildAt) this.#rebuild();
    else this.#place(count);
    return true;
  }

  #store(segment: Segment, text: Buffer): number {
    const textAt = this.#memory.allocate(text.length + 16);
    const at = this.#memory.allocate(SEGMENT_BYTES);
    const { view, bytes } = this.#memory;
    text.copy(bytes, textAt);
    const { before, attemptsBefore, closes, after, attemptsAfter, slot } = segment;
    const fields = [textAt, text.length, before, attemptsBefore, Number(closes), after, attemptsAfter, slot];
    fields.forEach((field, i) => view.setInt32(at + i * 4, field, true));
    return at;
  }

  #rebuild(): void {
    const count = this.#texts.length;
    this.#shortest = count === 0 ? 0 : Math.min(...this.#texts.map((text) => text.length));
    this.#rebuildAt = count * 2;
    this.#samples = chooseSamples(this.#texts, this.#shortest);
    const size = 2 ** Math.ceil(Math.log2(Math.max(1, this.#rebuildAt) * 4));
    this.#slots = this.#memory.allocate(size * 4);
    this.#mask = size - 1;
    const fields = [this.#slots, this.#mask, this.#shortest, this.#samples.length, ...this.#samples];
    fields.forEach((field, i) => this.#memory.view.setInt32(this.#record + i * 4, field, true));
    for (let index = 0; index < count; index++) this.#place(index);
  }

  #place(index: number): void {
    const { view } = this.#memory;
    let slot = hashSamples(this.#texts[index]!, this.#samples) & this.#mask;
    while (view.getInt32(this.#slots + slot * 4, true) !== 0) slot = (slot + 1) & this.#mask;
    view.setInt32(this.#slots + slot * 4, this.#places[index]!, true);
  }
}
