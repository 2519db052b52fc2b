/** A comparison as Markdown: the sticky comment on a pull request (design 4.4). */
import type {
  ChangeGroup,
  Comparison,
  ComparedPolicy,
  SiteChanges,
  TimingGroup,
} from "../../core/comparison.ts";
import type { GuardRow } from "../../core/plan.ts";
import { escapeMarkdown as m, markdownCode as code } from "../escape/markdown.ts";
import { instantText } from "../group-words.ts";
import { details } from "../markdown/details.ts";
import { markdownTable } from "../markdown/table.ts";
import { counted, formatCount, guardWords } from "../words.ts";
import { compareTotals } from "./totals.ts";
import { GUARD_WOULD_STOP, viewComparison, type CompareSection, type CompareView } from "./view.ts";
import { changeText, ringText, sourceText, timingText, verdictText, whyText } from "./words.ts";

export interface CompareMarkdownOptions {
  /** Rows of all tables together, the most dangerous first; null shows all that fit. */
  readonly maxRows: number | null;
  /** Characters at most; at least 20,000. A comment on GitHub takes 65,536. */
  readonly maxLength: number;
}

/** What a page shows: a rung of the ladder by which one that is too long gets shorter. */
interface Rung {
  readonly rows: number;
  readonly findings: number;
  readonly guards: number;
  readonly hasSites: boolean;
  readonly hasTotals: boolean;
}

interface Page {
  readonly at: string;
  rowsLeft: number;
}

const MAX_ROWS = 1000;
const MAX_FINDINGS = 30;
const FEW_FINDINGS = 5;
const MAX_GUARDS = 20;
const FEW_GUARDS = 5;
const MAX_SITES = 20;

function take<T>(rows: readonly T[], page: Page): readonly T[] {
  const shown = rows.slice(0, page.rowsLeft);
  page.rowsLeft -= shown.length;
  return shown;
}

function hiddenLine(hidden: readonly { readonly devices: number }[]): string[] {
  if (hidden.length === 0) return [];
  const devices = hidden.reduce((sum, row) => sum + row.devices, 0);
  return [
    `… and ${counted(hidden.length, "more group")} with ${counted(devices, "decision")}: not shown here.`,
  ];
}

function patchCell(patch: string, title: string | null): string {
  return title === null || title === patch ? code(patch) : `${code(patch)} ${m(title)}`;
}

function groupCells(group: ChangeGroup): string[] {
  return [
    changeText(group),
    formatCount(group.devices),
    patchCell(group.patch, group.title),
    ringText(group, m),
    verdictText(group),
    sourceText(group, m, code),
    whyText(group),
  ];
}

const GROUP_COLUMNS = [
  { header: "Change" },
  { header: "Devices", align: "right" },
  { header: "Patch" },
  { header: "Ring" },
  { header: "Verdict" },
  { header: "Decided by" },
  { header: "Why" },
] as const;

function sectionBlocks(section: CompareSection, page: Page): string[] {
  const shown = take(section.groups, page);
  return [
    `### ${section.title}`,
    ...(shown.length === 0 ? [] : [markdownTable(GROUP_COLUMNS, shown.map(groupCells))]),
    ...hiddenLine(section.groups.slice(shown.length)),
    ...section.notes.map((note) => (section.isDanger ? `> [!WARNING]\n> ${note}` : note)),
  ];
}

const TIMING_COLUMNS = [
  { header: "Devices", align: "right" },
  { header: "Patch" },
  { header: "Ring" },
  { header: "Decided by" },
  { header: "Now" },
  { header: "Was" },
] as const;

function timingBlocks(timing: readonly TimingGroup[], heading: string, page: Page): string[] {
  if (timing.length === 0) return [];
  const shown = take(timing, page);
  const rows = shown.map(({ kind, devices, patch, title, ring, source, base, head }) => [
    formatCount(devices),
    patchCell(patch, title),
    ring === null ? "no ring" : m(ring),
    source === null ? "no statement" : code(source),
    timingText(head, kind, page.at, m),
    timingText(base, kind, page.at, m),
  ]);
  return [
    `### ${heading}`,
    ...(rows.length === 0 ? [] : [markdownTable(TIMING_COLUMNS, rows)]),
    ...hiddenLine(timing.slice(shown.length)),
  ];
}

const GUARD_COLUMNS = [
  { header: "State" },
  { header: "Guard" },
  { header: "Value", align: "right" },
  { header: "Limit", align: "right" },
  { header: "Counts" },
] as const;

/** Tripped ones first; a fleet with very many recalls shows the first ones only. */
function guardBlocks(guards: readonly GuardRow[], most: number): string[] {
  if (guards.length === 0) return [];
  const sorted = [...guards].sort((a, b) => Number(b.tripped) - Number(a.tripped));
  const rows = sorted
    .slice(0, most)
    .map(({ guard, limit, value, tripped }) => [
      tripped ? "**TRIPPED**" : "ok",
      code(guard),
      formatCount(value),
      formatCount(limit),
      m(guardWords(guard)),
    ]);
  const rest = sorted.slice(most);
  const tripped = rest.filter((guard) => guard.tripped).length;
  const more =
    rest.length === 0
      ? []
      : [
          `… and ${counted(rest.length, "more guard")}, ${formatCount(tripped)} of them tripped: not shown here.`,
        ];
  return ["### Guards", markdownTable(GUARD_COLUMNS, rows), ...more];
}

function findingBlocks({ findings }: Comparison, heading: string, most: number): string[] {
  const shown = findings.slice(0, most).map(({ place, severity, summary, code: name, detail }) => {
    const where = place === null ? "" : ` ${code(place)}`;
    return `- **${severity}**${where}: ${m(summary)} (${code(name)}). ${m(detail, 400)}`;
  });
  const rest = findings.length - shown.length;
  const more = rest === 0 ? [] : [`- … and ${counted(rest, "more finding")}: not shown here.`];
  return [`### ${heading}`, ...(findings.length === 0 ? [] : [[...shown, ...more].join("\n")])];
}

function policyText({ ref, commit, dirty, digest }: ComparedPolicy): string {
  const at = commit === null ? "outside Git" : code(commit);
  const name = ref === null ? "work tree" : code(ref);
  return `${name} at ${at}${dirty ? " with changes not committed" : ""} (${code(digest)})`;
}

function identity({ base, head, snapshot, at }: Comparison): string {
  const taken = instantText(snapshot.takenAt, at, "", m);
  const size = `${counted(snapshot.devices, "device")}, ${formatCount(snapshot.stale)} stale`;
  return `Base ${policyText(base)}. Head ${policyText(head)}. Snapshot taken ${taken}, ${size}, ${code(snapshot.digest)}. Seen from ${m(at)}.`;
}

const SITE_COLUMNS = [
  { header: "Client" },
  { header: "Site" },
  { header: "Devices", align: "right" },
  { header: "Stale", align: "right" },
  { header: "Changes", align: "right" },
  { header: "Dangerous", align: "right" },
] as const;

function siteBlocks(sites: readonly SiteChanges[]): string[] {
  if (sites.length === 0) return [];
  const rows = sites
    .slice(0, MAX_SITES)
    .map(({ client, site, devices, stale, changed, dangerous }) => [
      client === null ? "not known" : m(client),
      site === null ? "not known" : m(site),
      ...[devices, stale, changed, dangerous].map(formatCount),
    ]);
  const hidden = sites.length - rows.length;
  const rest = hidden === 0 ? "" : `\n\n… and ${counted(hidden, "more site")}: not shown here.`;
  return [
    details(`Devices by site (${counted(sites.length, "site")})`, markdownTable(SITE_COLUMNS, rows) + rest),
  ];
}

function totalsBlock(comparison: Comparison): string {
  const rows = Object.entries(compareTotals(comparison)).map(([name, value]) => [name, formatCount(value)]);
  const table = markdownTable([{ header: "Total" }, { header: "Count", align: "right" }], rows);
  return details("All totals", table);
}

/** Each block stands between empty lines. */
function blocks(comparison: Comparison, view: CompareView, rung: Rung): string[] {
  const page: Page = { at: comparison.at, rowsLeft: rung.rows };
  return [
    `## Patch policy: ${view.headline}`,
    view.counts.map((sentence) => `- ${sentence}`).join("\n"),
    ...(view.tripped.length === 0
      ? []
      : [`> [!CAUTION]\n> **A guard would stop the run.** ${GUARD_WOULD_STOP}`]),
    ...view.sections.flatMap((section) => sectionBlocks(section, page)),
    ...timingBlocks(comparison.timing, view.timingTitle, page),
    ...guardBlocks(comparison.guards, rung.guards),
    ...findingBlocks(comparison, view.findingsTitle, rung.findings),
    ...(rung.hasSites ? siteBlocks(view.sites) : []),
    ...(rung.hasTotals ? [totalsBlock(comparison)] : []),
    identity(comparison),
    ...(view.hints.length === 0 ? [] : [`Next: ${view.hints.map((hint) => code(hint)).join(" · ")}`]),
  ];
}

/**
 * The comparison as Markdown, ending in a line break. When it is too long, the table of totals goes
 * first, then that of sites, then findings beyond the first few, then rows from the harmless end, and where no row would be
 * left the other findings and guards; headings with their totals always stay.
 */
export function renderCompareMarkdown(
  comparison: Comparison,
  options: CompareMarkdownOptions = { maxRows: null, maxLength: 60_000 },
): string {
  const view = viewComparison(comparison);
  const render = (rung: Rung): string => `${blocks(comparison, view, rung).join("\n\n")}\n`;
  const all = comparison.changes.length + comparison.timing.length;
  const rows = Math.min(all, options.maxRows ?? all, MAX_ROWS);
  const whole: Rung = { rows, findings: MAX_FINDINGS, guards: MAX_GUARDS, hasSites: true, hasTotals: true };
  const plain: Rung = { ...whole, hasSites: false, hasTotals: false };
  const short: Rung = { ...plain, findings: FEW_FINDINGS };
  const fits = (rung: Rung): boolean => render(rung).length <= options.maxLength;
  const rungs = [whole, { ...whole, hasTotals: false }, plain, short];
  const fitting = rungs.find(fits);
  if (fitting !== undefined) return render(fitting);
  // Escaping can make a hostile text eight times as long, so that even the few findings fill the page.
  const without: Rung = { ...short, findings: 0 };
  const least: Rung = { ...without, guards: FEW_GUARDS };
  const last = [short, without].find((rung) => fits({ ...rung, rows: 0 })) ?? least;
  return render({ ...last, rows: mostRows(rows, (middle) => fits({ ...last, rows: middle })) });
}

/** The most rows below `tooMany` that fit; 0 where none do. */
function mostRows(tooMany: number, fits: (rows: number) => boolean): number {
  let [most, limit] = [0, tooMany];
  while (limit - most > 1) {
    const middle = Math.floor((most + limit) / 2);
    if (fits(middle)) most = middle;
    else limit = middle;
  }
  return most;
}
