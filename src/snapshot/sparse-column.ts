import type { FactNumbers } from "../core/snapshot.ts";
import { Growing } from "./growing.ts";

/**
 * A column of numbers of which nearly all are 0: it holds the others alone, in ascending order of
 * their facts. What only failed facts have would else fill as much memory as what all have.
 */
export class SparseColumn<A extends Uint16Array | Uint32Array> implements FactNumbers {
  readonly #facts = new Growing((length) => new Uint32Array(length));
  readonly #values: Growing<A>;
  readonly #make: (length: number) => A;
  /** What `append` goes through: one kind of array alone, by index; else its loop is several times slower. */
  #taken = new Uint32Array(0);

  /** `make` makes an array of zeros, which is as wide as the numbers need. */
  constructor(make: (length: number) => A) {
    this.#make = make;
    this.#values = new Growing(make);
  }

  at(fact: number): number {
    const place = this.#placeOf(fact);
    return place < this.#facts.length && this.#facts.at(place) === fact ? this.#values.at(place) : 0;
  }

  /** The numbers of the facts from `start` to before `end`, zeros included. */
  slice(start: number, end: number): A {
    const column = this.#make(end - start);
    for (let place = this.#placeOf(start); place < this.#facts.length; place++) {
      const fact = this.#facts.at(place);
      if (fact >= end) break;
      column[fact - start] = this.#values.at(place);
    }
    return column;
  }

  /** Takes the number of a fact, which must be behind all that it holds. */
  push(fact: number, value: number): void {
    if (value === 0) return;
    this.#facts.push(fact);
    this.#values.push(value);
  }

  /** Takes the numbers of the facts from `start` on, as `push` does. */
  append(start: number, column: Uint16Array | Uint32Array): void {
    const { length } = column;
    if (this.#taken.length < length) this.#taken = new Uint32Array(length);
    const taken = this.#taken;
    taken.set(column);
    for (let i = 0; i < length; i++) if (taken[i] !== 0) this.push(start + i, taken[i]!);
  }

  /** Forgets the facts from `length` on. */
  truncate(length: number): void {
    const place = this.#placeOf(length);
    this.#facts.truncate(place);
    this.#values.truncate(place);
  }

  /** Where the first fact stands that is not before this one. */
  #placeOf(fact: number): number {
    let low = 0;
    let high = this.#facts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#facts.at(middle) < fact) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
