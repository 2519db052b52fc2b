/** A table of the site as a file for a spreadsheet: in the link itself, so that nothing is loaded and no script is needed. */
import { stringify } from "csv-stringify/sync";
import type { Child } from "hono/jsx";
import type { Instant } from "../../core/model.ts";
import { formatInstant } from "../../core/time.ts";
import { neutralizeCell } from "../escape/csv.ts";
import { counted } from "../words.ts";

export type CsvCell = string | number | null;

/** Names of columns are those of the overview where it has the same. */
export interface TableCsv {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly CsvCell[])[];
}

export function instantCell(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}

/** RFC 4180 with a header line; cells that a spreadsheet would run are altered. */
export function tableCsv({ columns, rows }: TableCsv): string {
  const lines = rows.map((row) =>
    row.map((cell) => (typeof cell === "string" ? neutralizeCell(cell) : String(cell ?? ""))),
  );
  return stringify([[...columns], ...lines], { quoted_match: /[\r\n\t;]/ });
}

/** The rows that the table shows, whatever its filters hide. */
export function CsvLink(props: { readonly csv: TableCsv }): Child {
  const { csv } = props;
  return (
    <p class="export">
      <a
        href={`data:text/csv;charset=utf-8,${encodeURIComponent(tableCsv(csv))}`}
        download={`${csv.name}.csv`}
      >
        {`Download ${csv.rows.length === 1 ? "this row" : `these ${counted(csv.rows.length, "row")}`} as CSV`}
      </a>
    </p>
  );
}
