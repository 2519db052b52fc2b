/** Recorded runs as a table, newest first. */
import type { RecordedRun } from "../../core/run-rhythm.ts";
import type { RunSummary } from "../../core/ledger.ts";
import { formatInstant } from "../../core/time.ts";
import { escapeTerminal as t } from "../escape/terminal.ts";
import { roughly } from "../relative-time.ts";
import { renderTable, type Column, type TableRow } from "../text/layout.ts";
import { paintWith } from "../text/paint.ts";
import { formatCount } from "../words.ts";

export interface RunTextLook {
  /** Columns of the terminal; more than 100 are not used, fewer than 60 are treated as 60. */
  readonly width: number;
  readonly color: boolean;
}

const COLUMNS: readonly Column[] = [
  { header: "run", min: 12 },
  { header: "started", min: 12 },
  { header: "took", min: 4 },
  { header: "ended", min: 6 },
  { header: "sent", align: "right", min: 4 },
  { header: "what happened", min: 14 },
];

export function widthOf({ width }: RunTextLook): number {
  return Math.min(100, Math.max(60, width));
}

export function renderRunList(runs: readonly RecordedRun[], look: RunTextLook): string {
  const rows = runs.map((run): TableRow => {
    const { summary, startedAt, finishedAt } = run;
    const sent = summary === null ? 0 : sum(summary.sent);
    return {
      cells: [
        t(run.id),
        formatInstant(startedAt),
        finishedAt === null ? "" : roughly(Math.max(0, finishedAt - startedAt)),
        endWords(summary),
        formatCount(sent),
        whatHappened(summary),
      ],
      detail: [],
      style: summary === null || summary.exitCode === 0 ? null : "red",
    };
  });
  const table = renderTable(rows, {
    columns: COLUMNS,
    detailFrom: 0,
    width: widthOf(look),
    paint: paintWith(look.color),
  });
  return `${table.join("\n")}\n`;
}

function sum({ accepted, refused, unknown }: RunSummary["sent"]): number {
  return accepted + refused + unknown;
}

export function endWords(summary: RunSummary | null): string {
  if (summary === null) return "unfinished";
  return summary.exitCode === 0 ? "ok" : `exit ${summary.exitCode}`;
}

/** A heartbeat, what stopped it, or what it sent. */
function whatHappened(summary: RunSummary | null): string {
  if (summary === null) return "goes on, or was cut off";
  const trouble = summary.steps.find(({ outcome }) => outcome === "failed" || outcome === "stalled");
  if (trouble !== undefined) return `${trouble.name} ${trouble.outcome}: ${t(trouble.detail, 120)}`;
  if (!summary.changed) return "heartbeat: nothing changed";
  const { accepted, refused, unknown } = summary.sent;
  const parts = [
    ...(accepted === 0 ? [] : [`${formatCount(accepted)} accepted`]),
    ...(refused === 0 ? [] : [`${formatCount(refused)} refused`]),
    ...(unknown === 0 ? [] : [`${formatCount(unknown)} unknown`]),
  ];
  return parts.length === 0 ? "something changed, nothing was sent" : parts.join(", ");
}
