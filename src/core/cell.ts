/**
 * What policy says of one device class and one patch (design 3, steps 1 to 6 but for what depends
 * on the device itself: supersedence and evidence). Computed once per cell, on demand.
 */
import { emptyBitset, hasBit, unite, type Bitset } from "./bitset.ts";
import type { Compiled, CompiledDecision, CompiledPolicy, CompiledRing, RingRules } from "./compile.ts";
import { positionsForClass, soakOf, speaksIn } from "./compile.ts";
import type { Instant, Reason, Seconds, Verdict } from "./model.ts";
import type { Outcome } from "./outcome.ts";
import { CANDIDATE, CONTESTED, GATED, OutcomeTable, SKIP_FREEZE, SKIP_WINDOW } from "./outcome.ts";
import type { Emergency, Hold, Recall, Rule, Schedule } from "./policy.ts";

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
  /** The patches of which anything but a rule speaks here. */
  readonly exceptions: Bitset;
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
  const exceptions = emptyBitset(compiled.patches.count);
  for (const { patches } of Object.values(lists).flat()) unite(exceptions, patches);
  return {
    ringIndex,
    ring,
    ...lists,
    ruleBits: ring === null ? new Uint32Array(0) : positionsForClass(ring.rules.rules, cls),
    exceptions,
  };
}

/** What made a fact a candidate for approval (step 6). */
export interface Candidacy {
  readonly source: string;
  readonly rule: Rule | null;
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

/** Fills cells. Holds the outcome table that the cells' numbers point into. */
export class CellDecider {
  readonly table: OutcomeTable = new OutcomeTable();
  readonly #compiled: CompiledPolicy;
  /**
   * Outcomes of plain rule wins and of no rule at all, which are nearly all cells: by ring, rule
   * position (one past the last for none) and reason. 0 is not interned yet.
   */
  readonly #plain: Uint32Array;
  readonly #positions: number;
  /** Outcomes of delays by the place of their rule and their end. */
  readonly #delayed = new Map<number, Map<Instant, number>>();

  constructor(compiled: CompiledPolicy) {
    this.#compiled = compiled;
    this.#positions = compiled.policy.rules.length + 1;
    this.#plain = new Uint32Array(compiled.rings.length * this.#positions * PLAIN_CODES);
  }

  /** The outcome number of a cell. */
  decide(view: ClassView, patch: number): number {
    if (view.ring !== null && !hasBit(view.exceptions, patch)) return this.#ruled(view, view.ring, patch);
    const recall = view.recalls.find((r) => hasBit(r.patches, patch))?.statement;
    if (recall !== undefined) return this.#recalled(view, recall);
    if (view.ring === null) return this.#final(view, "leave", "NO_RING", null, null);
    const decision = winningDecision(view, patch)?.statement ?? null;
    if (decision !== null && decision.action !== "approve") {
      const source = `Decision/${decision.name}`;
      return this.#final(view, decision.action, "DECIDED", source, decision.expires);
    }
    const emergencies = matchingEmergencies(view, patch);
    if (decision !== null) {
      const source = `Decision/${decision.name}`;
      return this.#candidate(view, view.ring, patch, { source, rule: null }, emergencies);
    }
    const first = emergencies[0];
    if (first !== undefined) {
      const source = `Emergency/${first.name}`;
      return this.#candidate(view, view.ring, patch, { source, rule: null }, emergencies);
    }
    return this.#ruled(view, view.ring, patch);
  }

  #recalled(view: ClassView, recall: Recall): number {
    const flags =
      (recall.skip.includes("window") ? SKIP_WINDOW : 0) | (recall.skip.includes("freeze") ? SKIP_FREEZE : 0);
    return this.table.intern({
      verdict: recall.uninstall ? "uninstall" : "ignore",
      reason: "RECALLED",
      source: `Recall/${recall.name}`,
      until: null,
      ring: view.ringIndex,
      schedule: view.ring?.schedule ?? null,
      soak: 0,
      flags,
    });
  }

  #final(
    view: ClassView,
    verdict: Verdict,
    reason: Reason,
    source: string | null,
    until: Instant | null,
  ): number {
    return this.table.intern({
      verdict,
      reason,
      source,
      until,
      ring: view.ringIndex,
      schedule: view.ring?.schedule ?? null,
      soak: 0,
      flags: 0,
    });
  }

  #ruled(view: ClassView, ring: CompiledRing, patch: number): number {
    const position = winningRule(ring.rules, view.ruleBits, patch);
    if (position < 0) {
      const place = this.#place(view.ringIndex, this.#positions - 1, NO_RULE);
      return (this.#plain[place] ||= this.#final(view, "leave", "NO_RULE", null, null));
    }
    const rule = ring.rules.rules[position]!.statement;
    if (rule.then !== "approve") {
      const place = this.#place(view.ringIndex, position, RULE);
      return (this.#plain[place] ||= this.#final(view, rule.then, "RULE", rule.id, null));
    }
    if (view.holds.length > 0) {
      const held = view.holds.find((h) => hasBit(h.patches, patch));
      if (held !== undefined) return this.#held(view, held.statement);
    }
    const gate = this.#gate(ring, patch, rule);
    if (gate.until !== null) return this.#delayedBy(view, ring, patch, position, gate);
    const contested = this.#contested(patch);
    const place = this.#place(view.ringIndex, position, gate.code + (contested === 0 ? 0 : GATE_CODES));
    return (this.#plain[place] ||= this.#gated(view, ring, { source: rule.id, rule }, gate, contested));
  }

  #delayedBy(view: ClassView, ring: CompiledRing, patch: number, position: number, gate: Gate): number {
    const contested = this.#contested(patch);
    const place = this.#place(view.ringIndex, position, contested === 0 ? 0 : 1);
    let byEnd = this.#delayed.get(place);
    if (byEnd === undefined) this.#delayed.set(place, (byEnd = new Map<Instant, number>()));
    let outcome = byEnd.get(gate.until!);
    if (outcome === undefined) {
      const rule = ring.rules.rules[position]!.statement;
      outcome = this.#gated(view, ring, { source: rule.id, rule }, gate, contested);
      byEnd.set(gate.until!, outcome);
    }
    return outcome;
  }

  /** CONTESTED when another patch may take the place of a candidate on the device, else 0. */
  #contested(patch: number): number {
    return this.#compiled.supersedence.superseded[patch] === 1 ? CONTESTED : 0;
  }

  #place(ring: number, position: number, code: number): number {
    return (ring * this.#positions + position) * PLAIN_CODES + code;
  }

  #held(view: ClassView, hold: Hold): number {
    return this.#final(view, "wait", "HELD", `Hold/${hold.name}`, hold.until);
  }

  /** Step 6 for a candidate by decision or emergency, or where emergencies may lift gates. */
  #candidate(
    view: ClassView,
    ring: CompiledRing,
    patch: number,
    candidacy: Candidacy,
    emergencies: readonly Emergency[],
  ): number {
    const held = view.holds.find((h) => hasBit(h.patches, patch));
    if (held !== undefined) return this.#held(view, held.statement);
    const skips = (what: "promotion" | "window" | "freeze"): Emergency | undefined =>
      emergencies.find((emergency) => emergency.skip.includes(what));
    const flags =
      (skips("window") ? SKIP_WINDOW : 0) | (skips("freeze") ? SKIP_FREEZE : 0) | this.#contested(patch);
    const lifting = skips("promotion");
    if (lifting !== undefined) {
      return this.table.intern({
        verdict: "approve",
        reason: "EMERGENCY",
        source: `Emergency/${lifting.name}`,
        until: lifting.expiresAt,
        ring: view.ringIndex,
        schedule: ring.schedule,
        soak: 0,
        flags: flags | CANDIDATE,
      });
    }
    return this.#gated(view, ring, candidacy, this.#gate(ring, patch, candidacy.rule), flags);
  }

  /** Steps 6d and 6e as far as evidence is not needed. */
  #gate(ring: CompiledRing, patch: number, rule: Rule | null): Gate {
    const { dates, now } = this.#compiled;
    if (ring.ring.after === null) {
      const delay: Seconds = rule?.delay ?? 0;
      const date = dates.at[patch]!;
      if (Number.isNaN(date)) return delay > 0 ? NO_DATE : APPROVED;
      return now < date + delay ? { reason: "DELAY", until: date + delay, code: 0 } : APPROVED;
    }
    if (ring.promotions.size === 0) return PROMOTION;
    const standing = ring.promotions.get(patch);
    if (standing === undefined) return PROMOTION;
    return soakOf(rule, ring.ring) <= standing.coversSoak ? PROMOTED : PROMOTION_REJECTED;
  }

  #gated(view: ClassView, ring: CompiledRing, candidacy: Candidacy, gate: Gate, flags: number): number {
    const approved = gate.reason === "APPROVED" || gate.reason === "PROMOTED";
    const gated = gate.reason === "PROMOTION" || gate.reason === "PROMOTION_REJECTED";
    const outcome: Outcome = {
      verdict: approved ? "approve" : "wait",
      reason: gate.reason,
      source: candidacy.source,
      until: gate.until,
      ring: view.ringIndex,
      schedule: this.#scheduleOf(candidacy.rule, ring),
      soak: gated ? soakOf(candidacy.rule, ring.ring) : 0,
      flags: CANDIDATE | (gated ? GATED : 0) | flags,
    };
    return this.table.intern(outcome);
  }

  /** The winning rule's, else the ring's, else always open (design 3.1). */
  #scheduleOf(rule: Rule | null, ring: CompiledRing): Schedule | null {
    if (rule === null || rule.schedule === null) return ring.schedule;
    return this.#compiled.schedules.get(rule.schedule) ?? null;
  }
}

interface Gate {
  readonly reason: Reason;
  readonly until: Instant | null;
  /** Which of the outcomes of a rule this is, in `#plain`. */
  readonly code: number;
}
const NO_RULE = 0;
const RULE = 1;
const APPROVED: Gate = { reason: "APPROVED", until: null, code: 2 };
const NO_DATE: Gate = { reason: "NO_DATE", until: null, code: 3 };
const PROMOTION: Gate = { reason: "PROMOTION", until: null, code: 4 };
const PROMOTED: Gate = { reason: "PROMOTED", until: null, code: 5 };
const PROMOTION_REJECTED: Gate = { reason: "PROMOTION_REJECTED", until: null, code: 6 };
/** What a gate's code is more than for a patch that is not superseded. */
const GATE_CODES = 5;
const PLAIN_CODES = 12;
