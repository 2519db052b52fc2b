type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;

const FIRST_ROWS = 1024;

/** A column that grows by doubling, where it was not made for as many rows as there are. */
export class Growing<A extends Numbers> {
  length = 0;
  #values: A;
  readonly #make: (length: number) => A;

  constructor(make: (length: number) => A, rows = 0) {
    this.#make = make;
    this.#values = make(Math.max(rows, FIRST_ROWS));
  }

  at(row: number): number {
    return this.#values[row]!;
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = this.#make(this.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  /** Forgets the rows from `length` on. */
  truncate(length: number): void {
    this.length = length;
  }

  build(): A {
    return (this.length === this.#values.length ? this.#values : this.#values.slice(0, this.length)) as A;
  }
}
