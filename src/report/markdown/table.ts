/** A Markdown table; cells are escaped already, so a pipe or a line break in one is our bug. */
export interface MarkdownColumn {
  readonly header: string;
  readonly align?: "left" | "right";
}

/** Header, rule and rows, without a line break at the end. */
export function markdownTable(
  columns: readonly MarkdownColumn[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = columns.map(({ align }) => (align === "right" ? "--:" : "---"));
  return [line(columns.map(({ header }) => header)), line(rule), ...rows.map(line)].join("\n");
}
