/** The nearest existing name for one that nobody knows ("did you mean"). Pure; whatever the case. */
import { compareCodeUnits } from "./order.ts";

/** Longer texts are compared by this many characters only: hostile values must not cost much. */
const LONGEST = 80;

/**
 * Edits from one text to the other: insert, delete, replace, or swap two neighbours. Stops at
 * `limit` and then answers a number above it.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      }
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

/** How many edits a wrong name may be away: a third of its length, at least 1 and at most 4; none for one or two letters. */
function tolerance(length: number): number {
  return length < 3 ? 0 : Math.min(4, Math.max(1, Math.floor(length / 3)));
}

/**
 * The names nearest to `text`, nearest first, equals by code unit; none when all are far. A name
 * that differs only in case is at distance 0; one that contains `text` (of 3 characters or more),
 * or is contained in it, counts as near after those within edits.
 */
export function nearNames(text: string, names: Iterable<string>, count: number = 3): string[] {
  const wanted = text.toLowerCase().slice(0, LONGEST);
  if (wanted === "") return [];
  const limit = tolerance(wanted.length);
  const found = new Map<string, number>();
  for (const name of names) {
    if (name === "" || found.has(name)) continue;
    const candidate = name.toLowerCase().slice(0, LONGEST);
    const distance = editDistance(wanted, candidate, limit);
    if (distance <= limit) found.set(name, distance);
    else if (contains(wanted, candidate)) found.set(name, limit + 1);
  }
  return [...found]
    .sort(([a, x], [b, y]) => x - y || compareCodeUnits(a, b))
    .slice(0, count)
    .map(([name]) => name);
}

function contains(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= 3 && long.includes(short);
}

/** The nearest name, or null. */
export function nearestName(text: string, names: Iterable<string>): string | null {
  return nearNames(text, names, 1)[0] ?? null;
}

/** The name that `text` misspells, or null: near by edits alone, so that a longer name is not taken for one. */
export function nearestSpelling(text: string, names: readonly string[]): string | null {
  const wanted = text.toLowerCase().slice(0, LONGEST);
  const limit = tolerance(wanted.length);
  const near = nearNames(text, names).filter(
    (name) => editDistance(wanted, name.toLowerCase().slice(0, LONGEST), limit) <= limit,
  );
  return near[0] ?? null;
}
