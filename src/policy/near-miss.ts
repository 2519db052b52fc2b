/** The nearest known word, for "did you mean". */

/** Edits (insert, delete, replace, swap of neighbours) from one word to another; small words only. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, before[j - 2]! + 1);
      }
      current.push(cost);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length]!;
}

function mostEdits(length: number): number {
  return length < 3 ? 0 : Math.max(1, Math.floor(length / 3));
}

/** The known word that differs least from `word`, letter case aside, or starts as it does; null when none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  if (word.length > 80) return null;
  const plain = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = Infinity;
  for (const candidate of known) {
    const other = candidate.toLowerCase();
    const most = mostEdits(Math.max(plain.length, other.length));
    if (Math.abs(other.length - plain.length) > most) continue;
    const distance = editDistance(plain, other);
    if (distance <= most && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return (
    best ??
    known.find((candidate) => candidate.length >= 3 && plain.startsWith(candidate.toLowerCase())) ??
    null
  );
}
