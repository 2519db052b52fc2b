/**
 * What is wrong between a policy and a fleet (design 2.2, "with a snapshot, also"). Pure, and about
 * classes and patches, not facts, where that is possible. A finding changes no verdict.
 */
import type { Decided } from "./decide.ts";
import { Occurrence } from "./findings-occurrence.ts";
import { findDeadRules, findSilentStatements } from "./findings-dead.ts";
import { findHomelessDevices, findRingsAhead, findTwoRings } from "./findings-rings.ts";
import { findTies } from "./findings-ties.ts";
import type { Finding, FleetCode } from "./findings-types.ts";

export { FLEET_CODES, type Finding, type FleetCode } from "./findings-types.ts";

/** What each code means, for `explain` and the page of errors. */
export const FLEET_CODE_EXPLANATIONS: Readonly<Record<FleetCode, string>> = {
  "fleet/two-rings":
    "A device is selected by two rings. The earlier one counts: the one with the shorter chain of `after`, equals by name. `validate` fails; the other verbs go on and say so.",
  "fleet/no-ring":
    "A device is selected by no ring, so nothing but a recall speaks of it: its verdict is `leave` with the reason NO_RING.",
  "fleet/dead-rule":
    "A rule matches no fact of the snapshot. The clause after which nothing is left is named.",
  "fleet/ring-ahead":
    "A ring has an operating system that the ring before it lacks, so nothing is tried there on that system first. With `coverage: [os]` promotions for these devices wait for ever.",
  "fleet/rule-tie":
    "Two rules approve the same facts at the same priority, but with another delay, soak or schedule. The more cautious one counts, which a reader may not expect.",
  "fleet/matches-nothing":
    "A decision, hold, recall or emergency that is in force matches no fact of the snapshot.",
};

/**
 * All findings: errors first, then warnings, then the rest; within a severity by code in the order of
 * `FLEET_CODES` and then as the policy lists the statements. Places carry no source line (`text` is
 * ""): who has the files fills it in. Texts of the backend are not escaped.
 */
export function findFleetProblems(decided: Decided): readonly Finding[] {
  const occurrence = new Occurrence(decided);
  return [
    ...findTwoRings(decided),
    ...findHomelessDevices(decided),
    ...findDeadRules(decided, occurrence),
    ...findRingsAhead(decided),
    ...findTies(decided, occurrence),
    ...findSilentStatements(decided, occurrence),
  ];
}
