/** Every format of the overview, written and read back. */
import { parse } from "csv-parse/sync";
import { XMLParser } from "fast-xml-parser";
import { FACT_STATES } from "../../../src/core/fact-states.ts";
import { GROUP_COUNTS } from "../../../src/core/overview-columns.ts";
import { writeOverviewCsv } from "../../../src/report/overview/csv.ts";
import { writeOverviewHtml } from "../../../src/report/overview/html.tsx";
import { writeOverviewJson } from "../../../src/report/overview/json.ts";
import { writeOverviewMarkdown } from "../../../src/report/overview/markdown.ts";
import { COLUMN_NAMES, type OverviewReport } from "../../../src/report/overview/report.ts";
import { writeOverviewText } from "../../../src/report/overview/text.ts";
import { writeOverviewXml } from "../../../src/report/overview/xml.ts";

function collect(produce: (write: (text: string) => void) => void): string {
  let all = "";
  produce((text) => (all += text));
  return all;
}

const ALL = { maxRows: null } as const;
export const asCsv = (report: OverviewReport): string => collect((write) => writeOverviewCsv(report, write));
export const asJson = (report: OverviewReport): string =>
  collect((write) => writeOverviewJson(report, write));
export const asXml = (report: OverviewReport): string => collect((write) => writeOverviewXml(report, write));
export const asHtml = (report: OverviewReport, maxRows: number | null = null): string =>
  collect((write) => writeOverviewHtml(report, { maxRows }, write));
export const asMarkdown = (report: OverviewReport, maxRows: number | null = null): string =>
  collect((write) => writeOverviewMarkdown(report, { maxRows }, write));
export const asText = (report: OverviewReport, maxRows: number | null = ALL.maxRows, width = 100): string =>
  collect((write) => writeOverviewText(report, { width, color: false, maxRows }, write));

export type Counts = Readonly<Record<string, number>>;
export type Cells = Readonly<Record<string, string>>;

/** What a format says: totals, counts by group and the cells of its rows as text (yes and no, empty for nothing). */
export interface ReadBack {
  readonly totals: Counts;
  readonly groups: readonly (Counts & { readonly [name: string]: number })[];
  readonly rows: readonly Cells[];
}

const number = (text: string | undefined): number => Number((text ?? "NaN").replaceAll(",", ""));
const pick = (values: Readonly<Record<string, unknown>>, names: readonly string[]): Counts =>
  Object.fromEntries(names.map((name) => [name, Number(values[name])]));
const cellOf = (cell: unknown): string =>
  typeof cell === "string" || typeof cell === "number" ? String(cell) : "";
const texts = (row: Readonly<Record<string, unknown>>): Cells =>
  Object.fromEntries(
    COLUMN_NAMES.map((name) => {
      const cell = row[name];
      return [name, typeof cell === "boolean" ? (cell ? "yes" : "no") : cellOf(cell)];
    }),
  );

interface JsonReport {
  readonly totals: Counts;
  readonly groups: readonly (Counts & { readonly rows: readonly Readonly<Record<string, unknown>>[] })[];
}

export function fromJson(text: string): ReadBack {
  const read = JSON.parse(text) as JsonReport;
  return {
    totals: read.totals,
    groups: read.groups.map((group) => pick(group, GROUP_COUNTS)),
    rows: read.groups.flatMap((group) => group.rows.map(texts)),
  };
}

export function fromCsv(text: string): ReadBack {
  const lines = parse<Cells>(text, { columns: true });
  const of = (section: string): Cells[] => lines.filter((line) => line["section"] === section);
  return {
    totals: Object.fromEntries(of("total").map((line) => [line["name"]!, Number(line["count"])])),
    groups: of("group").map((line) => pick(line, GROUP_COUNTS)),
    rows: of("row").map(texts),
  };
}

type Element = Readonly<Record<string, unknown>>;
const XML = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  trimValues: false,
  isArray: (name) => ["group", "row", "total", "filter"].includes(name),
});
const list = (value: unknown): readonly Element[] =>
  Array.isArray(value) ? (value as readonly Element[]) : [];

export function fromXml(text: string): ReadBack {
  const root = (XML.parse(text) as { readonly overview: Record<string, Element> }).overview;
  const groups = list(root["groups"]?.["group"]);
  const flags = ["stale", "installedBySuperseding"];
  return {
    totals: Object.fromEntries(
      list(root["totals"]!["total"]).map((one) => [cellOf(one["name"]), Number(one["count"])]),
    ),
    groups: groups.map((group) => pick(group, GROUP_COUNTS)),
    rows: groups.flatMap((group) =>
      list(group["row"]).map((row) =>
        texts({ ...row, ...Object.fromEntries(flags.map((name) => [name, row[name] === "true"])) }),
      ),
    ),
  };
}

/** The body rows of the table that follows a heading, a list of cells each. */
function htmlRows(html: string, from: string): string[][] {
  const start = html.indexOf(from);
  const table = html.slice(start, html.indexOf("</table>", start));
  return [...table.matchAll(/<tr>(.*?)<\/tr>/gs)]
    .map(([, row]) =>
      [...row!.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/gs)].map(([, cell]) =>
        cell!
          .replace(/<[^>]*>/g, "")
          .replaceAll("&lt;", "<")
          .replaceAll("&gt;", ">")
          .replaceAll("&quot;", '"')
          .replaceAll("&#39;", "'")
          .replaceAll("&amp;", "&"),
      ),
    )
    .filter((cells) => cells.length > 1);
}

export function fromHtml(html: string): ReadBack {
  const [groupHead, ...groups] = htmlRows(html, "<h2>Groups");
  const [rowHead, ...rows] = htmlRows(html, "<h2>Rows");
  const [, ...totals] = htmlRows(html, "<h2>All totals");
  const named = (head: readonly string[] | undefined, cells: readonly string[]): Cells =>
    Object.fromEntries((head ?? []).map((name, index) => [name, cells[index]!]));
  return {
    totals: Object.fromEntries(totals.map(([name, count]) => [name!, number(count)])),
    groups: groups.map((cells) => {
      const counts = named(groupHead, cells);
      return Object.fromEntries(GROUP_COUNTS.map((name) => [name, number(counts[name])]));
    }),
    rows: rows.map((cells) => named(rowHead, cells)),
  };
}

/** Without the decoding of entities: the texts of the small fleet have none but these. */
export function fromMarkdown(markdown: string): ReadBack {
  const table = (heading: string): string[][] => {
    const start = markdown.indexOf(`\n## ${heading}`);
    if (start < 0) return [];
    const end = markdown.indexOf("\n## ", start + 4);
    const lines = markdown.slice(start, end < 0 ? undefined : end).split("\n");
    return lines
      .filter((line) => line.startsWith("| "))
      .filter((line) => !/^\| (?:---|--:)/.test(line))
      .map((line) => line.slice(2, -2).split(" | ").map(unescapeMarkdown));
  };
  const [groupHead, ...groups] = table("Groups");
  const [rowHead, ...rows] = table("Rows");
  const [, ...totals] = table("All totals");
  return {
    totals: Object.fromEntries(totals.map(([name, count]) => [name!, number(count)])),
    groups: groups.map((cells) =>
      Object.fromEntries(GROUP_COUNTS.map((name) => [name, number(cells[groupHead!.indexOf(name)])])),
    ),
    rows: rows.map((cells) => Object.fromEntries(rowHead!.map((name, index) => [name, cells[index]!]))),
  };
}

function unescapeMarkdown(text: string): string {
  return text
    .trim()
    .replaceAll("&#8203;", "")
    .replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)));
}

/** The totals that the text prints last. */
export function totalsOfText(text: string): Counts {
  const start = text.indexOf("All totals");
  const part = text.slice(start, text.indexOf("Policy ", start)).replace(/\s+/g, " ");
  return Object.fromEntries(
    [...part.matchAll(/([a-zA-Z-]+) ([\d,]*\d)[,.]/g)].map(([, name, count]) => [name!, number(count)]),
  );
}

/** The totals that rows alone give again. */
export function recount(rows: readonly Cells[]): Counts {
  const own = rows.filter((row) => row["supersededBy"] === "");
  const stateOf = (row: Cells): string => (row["stale"] === "yes" ? "stale" : row["status"]!);
  return Object.fromEntries([
    ["shown", rows.length],
    ["superseded", rows.length - own.length],
    ["installedBySuperseding", rows.filter((row) => row["installedBySuperseding"] === "yes").length],
    ...FACT_STATES.map((state) => [state, own.filter((row) => stateOf(row) === state).length] as const),
  ]);
}
