/** The sections of a plan on a terminal. Every text from outside goes through `escapeTerminal` here. */
import { escapeTerminal as t } from "../escape/terminal.ts";
import type { ActionGroup, Danger } from "../group-actions.ts";
import type { PlanContext } from "../plan-context.ts";
import { patchFacts } from "../patch-facts.ts";
import { instantText, opensText, reasonText, retryText, statusText } from "../group-words.ts";
import type { PlanSection } from "../plan-view.ts";
import { actionWord, counted, formatCount, guardWords, REASON_WORDS } from "../words.ts";
import type { GuardRow, WaitingRow } from "../../core/plan.ts";
import { renderTable, wrap, type Column, type Paint, type Style, type TableRow } from "./layout.ts";

/** What every section needs; `rowsLeft` is shared, so that harmless rows are the first to go. */
export interface Page {
  readonly at: string;
  readonly context: PlanContext;
  readonly width: number;
  readonly paint: Paint;
  rowsLeft: number;
  /** Patches whose severity and date stand on the page already. */
  readonly described: Set<string>;
}

const DANGER_STYLES: Readonly<Record<Danger, Style>> = {
  removal: "red",
  "removal-retry": "red",
  release: "yellow",
  "take-back": "red",
  ignore: "yellow",
  approve: "green",
  reprocess: "cyan",
};

/** The title, and what is known of the patch where it is shown for the first time on the page. */
function patchDetail(id: string, page: Page): string[] {
  const info = page.context.patch(id);
  if (info === null) return [];
  const title = info.title === null || info.title === id ? [] : [t(info.title)];
  const facts = page.described.has(id) ? [] : [t(patchFacts(info))];
  page.described.add(id);
  const line = [...title, ...facts].join("; ");
  return line === "" ? [] : [line];
}

/** Why and since when, and where it is written. */
function whyText(group: ActionGroup, page: Page, scheduled: boolean): string {
  const place = group.source === null ? null : page.context.place(group.source);
  const reason = `${reasonText(group.reason)}${place === null ? "" : `, ${t(place)}`}`;
  const parts = [scheduled ? opensText(group, page.at, t) : "", retryText(group), reason, statusText(group)];
  return parts.filter((part) => part !== "").join("; ");
}

const COLUMNS: readonly Column[] = [
  { header: "change", min: 12 },
  { header: "devices", min: 7, align: "right" },
  { header: "patch", min: 12 },
  { header: "ring", min: 8 },
  { header: "decided by", min: 10 },
];

function groupRow(group: ActionGroup, page: Page, scheduled: boolean): TableRow {
  return {
    cells: [
      actionWord(group.action),
      formatCount(group.devices),
      t(group.patch),
      group.ring === null ? "no ring" : t(group.ring),
      group.source === null ? "no statement" : t(group.source),
    ],
    detail: [...patchDetail(group.patch, page), whyText(group, page, scheduled)],
    style: DANGER_STYLES[group.danger],
  };
}

/** What does not fit: how many groups and rows, so that totals can still be checked. */
function hiddenLine(groups: number, rows: number, what: string, page: Page): string[] {
  if (groups === 0) return [];
  const text = `… and ${counted(groups, "more group")} with ${counted(rows, what)}: not shown (--max-rows).`;
  return wrap(text, page.width - 2).map((line) => `  ${line}`);
}

function take<T>(rows: readonly T[], page: Page): readonly T[] {
  const shown = rows.slice(0, page.rowsLeft);
  page.rowsLeft -= shown.length;
  return shown;
}

const devicesIn = (groups: readonly { readonly devices: number }[]): number =>
  groups.reduce((sum, group) => sum + group.devices, 0);

/** A table of groups, and what the row budget left out of it. */
export function groupTable(section: PlanSection, page: Page): string[] {
  const { id, groups } = section;
  const shown = take(groups, page);
  const hidden = groups.slice(shown.length);
  const rows = shown.map((group) => groupRow(group, page, id === "scheduled"));
  const table = rows.length === 0 ? [] : renderTable(rows, { ...page, columns: COLUMNS, detailFrom: 2 });
  const what = id === "scheduled" || id === "blocked" ? `${id} action` : "action";
  return [...table, ...hiddenLine(hidden.length, devicesIn(hidden), what, page)];
}

const WAITING: readonly Column[] = [
  { header: "devices", min: 7, align: "right" },
  { header: "patch", min: 12 },
  { header: "ring", min: 8 },
  { header: "waits for", min: 10 },
  { header: "until", min: 12 },
];

/** What waits, as the plan groups it. */
export function waitingTable(waiting: readonly WaitingRow[], page: Page): string[] {
  const shown = take(waiting, page);
  const hidden = waiting.slice(shown.length);
  const rows = shown.map((row): TableRow => ({
    cells: [
      formatCount(row.devices),
      t(row.patch),
      t(row.ring),
      row.reason,
      instantText(row.until, page.at, "no time known", t),
    ],
    detail: [...patchDetail(row.patch, page), REASON_WORDS[row.reason]],
    style: null,
  }));
  const table = rows.length === 0 ? [] : renderTable(rows, { ...page, columns: WAITING, detailFrom: 1 });
  return [...table, ...hiddenLine(hidden.length, devicesIn(hidden), "waiting fact", page)];
}

const GUARDS: readonly Column[] = [
  { header: "state", min: 9 },
  { header: "guard", min: 16 },
  { header: "value", min: 5, align: "right" },
  { header: "limit", min: 5, align: "right" },
  { header: "counts", min: 12 },
];

/** Guards with value and limit; state in words. */
export function guardTable(guards: readonly GuardRow[], page: Page): string[] {
  const rows = guards.map((guard): TableRow => ({
    cells: [
      guard.tripped ? "! TRIPPED" : "ok",
      t(guard.guard),
      formatCount(guard.value),
      formatCount(guard.limit),
      guardWords(guard.guard),
    ],
    detail: [],
    style: guard.tripped ? "red" : null,
  }));
  return renderTable(rows, { ...page, columns: GUARDS, detailFrom: 1 });
}
