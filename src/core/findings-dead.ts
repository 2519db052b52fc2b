/** Fleet checks on what matches nothing: rules, and decisions, holds, recalls and emergencies in force. */
import { fullBitset } from "./bitset.ts";
import type { Decided } from "./decide.ts";
import type { Occurrence } from "./findings-occurrence.ts";
import { placeOf, type Finding } from "./findings-types.ts";
import { narrow, type Speaker } from "./funnel.ts";
import type { NearValue } from "./match-hint.ts";
import type { Statement } from "./policy.ts";

interface Killer {
  readonly clause: string;
  readonly near: NearValue | null;
}

/** A near value is looked for in so many findings; it is compared with every value of the fleet. */
const HINTED = 20;

/** The first clause after which no fact is left; null when some is. */
function findKiller(
  decided: Decided,
  occurrence: Occurrence,
  speaker: Speaker,
  anyRing: boolean,
  hints: { left: number },
): Killer | null {
  const patches = fullBitset(decided.compiled.patches.count);
  const classes = fullBitset(decided.compiled.classes.count);
  for (const step of narrow(decided, speaker, patches, classes, anyRing)) {
    if (occurrence.any(classes, patches)) continue;
    hints.left -= 1;
    return { clause: step.clause, near: hints.left < 0 ? null : step.near() };
  }
  return null;
}

/** A clause may list hundreds of ids. */
const LONGEST_CLAUSE = 160;

function killedBy({ clause, near }: Killer): string {
  const hint = near === null ? "" : ` Nothing has ${near.key} "${near.written}".`;
  const shown = clause.length > LONGEST_CLAUSE ? `${clause.slice(0, LONGEST_CLAUSE - 1)}…` : clause;
  return `Nothing is left after the clause \`${shown}\`.${hint}`;
}

function fixOf({ near }: Killer, otherwise: string): string {
  return near === null ? otherwise : `write \`${near.meant}\` for \`${near.written}\`, or ${otherwise}`;
}

/** A warning for each rule without a fact. */
export function findDeadRules(decided: Decided, occurrence: Occurrence): Finding[] {
  if (!occurrence.some) return [];
  const hints = { left: HINTED };
  return decided.compiled.policy.rules.flatMap((rule) => {
    const killer = findKiller(decided, occurrence, rule, false, hints);
    if (killer === null) return [];
    return [
      {
        severity: "warning",
        code: "fleet/dead-rule",
        summary: "Rule matches nothing",
        place: placeOf(rule.place),
        detail: `Rule ${rule.id} matches no patch on any device of the snapshot. ${killedBy(killer)}`,
        fix: fixOf(killer, `delete the rule; \`patchring match ${rule.id}\` shows where the facts went.`),
        related: [],
      } satisfies Finding,
    ];
  });
}

interface Silent {
  readonly kind: string;
  readonly statement: Statement & Omit<Speaker, "rings">;
  readonly rings: readonly string[] | null;
  readonly anyRing: boolean;
}

/** For information: decisions, holds, recalls and emergencies in force that no fact is named by. */
export function findSilentStatements(decided: Decided, occurrence: Occurrence): Finding[] {
  if (!occurrence.some) return [];
  const { decisions, holds, recalls, emergencies } = decided.compiled;
  const all = { rings: null, anyRing: false };
  const statements: Silent[] = [
    ...decisions.map(({ statement }) => ({ kind: "Decision", statement, ...all })),
    ...byName(holds).map((statement) => ({
      kind: "Hold",
      statement,
      rings: statement.rings,
      anyRing: false,
    })),
    ...byName(recalls).map((statement) => ({ kind: "Recall", statement, rings: null, anyRing: true })),
    ...emergencies.map(({ statement }) => ({ kind: "Emergency", statement, ...all })),
  ];
  const hints = { left: HINTED };
  return statements.flatMap(({ kind, statement, rings, anyRing }) => {
    const speaker = { patches: statement.patches, devices: statement.devices, rings };
    const killer = findKiller(decided, occurrence, speaker, anyRing, hints);
    if (killer === null) return [];
    return [
      {
        severity: "info",
        code: "fleet/matches-nothing",
        summary: `${kind} matches nothing`,
        place: placeOf(statement.place),
        detail: `${kind} ${statement.name} is in force and matches no patch on any device of the snapshot. ${killedBy(killer)}`,
        fix: fixOf(killer, "delete it when it is no longer needed."),
        related: [],
      } satisfies Finding,
    ];
  });
}

/** Statements sorted by name; compiled lists stand in the order in which they speak. */
function byName<T extends Statement>(list: readonly { readonly statement: T }[]): T[] {
  return list.map(({ statement }) => statement).sort((a, b) => (a.name < b.name ? -1 : 1));
}
