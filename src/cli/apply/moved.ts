/** What moved between a plan that was read and what would be done now. Pure. */
import type { ActionRow, Plan } from "../../core/plan.ts";

/** A row that is not the same any more, in words. Ids are hostile text. */
export interface Moved {
  readonly device: string;
  readonly patch: string;
  readonly change: string;
}

const COMPARED = ["action", "status", "verdict", "reason", "source", "ring"] as const;

/** Rows of the plan that now differ, and with `added` also rows that the plan does not have. */
export function findMoved(
  actions: readonly ActionRow[],
  now: Plan,
  options: { readonly added: boolean },
): Moved[] {
  const current = byFact(now.actions);
  const later = byFact([...now.scheduled, ...now.blocked]);
  const planned = byFact(actions);
  const moved: Moved[] = [];
  for (const row of actions) {
    const change = describeChange(row, current.get(keyOf(row)), later.get(keyOf(row)), options.added);
    if (change !== null) moved.push({ device: row.device, patch: row.patch, change });
  }
  if (options.added) {
    for (const row of now.actions) {
      if (planned.has(keyOf(row))) continue;
      moved.push({ device: row.device, patch: row.patch, change: `the plan has nothing, now ${row.action}` });
    }
  }
  return moved;
}

type Row = Omit<ActionRow, "reason"> & { readonly reason: string };

function keyOf(row: Row): string {
  return JSON.stringify([row.device, row.patch]);
}

function byFact<R extends Row>(rows: readonly R[]): ReadonlyMap<string, R> {
  return new Map(rows.map((row) => [keyOf(row), row]));
}

/** With `exact` every field counts; else only that the same action is still sent. */
function describeChange(
  planned: Row,
  current: Row | undefined,
  later: Row | undefined,
  exact: boolean,
): string | null {
  if (current === undefined) {
    if (later !== undefined) return `${planned.action} is not sent now: ${later.reason}`;
    return `${planned.action} is not wanted any more`;
  }
  const keys = exact ? COMPARED : (["action"] as const);
  const changed = keys.filter((key) => planned[key] !== current[key]);
  if (changed.length === 0) return null;
  return changed
    .map((key) => `${key} was ${planned[key] ?? "none"}, is ${current[key] ?? "none"}`)
    .join(", ");
}
