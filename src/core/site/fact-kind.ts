/**
 * What a reader is told of one fact, numbered: facts that read the same share a kind, so that
 * hundreds of thousands of facts need few sentences.
 */
import { obstacleOfCode, type Decided } from "../decide.ts";
import { ReasonFinder, type FoundReason } from "../gates.ts";
import { STATUSES, type Action, type Instant, type Obstacle, type Reason } from "../model.ts";
import type { Status, Verdict } from "../model.ts";
import { isScheduling } from "../obstacle.ts";
import { GATED } from "../outcome.ts";
import { actionOfTransition } from "../transition.ts";

export interface FactKind {
  readonly status: Status;
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly source: string | null;
  readonly until: Instant | null;
  /** What policy wants done; null for nothing. */
  readonly action: Action | null;
  /** Why that is not sent now; null when it would be, or when there is nothing to send. */
  readonly obstacle: Obstacle | null;
  /** When a scheduling obstacle is gone; null for others, and beyond 400 days. */
  readonly opensAt: Instant | null;
}

const NO_INTENT = 0;

/** Names the kind of each fact. Kept for all scopes of one decided fleet: the kinds are the same. */
export class FactKinds {
  readonly rows: FactKind[] = [];
  readonly #decided: Decided;
  readonly #reasons: ReasonFinder;
  /** By fact: 0, or 1 + the position of its intent. */
  readonly #intentOf: Uint32Array;
  /** By fact: 0, or 1 + its kind. */
  readonly #known: Uint32Array;
  readonly #byNumber = new Map<number, number>();
  readonly #byText = new Map<string, number>();
  /** Numbers of distinct (outcome, reason, until). */
  readonly #said = new Map<string, number>();
  /** Outcomes share what their gates say, so it is known by outcome first. */
  readonly #saidOfFound: (Map<FoundReason, number> | undefined)[] = [];
  readonly #saidOfOutcome: number[] = [];

  constructor(decided: Decided) {
    this.#decided = decided;
    this.#reasons = new ReasonFinder(decided);
    const { intents, snapshot } = decided;
    this.#intentOf = new Uint32Array(snapshot.facts.length);
    this.#known = new Uint32Array(snapshot.facts.length);
    for (let at = 0; at < intents.length; at += 1) this.#intentOf[intents.fact[at]!] = at + 1;
  }

  /** The index into `rows`. */
  of(fact: number): number {
    const known = this.#known[fact]!;
    if (known !== 0) return known - 1;
    const kind = this.#find(fact);
    this.#known[fact] = kind + 1;
    return kind;
  }

  #find(fact: number): number {
    const { outcomes, snapshot } = this.#decided;
    const outcome = outcomes[fact]!;
    const patch = snapshot.facts.patch[fact]!;
    const status = snapshot.facts.state[fact]! & 7;
    const intent = this.#intentOf[fact]!;
    if (intent !== NO_INTENT) return this.#withIntent(fact, outcome, patch, status, intent - 1);
    const key = this.#saidBy(outcome, patch) * 8 + status;
    let kind = this.#byNumber.get(key);
    if (kind === undefined) {
      kind = this.#add(this.#describe(outcome, patch, status));
      this.#byNumber.set(key, kind);
    }
    return kind;
  }

  #saidBy(outcome: number, patch: number): number {
    const isGated = (this.#decided.table.flags[outcome]! & GATED) !== 0;
    const known = this.#saidOfOutcome[outcome];
    if (!isGated && known !== undefined) return known;
    const found = this.#reasons.find(outcome, patch);
    const byFound = isGated ? (this.#saidOfFound[outcome] ??= new Map<FoundReason, number>()) : null;
    let said = byFound?.get(found);
    if (said === undefined) {
      const text = `${outcome} ${found.reason} ${found.until ?? ""}`;
      said = this.#said.get(text);
      if (said === undefined) this.#said.set(text, (said = this.#said.size));
      if (byFound === null) this.#saidOfOutcome[outcome] = said;
      else byFound.set(found, said);
    }
    return said;
  }

  #describe(outcome: number, patch: number, status: number): FactKind {
    const { verdict, source } = this.#decided.table.rows[outcome]!;
    const { reason, until } = this.#reasons.find(outcome, patch);
    return {
      status: STATUSES[status]!,
      verdict,
      reason,
      source,
      until,
      action: null,
      obstacle: null,
      opensAt: null,
    };
  }

  #withIntent(fact: number, outcome: number, patch: number, status: number, at: number): number {
    const { intents, obstacles } = this.#decided;
    const obstacle = obstacleOfCode(intents.obstacle[at]!);
    const transition = intents.transition[at]!;
    const intent = { device: intents.device[at]!, fact, outcome, transition };
    const opensAt = obstacle !== null && isScheduling(obstacle) ? obstacles.opensAt(intent, obstacle) : null;
    const key = `${this.#saidBy(outcome, patch)} ${status} ${transition} ${obstacle ?? ""} ${opensAt ?? ""}`;
    let kind = this.#byText.get(key);
    if (kind === undefined) {
      const action = actionOfTransition(transition);
      kind = this.#add({ ...this.#describe(outcome, patch, status), action, obstacle, opensAt });
      this.#byText.set(key, kind);
    }
    return kind;
  }

  #add(kind: FactKind): number {
    return this.rows.push(kind) - 1;
  }
}
