/** The states of facts as people read them, in the order in which charts and tables show them. */
import type { FactState } from "../../core/fact-states.ts";
import type { StateCounts } from "../../core/fleet-totals.ts";
import type { BarPart, Look } from "./charts.tsx";

/** Done first, then on its way, then what needs somebody, then what is kept off or not known. */
export const SHOWN_STATES: readonly (readonly [FactState, Look])[] = [
  ["installed", "installed"],
  ["reboot-required", "reboot"],
  ["installing", "installing"],
  ["pending", "pending"],
  ["missing", "missing"],
  ["failed", "failed"],
  ["ignored", "ignored"],
  ["stale", "stale"],
];

export function stateParts(counts: StateCounts): BarPart[] {
  return SHOWN_STATES.map(([state, look]) => ({ name: state, look, value: counts[state] }));
}

/** `22 installed, 2 missing`: only what is there. */
export function stateWords(counts: StateCounts): string {
  const there = SHOWN_STATES.filter(([state]) => counts[state] > 0);
  return there.map(([state]) => `${counts[state]} ${state}`).join(", ") || "nothing";
}
