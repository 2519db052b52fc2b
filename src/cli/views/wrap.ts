/** Text in lines of at most `width` columns, each after `indent`. Words are never cut. */
export function wrapText(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    const joined = line === indent ? line + word : `${line} ${word}`;
    if (joined.length > width && line !== indent) {
      lines.push(line);
      line = indent + word;
    } else line = joined;
  }
  return [...lines, line].join("\n");
}

/** A line that keeps its own indent; what does not fit goes on `hang` columns further in. Spaces inside it stay. */
export function wrapHanging(line: string, width: number, hang = 6): string {
  if (line.length <= width) return line;
  const indent = " ".repeat(/^ */.exec(line)![0].length + hang);
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const from = /^ */.exec(rest)![0].length;
    const space = rest.lastIndexOf(" ", width);
    const cut = space > from ? space : width;
    lines.push(rest.slice(0, cut).trimEnd());
    rest = indent + rest.slice(cut).trimStart();
  }
  return [...lines, rest].join("\n");
}
