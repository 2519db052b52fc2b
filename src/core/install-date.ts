/** Whether a patch is on a device, by itself or by one that covers it, and since when. */
import type { Decided } from "./decide.ts";
import type { Instant } from "./model.ts";
import { STATUSES } from "./model.ts";
import { EARLIEST_DATE } from "./time.ts";

const INSTALLED = STATUSES.indexOf("installed");

export interface Install {
  /** Null when the backend gives no date, or one that is none (design 1.2). */
  readonly at: Instant | null;
}

export class InstallFinder {
  readonly #decided: Decided;
  /** The device's facts by patch; valid where the stamp is that of the device. */
  readonly #factOf: Uint32Array;
  readonly #stampOf: Uint32Array;
  #stamp = 0;

  constructor(decided: Decided) {
    const { length } = decided.snapshot.patches;
    this.#decided = decided;
    this.#factOf = new Uint32Array(length);
    this.#stampOf = new Uint32Array(length);
  }

  /** Goes to a device; `find` is for its facts. */
  enter(start: number, end: number): void {
    const { patch } = this.#decided.snapshot.facts;
    this.#stamp += 1;
    for (let fact = start; fact < end; fact += 1) {
      this.#factOf[patch[fact]!] = fact;
      this.#stampOf[patch[fact]!] = this.#stamp;
    }
  }

  /** Null when neither it nor a patch that supersedes it is installed; reboot-required is not installed. */
  find(fact: number): Install | null {
    const { facts } = this.#decided.snapshot;
    if ((facts.state[fact]! & 7) === INSTALLED) return { at: this.#dateOf(fact) };
    const { superseded, superseders } = this.#decided.compiled.supersedence;
    const patch = facts.patch[fact]!;
    return superseded[patch] === 1 ? this.#covered(superseders(patch)) : null;
  }

  /** The earliest dated install among those that cover it, else one without a date. */
  #covered(superseders: Uint32Array): Install | null {
    const { state } = this.#decided.snapshot.facts;
    let found: Install | null = null;
    for (const patch of superseders) {
      if (this.#stampOf[patch] !== this.#stamp) continue;
      const fact = this.#factOf[patch]!;
      if ((state[fact]! & 7) !== INSTALLED) continue;
      const at = this.#dateOf(fact);
      if (found?.at == null || (at !== null && at < found.at)) found = { at };
    }
    return found;
  }

  #dateOf(fact: number): Instant | null {
    const at = this.#decided.snapshot.facts.installedAt[fact]!;
    return at < EARLIEST_DATE || at > this.#decided.compiled.now ? null : at;
  }
}
