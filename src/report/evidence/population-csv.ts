import { stringify } from "csv-stringify/sync";
import type { AuditCell, AuditTable } from "../../core/audit-table.ts";
import { neutralizeCell } from "../escape/csv.ts";

function cell(value: AuditCell): string | number {
  if (value === null) return "";
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? "yes" : "no";
  return neutralizeCell(typeof value === "string" ? value : value.join("; "));
}

/** One line a row; lists joined by `; `, booleans as yes and no. The JSON beside it has the exact values. */
export function populationCsv({ columns, rows }: AuditTable): string {
  return stringify([columns.map(({ name }) => name), ...rows.map((row) => row.map(cell))], {
    record_delimiter: "\r\n",
  });
}
