/** The distinct outcomes of policy, numbered; a fact's verdict is one number. */
import type { Instant, Reason, Seconds, Verdict } from "./model.ts";
import { VERDICTS } from "./model.ts";
import type { Schedule } from "./policy.ts";

/** Supersedence on the device may still take the place of this outcome (design 3, step 6b). */
export const CANDIDATE = 1;
/** The reason is the first shut gate, which depends on evidence (step 6e). */
export const GATED = 2;
/** An emergency or a recall lifts the window, or the freeze (design 3.1). */
export const SKIP_WINDOW = 4;
export const SKIP_FREEZE = 8;
/** A candidate whose patch some other patch supersedes: the device decides. */
export const CONTESTED = 16;

/**
 * What the loop over facts has to know of an outcome: the verdict's code, and SKIP_FREEZE where it is
 * set. LOOK stands for a cell that is not decided yet and for what depends on the device.
 */
export const LOOK = 7;
export const KIND_COUNT = 16;

export interface Outcome {
  readonly verdict: Verdict;
  /** For a gated outcome this is the reason when every gate is open. */
  readonly reason: Reason;
  readonly source: string | null;
  readonly until: Instant | null;
  /** Index into the rings in order; -1 for none. */
  readonly ring: number;
  /** When an action with this outcome may be sent; null is always. */
  readonly schedule: Schedule | null;
  /** The soak in force, for gated outcomes. */
  readonly soak: Seconds;
  readonly flags: number;
}

/** Outcome 0 is reserved: "not decided yet". */
export class OutcomeTable {
  readonly rows: Outcome[];
  /** Index into VERDICTS by outcome; may be longer than `rows`. */
  verdictCodes: Uint8Array;
  flags: Uint8Array;
  /** The kind of each outcome, and that once the device was looked at. */
  kinds: Uint8Array;
  finalKinds: Uint8Array;
  /** The first outcome that means the same to one who waits: it differs in its source and flags at most. */
  waitsAs: Uint32Array;
  readonly #byKey = new Map<string, number>();
  readonly #byWait = new Map<string, number>();

  constructor() {
    this.rows = [];
    this.verdictCodes = new Uint8Array(1024);
    this.flags = new Uint8Array(1024);
    this.kinds = new Uint8Array(1024);
    this.finalKinds = new Uint8Array(1024);
    this.waitsAs = new Uint32Array(1024);
    this.add({
      verdict: "leave",
      reason: "NO_RULE",
      source: null,
      until: null,
      ring: -1,
      schedule: null,
      soak: 0,
      flags: 0,
    });
    this.kinds[0] = LOOK;
  }

  /** The number of an outcome equal to this one. Verdict, schedule and soak follow from the rest. */
  intern(outcome: Outcome): number {
    const { reason, source, until, ring, flags, soak } = outcome;
    const key = `${reason} ${source ?? ""} ${until ?? ""} ${ring} ${flags} ${soak}`;
    let index = this.#byKey.get(key);
    if (index === undefined) {
      index = this.add(outcome);
      this.#byKey.set(key, index);
    }
    return index;
  }

  private add(outcome: Outcome): number {
    const { verdict, flags } = outcome;
    const index = this.rows.push(outcome) - 1;
    if (index === this.kinds.length) this.#grow();
    const code = VERDICTS.indexOf(verdict);
    this.verdictCodes[index] = code;
    this.flags[index] = flags;
    this.finalKinds[index] = code | (flags & SKIP_FREEZE);
    this.kinds[index] = (flags & CONTESTED) !== 0 ? LOOK : this.finalKinds[index];
    this.waitsAs[index] = verdict === "wait" ? this.#internWait(outcome, index) : index;
    return index;
  }

  #internWait({ reason, until, ring, soak, flags }: Outcome, index: number): number {
    const key = `${reason} ${until ?? ""} ${ring} ${soak} ${flags & GATED}`;
    const first = this.#byWait.get(key);
    if (first === undefined) this.#byWait.set(key, index);
    return first ?? index;
  }

  #grow(): void {
    const size = this.rows.length * 2;
    const copy = <T extends Uint8Array | Uint32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.verdictCodes = copy<Uint8Array>(this.verdictCodes, new Uint8Array(size));
    this.flags = copy<Uint8Array>(this.flags, new Uint8Array(size));
    this.kinds = copy<Uint8Array>(this.kinds, new Uint8Array(size));
    this.finalKinds = copy<Uint8Array>(this.finalKinds, new Uint8Array(size));
    this.waitsAs = copy<Uint32Array>(this.waitsAs, new Uint32Array(size));
  }
}
