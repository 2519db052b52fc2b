/** The overview as XML, by `schemas/overview.xsd`. What is null has no element and no attribute. */
import { GROUP_COUNTS } from "../../core/overview-columns.ts";
import type { OverviewGroup } from "../../core/overview.ts";
import { escapeXml } from "../escape/xml.ts";
import type { Write } from "../json/plan-json.ts";
import { Chunks } from "./chunks.ts";
import { makeRowEncoder } from "./encode-rows.ts";
import { groupCount, OVERVIEW_FORMAT, overviewTotals, type OverviewReport } from "./report.ts";

export const OVERVIEW_NAMESPACE = "urn:patchring:overview:1";

type Value = string | number | boolean | null;

function tag(name: string, attributes: Readonly<Record<string, Value>>): string {
  const pairs = Object.entries(attributes)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`);
  return `<${name}${pairs.join("")}`;
}

/** One row a line. Texts have their controls shown; the JSON is exact. */
export function writeOverviewXml(report: OverviewReport, write: Write): void {
  const { overview, policy, snapshot, filters, at } = report;
  const out = new Chunks(write);
  const root = { xmlns: OVERVIEW_NAMESPACE, format: OVERVIEW_FORMAT, at, groupBy: overview.groupBy };
  const { superseded, ...lists } = filters;
  out.add(`<?xml version="1.0" encoding="UTF-8"?>\n${tag("overview", root)}>\n`);
  out.add(`${tag("policy", { ...policy })}/>\n${tag("snapshot", { ...snapshot })}/>\n`);
  out.add(`${tag("filters", { superseded })}>`);
  for (const [name, values] of Object.entries(lists)) {
    for (const value of values) {
      out.add(`${tag("filter", { name })}>${escapeXml(value)}</filter>`);
    }
  }
  out.add("</filters>\n<totals>");
  for (const [name, count] of Object.entries(overviewTotals(report)))
    out.add(`${tag("total", { name, count })}/>`);
  out.add("</totals>\n<groups>\n");
  writeGroups(report, out);
  out.add("</groups>\n</overview>\n");
  out.flush();
}

function writeGroups({ overview, cells }: OverviewReport, out: Chunks): void {
  const encode = makeRowEncoder(
    cells,
    ({ name }, cell) => (cell === null ? "" : `<${name}>${escapeXml(String(cell))}</${name}>`),
    "",
  );
  let group = -1;
  for (const row of overview.rows()) {
    if (row.group !== group) {
      if (group >= 0) out.add("</group>\n");
      group = row.group;
      out.add(`${tag("group", groupAttributes(overview.groups[group]!))}>\n`);
    }
    out.add(`<row>${encode(row)}</row>\n`);
  }
  if (group >= 0) out.add("</group>\n");
}

function groupAttributes(group: OverviewGroup): Readonly<Record<string, Value>> {
  const { name, client, title } = group;
  const counts = GROUP_COUNTS.map((count) => [count, groupCount(group, count)] as const);
  return { name, client, title, ...Object.fromEntries(counts) };
}
