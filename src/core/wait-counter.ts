/**
 * How many facts wait, by patch and outcome. A patch has few outcomes that wait, so each patch has
 * a short list in shared columns: no table of patches × outcomes is ever made.
 */
export class WaitCounter {
  /** First entry of each patch; -1 for none. */
  readonly #first: Int32Array;
  #next: Int32Array = new Int32Array(1024);
  #outcome: Uint32Array = new Uint32Array(1024);
  #count: Float64Array = new Float64Array(1024);
  #length = 0;

  constructor(patchCount: number) {
    this.#first = new Int32Array(patchCount).fill(-1);
  }

  /** `change` is 1 or -1. */
  add(patch: number, outcome: number, change: number): void {
    let at = this.#first[patch]!;
    while (at >= 0 && this.#outcome[at] !== outcome) at = this.#next[at]!;
    if (at < 0) at = this.#append(patch, outcome);
    this.#count[at]! += change;
  }

  forEach(visit: (patch: number, outcome: number, count: number) => void): void {
    for (let patch = 0; patch < this.#first.length; patch += 1) {
      for (let at = this.#first[patch]!; at >= 0; at = this.#next[at]!) {
        if (this.#count[at]! > 0) visit(patch, this.#outcome[at]!, this.#count[at]!);
      }
    }
  }

  #append(patch: number, outcome: number): number {
    const at = this.#length;
    if (at === this.#next.length) this.#grow();
    this.#length = at + 1;
    this.#outcome[at] = outcome;
    this.#next[at] = this.#first[patch]!;
    this.#first[patch] = at;
    return at;
  }

  #grow(): void {
    const [next, outcome, count] = [this.#next, this.#outcome, this.#count];
    this.#next = new Int32Array(next.length * 2);
    this.#next.set(next);
    this.#outcome = new Uint32Array(next.length * 2);
    this.#outcome.set(outcome);
    this.#count = new Float64Array(next.length * 2);
    this.#count.set(count);
  }
}
