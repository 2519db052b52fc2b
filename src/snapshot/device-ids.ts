const FIRST_SLOTS = 1024;

/**
 * The device ids of a file. A hash tells that an id is new; only where it does not, and for
 * the rest of such a file, the texts are compared.
 */
export class DeviceIds {
  readonly #ids: readonly string[];
  #exact: Set<string> | null = null;
  /** Open addressing; 0 is empty. */
  #slots = new Float64Array(FIRST_SLOTS);
  #count = 0;

  /** `ids`: those that were added, one by one. `exact`: by their texts from the start. */
  constructor(ids: readonly string[], exact: boolean) {
    this.#ids = ids;
    if (exact) this.#exact = new Set();
  }

  /** `hash`: a whole number below 2^53. */
  has(id: string, hash: number): boolean {
    if (this.#exact === null) {
      if (this.#slots[this.#find(hash + 1)] === 0) return false;
      this.#exact = new Set(this.#ids);
    }
    return this.#exact.has(id);
  }

  /** An id that was not there. */
  add(id: string, hash: number): void {
    if (this.#exact !== null) {
      this.#exact.add(id);
      return;
    }
    if (++this.#count * 2 > this.#slots.length) this.#grow();
    this.#slots[this.#find(hash + 1)] = hash + 1;
  }

  /** The slot of a hash, or the empty one where it would be. */
  #find(hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash & mask;
    while (slots[slot] !== 0 && slots[slot] !== hash) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Float64Array(before.length * 4);
    for (const hash of before) if (hash !== 0) this.#slots[this.#find(hash)] = hash;
  }
}
