/** Step 6b of design 3: an old patch gives way when its successor is installed here, or on its way here. */
import type { CompiledPolicy } from "./compile.ts";
import { STATUSES, VERDICTS } from "./model.ts";
import type { ObstacleFinder } from "./obstacle.ts";
import type { OutcomeTable } from "./outcome.ts";
import { setOutcome, type PassState } from "./pass-state.ts";
import { approvalOf, statusOf } from "./snapshot.ts";
import { actionOfTransition, transitionIndex } from "./transition.ts";

const APPROVE = VERDICTS.indexOf("approve");
const INSTALLED = STATUSES.indexOf("installed");
const REBOOT_REQUIRED = STATUSES.indexOf("reboot-required");

/** Up to so many facts are sorted by insertion. */
const FEW = 64;

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
  /** Where each patch has its fact on the device in hand; of another device where the device has none. */
  readonly #factOf: Uint32Array;
  readonly #supersededBy = new Map<number, number>();

  constructor(input: ResolverInput) {
    this.#input = input;
    this.#factOf = new Uint32Array(input.state.snapshot.patches.length);
  }

  /**
   * The first `length` of `contested` are facts of candidates whose patches have superseders; they are
   * sorted newest first, so that a successor's verdict is final when it is asked about.
   */
  resolve(device: number, contested: Uint32Array, length: number): void {
    const { compiled, table, state } = this.#input;
    const { devices, facts } = state.snapshot;
    const start = devices.factStart[device]!;
    const end = start + devices.factCount[device]!;
    registerFacts(this.#factOf, facts.patch, start, end);
    sortDescending(contested, length, facts.patch, compiled.supersedence.age);
    for (let at = 0; at < length; at += 1) {
      const fact = contested[at]!;
      const successor = this.#successorOf(device, facts.patch[fact]!, start, end);
      if (successor < 0) continue;
      const { ring } = table.rows[state.outcomes[fact]!]!;
      setOutcome(state, fact, this.#outcomeFor(successor, ring));
    }
  }

  /** An installed (or reboot-required) one first, then the lowest id; -1 for none. */
  #successorOf(device: number, patch: number, start: number, end: number): number {
    const { compiled } = this.#input;
    const { patch: patches, state } = this.#input.state.snapshot.facts;
    let coming = -1;
    for (const q of compiled.supersedence.superseders(patch)) {
      const fact = this.#factOf[q]!;
      if (fact < start || fact >= end || patches[fact] !== q) continue;
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

function registerFacts(
  factOf: Uint32Array,
  patches: Uint16Array | Uint32Array,
  start: number,
  end: number,
): void {
  for (let f = start; f < end; f += 1) factOf[patches[f]!] = f;
}

/** By the ages of the facts' patches, in place. */
function sortDescending(
  facts: Uint32Array,
  length: number,
  patches: Uint16Array | Uint32Array,
  ages: Uint32Array,
): void {
  if (length > FEW) {
    facts.subarray(0, length).sort((a, b) => ages[patches[b]!]! - ages[patches[a]!]!);
    return;
  }
  for (let at = 1; at < length; at += 1) {
    const fact = facts[at]!;
    const age = ages[patches[fact]!]!;
    let to = at;
    for (; to > 0 && ages[patches[facts[to - 1]!]!]! < age; to -= 1) facts[to] = facts[to - 1]!;
    facts[to] = fact;
  }
}
