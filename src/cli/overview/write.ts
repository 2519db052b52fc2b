import type { OverviewRow } from "../../core/overview-rows.ts";
import type { OverviewReport } from "../../report/overview/report.ts";
import type { OverviewFormat } from "../arguments/formats.ts";
import type { PreviewInvocation } from "../invocation.ts";
import type { Output } from "../output.ts";
import { textLook } from "../views/look.ts";

/** `--max-rows`, and whether it was given. */
export interface RowLimit {
  readonly maxRows: number | null;
  readonly given: boolean;
}

/** A page with more rows than this is slow to open; `--max-rows 0` shows all. */
const HTML_ROWS = 5000;

/** An overview in the format that was asked for. Renderers are loaded when they are needed. */
export async function writeOverview(
  invocation: PreviewInvocation,
  whole: OverviewReport,
  format: OverviewFormat,
  rows: RowLimit,
): Promise<void> {
  const { output } = invocation;
  const { maxRows } = rows;
  const write = (text: string): void => output.write(text);
  const report = untilClosed(whole, output);
  switch (format) {
    case "json":
      (await import("../../report/overview/json.ts")).writeOverviewJson(report, write);
      return;
    case "csv":
      (await import("../../report/overview/csv.ts")).writeOverviewCsv(report, write);
      return;
    case "xml":
      (await import("../../report/overview/xml.ts")).writeOverviewXml(report, write);
      return;
    case "md":
      (await import("../../report/overview/markdown.ts")).writeOverviewMarkdown(report, { maxRows }, write);
      return;
    case "html": {
      const options = { maxRows: rows.given ? maxRows : HTML_ROWS };
      (await import("../../report/overview/html.tsx")).writeOverviewHtml(report, options, write);
      return;
    }
    case "text": {
      const options = { ...textLook(invocation), maxRows };
      (await import("../../report/overview/text.ts")).writeOverviewText(report, options, write);
    }
  }
}

/** Ends the rows when nobody reads any more (`… | head`). */
function untilClosed(report: OverviewReport, output: Output): OverviewReport {
  const { overview } = report;
  const rows = function* (): Generator<OverviewRow> {
    for (const row of overview.rows()) {
      if (output.closed) return;
      yield row;
    }
  };
  return { ...report, overview: { ...overview, rows } };
}
