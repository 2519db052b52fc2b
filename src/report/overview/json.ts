/** The overview as JSON: groups with their rows inside. Exact: nothing is escaped but what JSON must. */
import { GROUP_COUNTS } from "../../core/overview-columns.ts";
import type { OverviewGroup } from "../../core/overview.ts";
import type { Write } from "../json/plan-json.ts";
import { Chunks } from "./chunks.ts";
import { makeRowEncoder } from "./encode-rows.ts";
import { COLUMN_NAMES, groupCount, OVERVIEW_FORMAT, overviewTotals, type OverviewReport } from "./report.ts";

/** Printable ASCII without quote and backslash: what JSON writes as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** Never holds the whole text: a fleet has more rows than a string may have characters. */
export function writeOverviewJson(report: OverviewReport, write: Write): void {
  const { overview, at, policy, snapshot, filters } = report;
  const out = new Chunks(write);
  const head = {
    format: OVERVIEW_FORMAT,
    at,
    policy,
    snapshot,
    groupBy: overview.groupBy,
    filters,
    totals: overviewTotals(report),
    columns: COLUMN_NAMES,
  };
  out.add(`${JSON.stringify(head).slice(0, -1)},"groups":[`);
  const encode = makeRowEncoder(
    report.cells,
    ({ name }, cell) =>
      typeof cell === "string" && PLAIN.test(cell)
        ? `"${name}":"${cell}"`
        : `"${name}":${JSON.stringify(cell)}`,
    ",",
  );
  let group = -1;
  for (const row of overview.rows()) {
    if (row.group !== group) {
      out.add(`${group < 0 ? "" : "]},"}${groupHead(overview.groups[row.group]!)},"rows":[`);
      group = row.group;
    } else out.add(",");
    out.add(`\n{${encode(row)}}`);
  }
  out.add(group < 0 ? "]}\n" : "]}]}\n");
  out.flush();
}

/** `{"name":…}` without its end. */
function groupHead(group: OverviewGroup): string {
  const { name, client, title } = group;
  const counts = GROUP_COUNTS.map((count) => [count, groupCount(group, count)] as const);
  return `\n${JSON.stringify({ name, client, title, ...Object.fromEntries(counts) }).slice(0, -1)}`;
}
