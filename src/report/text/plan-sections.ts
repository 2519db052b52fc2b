/** The sections of a plan on a terminal. Every text from outside goes through `escapeTerminal` here. */
import { escapeTerminal as t } from "../escape/terminal.ts";
import type { ActionGroup, Danger } from "../group-actions.ts";
import type { PlanContext } from "../plan-context.ts";
import { patchFacts } from "../patch-facts.ts";
import { relative } from "../relative-time.ts";
import { actionWord, counted, formatCount, guardWords, OBSTACLE_WORDS, REASON_WORDS } from "../words.ts";
import type { Obstacle } from "../../core/model.ts";
import type { GuardRow, WaitingRow } from "../../core/plan.ts";
import { renderTable, type Column, type Paint, type Style, type TableRow } from "./layout.ts";

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

export type Section = "actions" | "scheduled" | "blocked";

const DANGER_STYLES: Readonly<Record<Danger, Style>> = {
  removal: "red",
  "removal-retry": "red",
  release: "yellow",
  "take-back": "red",
  ignore: "yellow",
  approve: "green",
  reprocess: "cyan",
};

/** `2026-03-19T20:00:00Z (in 1 d 11 h)` */
export function instantText(instant: string | null, at: string, absent: string): string {
  if (instant === null) return absent;
  const twin = relative(instant, at);
  return twin === null ? t(instant) : `${t(instant)} (${twin})`;
}

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

function statusWords(group: ActionGroup): string {
  const counts = Object.entries(group.statuses).map(([status, count]) => `${formatCount(count)} ${status}`);
  return `now ${counts.join(", ")}`;
}

function isObstacle(reason: ActionGroup["reason"]): reason is Obstacle {
  return reason in OBSTACLE_WORDS;
}

/** Why, in code and words, and where it is written. */
function reasonText(group: ActionGroup, page: Page): string {
  const { reason, source } = group;
  const words = isObstacle(reason) ? OBSTACLE_WORDS[reason] : REASON_WORDS[reason];
  const place = source === null ? null : page.context.place(source);
  return `${reason}: ${words}${place === null ? "" : `, ${t(place)}`}`;
}

const COLUMNS: readonly Column[] = [
  { header: "change", min: 12 },
  { header: "devices", min: 7, align: "right" },
  { header: "patch", min: 18 },
  { header: "ring", min: 8 },
  { header: "decided by", min: 12 },
];

function groupRow(group: ActionGroup, page: Page, section: Section): TableRow {
  const retry = group.danger === "removal-retry" ? ["tries a failed removal again"] : [];
  const opens =
    section === "scheduled" ? [`opens ${instantText(group.opensAt, page.at, "in more than 400 days")}`] : [];
  const why = [...opens, ...retry, reasonText(group, page), statusWords(group)].join("; ");
  return {
    cells: [
      actionWord(group.action),
      formatCount(group.devices),
      t(group.patch),
      group.ring === null ? "no ring" : t(group.ring),
      group.source === null ? "no statement" : t(group.source),
    ],
    detail: [...patchDetail(group.patch, page), why],
    style: DANGER_STYLES[group.danger],
  };
}

/** What does not fit: how many groups and rows, so that totals can still be checked. */
function hiddenLine(groups: number, rows: number, what: string): string[] {
  if (groups === 0) return [];
  return [`  … and ${counted(groups, "more group")} with ${counted(rows, what)}: not shown (--max-rows).`];
}

function take<T>(rows: readonly T[], page: Page): readonly T[] {
  const shown = rows.slice(0, page.rowsLeft);
  page.rowsLeft -= shown.length;
  return shown;
}

const devicesIn = (groups: readonly { readonly devices: number }[]): number =>
  groups.reduce((sum, group) => sum + group.devices, 0);

const ROW_WORDS: Readonly<Record<Section, string>> = {
  actions: "action",
  scheduled: "scheduled action",
  blocked: "blocked action",
};

/** A table of groups, and what the row budget left out of it. */
export function groupTable(groups: readonly ActionGroup[], section: Section, page: Page): string[] {
  const shown = take(groups, page);
  const hidden = groups.slice(shown.length);
  const rows = shown.map((group) => groupRow(group, page, section));
  const table = rows.length === 0 ? [] : renderTable(rows, { ...page, columns: COLUMNS, detailFrom: 2 });
  return [...table, ...hiddenLine(hidden.length, devicesIn(hidden), ROW_WORDS[section])];
}

const WAITING: readonly Column[] = [
  { header: "devices", min: 7, align: "right" },
  { header: "patch", min: 18 },
  { header: "ring", min: 8 },
  { header: "waits for", min: 12 },
  { header: "until", min: 20 },
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
      instantText(row.until, page.at, "no time known"),
    ],
    detail: [...patchDetail(row.patch, page), REASON_WORDS[row.reason]],
    style: null,
  }));
  const table = rows.length === 0 ? [] : renderTable(rows, { ...page, columns: WAITING, detailFrom: 1 });
  return [...table, ...hiddenLine(hidden.length, devicesIn(hidden), "waiting fact")];
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
