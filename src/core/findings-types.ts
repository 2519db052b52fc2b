import type { Diagnostic, Place } from "./diagnostic.ts";
import type { SourcePlace } from "./policy.ts";

/** The codes of fleet checks; each has an explanation in `FLEET_CODE_EXPLANATIONS`. */
export const FLEET_CODES = [
  "fleet/two-rings",
  "fleet/no-ring",
  "fleet/dead-rule",
  "fleet/ring-ahead",
  "fleet/rule-tie",
  "fleet/matches-nothing",
] as const;
export type FleetCode = (typeof FLEET_CODES)[number];

export interface Finding extends Diagnostic {
  readonly code: FleetCode;
}

/** A statement's place as a place of a diagnostic. */
export function placeOf({ file, line, column }: SourcePlace): Place {
  return { file, line, column, length: 1, text: "" };
}

/** How many names a sentence lists. */
const LISTED = 5;

/** `a, b and 3 others`. */
export function listSome(names: readonly string[], total: number = names.length): string {
  const shown = names.slice(0, LISTED);
  const rest = total - shown.length;
  return rest === 0 ? shown.join(", ") : `${shown.join(", ")} and ${counted(rest, "other")}`;
}

export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}
