/** Limits of a run (design 3.2), computed on the plan before anything is written. */
import { sortedBy } from "./order.ts";
import { floorPercentOf } from "./percent.ts";
import type { ActionRow, GuardRow } from "./plan.ts";
import type { Limit, PolicySet } from "./policy.ts";

export interface GuardInput {
  readonly policy: PolicySet;
  readonly actions: readonly ActionRow[];
  readonly devices: number;
  readonly complete: boolean;
  /** Devices that an earlier recorded snapshot had, and how many of them are missing now; null without one. */
  readonly earlier: { readonly devices: number; readonly missing: number } | null;
}

/** A percentage of the fleet is rounded down and is at least 1. */
export function resolveLimit(limit: Limit, devices: number): number {
  return limit.kind === "count" ? limit.value : Math.max(1, floorPercentOf(limit.value, devices));
}

export function computeGuards(input: GuardInput): GuardRow[] {
  const { policy, actions, devices } = input;
  const { limits } = policy.fleet;
  const over = (guard: string, limit: number, value: number): GuardRow => ({
    guard,
    limit,
    value,
    tripped: value > limit,
  });
  const guards = [
    over("actionsPerRun", limits.actionsPerRun, actions.length),
    over(
      "devicesPerRun",
      resolveLimit(limits.devicesPerRun, devices),
      countDevices(actions, (row) => row.action !== "ignore" && row.action !== "do-nothing"),
    ),
    over("uninstallsPerRun", limits.uninstallsPerRun, actions.filter(isRemoval).length),
  ];
  for (const recall of sortedBy(policy.recalls, (recall) => recall.name)) {
    if (recall.maxDevices === null) continue;
    const source = `Recall/${recall.name}`;
    const value = countDevices(actions, (row) => isRemoval(row) && row.source === source);
    guards.push(over(`recallMaxDevices:${recall.name}`, recall.maxDevices, value));
  }
  guards.push({ guard: "emptySnapshot", limit: 1, value: devices, tripped: devices === 0 });
  guards.push(over("incompleteSnapshot", 0, input.complete ? 0 : 1));
  if (input.earlier !== null) guards.push(fleetShrink(limits.fleetShrink, input.earlier));
  return guards;
}

/** An uninstall, and the reprocess of a removal that failed. */
export function isRemoval(row: ActionRow): boolean {
  return row.action === "uninstall" || (row.action === "reprocess" && row.verdict === "uninstall");
}

function countDevices(rows: readonly ActionRow[], counts: (row: ActionRow) => boolean): number {
  return new Set(rows.filter(counts).map((row) => row.device)).size;
}

/** In percent of the earlier fleet, rounded down for show; it trips on the exact share. */
function fleetShrink(limit: Limit, earlier: { devices: number; missing: number }): GuardRow {
  if (limit.kind === "count") {
    return {
      guard: "fleetShrink",
      limit: limit.value,
      value: earlier.missing,
      tripped: earlier.missing > limit.value,
    };
  }
  const { devices, missing } = earlier;
  return {
    guard: "fleetShrink",
    limit: limit.value,
    value: devices === 0 ? 0 : Math.floor((100 * missing) / devices),
    tripped: missing > 0 && 100 * missing > limit.value * devices,
  };
}
