/** Rows of a plan become groups that a person can read: one a (action, patch, ring, rule) and why. Pure. */
import type { Action, Approval, Status, Verdict } from "../core/model.ts";
import { compareNullable } from "../core/order.ts";
import type { ActionRow, BlockedRow, Plan, ScheduledRow } from "../core/plan.ts";

/** A row of `actions`, `scheduled` or `blocked`. */
export type PlanRow = ActionRow | ScheduledRow | BlockedRow;

/**
 * How dangerous a group is, worst first: what removes, what hands the decision back to
 * the backend, what takes an approval back, then the rest.
 */
export const DANGERS = [
  "removal",
  "removal-retry",
  "release",
  "take-back",
  "ignore",
  "approve",
  "reprocess",
] as const;
export type Danger = (typeof DANGERS)[number];

export interface ActionGroup {
  readonly danger: Danger;
  readonly action: Action;
  readonly patch: string;
  readonly ring: string | null;
  readonly source: string | null;
  readonly verdict: Verdict;
  readonly reason: PlanRow["reason"];
  /** Of a scheduled row; null for the other rows, and where it is more than 400 days away. */
  readonly opensAt: string | null;
  /** A device has one row a patch, so this is the number of rows and of devices. */
  readonly devices: number;
  readonly statuses: Readonly<Partial<Record<Status, number>>>;
  /** The first device of the group, for "why". */
  readonly example: string;
}

type ApprovalOf = (device: string, patch: string) => Approval | null;

/**
 * An ignore takes an approval back where `approve` is in force (design 5.2,
 * `destructive`). Where that is not known it counts as one that does: a danger is never
 * shown as harmless.
 */
function dangerOf(row: PlanRow, approvalOf: ApprovalOf): Danger {
  switch (row.action) {
    case "uninstall":
      return "removal";
    case "do-nothing":
      return "release";
    case "approve":
      return "approve";
    case "reprocess":
      return row.verdict === "uninstall" ? "removal-retry" : "reprocess";
    case "ignore": {
      const approval = approvalOf(row.device, row.patch);
      return approval === null || approval === "approve" ? "take-back" : "ignore";
    }
  }
}

type Draft = { -readonly [K in keyof ActionGroup]: ActionGroup[K] } & {
  statuses: Partial<Record<Status, number>>;
};

function keyOf(row: PlanRow, danger: Danger): string {
  const opensAt = "opensAt" in row ? row.opensAt : null;
  const ring = row.ring === null ? "-" : `${row.ring.length}:${row.ring}`;
  const source = row.source === null ? "-" : `=${row.source}`;
  return `${danger} ${row.verdict} ${row.reason} ${opensAt ?? "-"} ${ring}${source}`;
}

function startGroup(row: PlanRow, danger: Danger): Draft {
  return {
    danger,
    action: row.action,
    patch: row.patch,
    ring: row.ring,
    source: row.source,
    verdict: row.verdict,
    reason: row.reason,
    opensAt: "opensAt" in row ? row.opensAt : null,
    devices: 0,
    statuses: {},
    example: row.device,
  };
}

function compareGroups(a: ActionGroup, b: ActionGroup): number {
  return (
    DANGERS.indexOf(a.danger) - DANGERS.indexOf(b.danger) ||
    b.devices - a.devices ||
    compareNullable(a.patch, b.patch) ||
    compareNullable(a.ring, b.ring) ||
    compareNullable(a.source, b.source) ||
    compareNullable(a.verdict, b.verdict) ||
    compareNullable(a.reason, b.reason) ||
    compareNullable(a.opensAt, b.opensAt)
  );
}

/** Groups rows of one section; most dangerous first, then most devices, then by patch, ring and source. */
export function groupRows(rows: readonly PlanRow[], approvalOf: ApprovalOf = () => null): ActionGroup[] {
  const byPatch = new Map<string, Map<string, Draft>>();
  for (const row of rows) {
    const danger = dangerOf(row, approvalOf);
    let groups = byPatch.get(row.patch);
    if (groups === undefined) byPatch.set(row.patch, (groups = new Map<string, Draft>()));
    const key = keyOf(row, danger);
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = startGroup(row, danger)));
    group.devices += 1;
    group.statuses[row.status] = (group.statuses[row.status] ?? 0) + 1;
  }
  return [...byPatch.values()].flatMap((groups) => [...groups.values()]).sort(compareGroups);
}

/** The groups of a plan, by section. */
export interface GroupedPlan {
  readonly actions: readonly ActionGroup[];
  readonly scheduled: readonly ActionGroup[];
  readonly blocked: readonly ActionGroup[];
}

/** Groups the three lists of a plan by (action, patch, ring, source) and by why and when. */
export function groupActions(plan: Plan, approvalOf: ApprovalOf = () => null): GroupedPlan {
  return {
    actions: groupRows(plan.actions, approvalOf),
    scheduled: groupRows(plan.scheduled, approvalOf),
    blocked: groupRows(plan.blocked, approvalOf),
  };
}
