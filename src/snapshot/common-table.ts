import type { Buffer } from "node:buffer";

/** Further collisions are left to the slow path. */
const MAX_PROBES = 16;

function hashTwo(view: DataView, at: number, first: number, second: number): number {
  const hash =
    Math.imul(view.getInt32(at + first, true), 0x9e3779b1) ^
    Math.imul(view.getInt32(at + second, true), 0x85ebca6b);
  return hash ^ (hash >>> 15);
}

/**
 * Texts of one length of at least eight bytes, found by two samples of four bytes that tell
 * them apart, or nearly so, and then by every byte.
 */
export class CommonTable {
  private readonly length: number;
  private readonly blocksEach: number;
  /** Eight bytes a number, the last eight of a text in a number of their own; see `isSame`. */
  private readonly blocks: Float64Array;
  private readonly slots: Int32Array;
  private readonly mask: number;
  private first = 0;
  private second = 0;

  /** `pool` holds the texts one after the other; those that `isLeftOut` says are not found. */
  constructor(pool: Buffer, length: number, isLeftOut: (index: number) => boolean) {
    const count = pool.length / length;
    this.length = length;
    this.blocksEach = Math.ceil(length / 8);
    this.blocks = new Float64Array(count * this.blocksEach);
    const size = 2 ** Math.ceil(Math.log2(Math.max(16, count * 4)));
    this.slots = new Int32Array(size);
    this.mask = size - 1;
    const view = new DataView(pool.buffer, pool.byteOffset, pool.length);
    const kept: number[] = [];
    for (let index = 0; index < count; index++) {
      this.copyBlocks(view, index);
      if (!isLeftOut(index)) kept.push(index);
    }
    this.spread(view, kept);
  }

  private copyBlocks(view: DataView, index: number): void {
    const { length, blocksEach } = this;
    for (let block = 0; block < blocksEach; block++) {
      const at = index * length + Math.min(block * 8, length - 8);
      this.blocks[index * blocksEach + block] = view.getFloat64(at, true);
    }
  }

  /** Takes the samples that give the fewest collisions; stops at the first good ones. */
  private spread(view: DataView, kept: readonly number[]): void {
    const last = this.length - 4;
    const pairs: readonly (readonly [number, number])[] = [
      [0, last],
      [last - 4, last],
      [0, 4],
      [last >> 1, last],
      [0, last >> 1],
    ];
    let best = pairs[0]!;
    let fewest = Infinity;
    for (const pair of pairs) {
      const collisions = this.place(view, kept, pair);
      if (collisions * 4 <= kept.length) return;
      if (collisions < fewest) [best, fewest] = [pair, collisions];
    }
    this.place(view, kept, best);
  }

  /** Fills the slots anew; gives how many texts found theirs taken. */
  private place(view: DataView, kept: readonly number[], [first, second]: readonly [number, number]): number {
    this.first = first;
    this.second = second;
    this.slots.fill(-1);
    let collisions = 0;
    for (const index of kept) {
      let slot = hashTwo(view, index * this.length, first, second) & this.mask;
      let probe = 0;
      while (probe < MAX_PROBES && this.slots[slot]! >= 0) {
        slot = (slot + 1) & this.mask;
        probe++;
      }
      if (probe > 0) collisions++;
      if (probe < MAX_PROBES) this.slots[slot] = index;
    }
    return collisions;
  }

  /** The index of the text that stands at `at`, or -1. All its bytes must be in the view. */
  find(view: DataView, at: number): number {
    const { blocks, blocksEach, slots, mask } = this;
    const last = at + this.length - 8;
    let slot = hashTwo(view, at, this.first, this.second) & mask;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const index = slots[slot]!;
      if (index < 0) return -1;
      let block = index * blocksEach;
      let place = at;
      while (place < last && blocks[block] === view.getFloat64(place, true)) {
        place += 8;
        block++;
      }
      if (place >= last && blocks[block] === view.getFloat64(last, true)) return index;
      slot = (slot + 1) & mask;
    }
    return -1;
  }
}
