/** Fixed-size sets of small integers as words of 32 bits. Bits beyond the size are always 0. */
export type Bitset = Uint32Array;

export function emptyBitset(size: number): Bitset {
  return new Uint32Array((size + 31) >>> 5);
}

export function fullBitset(size: number): Bitset {
  const bits = emptyBitset(size).fill(0xffffffff);
  if ((size & 31) !== 0) bits[bits.length - 1] = 2 ** (size & 31) - 1;
  return bits;
}

export function addBit(bits: Bitset, index: number): void {
  bits[index >>> 5]! |= 1 << (index & 31);
}

export function hasBit(bits: Bitset, index: number): boolean {
  return ((bits[index >>> 5]! >>> (index & 31)) & 1) === 1;
}

export function isEmptyBitset(bits: Bitset): boolean {
  return bits.every((word) => word === 0);
}

export function countBits(bits: Bitset): number {
  let count = 0;
  for (let word of bits) {
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    count += (((word + (word >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
  }
  return count;
}

/** Calls `visit` with each member, ascending. */
export function forEachBit(bits: Bitset, visit: (index: number) => void): void {
  for (let w = 0; w < bits.length; w += 1) {
    let word = bits[w]!;
    while (word !== 0) {
      const low = word & -word;
      visit((w << 5) + 31 - Math.clz32(low));
      word ^= low;
    }
  }
}

export function intersect(into: Bitset, other: Bitset): void {
  for (let w = 0; w < into.length; w += 1) into[w]! &= other[w]!;
}

export function unite(into: Bitset, other: Bitset): void {
  for (let w = 0; w < into.length; w += 1) into[w]! |= other[w]!;
}

/** The complement within the first `size` numbers. */
export function complement(bits: Bitset, size: number): Bitset {
  const result = fullBitset(size);
  for (let w = 0; w < result.length; w += 1) result[w]! &= ~bits[w]!;
  return result;
}
