/** What each fact's policy wants done, by fact, as one small number. */
import type { Decided } from "./decide.ts";
import { obstacleOfCode } from "./decide.ts";
import type { PlannedAction } from "./comparison.ts";
import { isScheduling } from "./obstacle.ts";
import { actionOfTransition } from "./transition.ts";

/** Transition in the low six bits, the obstacle's code above; 0 is no action. Below 1024. */
export type IntentCode = number;

export function intentsByFact({ intents, snapshot }: Decided): Uint16Array {
  const byFact = new Uint16Array(snapshot.facts.length);
  const { fact, transition, obstacle } = intents;
  for (let at = 0; at < intents.length; at += 1) {
    byFact[fact[at]!] = transition[at]! | (obstacle[at]! << 6);
  }
  return byFact;
}

export function transitionOfIntent(code: IntentCode): number {
  return code & 63;
}

/** Null for no action. */
export function plannedAction(code: IntentCode): PlannedAction | null {
  if (code === 0) return null;
  const obstacle = obstacleOfCode(code >> 6);
  const sending = obstacle === null ? "now" : isScheduling(obstacle) ? "scheduled" : "blocked";
  return { action: actionOfTransition(transitionOfIntent(code)), sending, obstacle };
}
