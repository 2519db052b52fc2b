/** A word that a POSIX shell takes literally, whatever it holds but NUL. */
export function quoteWord(word: string): string {
  if (word.includes("\0")) throw new Error("a shell word cannot hold NUL");
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Assignments, one a line. Names come from code, values are quoted. */
export function assignments(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${quoteWord(value)}\n`)
    .join("");
}
