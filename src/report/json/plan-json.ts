import type { Plan } from "../../core/plan.ts";

/** Takes the next piece of text; called in order, with pieces of some hundred kilobytes at most. */
export type Write = (text: string) => void;

const CHUNK_ROWS = 1000;

function writeArray(rows: readonly unknown[], write: Write): void {
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
    const chunk = JSON.stringify(rows.slice(from, from + CHUNK_ROWS));
    write(`${from === 0 ? "[" : ","}${chunk.slice(1, -1)}`);
  }
  write(rows.length === 0 ? "[]" : "]");
}

/**
 * Writes exactly `JSON.stringify(plan)` and a line break, without ever holding the
 * whole text: a plan may have more rows than a string may have characters.
 */
export function writePlanJson(plan: Plan, write: Write): void {
  let before = "{";
  for (const [key, value] of Object.entries(plan) as [string, unknown][]) {
    if (value === undefined) continue;
    write(`${before}${JSON.stringify(key)}:`);
    if (Array.isArray(value)) writeArray(value, write);
    else write(JSON.stringify(value));
    before = ",";
  }
  write("}\n");
}
