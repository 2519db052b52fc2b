/** A plan on a terminal: the answer first, then dangers, then the rest (design 5.2, 5.3). */
import { ACTIONS, OBSTACLES, VERDICTS } from "../../core/model.ts";
import type { Plan } from "../../core/plan.ts";
import { escapeTerminal as t } from "../escape/terminal.ts";
import { groupActions, type ActionGroup, type Danger, type GroupedPlan } from "../group-actions.ts";
import { planHints } from "../plan-hints.ts";
import { planTotals } from "../plan-totals.ts";
import type { PlanContext } from "../plan-context.ts";
import { relative } from "../relative-time.ts";
import { counted, formatCount, RELEASE_MEANS } from "../words.ts";
import { diagnosticHead } from "./diagnostic-head.ts";
import { wrap, type Paint } from "./layout.ts";
import { paintWith } from "./paint.ts";
import { groupTable, guardTable, waitingTable, type Page } from "./plan-sections.ts";

export interface PlanTextOptions {
  /** Columns of the terminal; more than 100 are not used, fewer than 60 are treated as 60. */
  readonly width: number;
  readonly color: boolean;
  /** Rows of all tables together, the most dangerous first; null shows all. */
  readonly maxRows: number | null;
}

const MIN_WIDTH = 60;
const MAX_WIDTH = 100;

/** Wraps a sentence under an indent. */
function para(text: string, width: number, indent = "  "): string[] {
  return wrap(text, width - indent.length).map((line) => indent + line);
}

function heading(text: string, paint: Paint): string[] {
  return ["", paint("bold", text)];
}

function headline(plan: Plan, page: Page): string[] {
  const { actions, devices, destructive } = plan.summary;
  const total = plan.actions.length;
  const reach = `${formatCount(devices)} of ${counted(plan.snapshot.devices, "device")}`;
  const stopped = plan.guards.some((guard) => guard.tripped) ? " A guard would stop the run." : "";
  const first =
    total === 0 ? "Would change nothing now." : `Would send ${counted(total, "action")} to ${reach}.`;
  const counts = ACTIONS.map((action) => `${formatCount(actions[action])} ${action}`).join(", ");
  const totals = planTotals(plan);
  const later = ["scheduled", "blocked", "waiting"].map((key) => `${formatCount(totals[key]!)} ${key}`);
  return [
    page.paint("bold", first + stopped),
    ...para(`${counts}. ${formatCount(destructive)} destructive.`, page.width),
    ...para(`Not sent now: ${later.join(", ")}.`, page.width),
  ];
}

function identity(plan: Plan, page: Page): string[] {
  const { policy, snapshot } = plan;
  const commit = policy.commit === null ? "outside Git" : t(policy.commit);
  const twin = relative(snapshot.takenAt, plan.at);
  const age = twin === null ? "" : ` (${twin})`;
  const facts = `${counted(snapshot.facts, "fact")}, ${counted(snapshot.patches, "patch", "patches")}`;
  const label = (name: string, text: string): string[] =>
    para(text, page.width, " ".repeat(10)).map((line, index) =>
      index === 0 ? name.padEnd(10) + line.slice(10) : line,
    );
  return [
    "",
    ...label("Policy", `${commit}${policy.dirty ? " with changes not committed" : ""}, ${t(policy.digest)}`),
    ...label(
      "Snapshot",
      `taken ${t(snapshot.takenAt)}${age}, ${counted(snapshot.devices, "device")} (${formatCount(snapshot.stale)} stale), ${facts}, ${t(snapshot.digest)}`,
    ),
    ...label("Seen from", t(plan.at)),
  ];
}

function trippedGuards(plan: Plan, page: Page): string[] {
  const tripped = plan.guards.filter((guard) => guard.tripped);
  if (tripped.length === 0) return [];
  const title = `STOPPED BY ${tripped.length === 1 ? "A GUARD" : `${formatCount(tripped.length)} GUARDS`}`;
  return [
    "",
    page.paint("red", title),
    ...guardTable(tripped, page),
    ...para("apply and reconcile would stop with exit code 5 before their first write.", page.width),
  ];
}

const only = (groups: readonly ActionGroup[], ...dangers: readonly Danger[]): ActionGroup[] =>
  groups.filter((group) => dangers.includes(group.danger));

function removals(plan: Plan, groups: GroupedPlan, page: Page): string[] {
  const dangerous = only(groups.actions, "removal", "removal-retry", "release");
  const { uninstall, "do-nothing": releases } = plan.summary.actions;
  const retries = only(dangerous, "removal-retry").reduce((sum, group) => sum + group.devices, 0);
  const retried = retries === 0 ? "" : `, ${counted(retries, "retried removal")}`;
  const title = `Removals and releases: ${formatCount(uninstall)} uninstall, ${formatCount(releases)} do-nothing${retried}`;
  if (dangerous.length === 0) return heading("Removals and releases: none", page.paint);
  const release = `~ do-nothing is a ${RELEASE_MEANS}. It is not a no-op: where those rules would install, the patch is installed.`;
  return [
    ...heading(title, page.paint),
    ...groupTable(dangerous, "actions", page),
    ...(releases > 0 ? para(release, page.width) : []),
  ];
}

function takeBacks(plan: Plan, groups: GroupedPlan, page: Page): string[] {
  const count = plan.summary.destructive - plan.summary.actions.uninstall;
  if (count === 0) return [];
  const ignores = only(groups.actions, "take-back");
  const listed = ignores.reduce((sum, group) => sum + group.devices, 0);
  const unsure = `Which approvals are in force is not known here: ${formatCount(count)} of these ${counted(listed, "ignore")} take one back.`;
  return [
    ...heading(`Ignores that take back an approval: ${formatCount(count)}`, page.paint),
    ...(listed === count ? [] : para(unsure, page.width)),
    ...groupTable(ignores, "actions", page),
  ];
}

function otherActions(plan: Plan, groups: GroupedPlan, page: Page): string[] {
  const taken = plan.summary.destructive > plan.summary.actions.uninstall;
  const quiet: Danger[] = taken ? [] : ["take-back"];
  const rest = only(groups.actions, ...quiet, "ignore", "approve", "reprocess");
  if (rest.length === 0) return [];
  return [...heading("Other actions", page.paint), ...groupTable(rest, "actions", page)];
}

/** One table a kind of obstacle, the most important first. */
function obstacles(
  title: string,
  groups: readonly ActionGroup[],
  section: "scheduled" | "blocked",
  page: Page,
): string[] {
  if (groups.length === 0) return [];
  const sorted = OBSTACLES.flatMap((obstacle) => groups.filter((group) => group.reason === obstacle));
  return [...heading(title, page.paint), ...groupTable(sorted, section, page)];
}

function waiting(plan: Plan, page: Page): string[] {
  if (plan.waiting.length === 0) return [];
  const facts = counted(planTotals(plan)["waiting"]!, "fact");
  return [
    ...heading(`Waiting: ${facts}, not to be installed before the gate opens`, page.paint),
    ...waitingTable(plan.waiting, page),
  ];
}

function guards(plan: Plan, page: Page): string[] {
  if (plan.guards.length === 0) return [];
  return [...heading("Guards", page.paint), ...guardTable(plan.guards, page)];
}

function stale(plan: Plan, page: Page): string[] {
  const { stale: count, devices } = plan.snapshot;
  const text =
    count === 0
      ? `none of ${counted(devices, "device")}.`
      : `${formatCount(count)} of ${counted(devices, "device")}, by the time of their last scan. They would get only ignore and do-nothing.`;
  return ["", ...para(`Stale devices: ${text}`, page.width, "")];
}

function verdicts(plan: Plan, page: Page): string[] {
  const counts = VERDICTS.map((verdict) => `${formatCount(plan.verdicts[verdict])} ${verdict}`);
  const all = counted(plan.snapshot.facts, "fact");
  return para(`Verdicts on ${all}: ${counts.join(", ")}.`, page.width, "");
}

function findings(context: PlanContext, page: Page): string[] {
  if (context.diagnostics.length === 0) return [];
  return [
    ...heading(`Findings: ${formatCount(context.diagnostics.length)}`, page.paint),
    ...context.diagnostics.map((diagnostic) => `  ${diagnosticHead(diagnostic)}`),
  ];
}

function next(plan: Plan, groups: GroupedPlan, context: PlanContext, page: Page): string[] {
  const hints = context.hints.length > 0 ? context.hints : planHints(plan, groups);
  return hints.length === 0 ? [] : [...heading("Next", page.paint), ...hints.map((hint) => `  ${t(hint)}`)];
}

/** The plan as text of at most 100 columns, ending in a line break. */
export function renderPlanText(plan: Plan, context: PlanContext, options: PlanTextOptions): string {
  const page: Page = {
    at: plan.at,
    context,
    width: Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, options.width)),
    paint: paintWith(options.color),
    rowsLeft: options.maxRows ?? Number.POSITIVE_INFINITY,
    described: new Set(),
  };
  const groups = groupActions(plan, (device, patch) => context.approval(device, patch));
  const later = `Scheduled: ${formatCount(plan.scheduled.length)}, would be sent when the obstacle is gone`;
  const never = `Blocked: ${formatCount(plan.blocked.length)}, would not be sent`;
  const lines = [
    ...headline(plan, page),
    ...trippedGuards(plan, page),
    ...removals(plan, groups, page),
    ...takeBacks(plan, groups, page),
    ...otherActions(plan, groups, page),
    ...obstacles(later, groups.scheduled, "scheduled", page),
    ...obstacles(never, groups.blocked, "blocked", page),
    ...waiting(plan, page),
    ...guards(plan, page),
    ...stale(plan, page),
    ...verdicts(plan, page),
    ...findings(context, page),
    ...identity(plan, page),
    ...next(plan, groups, context, page),
  ];
  return `${lines.join("\n")}\n`;
}
