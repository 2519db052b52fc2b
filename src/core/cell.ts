/**
 * What policy says of one device class and one patch (design 3, steps 1 to 6 but for what depends
 * on the device itself: supersedence and evidence). Computed once per cell, on demand.
 */
import { hasBit } from "./bitset.ts";
import { CONTESTED_CODES, gateOf, NO_RULE, PLAIN_CODES, RULE, settlesUpTo, type Gate } from "./cell-gate.ts";
import { matchingEmergencies, winningDecision, winningRule, type ClassView } from "./class-view.ts";
import type { CompiledPolicy, CompiledRing } from "./compile.ts";
import { soakOf } from "./compile.ts";
import type { Instant, Reason, Verdict } from "./model.ts";
import type { Outcome } from "./outcome.ts";
import { CANDIDATE, CONTESTED, GATED, OutcomeTable, SKIP_FREEZE, SKIP_WINDOW } from "./outcome.ts";
import type { Emergency, Hold, Recall, Rule, Schedule } from "./policy.ts";

/** What made a fact a candidate for approval (step 6). */
export interface Candidacy {
  readonly source: string;
  readonly rule: Rule | null;
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
  /**
   * The short way to nearly all of those: by ring, rule position and whether the patch is contested,
   * the outcome of every patch whose date is not after a limit.
   */
  readonly #settled: Uint32Array;
  readonly #settledUpTo: Float64Array;
  /** 0 is not interned yet. */
  #noRing = 0;
  /** Outcomes of delays by the place of their rule and their end. */
  readonly #delayed = new Map<number, Map<Instant, number>>();

  constructor(compiled: CompiledPolicy) {
    this.#compiled = compiled;
    this.#positions = compiled.policy.rules.length + 1;
    const places = compiled.rings.length * this.#positions;
    this.#plain = new Uint32Array(places * PLAIN_CODES);
    this.#settled = new Uint32Array(places * 2);
    this.#settledUpTo = new Float64Array(places * 2).fill(-Infinity);
  }

  /** The outcome number of a cell. */
  decide(view: ClassView, patch: number): number {
    const { ring, ringIndex, exceptions } = view;
    if (ring === null || (exceptions !== null && hasBit(exceptions, patch))) {
      return this.#exceptional(view, patch);
    }
    const { dates, supersedence, now } = this.#compiled;
    const position = winningRule(ring.rules, view.ruleBits, patch);
    const rule = position < 0 ? this.#positions - 1 : position;
    const place = 2 * (ringIndex * this.#positions + rule) + supersedence.superseded[patch]!;
    if (dates.at[patch]! <= this.#settledUpTo[place]!) return this.#settled[place]!;
    const outcome = this.#ruled(view, ring, patch, position);
    const upTo = settlesUpTo(ring, position, now);
    if (dates.at[patch]! <= upTo) {
      this.#settledUpTo[place] = upTo;
      this.#settled[place] = outcome;
    }
    return outcome;
  }

  #exceptional(view: ClassView, patch: number): number {
    const recall = view.recalls.find((r) => hasBit(r.patches, patch))?.statement;
    if (recall !== undefined) return this.#recalled(view, recall);
    if (view.ring === null) return (this.#noRing ||= this.#final(view, "leave", "NO_RING", null, null));
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
    return this.#ruled(view, view.ring, patch, winningRule(view.ring.rules, view.ruleBits, patch));
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

  #ruled(view: ClassView, ring: CompiledRing, patch: number, position: number): number {
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
    const gate = gateOf(this.#compiled, ring, patch, rule);
    if (gate.until !== null) return this.#delayedBy(view, ring, patch, position, gate);
    const contested = this.#contested(patch);
    const place = this.#place(view.ringIndex, position, gate.code + (contested === 0 ? 0 : CONTESTED_CODES));
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
    return this.#gated(view, ring, candidacy, gateOf(this.#compiled, ring, patch, candidacy.rule), flags);
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
