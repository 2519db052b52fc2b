/** Something wrong with input: collected, never thrown (house style: errors). */

/** A place in a text that a person wrote. Lines and columns start at 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many characters to mark; at least 1. */
  readonly length: number;
  /** The source line, for the code frame; hostile text, cut at 200 characters. */
  readonly text: string;
}

export type Severity = "error" | "warning" | "info";

export interface Diagnostic {
  readonly severity: Severity;
  /** Stable, `area/what`; documented in docs/errors.md. */
  readonly code: string;
  /** About five words, no period. */
  readonly summary: string;
  /** Null when it belongs to no place in a file. */
  readonly place: Place | null;
  /** What was found, what was expected, what follows from it. */
  readonly detail: string;
  /** What to type; null only when there is nothing to type. */
  readonly fix: string | null;
  /** The other places that take part. */
  readonly related: readonly { readonly message: string; readonly place: Place }[];
}
