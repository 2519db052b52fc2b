/** What a verb takes, as data. */
export interface OptionSpec {
  /** As commander reads it: `--save <file>`. */
  readonly flags: string;
  readonly summary: string;
  /** May stand several times; the values are collected. */
  readonly repeats?: true;
  readonly choices?: readonly string[];
}

export interface ArgumentSpec {
  /** `<plan>` must be there, `[kind]` may be. */
  readonly name: string;
  readonly summary: string;
}
