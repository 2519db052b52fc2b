/** A population of an evidence pack: a complete list with named columns, one row an item (interfaces d.3). */
export type AuditCell = string | number | boolean | null | readonly string[];

export interface AuditColumn {
  readonly name: string;
  /** What it says, for the guide of the pack. */
  readonly meaning: string;
}

export interface AuditTable {
  /** `obligations`, `policy-changes`: the name of its files. */
  readonly name: string;
  /** One sentence: what is in it and what is not. */
  readonly about: string;
  /** The first column is the id: unique, and what a sample is drawn by. */
  readonly columns: readonly AuditColumn[];
  readonly rows: readonly (readonly AuditCell[])[];
}

/** One part of an id. Parts are joined by `/`; what a part has of it is escaped, so that ids are unique. */
export function auditId(...parts: readonly (string | null)[]): string {
  return parts
    .map((part) => (part ?? "").replace(/[%/]/g, (sign) => (sign === "%" ? "%25" : "%2F")))
    .join("/");
}

/** A column by its name, for rows that are built as maps. */
export type AuditRow = Readonly<Record<string, AuditCell>>;

/** A table whose rows are given by column name; a cell that is not given is null. Rows are sorted by id. */
export function auditTable(
  name: string,
  about: string,
  columns: readonly (readonly [name: string, meaning: string])[],
  rows: readonly AuditRow[],
): AuditTable {
  const id = columns[0]![0];
  const textOf = (row: AuditRow): string => String(row[id]);
  const sorted = [...rows].sort((a, b) => (textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0));
  return {
    name,
    about,
    columns: columns.map(([column, meaning]) => ({ name: column, meaning })),
    rows: sorted.map((row) => columns.map(([column]) => row[column] ?? null)),
  };
}
