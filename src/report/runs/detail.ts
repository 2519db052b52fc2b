/** One recorded run on a terminal: steps, guards, actions and what became of them, its place in the ledger. */
import type { ActionIntent, ActionResult, LedgerData, LedgerRecord } from "../../core/ledger.ts";
import type { Instant } from "../../core/model.ts";
import type { RecordedRun } from "../../core/run-rhythm.ts";
import { formatInstant } from "../../core/time.ts";
import { escapeTerminal as t } from "../escape/terminal.ts";
import { roughly } from "../relative-time.ts";
import { renderTable, wrap, type Column, type Paint, type TableRow } from "../text/layout.ts";
import { paintWith } from "../text/paint.ts";
import { actionWord, counted, formatCount, guardWords } from "../words.ts";
import { endWords, widthOf, type RunTextLook } from "./list.ts";

export interface RecordedAction extends ActionIntent {
  readonly intendedAt: Instant;
  readonly result: ActionResult | null;
  readonly resultAt: Instant | null;
  readonly detail: string | null;
}

export interface RunDetail {
  readonly run: RecordedRun;
  readonly actions: readonly RecordedAction[];
  readonly records: readonly LedgerRecord[];
}

export interface RunDetailOptions extends RunTextLook {
  /** Actions shown; null shows all. */
  readonly maxRows: number | null;
}

const RESULT_WORDS: Readonly<Record<ActionResult, string>> = {
  accepted: "accepted, not seen yet",
  refused: "refused",
  unknown: "unknown: the next observation settles it",
  "not-sent": "not sent",
  settled: "settled: a later snapshot shows it",
  undone: "undone: the backend did not take it",
  unverified: "unverified: success was said and is not to be seen",
};

const COLUMNS: readonly Column[] = [
  { header: "action", min: 11 },
  { header: "patch", min: 10 },
  { header: "device", min: 8 },
  { header: "ring", min: 6 },
  { header: "became", min: 12 },
];

export function resultWords(result: ActionResult | null): string {
  return result === null ? "no answer written down: it may have been sent" : RESULT_WORDS[result];
}

export function renderRunDetail(detail: RunDetail, options: RunDetailOptions): string {
  const width = widthOf(options);
  const paint = paintWith(options.color);
  return `${[
    ...headLines(detail.run, width, paint),
    ...stepLines(detail.run, width),
    ...guardLines(detail.records, width, paint),
    ...actionLines(detail, width, paint, options.maxRows),
    ...ledgerLines(detail, width),
  ].join("\n")}\n`;
}

function headLines(
  { id, startedAt, finishedAt, summary }: RecordedRun,
  width: number,
  paint: Paint,
): string[] {
  const took =
    finishedAt === null
      ? ""
      : ` to ${formatInstant(finishedAt)} (${roughly(Math.max(0, finishedAt - startedAt))})`;
  const policy = summary?.policy?.commit == null ? "" : `, policy ${t(summary.policy.commit).slice(0, 12)}`;
  const mode = summary === null ? "" : `, mode ${summary.mode}${policy}`;
  return [
    paint("bold", `${t(id)}: ${endWords(summary)}`),
    ...wrap(`${formatInstant(startedAt)}${took}${mode}`, width - 2).map((line) => `  ${line}`),
  ];
}

function stepLines({ summary }: RecordedRun, width: number): string[] {
  if (summary === null) {
    return wrap(
      "It goes on, or was cut off: nothing was recorded at its end. What it wrote down before is below.",
      width - 2,
    ).map((line) => `  ${line}`);
  }
  return summary.steps.flatMap(({ name, outcome, detail, code }) => {
    const label = `  ${name.padEnd(8)}${outcome.padEnd(8)}`;
    const text = t(code === null ? detail : `${detail} [${code}]`, 2000);
    return wrap(text, width - label.length).map(
      (line, at) => (at === 0 ? label : " ".repeat(label.length)) + line,
    );
  });
}

function guardLines(records: readonly LedgerRecord[], width: number, paint: Paint): string[] {
  const lines = records.flatMap(({ type, data }) => {
    if (type === "guard") {
      const { guard, value, limit } = data as LedgerData["guard"];
      return [`${t(guard)} was ${formatCount(value)}, limit ${formatCount(limit)}: ${guardWords(guard)}`];
    }
    if (type === "override") {
      const { guard, value, limit, reason } = data as LedgerData["override"];
      return [
        `${t(guard)} was raised for this run: ${formatCount(value)}, limit ${formatCount(limit)}, "${t(reason)}"`,
      ];
    }
    return [];
  });
  if (lines.length === 0) return [];
  return [
    "",
    paint("bold", "Guards"),
    ...lines.flatMap((line) => wrap(line, width - 2).map((one) => `  ${one}`)),
  ];
}

function actionLines({ actions }: RunDetail, width: number, paint: Paint, maxRows: number | null): string[] {
  if (actions.length === 0) return [];
  const shown = actions.slice(0, maxRows ?? actions.length);
  const rows = shown.map((one): TableRow => ({
    cells: [
      actionWord(one.action),
      t(one.patch),
      t(one.device),
      one.ring === null ? "no ring" : t(one.ring),
      resultWords(one.result) + (one.resultAt === null ? "" : ` (${formatInstant(one.resultAt)})`),
    ],
    detail: one.detail === null ? [] : [t(one.detail, 500)],
    style: null,
  }));
  const left = actions.length - shown.length;
  return [
    "",
    paint("bold", `Actions: ${formatCount(actions.length)}`),
    ...renderTable(rows, { columns: COLUMNS, detailFrom: 1, width, paint }),
    ...(left === 0 ? [] : [`  … and ${formatCount(left)} more; --max-rows 0 shows all`]),
  ];
}

function ledgerLines({ run, records }: RunDetail, width: number): string[] {
  const [first, last] = [records[0], records.at(-1)];
  const where =
    first === undefined || last === undefined
      ? "No record of it stands in the ledger."
      : `Ledger: ${counted(records.length, "record")}, ${first.seq} to ${last.seq}. patchring ledger show --run ${t(run.id)}`;
  return ["", ...wrap(where, width)];
}
