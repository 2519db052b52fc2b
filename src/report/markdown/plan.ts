/** A plan as Markdown, for a comment on a pull request or a job summary. */
import { ACTIONS } from "../../core/model.ts";
import type { Plan, WaitingRow } from "../../core/plan.ts";
import { diagnosticHead } from "../diagnostics/diagnostic-head.ts";
import { escapeMarkdown as m, markdownCode as code } from "../escape/markdown.ts";
import type { ActionGroup } from "../group-actions.ts";
import { groupBySite } from "../group-by-site.ts";
import { instantText, opensText, reasonWords, retryText, statusText } from "../group-words.ts";
import { patchFacts } from "../patch-facts.ts";
import type { PlanContext } from "../plan-context.ts";
import { planTotals } from "../plan-totals.ts";
import { GUARD_STOPS, viewPlan, type PlanSection, type PlanView } from "../plan-view.ts";
import { actionWord, counted, formatCount, guardWords, REASON_WORDS } from "../words.ts";
import { details } from "./details.ts";
import { markdownTable } from "./table.ts";

export interface PlanMarkdownOptions {
  /** Rows of all tables together, the most dangerous first; null shows all that fit. */
  readonly maxRows: number | null;
  /** Characters at most; rows are dropped from the harmless end. A comment on GitHub takes 65,536. */
  readonly maxLength: number;
}

/** More rows than any comment takes. */
const MAX_ROWS = 1000;

interface Page {
  readonly plan: Plan;
  readonly context: PlanContext;
  rowsLeft: number;
}

function take<T>(rows: readonly T[], page: Page): readonly T[] {
  const shown = rows.slice(0, page.rowsLeft);
  page.rowsLeft -= shown.length;
  return shown;
}

function hiddenLine(hidden: readonly { readonly devices: number }[], what: string): string[] {
  if (hidden.length === 0) return [];
  const rows = hidden.reduce((sum, { devices }) => sum + devices, 0);
  return [`… and ${counted(hidden.length, "more group")} with ${counted(rows, what)}: not shown here.`];
}

function patchCell(id: string, context: PlanContext): string {
  const info = context.patch(id);
  if (info === null) return code(id);
  const title = info.title === null ? "" : ` ${m(info.title)}`;
  return `${code(id)}${title}<br>${m(patchFacts(info))}`;
}

function groupCells(group: ActionGroup, scheduled: boolean, page: Page): string[] {
  const { context, plan } = page;
  const place = group.source === null ? null : context.place(group.source);
  const source = group.source === null ? "no statement" : code(group.source);
  const why = [
    scheduled ? opensText(group, plan.at, m) : "",
    retryText(group),
    `${code(group.reason)}: ${reasonWords(group.reason)}`,
    statusText(group),
  ];
  return [
    actionWord(group.action),
    formatCount(group.devices),
    patchCell(group.patch, context),
    group.ring === null ? "no ring" : m(group.ring),
    place === null ? source : `${source}<br>${code(place)}`,
    why.filter((part) => part !== "").join("; "),
  ];
}

const GROUP_COLUMNS = [
  { header: "Change" },
  { header: "Devices", align: "right" },
  { header: "Patch" },
  { header: "Ring" },
  { header: "Decided by" },
  { header: "Why" },
] as const;

function sectionBlocks(section: PlanSection, page: Page): string[] {
  const shown = take(section.groups, page);
  const rows = shown.map((group) => groupCells(group, section.id === "scheduled", page));
  const what = section.id === "scheduled" || section.id === "blocked" ? `${section.id} action` : "action";
  return [
    `### ${section.title}`,
    ...(rows.length === 0 ? [] : [markdownTable(GROUP_COLUMNS, rows)]),
    ...hiddenLine(section.groups.slice(shown.length), what),
    ...section.notes,
  ];
}

function waitingCells(row: WaitingRow, page: Page): string[] {
  return [
    formatCount(row.devices),
    patchCell(row.patch, page.context),
    m(row.ring),
    `${code(row.reason)}: ${REASON_WORDS[row.reason]}`,
    instantText(row.until, page.plan.at, "no time known", m),
  ];
}

const WAITING_COLUMNS = [
  { header: "Devices", align: "right" },
  { header: "Patch" },
  { header: "Ring" },
  { header: "Waits for" },
  { header: "Until" },
] as const;

function waitingBlocks(view: PlanView, page: Page): string[] {
  const { waiting } = page.plan;
  if (waiting.length === 0) return [];
  const shown = take(waiting, page);
  const rows = shown.map((row) => waitingCells(row, page));
  return [
    `### ${view.waitingTitle}`,
    ...(rows.length === 0 ? [] : [markdownTable(WAITING_COLUMNS, rows)]),
    ...hiddenLine(waiting.slice(shown.length), "waiting fact"),
  ];
}

const GUARD_COLUMNS = [
  { header: "State" },
  { header: "Guard" },
  { header: "Value", align: "right" },
  { header: "Limit", align: "right" },
  { header: "Counts" },
] as const;

function guardTable(guards: Plan["guards"]): string {
  const rows = guards.map(({ guard, limit, value, tripped }) => [
    tripped ? "**TRIPPED**" : "ok",
    code(guard),
    formatCount(value),
    formatCount(limit),
    m(guardWords(guard)),
  ]);
  return markdownTable(GUARD_COLUMNS, rows);
}

function identity({ policy, snapshot, at }: Plan): string {
  const commit = policy.commit === null ? "outside Git" : code(policy.commit);
  const dirty = policy.dirty ? " with changes not committed" : "";
  const taken = instantText(snapshot.takenAt, at, "", m);
  return `Policy ${commit}${dirty}, ${code(policy.digest)}. Snapshot taken ${taken}, ${code(snapshot.digest)}. Seen from ${m(at)}.`;
}

const FINDINGS = 20;

function findingBlocks({ diagnostics }: PlanContext): string[] {
  if (diagnostics.length === 0) return [];
  const shown = diagnostics.slice(0, FINDINGS).map((one) => `- ${m(diagnosticHead(one), 300)}`);
  const hidden = diagnostics.length - shown.length;
  const rest = hidden === 0 ? [] : [`- … and ${counted(hidden, "more finding")}: not shown here.`];
  return [`### Findings: ${formatCount(diagnostics.length)}`, [...shown, ...rest].join("\n")];
}

const SITES = 20;

/** The first thing to go when the page is too long. */
function siteBlocks(plan: Plan, context: PlanContext): string[] {
  const sites = groupBySite(plan, context);
  if (sites.length === 0) return [];
  const columns = [
    { header: "Client" },
    { header: "Site" },
    { header: "Devices", align: "right" as const },
    ...ACTIONS.map((action) => ({ header: action, align: "right" as const })),
  ];
  const rows = sites
    .slice(0, SITES)
    .map(({ client, site, devices, actions }) => [
      client === null ? "not known" : m(client),
      site === null ? "not known" : m(site),
      ...[devices, ...ACTIONS.map((action) => actions[action])].map(formatCount),
    ]);
  const hidden = sites.length - rows.length;
  const rest = hidden === 0 ? "" : `\n\n… and ${counted(hidden, "more site")}: not shown here.`;
  return [details(`Devices by site (${counted(sites.length, "site")})`, markdownTable(columns, rows) + rest)];
}

/** Each block stands between empty lines. */
function blocks(
  plan: Plan,
  context: PlanContext,
  view: PlanView,
  maxRows: number,
  sites: readonly string[],
): string[] {
  const page: Page = { plan, context, rowsLeft: maxRows };
  const totals = Object.entries(planTotals(plan)).map(([name, value]) => [name, formatCount(value)]);
  const stopped = [`> [!CAUTION]\n> **Stopped by a guard.** ${GUARD_STOPS}`, guardTable(view.tripped)];
  return [
    `## ${view.headline}`,
    `**${view.counts[0] ?? ""}** ${view.counts.slice(1).join(" ")}`,
    ...(view.tripped.length === 0 ? [] : stopped),
    ...view.sections.flatMap((section) => sectionBlocks(section, page)),
    ...waitingBlocks(view, page),
    ...(plan.guards.length === 0 ? [] : ["### Guards", guardTable(plan.guards)]),
    view.stale,
    view.verdicts,
    ...findingBlocks(context),
    ...sites,
    details("All totals", markdownTable([{ header: "Total" }, { header: "Count", align: "right" }], totals)),
    identity(plan),
    ...(view.hints.length === 0 ? [] : [`Next: ${view.hints.map((hint) => code(hint)).join(" · ")}`]),
  ];
}

/**
 * The plan as Markdown, ending in a line break. Over `maxLength` rows are dropped from
 * the harmless end until it fits; totals and dangers' headings always stay.
 */
export function renderPlanMarkdown(
  plan: Plan,
  context: PlanContext,
  options: PlanMarkdownOptions = { maxRows: null, maxLength: 60_000 },
): string {
  const view = viewPlan(plan, context);
  const all = view.sections.reduce((sum, { groups }) => sum + groups.length, 0) + plan.waiting.length;
  const render = (rows: number, sites: readonly string[] = []): string =>
    `${blocks(plan, context, view, rows, sites).join("\n\n")}\n`;
  const most = Math.min(all, options.maxRows ?? all, MAX_ROWS);
  const whole = [render(most, siteBlocks(plan, context)), render(most)].find(
    (page) => page.length <= options.maxLength,
  );
  if (whole !== undefined) return whole;
  let fits = 0;
  for (let tooMany = most; tooMany - fits > 1;) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (render(middle).length <= options.maxLength) fits = middle;
    else tooMany = middle;
  }
  return render(fits);
}
