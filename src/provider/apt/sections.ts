const MARK = /^@@([a-z]+)$/;

/** The lines of each section of a host's answer; null when the answer is not whole. */
export function splitSections(text: string): ReadonlyMap<string, readonly string[]> | null {
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.split("\n")) {
    const mark = line.startsWith("@@") ? MARK.exec(line) : null;
    if (mark === null) {
      lines.push(line);
      continue;
    }
    // Text of a host could look like a mark: the first of a name counts.
    lines = [];
    if (!sections.has(mark[1]!)) sections.set(mark[1]!, lines);
  }
  return sections.has("end") ? sections : null;
}
