/** Shares of a whole, shown the same way everywhere (interfaces c.3): with counts, rounded down. */

export interface Share {
  readonly part: number;
  readonly whole: number;
}

/** Below this many in the whole, only counts are shown. */
export const SMALLEST_WHOLE = 20;

/** Percent with one decimal, rounded down; null where the whole is too small for a percentage. */
export function percentOf({ part, whole }: Share): number | null {
  return whole < SMALLEST_WHOLE ? null : Math.floor((1000 * part) / whole) / 10;
}
