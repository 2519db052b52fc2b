/** A comparison on a terminal: the answer, dangers, the rest (design 4.4, 5.3). */
import type {
  ChangeDanger,
  ChangeGroup,
  Comparison,
  ComparedPolicy,
  SiteChanges,
  TimingGroup,
} from "../../core/comparison.ts";
import type { GuardRow } from "../../core/plan.ts";
import { escapeTerminal as t } from "../escape/terminal.ts";
import { relative } from "../relative-time.ts";
import { renderTable, wrap, type Paint, type Style, type TableRow } from "../text/layout.ts";
import { paintWith } from "../text/paint.ts";
import { counted, formatCount, guardWords } from "../words.ts";
import { GUARD_WOULD_STOP, viewComparison, type CompareSection } from "./view.ts";
import { changeText, ringText, sourceText, timingText, verdictText, whyText } from "./words.ts";

export interface CompareTextOptions {
  /** Columns of the terminal; at most 100 are used, at least 60. */
  readonly width: number;
  readonly color: boolean;
  /** Rows of all tables together, the most dangerous first; null shows all. */
  readonly maxRows: number | null;
}

interface Page {
  readonly at: string;
  readonly width: number;
  readonly paint: Paint;
  rowsLeft: number;
}

const STYLES: Readonly<Record<ChangeDanger, Style | null>> = {
  removal: "red",
  "removal-retry": "red",
  release: "yellow",
  "removal-dropped": "yellow",
  "take-back": "red",
  "ban-lifted": "yellow",
  ignore: "yellow",
  approve: "green",
  reprocess: "cyan",
  gone: null,
  verdict: null,
};

function para(text: string, page: Page, indent = "  "): string[] {
  return wrap(text, page.width - indent.length).map((line) => indent + line);
}

function title(text: string, page: Page): string[] {
  return para(text, page, "").map((line) => page.paint("bold", line));
}

function take<T>(rows: readonly T[], page: Page): readonly T[] {
  const shown = rows.slice(0, page.rowsLeft);
  page.rowsLeft -= shown.length;
  return shown;
}

function hidden(rows: readonly { readonly devices: number }[], page: Page): string[] {
  if (rows.length === 0) return [];
  const devices = rows.reduce((sum, row) => sum + row.devices, 0);
  return para(
    `… and ${counted(rows.length, "more group")} with ${counted(devices, "decision")}: not shown (--max-rows).`,
    page,
  );
}

function groupRow(group: ChangeGroup): TableRow {
  const name = group.title === null || group.title === group.patch ? [] : [t(group.title)];
  return {
    cells: [
      changeText(group),
      formatCount(group.devices),
      t(group.patch),
      ringText(group, t),
      verdictText(group),
    ],
    detail: [...name, sourceText(group, t), whyText(group)],
    style: STYLES[group.danger],
  };
}

const GROUP_COLUMNS = [
  { header: "change", min: 12 },
  { header: "devices", min: 7, align: "right" },
  { header: "patch", min: 12 },
  { header: "ring", min: 8 },
  { header: "verdict", min: 10 },
] as const;

function sectionLines(section: CompareSection, page: Page): string[] {
  const shown = take(section.groups, page);
  const rows = shown.map(groupRow);
  const { width, paint } = page;
  return [
    "",
    ...title(section.title, page),
    ...(rows.length === 0 ? [] : renderTable(rows, { columns: GROUP_COLUMNS, detailFrom: 2, width, paint })),
    ...hidden(section.groups.slice(shown.length), page),
    ...section.notes.flatMap((note) => para(note, page)),
  ];
}

const TIMING_COLUMNS = [
  { header: "devices", min: 7, align: "right" },
  { header: "patch", min: 12 },
  { header: "ring", min: 8 },
  { header: "decided by", min: 10 },
] as const;

function timingLines(timing: readonly TimingGroup[], heading: string, page: Page): string[] {
  if (timing.length === 0) return [];
  const shown = take(timing, page);
  const rows = shown.map(({ kind, devices, patch, ring, source, base, head }): TableRow => ({
    cells: [
      formatCount(devices),
      t(patch),
      ring === null ? "no ring" : t(ring),
      source === null ? "no statement" : t(source),
    ],
    detail: [`now  ${timingText(head, kind, page.at, t)}`, `was  ${timingText(base, kind, page.at, t)}`],
    style: null,
  }));
  const { width, paint } = page;
  return [
    "",
    ...title(heading, page),
    ...(rows.length === 0 ? [] : renderTable(rows, { columns: TIMING_COLUMNS, detailFrom: 1, width, paint })),
    ...hidden(timing.slice(shown.length), page),
  ];
}

const SITE_COLUMNS = [
  { header: "client", min: 12 },
  { header: "site", min: 12 },
  { header: "devices", min: 7, align: "right" },
  { header: "stale", min: 5, align: "right" },
  { header: "changes", min: 7, align: "right" },
  { header: "dangerous", min: 9, align: "right" },
] as const;
const MAX_SITES = 10;

function siteLines(sites: readonly SiteChanges[], page: Page): string[] {
  if (sites.length === 0) return [];
  const rows = sites
    .slice(0, MAX_SITES)
    .map(({ client, site, devices, stale, changed, dangerous }): TableRow => ({
      cells: [
        client === null ? "not known" : t(client),
        site === null ? "not known" : t(site),
        ...[devices, stale, changed, dangerous].map(formatCount),
      ],
      detail: [],
      style: dangerous > 0 ? "yellow" : null,
    }));
  const { width, paint } = page;
  const rest = sites.length - rows.length;
  return [
    "",
    ...title(`By site: ${counted(sites.length, "site")}`, page),
    ...renderTable(rows, { columns: SITE_COLUMNS, detailFrom: 1, width, paint }),
    ...(rest === 0 ? [] : para(`… and ${counted(rest, "more site")}: all of them with --json.`, page)),
  ];
}

const GUARD_COLUMNS = [
  { header: "guard", min: 12 },
  { header: "state", min: 7 },
  { header: "value", min: 5, align: "right" },
  { header: "limit", min: 5, align: "right" },
  { header: "counts", min: 10 },
] as const;

function guardLines(guards: readonly GuardRow[], page: Page): string[] {
  const rows = guards.map(({ guard, limit, value, tripped }): TableRow => ({
    cells: [
      t(guard),
      tripped ? "TRIPPED" : "ok",
      formatCount(value),
      formatCount(limit),
      t(guardWords(guard)),
    ],
    detail: [],
    style: tripped ? "red" : null,
  }));
  const { width, paint } = page;
  return renderTable(rows, { columns: GUARD_COLUMNS, detailFrom: 1, width, paint });
}

function shortHash(hash: string): string {
  return t(hash).replace(/^((?:sha256:)?[0-9a-f]{12})[0-9a-f]+$/, "$1");
}

function policyLine(label: string, { ref, commit, dirty, digest }: ComparedPolicy, page: Page): string[] {
  const name = ref === null ? "work tree" : t(ref);
  const at = commit === null ? "outside Git" : shortHash(commit);
  const text = `${name}, ${at}${dirty ? " with changes not committed" : ""}, ${shortHash(digest)}`;
  return wrap(text, page.width - 10).map((line, index) => (index === 0 ? label : "").padEnd(10) + line);
}

function snapshotLine({ snapshot, at }: Comparison, page: Page): string[] {
  const twin = relative(snapshot.takenAt, at);
  const taken = `taken ${t(snapshot.takenAt)}${twin === null ? "" : ` (${twin})`}`;
  const size = `${counted(snapshot.devices, "device")} (${formatCount(snapshot.stale)} stale), ${counted(snapshot.patches, "patch", "patches")}, ${counted(snapshot.facts, "fact")}`;
  return wrap(`${taken}, ${size}, ${shortHash(snapshot.digest)}`, page.width - 10).map(
    (line, index) => (index === 0 ? "Snapshot" : "").padEnd(10) + line,
  );
}

/** The comparison as text of at most 100 columns, ending in a line break. */
export function renderCompareText(comparison: Comparison, options: CompareTextOptions): string {
  const page: Page = {
    at: comparison.at,
    width: Math.min(100, Math.max(60, options.width)),
    paint: paintWith(options.color),
    rowsLeft: options.maxRows ?? Number.POSITIVE_INFINITY,
  };
  const view = viewComparison(comparison);
  const findings = comparison.findings.flatMap(({ place, severity, summary, code, detail }) => [
    ...para(`${place === null ? "" : `${t(place)}: `}${severity}: ${t(summary)} [${t(code)}]`, page),
    ...para(t(detail), page, "    "),
  ]);
  const stopped =
    view.tripped.length === 0
      ? []
      : ["", page.paint("red", "STOPPED BY A GUARD"), ...para(GUARD_WOULD_STOP, page)];
  const lines = [
    ...title(view.headline, page),
    ...view.counts.flatMap((sentence) => para(sentence, page)),
    ...stopped,
    ...view.sections.flatMap((section) => sectionLines(section, page)),
    ...timingLines(comparison.timing, view.timingTitle, page),
    ...siteLines(view.sites, page),
    "",
    ...title("Guards", page),
    ...guardLines(comparison.guards, page),
    "",
    ...title(view.findingsTitle, page),
    ...findings,
    "",
    ...policyLine("Base", comparison.base, page),
    ...policyLine("Head", comparison.head, page),
    ...snapshotLine(comparison, page),
    ...wrap(t(comparison.at), page.width - 10).map((line) => `Seen from ${line}`),
    ...(view.hints.length === 0
      ? []
      : ["", ...title("Next", page), ...view.hints.flatMap((hint) => para(t(hint), page))]),
  ];
  return `${lines.join("\n")}\n`;
}
