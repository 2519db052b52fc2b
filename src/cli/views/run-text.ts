/** A run on a terminal: what happened, what needs a person, what comes next (design 5.3). */
import type { StepOutcome } from "../../core/ledger.ts";
import { ACTIONS, type Action } from "../../core/model.ts";
import type { RunReport } from "../../reconcile/run/report.ts";
import { escapeTerminal as t } from "../../report/escape/terminal.ts";
import { relative } from "../../report/relative-time.ts";
import { wrap, type Style } from "../../report/text/layout.ts";
import { paintWith } from "../../report/text/paint.ts";
import { actionWord, counted, formatCount } from "../../report/words.ts";
import { listNeeds } from "./run-needs.ts";

export interface RunTextOptions {
  readonly width: number;
  readonly color: boolean;
  /** Rows of all lists together; null shows all. */
  readonly maxRows: number | null;
}

const MIN_WIDTH = 60;
const MAX_WIDTH = 100;
const LABEL = 18;

const STYLES: Readonly<Record<StepOutcome, Style | null>> = {
  done: "green",
  waiting: "cyan",
  stalled: "yellow",
  failed: "red",
  skipped: "dim",
};

export function renderRunText(report: RunReport, options: RunTextOptions): string {
  const width = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, options.width));
  const paint = paintWith(options.color);
  const { summary } = report;
  const steps = summary.steps.flatMap(({ name, outcome, detail, code }) => {
    const label = `  ${name.padEnd(8)}${outcome.padEnd(8)}`;
    const style = STYLES[outcome];
    const shown = style === null ? label : label.replace(outcome, paint(style, outcome));
    const text = t(code === null ? detail : `${detail} [${code}]`);
    return wrap(text, width - LABEL).map((line, at) => (at === 0 ? shown : " ".repeat(LABEL)) + line);
  });
  const lists = [
    ["Needs a person", needLines(report)],
    ["Kept back", withheldLines(report)],
    [report.id === null ? "Would send" : "Sent", actionLines(report)],
  ] as const;
  let left = options.maxRows ?? Number.POSITIVE_INFINITY;
  const sections = lists.flatMap(([title, rows]) => {
    if (rows.length === 0) return [];
    const shown = rows.slice(0, Math.max(0, left));
    left -= shown.length;
    const more = rows.length - shown.length;
    return [
      "",
      paint("bold", `${title}: ${formatCount(rows.length)}`),
      ...shown.flatMap((row) => hanging(row, width)),
      ...(more === 0 ? [] : [`  … and ${formatCount(more)} more; --max-rows 0 shows all`]),
    ];
  });
  return `${[paint("bold", headline(report)), ...steps, ...sections, "", ...closing(report, width)].join("\n")}\n`;
}

function hanging(text: string, width: number): string[] {
  return wrap(text, width - 4).map((line, at) => (at === 0 ? "  " : "    ") + line);
}

function headline(report: RunReport): string {
  const { summary, answers, stopped, actions } = report;
  if (stopped.length > 0) return `Stopped by ${counted(stopped.length, "guard")} before the first write.`;
  if (summary.snapshot === null) return "Nothing was decided: the backend could not be read.";
  if (report.id === null) return `Would send ${toDevices(actions)}. Nothing was written.`;
  if (summary.mode !== "apply") {
    return `Sent nothing: the fleet's mode is ${summary.mode}. It would be ${toDevices(actions)}.`;
  }
  if (answers.length === 0) return summary.changed ? "Sent nothing." : "Nothing changed.";
  const accepted = answers.filter((one) => one.result === "accepted").map((one) => one.row);
  const rest = (["refused", "unknown", "not-sent"] as const)
    .map((result) => [result, answers.filter((one) => one.result === result).length] as const)
    .filter(([, count]) => count > 0)
    .map(([result, count]) => `, ${formatCount(count)} ${result}`);
  return `Sent ${toDevices(accepted)}${rest.join("")}.`;
}

function toDevices(rows: readonly { readonly device: string }[]): string {
  const devices = new Set(rows.map((row) => row.device)).size;
  return rows.length === 0
    ? "no action"
    : `${counted(rows.length, "action")} to ${counted(devices, "device")}`;
}

function needLines(report: RunReport): string[] {
  return listNeeds(report).map(({ what, who, next }) => `${t(what)}. ${who}: ${t(next)}.`);
}

/** One line for each reason, action and patch, with its devices counted. */
function withheldLines({ withheld }: RunReport): string[] {
  const groups = new Map<string, { row: (typeof withheld)[number]; count: number }>();
  for (const row of withheld) {
    const key = JSON.stringify([row.reason, row.action, row.patch, row.ring]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { row, count: 1 });
    else group.count += 1;
  }
  return [...groups.values()].map(({ row, count }) => {
    const until = row.until === null ? "" : `, until ${row.until}`;
    const where = count === 1 ? `on ${t(row.device)}` : `on ${counted(count, "device")}`;
    return `${actionWord(row.action)} ${t(row.patch)} ${where} (${row.reason}${until}): ${t(row.detail)}`;
  });
}

/** One line for each action and patch. */
function actionLines({ id, actions, answers }: RunReport): string[] {
  const rows =
    id === null ? actions : answers.filter((one) => one.result === "accepted").map((one) => one.row);
  const groups = new Map<string, { action: Action; patch: string; devices: string[] }>();
  for (const { action, patch, device } of rows) {
    const key = JSON.stringify([action, patch]);
    const group = groups.get(key) ?? { action, patch, devices: [] };
    group.devices.push(device);
    groups.set(key, group);
  }
  return [...groups.values()]
    .sort((a, b) => ACTIONS.indexOf(a.action) - ACTIONS.indexOf(b.action))
    .map(({ action, patch, devices }) => {
      const where = devices.length === 1 ? t(devices[0]!) : counted(devices.length, "device");
      return `${actionWord(action)} ${t(patch)} on ${where}`;
    });
}

function closing({ id, summary, unsettled }: RunReport, width: number): string[] {
  const next =
    summary.nextChangeAt === null
      ? "Nothing more opens by itself: news of the backend or a change of policy comes next."
      : `The next gate or window opens at ${summary.nextChangeAt} (${relative(summary.nextChangeAt, summary.finishedAt) ?? "now"}).`;
  return [
    ...(unsettled.length === 0
      ? []
      : wrap(
          `${counted(unsettled.length, "earlier action")} on the way: a later observation shows it.`,
          width,
        )),
    ...wrap(next, width),
    id === null
      ? "Dry run: nothing was written."
      : `Run ${id}, ${summary.startedAt} to ${summary.finishedAt}.`,
  ];
}
