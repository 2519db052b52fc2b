/** Fleet check: two rules that approve the same facts at one priority, but let them through at other times. */
import { forEachBit, hasBit } from "./bitset.ts";
import { viewClass, winningRule } from "./cell.ts";
import { soakOf, type CompiledRing } from "./compile.ts";
import type { Decided } from "./decide.ts";
import type { Occurrence } from "./findings-occurrence.ts";
import { counted, listSome, placeOf, type Finding } from "./findings-types.ts";
import type { Rule } from "./policy.ts";
import { formatDuration } from "./time.ts";

interface Tie {
  readonly ring: CompiledRing;
  readonly winner: Rule;
  readonly loser: Rule;
  readonly patches: Set<number>;
}

/** What lets a fact of the ring through under this rule, in words; equal words are equal gates. */
function gatesOf(rule: Rule, { ring }: CompiledRing): string {
  const wait =
    ring.after === null
      ? `delay ${formatDuration(rule.delay)}`
      : `soak ${formatDuration(soakOf(rule, ring))}`;
  return `${wait}, ${(rule.schedule ?? ring.schedule) === null ? "no schedule" : `schedule ${(rule.schedule ?? ring.schedule)!}`}`;
}

/** Per position of a ring's rules, the later positions that tie with it; empty for nearly all. */
function rivalsOf(ring: CompiledRing): number[][] {
  const { rules } = ring.rules;
  const gates = rules.map(({ statement }) => gatesOf(statement, ring));
  return rules.map(({ statement }, at) => {
    if (statement.then !== "approve") return [];
    const rivals: number[] = [];
    for (let i = at + 1; i < rules.length; i += 1) {
      const other = rules[i]!.statement;
      if (other.priority !== statement.priority) break;
      if (other.then === "approve" && gates[i] !== gates[at]) rivals.push(i);
    }
    return rivals;
  });
}

/** A warning for each pair of rules, a ring at a time; only pairs of which one wins some fact. */
export function findTies(decided: Decided, occurrence: Occurrence): Finding[] {
  const { compiled } = decided;
  const ties = new Map<string, Tie>();
  const rivals = compiled.rings.map(rivalsOf);
  for (let cls = 0; cls < compiled.classes.count; cls += 1) {
    const ringIndex = compiled.ringOfClass[cls]!;
    const ring = compiled.rings[ringIndex];
    const patches = occurrence.patchesOf(cls);
    if (ring === undefined || patches === null || rivals[ringIndex]!.every((list) => list.length === 0)) {
      continue;
    }
    const { ruleBits } = viewClass(compiled, cls);
    forEachBit(patches, (patch) => {
      const at = winningRule(ring.rules, ruleBits, patch);
      if (at < 0) return;
      for (const rival of rivals[ringIndex]![at]!) {
        if (!hasBit(ruleBits, rival) || !hasBit(ring.rules.rules[rival]!.patches, patch)) continue;
        addTie(ties, ring, ringIndex, at, rival, patch);
      }
    });
  }
  return [...ties.values()].sort(compareTies).map((tie) => describeTie(decided, tie));
}

function addTie(
  ties: Map<string, Tie>,
  ring: CompiledRing,
  ringIndex: number,
  at: number,
  rival: number,
  patch: number,
): void {
  const key = `${String(ringIndex)} ${String(at)} ${String(rival)}`;
  let tie = ties.get(key);
  if (tie === undefined) {
    const { rules } = ring.rules;
    tie = { ring, winner: rules[at]!.statement, loser: rules[rival]!.statement, patches: new Set() };
    ties.set(key, tie);
  }
  tie.patches.add(patch);
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareTies(a: Tie, b: Tie): number {
  return (
    byText(a.loser.id, b.loser.id) ||
    byText(a.winner.id, b.winner.id) ||
    byText(a.ring.ring.name, b.ring.ring.name)
  );
}

function describeTie(decided: Decided, { ring, winner, loser, patches }: Tie): Finding {
  const ids = [...patches].map((patch) => decided.snapshot.patches[patch]!.id).sort(byText);
  return {
    severity: "warning",
    code: "fleet/rule-tie",
    summary: "Rules tie with different gates",
    place: placeOf(loser.place),
    detail: `In ring ${ring.ring.name} rules ${winner.id} (${gatesOf(winner, ring)}) and ${loser.id} (${gatesOf(loser, ring)}) both approve ${counted(ids.length, "patch", "patches")} at priority ${String(loser.priority)}: ${listSome(ids)}. ${winner.id} counts there.`,
    fix: `give the rule that should count a higher \`priority\`, or narrow \`patches\` of the other.`,
    related: [{ message: `rule ${winner.id} counts`, place: placeOf(winner.place) }],
  };
}
