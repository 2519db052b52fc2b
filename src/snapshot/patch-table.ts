import { Buffer } from "node:buffer";
import { CommonTable } from "./common-table.ts";

/** Ids that JSON writes in another way. */
const ESCAPED = /["\\]/;
/** Further collisions are left to the slow path. */
const MAX_PROBES = 16;

/** Mixes five samples of the bytes; at least 4 bytes. */
function hashBytes(view: DataView, at: number, length: number): number {
  const last = length - 4;
  const half = last >> 1;
  const quarter = half >> 1;
  let hash = Math.imul(view.getInt32(at, true) ^ length, 0x9e3779b1);
  hash = Math.imul(hash ^ view.getInt32(at + quarter, true), 0x85ebca6b);
  hash ^= Math.imul(view.getInt32(at + half, true), 0xc2b2ae35);
  hash ^= Math.imul(view.getInt32(at + half + quarter, true), 0x27d4eb2f);
  hash ^= Math.imul(view.getInt32(at + last, true), 0x165667b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

/**
 * True when two runs of bytes are equal. Eight bytes are compared at once, as one number:
 * equal numbers have equal bytes unless they are NaN or zero, and `known` never holds such
 * (it is text without control characters, and valid UTF-8 has no byte 0xff).
 */
export function isSame(known: DataView, from: number, view: DataView, at: number, length: number): boolean {
  if (length < 8) {
    for (let i = 0; i < length; i++) if (known.getUint8(from + i) !== view.getUint8(at + i)) return false;
    return true;
  }
  const last = length - 8;
  for (let i = 0; i < last; i += 8) {
    if (known.getFloat64(from + i, true) !== view.getFloat64(at + i, true)) return false;
  }
  return known.getFloat64(from + last, true) === view.getFloat64(at + last, true);
}

/** Ids of any lengths. */
class MixedTable {
  private readonly pool: DataView;
  private readonly offsets: Uint32Array;
  private readonly lengths: Uint32Array;
  private readonly slots: Int32Array;
  private readonly mask: number;

  constructor(ids: readonly string[], pool: Buffer, lengths: Uint32Array) {
    this.pool = new DataView(pool.buffer, pool.byteOffset, pool.length);
    this.lengths = lengths;
    this.offsets = new Uint32Array(ids.length);
    const size = 2 ** Math.ceil(Math.log2(Math.max(16, ids.length * 4)));
    this.slots = new Int32Array(size).fill(-1);
    this.mask = size - 1;
    let offset = 0;
    for (let index = 0; index < ids.length; index++) {
      const length = lengths[index]!;
      this.offsets[index] = offset;
      if (length >= 4 && !ESCAPED.test(ids[index]!)) this.insert(index, offset, length);
      offset += length;
    }
  }

  private insert(index: number, offset: number, length: number): void {
    let slot = hashBytes(this.pool, offset, length) & this.mask;
    for (let probe = 0; probe < MAX_PROBES; probe++, slot = (slot + 1) & this.mask) {
      if (this.slots[slot]! >= 0) continue;
      this.slots[slot] = index;
      return;
    }
  }

  find(view: DataView, at: number, length: number): number {
    if (length < 4) return -1;
    let slot = hashBytes(view, at, length) & this.mask;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const index = this.slots[slot]!;
      if (index < 0) return -1;
      if (this.lengths[index] === length && isSame(this.pool, this.offsets[index]!, view, at, length))
        return index;
      slot = (slot + 1) & this.mask;
    }
    return -1;
  }
}

/** Finds the index of a patch from the bytes of its id, without making a string. */
export class PatchTable {
  /** The length of every id in bytes, where it is the same and at least 8; else 0. */
  readonly commonLength: number;
  private readonly common: CommonTable | null;
  private readonly mixed: MixedTable | null;

  /** Ids that JSON would escape, and those under 4 bytes, are left out: none is found for them. */
  constructor(ids: readonly string[]) {
    const pool = Buffer.from(ids.join(""));
    const lengths = Uint32Array.from(ids, (id) => Buffer.byteLength(id));
    const first = lengths[0] ?? 0;
    const isCommon = first >= 8 && lengths.every((length) => length === first);
    this.commonLength = isCommon ? first : 0;
    this.common = isCommon ? new CommonTable(pool, first, (index) => ESCAPED.test(ids[index]!)) : null;
    this.mixed = isCommon ? null : new MixedTable(ids, pool, lengths);
  }

  /** The index of the patch whose id stands at `at`, or -1; where ids have a common length. */
  findCommon(view: DataView, at: number): number {
    return this.common!.find(view, at);
  }

  /** The same where they have none. All bytes from `at` to `at + length` must be in the view. */
  find(view: DataView, at: number, length: number): number {
    return this.mixed!.find(view, at, length);
  }
}
