/** Step 6b of design 3: an old patch gives way when its successor is installed here, or on its way here. */
import type { CompiledPolicy } from "./compile.ts";
import { STATUSES, VERDICTS } from "./model.ts";
import type { ObstacleFinder } from "./obstacle.ts";
import { CANDIDATE, type OutcomeTable } from "./outcome.ts";
import { setOutcome, type PassState } from "./pass-state.ts";
import { approvalOf, statusOf } from "./snapshot.ts";
import { actionOfTransition, transitionIndex } from "./transition.ts";

const APPROVE = VERDICTS.indexOf("approve");
const INSTALLED = STATUSES.indexOf("installed");
const REBOOT_REQUIRED = STATUSES.indexOf("reboot-required");

export interface ResolverInput {
  readonly compiled: CompiledPolicy;
  /** Its outcomes are filled from the cells; changed here where a patch is superseded. */
  readonly state: PassState;
  readonly table: OutcomeTable;
  readonly obstacles: ObstacleFinder;
  /** Transitions outside of a withdrawing freeze. */
  readonly transitions: Uint8Array;
}

export class SupersedenceResolver {
  readonly #input: ResolverInput;
  /** Where each patch has its fact on the device in hand; valid where the stamp is the device's. */
  readonly #factOf: Uint32Array;
  readonly #stampOf: Float64Array;
  #stamp = 0;
  readonly #supersededBy = new Map<number, number>();

  constructor(input: ResolverInput) {
    this.#input = input;
    this.#factOf = new Uint32Array(input.state.snapshot.patches.length);
    this.#stampOf = new Float64Array(input.state.snapshot.patches.length);
  }

  /** Newest first, so that a successor's verdict is final when it is asked about. */
  resolve(device: number, start: number, end: number): void {
    const { compiled, table } = this.#input;
    const { snapshot, outcomes } = this.#input.state;
    const { superseded, age } = compiled.supersedence;
    const patches = snapshot.facts.patch;
    const contested: number[] = [];
    this.#stamp += 1;
    for (let f = start; f < end; f += 1) {
      const patch = patches[f]!;
      this.#factOf[patch] = f;
      this.#stampOf[patch] = this.#stamp;
      if (superseded[patch] === 1 && (table.flags[outcomes[f]!]! & CANDIDATE) !== 0) contested.push(f);
    }
    contested.sort((a, b) => age[patches[b]!]! - age[patches[a]!]!);
    for (const fact of contested) {
      const successor = this.#successorOf(device, patches[fact]!);
      if (successor < 0) continue;
      const { state } = this.#input;
      const { ring } = table.rows[state.outcomes[fact]!]!;
      setOutcome(state, fact, this.#outcomeFor(successor, ring));
    }
  }

  /** An installed (or reboot-required) one first, then the lowest id; -1 for none. */
  #successorOf(device: number, patch: number): number {
    const { compiled } = this.#input;
    const { state } = this.#input.state.snapshot.facts;
    let coming = -1;
    for (const q of compiled.supersedence.superseders(patch)) {
      if (this.#stampOf[q] !== this.#stamp) continue;
      const fact = this.#factOf[q]!;
      const status = state[fact]! & 7;
      if (status === INSTALLED || status === REBOOT_REQUIRED) return q;
      if (coming < 0 && this.#isComing(device, fact)) coming = q;
    }
    return coming;
  }

  /** May be installed here: wanted, and either approved already or approved by this very run. */
  #isComing(device: number, fact: number): boolean {
    const { table, obstacles, transitions } = this.#input;
    const { outcomes, snapshot } = this.#input.state;
    const outcome = outcomes[fact]!;
    if (table.verdictCodes[outcome] !== APPROVE) return false;
    const state = snapshot.facts.state[fact]!;
    if (approvalOf(state) === "approve") {
      return statusOf(state) !== "failed" || !obstacles.areRetriesUsed(fact);
    }
    const transition = transitions[transitionIndex(APPROVE, state)]!;
    if (transition === 0 || actionOfTransition(transition) !== "approve") return false;
    return obstacles.find({ device, fact, outcome, transition }) === null;
  }

  #outcomeFor(successor: number, ring: number): number {
    const key = successor * (this.#input.compiled.rings.length + 1) + ring + 1;
    let outcome = this.#supersededBy.get(key);
    if (outcome === undefined) {
      outcome = this.#input.table.intern({
        verdict: "superseded",
        reason: "SUPERSEDED",
        source: this.#input.state.snapshot.patches[successor]!.id,
        until: null,
        ring,
        schedule: null,
        soak: 0,
        flags: 0,
      });
      this.#supersededBy.set(key, outcome);
    }
    return outcome;
  }
}
