/** The overview on a terminal: the answer, the groups, then rows as far as the budget goes. */
import { GROUP_COUNTS, OVERVIEW_COLUMNS, type OverviewGrouping } from "../../core/overview-columns.ts";
import type { OverviewGroup } from "../../core/overview.ts";
import { escapeTerminal as t } from "../escape/terminal.ts";
import type { Write } from "../json/plan-json.ts";
import { paintWith } from "../text/paint.ts";
import { renderTable, wrap, type Paint, type TableRow } from "../text/layout.ts";
import { counted, formatCount } from "../words.ts";
import { Chunks } from "./chunks.ts";
import { rowCells } from "./encode-rows.ts";
import {
  cellText,
  groupCount,
  groupTitle,
  overviewSentences,
  overviewTotals,
  type OverviewReport,
} from "./report.ts";

export interface OverviewTextOptions {
  /** Columns of the terminal; more than 100 are not used, fewer than 60 are treated as 60. */
  readonly width: number;
  readonly color: boolean;
  /** Rows of all tables together, groups first; null shows all. */
  readonly maxRows: number | null;
}

interface Page {
  readonly width: number;
  readonly paint: Paint;
  readonly out: Chunks;
  rowsLeft: number;
}

const MIN_WIDTH = 60;
const MAX_WIDTH = 100;
/** Columns of the table; the others that say something stand under it, by their names. */
const FIRST = ["device", "patch", "ring", "status", "verdict", "reason"] as const;
/** Rows whose table is laid out at once. */
const BLOCK = 200;

export function writeOverviewText(report: OverviewReport, options: OverviewTextOptions, write: Write): void {
  const page: Page = {
    width: Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, options.width)),
    paint: paintWith(options.color),
    out: new Chunks(write),
    rowsLeft: options.maxRows ?? Number.POSITIVE_INFINITY,
  };
  const sentences = overviewSentences(report);
  title(sentences.headline, page);
  for (const sentence of sentences.counts) para(sentence, page);
  if (sentences.filters !== null) para(t(sentences.filters, LONGEST_FILTER), page);
  writeGroups(report, page);
  writeRows(report, page);
  const totals = Object.entries(overviewTotals(report)).map(([name, n]) => `${name} ${formatCount(n)}`);
  lines(["", ...heading("All totals", page)], page);
  para(`${totals.join(", ")}.`, page);
  lines(["", ...identity(report, page)], page);
  page.out.flush();
}

/** Filters are typed, and may be many. */
const LONGEST_FILTER = 2000;

function lines(texts: readonly string[], page: Page): void {
  for (const text of texts) page.out.add(`${text}\n`);
}

function heading(text: string, page: Page): string[] {
  return wrap(text, page.width).map((line) => page.paint("bold", line));
}

function title(text: string, page: Page): void {
  lines(heading(text, page), page);
}

function para(text: string, page: Page): void {
  lines(
    wrap(text, page.width - 2).map((line) => `  ${line}`),
    page,
  );
}

function identity({ policy, snapshot, at }: OverviewReport, page: Page): string[] {
  const short = (hash: string): string => t(hash).replace(/^((?:sha256:)?[0-9a-f]{12})[0-9a-f]+$/, "$1");
  const commit = policy.commit === null ? "outside Git" : short(policy.commit);
  const labelled = (label: string, text: string): string[] =>
    wrap(text, page.width - 10).map((line, index) => (index === 0 ? label : "").padEnd(10) + line);
  return [
    ...labelled(
      "Policy",
      `${commit}${policy.dirty ? " with changes not committed" : ""}, ${short(policy.digest)}`,
    ),
    ...labelled("Snapshot", `taken ${t(snapshot.takenAt)}, ${short(snapshot.digest)}`),
    ...labelled("Seen from", t(at)),
  ];
}

/** The counts of a group that are not 0 and that its kind does not give already, by their names. */
function countWords(group: OverviewGroup, groupBy: OverviewGrouping): string {
  const given = groupBy === "patch" || groupBy === "device" ? ["shown", "devices", "patches"] : ["shown"];
  return GROUP_COUNTS.filter((name) => !given.includes(name) && groupCount(group, name) > 0)
    .map((name) => `${formatCount(groupCount(group, name))} ${name}`)
    .join(", ");
}

function writeGroups(report: OverviewReport, page: Page): void {
  const { groups, groupBy } = report.overview;
  if (groups.length === 0) return;
  const shown = groups.slice(0, page.rowsLeft);
  page.rowsLeft -= shown.length;
  const rows = shown.map((group): TableRow => {
    const about = [group.title, groupBy === "device" ? group.client : null].filter((text) => text !== null);
    return {
      cells: [t(groupTitle(group, report)), formatCount(group.shown), countWords(group, groupBy)],
      detail: about.length === 0 ? [] : [about.map((text) => t(text)).join("; ")],
      style: null,
    };
  });
  lines(["", ...heading(`Groups: ${formatCount(groups.length)}`, page)], page);
  const columns = [
    { header: groupBy, min: 14 },
    { header: "shown", min: 5, align: "right" },
    { header: "counts", min: 20 },
  ] as const;
  if (rows.length > 0) lines(renderTable(rows, { ...page, columns, detailFrom: 2 }), page);
  const hidden = groups.slice(shown.length).reduce((sum, group) => sum + group.shown, 0);
  if (shown.length < groups.length) {
    const left = counted(groups.length - shown.length, "more group");
    para(`… and ${left} with ${counted(hidden, "row")}: not shown (--max-rows).`, page);
  }
}

function writeRows(report: OverviewReport, page: Page): void {
  const { overview, cells } = report;
  const { shown } = overview.totals;
  if (shown === 0) return;
  lines(["", ...heading(`Rows: ${formatCount(shown)}`, page)], page);
  const columns = FIRST.map((header) => ({ header, min: header === "reason" ? 14 : 9 }));
  let written = 0;
  let block: TableRow[] = [];
  const flush = (): void => {
    if (block.length > 0) lines(renderTable(block, { ...page, columns, detailFrom: 1 }), page);
    block = [];
  };
  if (page.rowsLeft > 0) {
    for (const row of overview.rows()) {
      block.push(rowOf(rowCells(cells, row)));
      written += 1;
      if (written >= page.rowsLeft) break;
      if (block.length >= BLOCK) flush();
    }
    flush();
  }
  page.rowsLeft -= written;
  if (written < shown) {
    para(
      `… and ${counted(shown - written, "more row")}: not shown (--max-rows). CSV, XML and JSON have all.`,
      page,
    );
  }
}

function rowOf(cells: ReturnType<typeof rowCells>): TableRow {
  const first: readonly string[] = FIRST;
  const rest = OVERVIEW_COLUMNS.flatMap(({ name, kind }) => {
    const text = cellText(cells[name] ?? null);
    const says = text !== "" && !(kind === "flag" && text === "no");
    return first.includes(name) || !says ? [] : [`${name} ${t(text)}`];
  });
  return {
    cells: FIRST.map((name) => t(cellText(cells[name] ?? null)) || "-"),
    detail: [rest.join("; ")],
    style: null,
  };
}
