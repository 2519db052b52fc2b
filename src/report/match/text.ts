/** "Show matching patches" on a terminal: totals, patches, near misses; for an empty match where the facts went. */
import { killingClause, type FunnelStep, type MatchedPatch, type MatchReport } from "../../core/match.ts";
import { STATUSES } from "../../core/model.ts";
import { escapeTerminal as t } from "../escape/terminal.ts";
import { renderTable, type Column, type Paint, type TableRow } from "../text/layout.ts";
import { paintWith } from "../text/paint.ts";
import { instantText } from "../group-words.ts";
import { headline, labelled, paragraph, textWidth, type AnswerTextOptions } from "../why/lines.ts";
import { counted, formatCount } from "../words.ts";
import type { MatchContext } from "./context.ts";

export interface MatchTextOptions extends AnswerTextOptions {
  /** Patches to list, those of most devices first; null shows all. */
  readonly maxRows: number | null;
}

interface Page {
  readonly report: MatchReport;
  readonly context: MatchContext;
  readonly width: number;
  readonly paint: Paint;
}

/** Longest text of a selector in words. */
const LONG = 600;
/** Other sources named under one patch. */
const ELSEWHERE = 4;

function place(report: MatchReport): string {
  return `${t(report.place.file)}:${String(report.place.line)}`;
}

function answer({ report, context }: Page): string {
  const rule = `${t(report.rule)} (${place(report)})`;
  if (report.patches.length === 0) {
    return `No patch on any device matches ${rule}: the rule decides nothing now.`;
  }
  const decides = report.patches.reduce((sum, patch) => sum + patch.decides, 0);
  const share = `${counted(report.patches.length, "patch", "patches")} on ${formatCount(report.devices)} of ${counted(context.devices, "device")}`;
  const elsewhere = report.facts - decides;
  const rest =
    elsewhere === 0
      ? "On all of them this rule decides."
      : `On ${formatCount(decides)} this rule decides (${t(report.then)}), on ${formatCount(elsewhere)} something else does.`;
  return `${share} ${report.patches.length === 1 ? "matches" : "match"} ${rule}: ${counted(report.facts, "fact")}. ${rest}`;
}

function clauses({ report, context, width }: Page): string[] {
  const taken = instantText(context.takenAt, report.at, "", t);
  return [
    ...labelled("  patches", t(report.patchesClause, LONG), width, 12),
    ...labelled("  devices", t(report.devicesClause, LONG), width, 12),
    ...labelled("  rings", report.rings.map((ring) => t(ring)).join(", ") || "none", width, 12),
    ...labelled("  then", t(report.then), width, 12),
    ...labelled("  seen", `at ${t(report.at)}; snapshot taken ${taken}`, width, 12),
  ];
}

const COLUMNS: readonly Column[] = [
  { header: "patch", min: 14 },
  { header: "severity", min: 9 },
  { header: "date", min: 10 },
  { header: "devices", min: 7, align: "right" },
  { header: "decides", min: 7, align: "right" },
  { header: "now", min: 14 },
];

const DATE_NOTES = {
  release: null,
  "first-seen": "no release date: the date is when the backend first saw it",
  detected: "no release date: the date is when a device first reported it",
} as const;

function patchRow(patch: MatchedPatch): TableRow {
  const statuses = STATUSES.filter((status) => patch.statuses[status] > 0).map(
    (status) => `${formatCount(patch.statuses[status])} ${status}`,
  );
  const note = patch.dateSource === null ? null : DATE_NOTES[patch.dateSource];
  const shown = patch.elsewhere.slice(0, ELSEWHERE);
  const others = shown.map(({ source, verdict, devices }) => {
    const what = verdict === "superseded" ? `superseded by ${t(source)}` : `${t(source)} (${t(verdict)})`;
    return `${what} on ${counted(devices, "device")}`;
  });
  const more = patch.elsewhere.length - shown.length;
  if (more > 0) others.push(`${formatCount(more)} more`);
  return {
    cells: [
      t(patch.patch),
      t(patch.severity),
      patch.date === null ? "no date" : t(patch.date.slice(0, 10)),
      formatCount(patch.devices),
      formatCount(patch.decides),
      statuses.join(", "),
    ],
    detail: [
      ...(patch.title === null || patch.title === patch.patch ? [] : [t(patch.title)]),
      ...(note === null ? [] : [note]),
      ...(others.length === 0 ? [] : [`decided elsewhere: ${others.join(", ")}`]),
    ],
    style: null,
  };
}

function patches({ report, width, paint }: Page, maxRows: number | null): string[] {
  if (report.patches.length === 0) return [];
  const shown = report.patches.slice(0, maxRows ?? report.patches.length);
  const hidden = report.patches.slice(shown.length);
  const facts = hidden.reduce((sum, patch) => sum + patch.devices, 0);
  const table = { columns: COLUMNS, detailFrom: 1, width, paint };
  return [
    "",
    ...renderTable(shown.map(patchRow), table),
    ...(hidden.length === 0
      ? []
      : [
          `  … and ${counted(hidden.length, "more patch", "more patches")} with ${counted(facts, "fact")}: not shown (--max-rows).`,
        ]),
  ];
}

function nearMisses({ report, width, paint }: Page): string[] {
  if (report.nearMisses.length === 0) return [];
  return [
    ...headline("Near misses: one clause away", paint),
    ...report.nearMisses.flatMap((miss) => {
      const title = miss.title === null || miss.title === miss.patch ? "" : ` (${t(miss.title)})`;
      const text = `${t(miss.patch)}${title}: fails ${t(miss.fails, LONG)}; ${counted(miss.devices, "device")}`;
      return labelled("  ·", text, width, 4);
    }),
  ];
}

function funnelLine(step: FunnelStep, killer: FunnelStep | null, width: number, digits: number): string[] {
  const near =
    step.near === null
      ? ""
      : ` Nothing has ${step.near.key} ${quoted(step.near.written)}; did you mean ${quoted(step.near.meant)}?`;
  const mark = step === killer ? ` ◀ nothing is left after this.${near}` : "";
  const label = `  ${formatCount(step.facts).padStart(digits)}`;
  return labelled(label, `${t(step.clause, LONG)}${mark}`, width, digits + 4);
}

const quoted = (text: string): string => `"${t(text, 80)}"`;

function funnel({ report, width, paint }: Page): string[] {
  if (report.patches.length > 0) return [];
  if (report.funnel.length === 0) return ["", "The snapshot has no patches: no rule can match."];
  const killer = killingClause(report.funnel);
  const digits = Math.max(...report.funnel.map((step) => formatCount(step.facts).length));
  return [
    ...headline("Where the facts went, clause by clause", paint),
    ...report.funnel.flatMap((step) => funnelLine(step, killer, width, digits)),
  ];
}

/** The match as text of at most 100 columns, ending in a line break. */
export function renderMatchText(
  report: MatchReport,
  context: MatchContext,
  options: MatchTextOptions,
): string {
  const paint = paintWith(options.color);
  const page: Page = { report, context, width: textWidth(options), paint };
  const lines = [
    ...paragraph(answer(page), page.width).map((line) => paint("bold", line)),
    "Nothing is changed by this command.",
    "",
    ...clauses(page),
    ...patches(page, options.maxRows),
    ...funnel(page),
    ...nearMisses(page),
  ];
  return `${lines.join("\n")}\n`;
}
