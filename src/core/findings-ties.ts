/** Fleet check: two rules that approve the same facts at one priority, but let them through at other times. */
import { addBit, emptyBitset, forEachBit, type Bitset } from "./bitset.ts";
import { winningRule } from "./class-view.ts";
import { positionsForClass, soakOf, type CompiledRing } from "./compile.ts";
import type { Decided } from "./decide.ts";
import type { Occurrence } from "./findings-occurrence.ts";
import { counted, listSome, placeOf, type Finding } from "./findings-types.ts";
import type { Rule } from "./policy.ts";
import { formatDuration } from "./time.ts";

interface Tie {
  readonly ring: CompiledRing;
  readonly winner: Rule;
  readonly loser: Rule;
  readonly patches: Bitset;
}

/** What lets a fact of the ring through under this rule, in words; equal words are equal gates. */
function gatesOf(rule: Rule, { ring }: CompiledRing): string {
  const wait =
    ring.after === null
      ? `delay ${formatDuration(rule.delay)}`
      : `soak ${formatDuration(soakOf(rule, ring))}`;
  return `${wait}, ${(rule.schedule ?? ring.schedule) === null ? "no schedule" : `schedule ${(rule.schedule ?? ring.schedule)!}`}`;
}

/** Per position of a ring's rules, the later positions that tie with it; null for none. */
function rivalsOf(ring: CompiledRing): (Bitset | null)[] {
  const { rules } = ring.rules;
  const gates = rules.map(({ statement }) => gatesOf(statement, ring));
  return rules.map(({ statement }, at) => {
    if (statement.then !== "approve") return null;
    let rivals: Bitset | null = null;
    for (let i = at + 1; i < rules.length; i += 1) {
      const other = rules[i]!.statement;
      if (other.priority !== statement.priority) break;
      if (other.then === "approve" && gates[i] !== gates[at])
        addBit((rivals ??= emptyBitset(rules.length)), i);
    }
    return rivals;
  });
}

/** The ties of one ring: for each rule that wins some fact, the patches that each rival matches there too. */
class RingTies {
  readonly #ring: CompiledRing;
  readonly #rivals: readonly (Bitset | null)[];
  readonly #ties = new Map<number, Bitset>();

  constructor(ring: CompiledRing) {
    this.#ring = ring;
    this.#rivals = rivalsOf(ring);
  }

  get possible(): boolean {
    return this.#rivals.some((rivals) => rivals !== null);
  }

  /** One class and one patch that occurs there. */
  look(ruleBits: Bitset, patch: number): void {
    const { rules, byPatch, words } = this.#ring.rules;
    const at = winningRule(this.#ring.rules, ruleBits, patch);
    const rivals = at < 0 ? null : this.#rivals[at]!;
    if (rivals === null) return;
    for (let w = 0; w < words; w += 1) {
      let both = byPatch[patch * words + w]! & ruleBits[w]! & rivals[w]!;
      while (both !== 0) {
        const low = both & -both;
        both ^= low;
        this.#add(at * rules.length + (w << 5) + 31 - Math.clz32(low), patch);
      }
    }
  }

  #add(pair: number, patch: number): void {
    let patches = this.#ties.get(pair);
    if (patches === undefined) {
      patches = emptyBitset(this.#ring.rules.byPatch.length / this.#ring.rules.words);
      this.#ties.set(pair, patches);
    }
    addBit(patches, patch);
  }

  result(): Tie[] {
    const { rules } = this.#ring.rules;
    return [...this.#ties].map(([pair, patches]) => ({
      ring: this.#ring,
      winner: rules[Math.floor(pair / rules.length)]!.statement,
      loser: rules[pair % rules.length]!.statement,
      patches,
    }));
  }
}

/** A warning for each pair of rules, a ring at a time; only pairs of which one wins some fact. */
export function findTies(decided: Decided, occurrence: Occurrence): Finding[] {
  const { compiled } = decided;
  const rings = compiled.rings.map((ring) => new RingTies(ring));
  const possible = rings.map((ring) => ring.possible);
  for (let cls = 0; cls < compiled.classes.count; cls += 1) {
    const ringIndex = compiled.ringOfClass[cls]!;
    const ring = rings[ringIndex];
    const patches = occurrence.patchesOf(cls);
    if (ring === undefined || patches === null || possible[ringIndex] !== true) continue;
    const ruleBits = positionsForClass(compiled.rings[ringIndex]!.rules.rules, cls);
    forEachBit(patches, (patch) => {
      ring.look(ruleBits, patch);
    });
  }
  return rings
    .flatMap((ring) => ring.result())
    .sort(compareTies)
    .map((tie) => describeTie(decided, tie));
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
  const ids: string[] = [];
  forEachBit(patches, (patch) => ids.push(decided.snapshot.patches[patch]!.id));
  ids.sort(byText);
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
