import { parse } from "csv-parse/sync";
import fc from "../../property.ts";
import { expect, it } from "vitest";
import { compareTotals } from "../../../src/report/compare/totals.ts";
import { COMPARE_CSV_COLUMNS, renderCompareCsv } from "../../../src/report/csv/compare.ts";
import { arbitraryComparison } from "../compare/random-comparison.ts";

it("has the totals of the comparison, its columns in each line, and nothing for a spreadsheet to run", () => {
  fc.assert(
    fc.property(arbitraryComparison(), (comparison) => {
      const text = renderCompareCsv(comparison);
      const rows = parse<Record<string, string>>(text, { columns: true });
      const of = (section: string): Record<string, string>[] =>
        rows.filter((row) => row["section"] === section);
      const sum = of("change").reduce((total, row) => total + Number(row["count"]), 0);
      const totals = of("total").map(({ name, count }) => [name, Number(count)]);
      expect(Object.fromEntries(totals)).toEqual(compareTotals(comparison));
      expect(sum).toBe(comparison.changes.reduce((devices, one) => devices + one.devices, 0));
      expect(of("guard")).toHaveLength(comparison.guards.length);
      expect(of("finding")).toHaveLength(comparison.findings.length);
      for (const cells of parse(text)) {
        expect(cells).toHaveLength(COMPARE_CSV_COLUMNS.length);
        for (const cell of cells) expect(cell).not.toMatch(/^[\s]*[=+\-@]/);
      }
    }),
    { numRuns: 50 },
  );
});
