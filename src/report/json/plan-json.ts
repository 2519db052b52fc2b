import type { Plan } from "../../core/plan.ts";
import { writeRowsJson, type Write } from "./rows-json.ts";

export type { Write } from "./rows-json.ts";

/** Writes exactly `JSON.stringify(plan)` and a line break, in pieces. */
export function writePlanJson(plan: Plan, write: Write): void {
  writeRowsJson(plan, write);
}
