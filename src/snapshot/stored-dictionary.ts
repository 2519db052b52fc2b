/** Gives texts their codes while a snapshot is packed; codes given before stay. */
export class Dictionary<T> {
  readonly values: T[];
  readonly #codes = new Map<string, number>();
  readonly #key: (value: T) => string;
  /** How many of the codes this snapshot uses. */
  used = 0;
  readonly #isUsed: boolean[] = [];

  /** `known` begins with what code 0 stands for. */
  constructor(known: readonly T[], key: (value: T) => string) {
    this.values = [...known];
    this.#key = key;
    this.values.forEach((value, code) => this.#codes.set(key(value), code));
  }

  code(value: T): number {
    const key = this.#key(value);
    let code = this.#codes.get(key);
    if (code === undefined) {
      code = this.values.push(value) - 1;
      this.#codes.set(key, code);
    }
    if (this.#isUsed[code] !== true) {
      this.#isUsed[code] = true;
      this.used += 1;
    }
    return code;
  }

  /** The codes of the values of a column, by their place in it. */
  codesOf(values: readonly T[]): Uint32Array {
    return Uint32Array.from(values, (value) => this.code(value));
  }
}
