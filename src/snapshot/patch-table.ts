import { Buffer } from "node:buffer";
import type { ScanMemory } from "./scan-memory.ts";

/** Ids that JSON writes in another way. */
const ESCAPED = /["\\]/;
const SLOT_BYTES = 8;
/** Further collisions are left to the slow path. The scanner looks no further either. */
const MAX_PROBES = 16;

/** Mixes five samples of the bytes; at least 4 bytes. The scanner does the same. */
function hashId(view: DataView, at: number, length: number): number {
  const last = length - 4;
  const half = last >> 1;
  const quarter = half >> 1;
  let hash = Math.imul(view.getInt32(at, true) ^ length, 0x9e3779b1);
  hash = Math.imul(hash ^ view.getInt32(at + half, true), 0x85ebca6b);
  hash ^= Math.imul(view.getInt32(at + quarter, true), 0xc2b2ae35);
  hash ^= Math.imul(view.getInt32(at + half + quarter, true), 0x27d4eb2f);
  hash ^= Math.imul(view.getInt32(at + last, true), 0x165667b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

/** A table of patches in the memory of the scanner. */
export interface PatchTable {
  /** Each slot holds the place of an id, with a quote after it, and the index of the patch; 0 and 0 is empty. */
  readonly slots: number;
  readonly mask: number;
}

/**
 * Lays out the table in which the scanner finds a patch by the bytes of its id. Ids that JSON
 * would escape, and those under 4 bytes, are left out: none is found for them.
 */
export function layPatchTable(memory: ScanMemory, ids: readonly string[]): PatchTable {
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, ids.length * 4)));
  const lengths = Uint32Array.from(ids, (id) => Buffer.byteLength(id));
  const stored = (length: number): number => Math.ceil((length + 1) / 16) * 16;
  const slots = memory.allocate(size * SLOT_BYTES);
  let at = memory.allocate(lengths.reduce((sum, length) => sum + stored(length), 0));
  const { view, bytes } = memory;
  const mask = size - 1;
  for (let index = 0; index < ids.length; index++) {
    const length = lengths[index]!;
    if (length < 4 || ESCAPED.test(ids[index]!)) continue;
    bytes.write(`${ids[index]!}"`, at);
    const hash = hashId(view, at, length);
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const slot = slots + ((hash + probe) & mask) * SLOT_BYTES;
      if (view.getInt32(slot, true) !== 0) continue;
      view.setUint32(slot, at, true);
      view.setUint32(slot + 4, index, true);
      break;
    }
    at += stored(length);
  }
  return { slots, mask };
}
