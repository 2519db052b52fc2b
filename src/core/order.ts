/** Ids and names are compared and sorted by code unit, never by locale (design 3). */
export function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A copy, sorted by a text of each element. */
export function sortedBy<T>(items: readonly T[], text: (item: T) => string): T[] {
  return [...items].sort((a, b) => compareCodeUnits(text(a), text(b)));
}

/** For each element its position in the sorted order of the texts, which are distinct. */
export function ranks(texts: readonly string[]): Uint32Array {
  const indexOf = new Map(texts.map((text, index) => [text, index]));
  const result = new Uint32Array(texts.length);
  // Without a comparison function, sort compares by code unit.
  [...texts].sort().forEach((text, rank) => (result[indexOf.get(text)!] = rank));
  return result;
}

/** As `compareCodeUnits`; what is not there stands first, before the empty text: the two differ. */
export function compareNullable(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return compareCodeUnits(a, b);
}
