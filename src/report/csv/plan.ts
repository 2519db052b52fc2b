/** A plan as a table of cells: one line a row of the plan, so that every total can be counted again. */
import { stringify } from "csv-stringify/sync";
import type { BlockedRow, Plan, ScheduledRow, ActionRow } from "../../core/plan.ts";
import { neutralizeCell } from "../escape/csv.ts";
import type { PlanContext } from "../plan-context.ts";
import { planTotals } from "../plan-totals.ts";

/**
 * `section` is `total` (`name`, `count`), `guard` (`name`, `count`, `limit`,
 * `tripped`), `action`, `scheduled` or `blocked` (one device and patch a line, `count`
 * 1), or `waiting` (`count` devices). Cells that say nothing are empty; instants are UTC.
 */
export const PLAN_CSV_COLUMNS = [
  "section",
  "name",
  "count",
  "limit",
  "tripped",
  "device",
  "client",
  "site",
  "type",
  "patch",
  "title",
  "severity",
  "action",
  "ring",
  "status",
  "approval",
  "verdict",
  "reason",
  "source",
  "place",
  "opensAt",
  "until",
] as const;
type ColumnName = (typeof PLAN_CSV_COLUMNS)[number];
type Line = Readonly<Partial<Record<ColumnName, string | number | null>>>;

function patchCells(id: string, context: PlanContext): Line {
  const info = context.patch(id);
  return { patch: id, title: info?.title ?? null, severity: info?.severity ?? null };
}

function rowLine(section: string, row: ActionRow | ScheduledRow | BlockedRow, context: PlanContext): Line {
  const device = context.device(row.device);
  return {
    section,
    count: 1,
    ...patchCells(row.patch, context),
    device: row.device,
    client: device?.client ?? null,
    site: device?.site ?? null,
    type: device?.type ?? null,
    action: row.action,
    ring: row.ring,
    status: row.status,
    approval: context.approval(row.device, row.patch),
    verdict: row.verdict,
    reason: row.reason,
    source: row.source,
    place: row.source === null ? null : context.place(row.source),
    opensAt: "opensAt" in row ? row.opensAt : null,
  };
}

function linesOf(plan: Plan, context: PlanContext): Line[] {
  return [
    ...Object.entries(planTotals(plan)).map(([name, count]) => ({ section: "total", name, count })),
    ...plan.guards.map(({ guard, value, limit, tripped }) => ({
      section: "guard",
      name: guard,
      count: value,
      limit,
      tripped: tripped ? "yes" : "no",
    })),
    ...plan.actions.map((row) => rowLine("action", row, context)),
    ...plan.scheduled.map((row) => rowLine("scheduled", row, context)),
    ...plan.blocked.map((row) => rowLine("blocked", row, context)),
    ...plan.waiting.map((row) => ({
      section: "waiting",
      count: row.devices,
      ...patchCells(row.patch, context),
      ring: row.ring,
      reason: row.reason,
      until: row.until,
    })),
  ];
}

function cell(value: string | number | null | undefined): string {
  return typeof value === "string" ? neutralizeCell(value) : String(value ?? "");
}

/**
 * The plan as CSV (RFC 4180, UTF-8, one header line, line feeds). Cells that a
 * spreadsheet would run are neutralised, which alters them: the JSON is exact.
 */
export function renderPlanCsv(plan: Plan, context: PlanContext): string {
  const rows = linesOf(plan, context).map((line) => PLAN_CSV_COLUMNS.map((column) => cell(line[column])));
  return stringify([[...PLAN_CSV_COLUMNS], ...rows], { quoted_match: /[\r\n\t;]/ });
}
