/**
 * How many facts wait, by patch and outcome: a table of the pairs that occur, with open addressing.
 * There are few of them: see `OutcomeTable.waitsAs`.
 */
export class WaitCounter {
  /** One more than the patch; 0 is a free slot. */
  #patch: Uint32Array = new Uint32Array(1024);
  #outcome: Uint32Array = new Uint32Array(1024);
  #count: Uint32Array = new Uint32Array(1024);
  #used = 0;

  /** Counts some facts by their patches and outcomes. `waitsAs` is by outcome; `change` is 1 or -1. */
  add(
    facts: Uint32Array,
    length: number,
    patches: Uint16Array | Uint32Array,
    outcomes: Uint16Array | Uint32Array,
    waitsAs: Uint32Array,
    change: number,
  ): void {
    while (2 * (this.#used + length) > this.#patch.length) this.#grow();
    const [patchAt, outcomeAt, countAt] = [this.#patch, this.#outcome, this.#count];
    const mask = patchAt.length - 1;
    let used = this.#used;
    for (let at = 0; at < length; at += 1) {
      const fact = facts[at]!;
      const key = patches[fact]! + 1;
      const outcome = waitsAs[outcomes[fact]!]!;
      let slot = slotOf(key, outcome) & mask;
      while (patchAt[slot] !== key || outcomeAt[slot] !== outcome) {
        if (patchAt[slot] === 0) {
          patchAt[slot] = key;
          outcomeAt[slot] = outcome;
          used += 1;
          break;
        }
        slot = (slot + 1) & mask;
      }
      countAt[slot]! += change;
    }
    this.#used = used;
  }

  /** In no order that means anything. */
  forEach(visit: (patch: number, outcome: number, count: number) => void): void {
    this.#patch.forEach((key, slot) => {
      const count = this.#count[slot]!;
      if (key !== 0 && count > 0) visit(key - 1, this.#outcome[slot]!, count);
    });
  }

  #grow(): void {
    const [patchAt, outcomeAt, countAt] = [this.#patch, this.#outcome, this.#count];
    const size = patchAt.length * 2;
    this.#patch = new Uint32Array(size);
    this.#outcome = new Uint32Array(size);
    this.#count = new Uint32Array(size);
    for (let from = 0; from < patchAt.length; from += 1) {
      if (patchAt[from] === 0) continue;
      let slot = slotOf(patchAt[from]!, outcomeAt[from]!) & (size - 1);
      while (this.#patch[slot] !== 0) slot = (slot + 1) & (size - 1);
      this.#patch[slot] = patchAt[from]!;
      this.#outcome[slot] = outcomeAt[from]!;
      this.#count[slot] = countAt[from]!;
    }
  }
}

function slotOf(key: number, outcome: number): number {
  const mixed = Math.imul(key, 0x9e3779b1) ^ Math.imul(outcome, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
