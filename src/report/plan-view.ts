/** What a plan says, in the order in which it is said, for every surface that people read. Pure; still unescaped. */
import { ACTIONS, OBSTACLES, VERDICTS } from "../core/model.ts";
import type { GuardRow, Plan } from "../core/plan.ts";
import { groupActions, type ActionGroup, type Danger, type GroupedPlan } from "./group-actions.ts";
import type { PlanContext } from "./plan-context.ts";
import { planHints } from "./plan-hints.ts";
import { planTotals } from "./plan-totals.ts";
import { counted, formatCount, RELEASE_MEANS } from "./words.ts";

export interface PlanSection {
  readonly id: "removals" | "take-backs" | "other" | "scheduled" | "blocked";
  readonly title: string;
  /** Sentences that must be read with the table. */
  readonly notes: readonly string[];
  /** Most dangerous first; empty only in `removals`, which is always there. */
  readonly groups: readonly ActionGroup[];
}

export interface PlanView {
  /** The answer in one sentence. */
  readonly headline: string;
  /** The counts, a sentence each. */
  readonly counts: readonly string[];
  readonly tripped: readonly GuardRow[];
  readonly sections: readonly PlanSection[];
  readonly waitingTitle: string;
  readonly stale: string;
  readonly verdicts: string;
  readonly hints: readonly string[];
}

export const GUARD_STOPS = "apply and reconcile would stop with exit code 5 before their first write.";

function headline(plan: Plan): string {
  const total = plan.actions.length;
  const reach = `${formatCount(plan.summary.devices)} of ${counted(plan.snapshot.devices, "device")}`;
  const first =
    total === 0 ? "Would change nothing now." : `Would send ${counted(total, "action")} to ${reach}.`;
  return plan.guards.some((guard) => guard.tripped) ? `${first} A guard would stop the run.` : first;
}

function counts(plan: Plan): string[] {
  const { actions, destructive } = plan.summary;
  const each = ACTIONS.map((action) => `${formatCount(actions[action])} ${action}`).join(", ");
  const totals = planTotals(plan);
  const later = ["scheduled", "blocked", "waiting"].map((key) => `${formatCount(totals[key]!)} ${key}`);
  return [`${each}. ${formatCount(destructive)} destructive.`, `Not sent now: ${later.join(", ")}.`];
}

const only = (groups: readonly ActionGroup[], ...dangers: readonly Danger[]): ActionGroup[] =>
  groups.filter((group) => dangers.includes(group.danger));

const devicesIn = (groups: readonly ActionGroup[]): number =>
  groups.reduce((sum, { devices }) => sum + devices, 0);

function removals(plan: Plan, groups: GroupedPlan): PlanSection {
  const own = only(groups.actions, "removal", "removal-retry", "release");
  const { uninstall, "do-nothing": releases } = plan.summary.actions;
  const retries = devicesIn(only(own, "removal-retry"));
  const retried = retries === 0 ? "" : `, ${formatCount(retries)} reprocess of a failed removal`;
  const sums = `${formatCount(uninstall)} uninstall, ${formatCount(releases)} do-nothing${retried}`;
  const release = `do-nothing is a ${RELEASE_MEANS}. It is not a no-op: where those rules would install, the patch is installed.`;
  return {
    id: "removals",
    title: `Removals and releases: ${own.length === 0 ? "none" : sums}`,
    notes: releases > 0 ? [release] : [],
    groups: own,
  };
}

/** Ignores where an approval is in force; where that is not known, all ignores stand here and the note says so. */
function takeBacks(plan: Plan, groups: GroupedPlan): PlanSection[] {
  const count = plan.summary.destructive - plan.summary.actions.uninstall;
  if (count === 0) return [];
  const own = only(groups.actions, "take-back");
  const listed = devicesIn(own);
  const unsure = `Which approvals are in force is not known here: ${formatCount(count)} of these ${counted(listed, "ignore")} would take one back.`;
  return [
    {
      id: "take-backs",
      title: `Ignores that take back an approval: ${formatCount(count)}`,
      notes: listed === count ? [] : [unsure],
      groups: own,
    },
  ];
}

function others(plan: Plan, groups: GroupedPlan): PlanSection[] {
  const harmless: Danger[] = plan.summary.destructive > plan.summary.actions.uninstall ? [] : ["take-back"];
  const own = only(groups.actions, ...harmless, "ignore", "approve", "reprocess");
  const title = `Other actions: ${formatCount(devicesIn(own))}`;
  return own.length === 0 ? [] : [{ id: "other", title, notes: [], groups: own }];
}

/** By obstacle, the most important first. */
function obstructed(id: "scheduled" | "blocked", plan: Plan, groups: GroupedPlan): PlanSection[] {
  const own = OBSTACLES.flatMap((obstacle) => groups[id].filter((group) => group.reason === obstacle));
  if (own.length === 0) return [];
  const count = formatCount(plan[id].length);
  const title =
    id === "scheduled"
      ? `Scheduled: ${count}, would be sent when the obstacle is gone`
      : `Blocked: ${count}, would not be sent`;
  return [{ id, title, notes: [], groups: own }];
}

function stale(plan: Plan): string {
  const { stale: count, devices } = plan.snapshot;
  const all = counted(devices, "device");
  if (count === 0) return `Stale devices: none of ${all}.`;
  return `Stale devices: ${formatCount(count)} of ${all}, by the time of their last scan. They would get only ignore and do-nothing.`;
}

function verdicts(plan: Plan): string {
  const each = VERDICTS.map((verdict) => `${formatCount(plan.verdicts[verdict])} ${verdict}`);
  return `Verdicts on ${counted(plan.snapshot.facts, "fact")}: ${each.join(", ")}.`;
}

/** Everything that a plan says, dangers first (design 5.2, 5.3). */
export function viewPlan(plan: Plan, context: PlanContext): PlanView {
  const groups = groupActions(plan, (device, patch) => context.approval(device, patch));
  const waiting = counted(planTotals(plan)["waiting"]!, "fact");
  return {
    headline: headline(plan),
    counts: counts(plan),
    tripped: plan.guards.filter((guard) => guard.tripped),
    sections: [
      removals(plan, groups),
      ...takeBacks(plan, groups),
      ...others(plan, groups),
      ...obstructed("scheduled", plan, groups),
      ...obstructed("blocked", plan, groups),
    ],
    waitingTitle: `Waiting: ${waiting}, not to be installed before the gate opens`,
    stale: stale(plan),
    verdicts: verdicts(plan),
    hints: context.hints.length > 0 ? context.hints : planHints(plan, groups),
  };
}
