import { parse } from "csv-parse/sync";

/** Lines of a CSV text that are records, the header line among them; throws on an unclosed quote. */
export function countCsvRecords(text: string): number {
  return (parse(text, { relax_column_count: true }) as readonly unknown[]).length;
}
