/** What a policy says of one device class: the statements that speak there, and which of them wins for a patch. */
import { emptyBitset, hasBit, unite, type Bitset } from "./bitset.ts";
import type { Compiled, CompiledDecision, CompiledPolicy, CompiledRing, RingRules } from "./compile.ts";
import { positionsForClass, speaksIn } from "./compile.ts";
import type { Emergency, Hold, Recall } from "./policy.ts";

/** The statements that speak of one class, ready to be asked about patches. */
export interface ClassView {
  readonly ringIndex: number;
  readonly ring: CompiledRing | null;
  readonly recalls: readonly Compiled<Recall>[];
  readonly decisions: readonly CompiledDecision[];
  readonly emergencies: readonly Compiled<Emergency>[];
  readonly holds: readonly Compiled<Hold>[];
  /** Positions in the ring's rules. */
  readonly ruleBits: Uint32Array;
  /** The patches of which anything but a rule speaks here; null for none. */
  readonly exceptions: Bitset | null;
}

export function viewClass(compiled: CompiledPolicy, cls: number): ClassView {
  const ringIndex = compiled.ringOfClass[cls]!;
  const ring = compiled.rings[ringIndex] ?? null;
  const speaking = <T extends Compiled<unknown>>(list: readonly T[]): T[] =>
    list.filter((item) => hasBit(item.classes, cls));
  const lists = {
    recalls: speaking(compiled.recalls),
    decisions: speaking(compiled.decisions),
    emergencies: speaking(compiled.emergencies),
    holds:
      ring === null
        ? []
        : speaking(compiled.holds).filter((hold) => speaksIn(hold.statement, ring.ring.name)),
  };
  return {
    ringIndex,
    ring,
    ...lists,
    ruleBits: ring === null ? new Uint32Array(0) : positionsForClass(ring.rules.rules, cls),
    exceptions: uniteAll(Object.values(lists).flat(), compiled.patches.count),
  };
}

function uniteAll(statements: readonly { readonly patches: Bitset }[], patchCount: number): Bitset | null {
  if (statements.length === 0) return null;
  const all = emptyBitset(patchCount);
  for (const { patches } of statements) unite(all, patches);
  return all;
}

const NO_EMERGENCIES: readonly Emergency[] = [];

/** The emergencies in force that match, by name. */
export function matchingEmergencies(view: ClassView, patch: number): readonly Emergency[] {
  if (view.emergencies.length === 0) return NO_EMERGENCIES;
  return view.emergencies.filter((e) => hasBit(e.patches, patch)).map((e) => e.statement);
}

/** Step 3: the decision that counts among those that match, or null. */
export function winningDecision(view: ClassView, patch: number): CompiledDecision | null {
  if (view.decisions.length === 0) return null;
  const matching = view.decisions.filter((decision) => hasBit(decision.patches, patch));
  if (matching.length === 0) return null;
  const locked = matching.filter((decision) => decision.statement.locked);
  const pool = locked.length > 0 ? locked : matching;
  const scopes = pool.map((decision) => decision.scope);
  const scope = locked.length > 0 ? Math.max(...scopes) : Math.min(...scopes);
  const counting = pool.filter((decision) => decision.scope === scope);
  for (const action of ["ignore", "manual", "approve"] as const) {
    const found = counting.find((decision) => decision.statement.action === action);
    if (found !== undefined) return found;
  }
  return null;
}

/** Step 5: the position of the first rule in precedence that matches class and patch; -1 for none. */
export function winningRule(rules: RingRules, ruleBits: Bitset, patch: number): number {
  const { byPatch, words } = rules;
  const start = patch * words;
  for (let w = 0; w < words; w += 1) {
    const both = byPatch[start + w]! & ruleBits[w]!;
    if (both !== 0) return (w << 5) + 31 - Math.clz32(both & -both);
  }
  return -1;
}
