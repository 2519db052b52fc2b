/** The overview as a table of cells for a spreadsheet. */
import { stringify } from "csv-stringify/sync";
import { GROUP_COUNTS, OVERVIEW_COLUMNS, type Cell } from "../../core/overview-columns.ts";
import type { OverviewGroup } from "../../core/overview.ts";
import { neutralizeCell } from "../escape/csv.ts";
import type { Write } from "../json/plan-json.ts";
import { Chunks } from "./chunks.ts";
import { makeRowEncoder } from "./encode-rows.ts";
import { cellText, COLUMN_NAMES, groupCount, overviewTotals, type OverviewReport } from "./report.ts";

/** Counts of groups whose name is not the name of a column of rows too. */
const OWN_COUNTS = GROUP_COUNTS.filter((name) => !COLUMN_NAMES.includes(name));

/**
 * `section` is `total` (`name`, `count`), `group` (`name`, `client`, `title` and its counts; `count`
 * are its rows) or `row` (`name` is that of its group, `count` is 1). `stale` and
 * `installedBySuperseding` are counts in a group line and yes or no in a row.
 */
export const OVERVIEW_CSV_COLUMNS: readonly string[] = [
  "section",
  "name",
  "count",
  ...OWN_COUNTS,
  ...COLUMN_NAMES,
];

/** What neither CSV nor a spreadsheet minds; most cells are only this. */
const PLAIN = /^[\w.:/][\w .:/@=+()#%-]*$/;

function csvCell(cell: Cell): string {
  const text = cellText(cell);
  if (text === "" || PLAIN.test(text)) return text;
  return stringify([[neutralizeCell(text)]], { quoted_match: /[\r\n\t;]/, eof: false });
}

/** RFC 4180, UTF-8, one header line, line feeds. Cells that a spreadsheet would run are altered: the JSON is exact. */
export function writeOverviewCsv(report: OverviewReport, write: Write): void {
  const { overview } = report;
  const out = new Chunks(write);
  out.add(`${OVERVIEW_CSV_COLUMNS.join(",")}\n`);
  const rest = ",".repeat(OVERVIEW_CSV_COLUMNS.length - 3);
  for (const [name, count] of Object.entries(overviewTotals(report))) {
    out.add(`total,${csvCell(name)},${count}${rest}\n`);
  }
  const encode = makeRowEncoder(report.cells, (_column, cell) => csvCell(cell), ",");
  let group = -1;
  let before = "";
  for (const row of overview.rows()) {
    if (row.group !== group) {
      group = row.group;
      const own = overview.groups[group]!;
      out.add(groupLine(own));
      before = `row,${csvCell(own.name)},1${",".repeat(OWN_COUNTS.length)},`;
    }
    out.add(`${before}${encode(row)}\n`);
  }
  out.flush();
}

function groupLine(group: OverviewGroup): string {
  const counts = OWN_COUNTS.map((name) => groupCount(group, name));
  const cells = OVERVIEW_COLUMNS.map(({ name }): Cell => {
    if (name === "client") return group.client;
    if (name === "title") return group.title;
    return name === "stale" || name === "installedBySuperseding" ? groupCount(group, name) : null;
  });
  return `${["group", group.name, group.shown, ...counts, ...cells].map(csvCell).join(",")}\n`;
}
