/** Gives texts their codes while a snapshot is packed; codes given before stay. */
export class Dictionary {
  readonly values: string[];
  readonly #codes: Map<string, number>;

  constructor(known: readonly string[]) {
    this.values = [...known];
    this.#codes = new Map(known.map((value, code) => [value, code]));
  }

  /** The codes of texts, by their place. */
  codesOf(texts: readonly string[]): Uint32Array {
    return Uint32Array.from(texts, (text) => {
      let code = this.#codes.get(text);
      if (code === undefined) {
        code = this.values.push(text) - 1;
        this.#codes.set(text, code);
      }
      return code;
    });
  }
}
