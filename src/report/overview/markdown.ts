/** The overview as Markdown: sentences, all totals, groups, then rows as far as the budget goes. */
import { GROUP_COUNTS, OVERVIEW_COLUMNS } from "../../core/overview-columns.ts";
import type { OverviewGroup } from "../../core/overview.ts";
import { escapeMarkdown as m } from "../escape/markdown.ts";
import type { Write } from "../json/plan-json.ts";
import { markdownTable } from "../markdown/table.ts";
import { counted, formatCount } from "../words.ts";
import { Chunks } from "./chunks.ts";
import { makeRowEncoder } from "./encode-rows.ts";
import {
  cellText,
  groupCount,
  groupTitle,
  overviewSentences,
  overviewTotals,
  type OverviewReport,
} from "./report.ts";

export interface OverviewMarkdownOptions {
  /** Rows of groups and rows together, groups first; null shows all. */
  readonly maxRows: number | null;
}

export function writeOverviewMarkdown(
  report: OverviewReport,
  options: OverviewMarkdownOptions,
  write: Write,
): void {
  const { overview } = report;
  const out = new Chunks(write);
  const sentences = overviewSentences(report);
  const filters = sentences.filters === null ? [] : [m(sentences.filters, 2000)];
  out.add(`# ${sentences.headline}\n\n`);
  for (const sentence of [...sentences.counts, ...filters]) out.add(`${sentence}\n\n`);
  const totals = Object.entries(overviewTotals(report)).map(([name, n]) => [name, formatCount(n)]);
  out.add(
    `## All totals\n\n${markdownTable([{ header: "total" }, { header: "count", align: "right" }], totals)}\n\n`,
  );
  const budget = options.maxRows ?? Number.POSITIVE_INFINITY;
  const groups = overview.groups.slice(0, budget);
  writeGroups(report, groups, out);
  writeRows(report, budget - groups.length, out);
  out.add(`${identity(report)}\n`);
  out.flush();
}

function writeGroups(report: OverviewReport, shown: readonly OverviewGroup[], out: Chunks): void {
  const { groups, groupBy } = report.overview;
  if (groups.length === 0) return;
  out.add(`## Groups: ${formatCount(groups.length)}\n\n`);
  const titled = groupBy === "patch" || groupBy === "device";
  const columns = [
    { header: groupBy },
    ...(titled ? [{ header: "title" }] : []),
    ...GROUP_COUNTS.map((name) => ({ header: name, align: "right" as const })),
  ];
  const rows = shown.map((group) => [
    m(groupTitle(group, report)),
    ...(titled ? [m(group.title ?? "")] : []),
    ...GROUP_COUNTS.map((name) => formatCount(groupCount(group, name))),
  ]);
  if (rows.length > 0) out.add(`${markdownTable(columns, rows)}\n\n`);
  if (shown.length < groups.length) {
    out.add(`… and ${counted(groups.length - shown.length, "more group")}: not shown (--max-rows).\n\n`);
  }
}

function writeRows({ overview, cells }: OverviewReport, budget: number, out: Chunks): void {
  const { shown } = overview.totals;
  if (shown === 0) return;
  out.add(`## Rows: ${formatCount(shown)}\n\n`);
  let written = 0;
  if (budget > 0) {
    const columns = OVERVIEW_COLUMNS.map(({ name, kind }) =>
      kind === "number" ? ({ header: name, align: "right" } as const) : { header: name },
    );
    out.add(`${markdownTable(columns, [])}\n`);
    const encode = makeRowEncoder(cells, (_column, cell) => m(cellText(cell)), " | ");
    for (const row of overview.rows()) {
      out.add(`| ${encode(row)} |\n`);
      written += 1;
      if (written >= budget) break;
    }
    out.add("\n");
  }
  if (written < shown) {
    const left = counted(shown - written, "more row");
    out.add(`… and ${left}: not shown (--max-rows). CSV, XML and JSON have all.\n\n`);
  }
}

function identity({ policy, snapshot, at }: OverviewReport): string {
  const commit = policy.commit === null ? "outside Git" : m(policy.commit);
  const dirty = policy.dirty ? " with changes not committed" : "";
  return `Policy ${commit}${dirty}, ${m(policy.digest)}. Snapshot taken ${m(snapshot.takenAt)}, ${m(snapshot.digest)}. Seen from ${m(at)}.`;
}
