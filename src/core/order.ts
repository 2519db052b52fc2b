/** Ids and names are compared and sorted by code unit, never by locale (design 3). */
export function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A copy, sorted by a text of each element. */
export function sortedBy<T>(items: readonly T[], text: (item: T) => string): T[] {
  return [...items].sort((a, b) => compareCodeUnits(text(a), text(b)));
}

/** For each element its position in the sorted order of the texts. */
export function ranks(texts: readonly string[]): Uint32Array {
  const order = Array.from(texts.keys()).sort((a, b) => compareCodeUnits(texts[a]!, texts[b]!));
  const result = new Uint32Array(texts.length);
  order.forEach((index, rank) => (result[index] = rank));
  return result;
}
