import { isUtf8, type Buffer } from "node:buffer";
import { parse } from "csv-parse/sync";
import type { Diagnostic, Severity } from "../core/diagnostic.ts";
import type { CsvCode } from "./csv-codes.ts";
import { quote } from "./problems.ts";

export interface CsvFile {
  /** As diagnostics name it. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** One row: trimmed cells by field, without the empty ones. */
export interface CsvRow {
  /** The line in the file on which the row starts. */
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
}

/** By field of the snapshot: the column names it goes by, in lower case without spaces and signs. */
export type CsvColumns = Readonly<Record<string, readonly string[]>>;

export class CsvProblems {
  readonly diagnostics: Diagnostic[] = [];

  get failed(): boolean {
    return this.diagnostics.some((d) => d.severity === "error");
  }

  add(
    code: CsvCode,
    file: string,
    line: number,
    summary: string,
    detail: string,
    severity: Severity = "error",
  ): void {
    const place = { file, line, column: 1, length: 1, text: "" };
    this.diagnostics.push({ severity, code, summary, place, detail, fix: null, related: [] });
  }
}

interface ParsedRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** The separator that the header row uses most. */
function findDelimiter(bytes: Buffer): string {
  const header = /^[^\r\n]*/.exec(bytes.toString("utf8", 0, 65_536))?.[0] ?? "";
  const count = (sign: string): number => header.split(sign).length;
  return [",", ";", "\t"].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

function normalise(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

function parseRows(file: CsvFile, problems: CsvProblems): readonly ParsedRow[] {
  if (!isUtf8(file.bytes)) {
    problems.add(
      "csv/not-utf8",
      file.name,
      1,
      "File is not UTF-8",
      "Names cannot be read. Save the sheet as CSV UTF-8.",
    );
    return [];
  }
  try {
    return parse(file.bytes, {
      bom: true,
      delimiter: findDelimiter(file.bytes),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as readonly ParsedRow[];
  } catch (error) {
    const line =
      error instanceof Error && "lines" in error && typeof error.lines === "number" ? error.lines : 1;
    const reason = error instanceof Error ? error.message : "";
    problems.add(
      "csv/broken",
      file.name,
      line,
      "Row cannot be read",
      `The quotes of this row do not fit. ${quote(reason)}`,
    );
    return [];
  }
}

function matchColumns(
  file: CsvFile,
  header: readonly string[],
  columns: CsvColumns,
  problems: CsvProblems,
): readonly (string | null)[] {
  const fieldOf = new Map(
    Object.entries(columns).flatMap(([field, names]) => names.map((name) => [name, field] as const)),
  );
  const taken = new Set<string>();
  return header.map((name) => {
    const field = fieldOf.get(normalise(name));
    if (field !== undefined && !taken.has(field)) {
      taken.add(field);
      return field;
    }
    const why = field === undefined ? "is not known" : `says the same as another one (${field})`;
    problems.add(
      "csv/column",
      file.name,
      1,
      "Column is not used",
      `The column ${quote(name)} ${why} and is left out. Known columns: ${Object.keys(columns).join(", ")}.`,
      "warning",
    );
    return null;
  });
}

/** The rows of a spreadsheet with a header row; separated by comma, semicolon or tab. */
export function readTable(
  file: CsvFile,
  columns: CsvColumns,
  required: readonly string[],
  problems: CsvProblems,
): readonly CsvRow[] {
  const [header, ...rows] = parseRows(file, problems);
  if (problems.failed) return [];
  const fields = matchColumns(file, header?.record ?? [], columns, problems);
  for (const field of required.filter((name) => !fields.includes(name))) {
    problems.add(
      "csv/missing-column",
      file.name,
      1,
      "Column is missing",
      `No column is named ${(columns[field] ?? []).map((name) => quote(name)).join(" or ")}, which gives ${quote(field)}.`,
    );
  }
  if (fields.length === 0 || required.some((name) => !fields.includes(name))) return [];
  let next = (header?.info.lines ?? 1) + 1;
  return rows.map(({ record, info }) => {
    const line = Math.min(next, info.lines);
    next = info.lines + 1;
    const cells = record.flatMap((cell, i) =>
      cell === "" || fields[i] == null ? [] : [[fields[i], cell] as const],
    );
    return { line, cells: new Map(cells) };
  });
}
