/**
 * How each fact is counted on every surface: one of the seven statuses, or `stale`; and whether a
 * newer patch covers it on its device. One pass over the columns.
 */
import type { Decided } from "./decide.ts";
import { STATUSES, VERDICTS, type Status } from "./model.ts";

/**
 * What a fact is counted as: its status, or `stale` when the last scan of its device is too old or
 * missing (design 1.1). A stale fact keeps the status that was reported last, but is never counted
 * as installed or as missing. The order is the code in `FactStates.state`.
 */
export type FactState = Status | "stale";
export const FACT_STATES: readonly FactState[] = [...STATUSES, "stale"];
export const STALE_STATE: number = STATUSES.length;

const INSTALLED = STATUSES.indexOf("installed");
const REBOOT_REQUIRED = STATUSES.indexOf("reboot-required");
const UNINSTALL = VERDICTS.indexOf("uninstall");
const SUPERSEDED = VERDICTS.indexOf("superseded");

/** A newer patch is installed, needs its reboot, or is on its way here: not shown unless asked for. */
export const IS_SUPERSEDED = 1;
/** Not installed itself, but a patch that supersedes it is. */
export const INSTALLED_BY_SUPERSEDING = 2;
/** The backend was not told yet what policy wants: an action would be sent now, is scheduled or is blocked. */
export const IS_UNTOLD = 4;

export interface FactStates {
  /** Index into FACT_STATES by fact. */
  readonly state: Uint8Array;
  /** `IS_SUPERSEDED`, `INSTALLED_BY_SUPERSEDING` and `IS_UNTOLD` by fact. */
  readonly flags: Uint8Array;
  /** The patch that supersedes, as an index, where `IS_SUPERSEDED` is set; else -1. */
  readonly supersededBy: Int32Array;
}

/**
 * A fact is superseded when its verdict says so (design 3, step 6b), or when a patch that supersedes
 * it, transitively, is installed or needs its reboot on the same device; of several an installed one
 * first, then the lowest id. What is to be uninstalled is never counted as superseded: nobody may
 * overlook a removal.
 */
export function findFactStates(decided: Decided): FactStates {
  const { snapshot, stale, outcomes, table } = decided;
  const { devices, facts } = snapshot;
  const { superseded } = decided.compiled.supersedence;
  const state = new Uint8Array(facts.length);
  const flags = new Uint8Array(facts.length);
  const supersededBy = new Int32Array(facts.length).fill(-1);
  const finder = new CoverFinder(decided);
  const bySource = patchesOfOutcomes(decided);
  for (let d = 0; d < devices.count; d += 1) {
    const start = devices.factStart[d]!;
    const end = start + devices.factCount[d]!;
    const isStale = stale[d] === 1;
    let contested = false;
    for (let f = start; f < end; f += 1) {
      state[f] = isStale ? STALE_STATE : facts.state[f]! & 7;
      if (superseded[facts.patch[f]!] === 1) contested = true;
    }
    if (!contested) continue;
    finder.enter(start, end);
    for (let f = start; f < end; f += 1) {
      const patch = facts.patch[f]!;
      const verdict = table.verdictCodes[outcomes[f]!]!;
      if (superseded[patch] === 0 || verdict === UNINSTALL) continue;
      const installed = finder.find(patch, INSTALLED);
      const cover = installed >= 0 ? installed : finder.find(patch, REBOOT_REQUIRED);
      const by = verdict === SUPERSEDED && cover < 0 ? bySource(outcomes[f]!) : cover;
      if (by < 0) continue;
      supersededBy[f] = by;
      const own = facts.state[f]! & 7;
      const covered = installed >= 0 && own !== INSTALLED && own !== REBOOT_REQUIRED;
      flags[f] = covered ? IS_SUPERSEDED | INSTALLED_BY_SUPERSEDING : IS_SUPERSEDED;
    }
  }
  const { intents } = decided;
  for (let at = 0; at < intents.length; at += 1) flags[intents.fact[at]!]! |= IS_UNTOLD;
  return { state, flags, supersededBy };
}

/** The superseding patch that an outcome names. */
function patchesOfOutcomes(decided: Decided): (outcome: number) => number {
  const { table, snapshot } = decided;
  const known = new Map<number, number>();
  return (outcome) => {
    let patch = known.get(outcome);
    if (patch === undefined) {
      const { source } = table.rows[outcome]!;
      patch = snapshot.patches.findIndex(({ id }) => id === source);
      known.set(outcome, patch);
    }
    return patch;
  };
}

/** Looks for superseding patches among the facts of the device in hand. */
class CoverFinder {
  readonly #decided: Decided;
  /** The status code of each patch on the device; valid where the stamp is the device's. */
  readonly #status: Uint8Array;
  readonly #stampOf: Uint32Array;
  #stamp = 0;

  constructor(decided: Decided) {
    this.#decided = decided;
    this.#status = new Uint8Array(decided.snapshot.patches.length);
    this.#stampOf = new Uint32Array(decided.snapshot.patches.length);
  }

  enter(start: number, end: number): void {
    const { facts } = this.#decided.snapshot;
    this.#stamp += 1;
    for (let f = start; f < end; f += 1) {
      this.#status[facts.patch[f]!] = facts.state[f]! & 7;
      this.#stampOf[facts.patch[f]!] = this.#stamp;
    }
  }

  /** The superseding patch with the lowest id that has this status here; -1 for none. */
  find(patch: number, status: number): number {
    for (const q of this.#decided.compiled.supersedence.superseders(patch)) {
      if (this.#stampOf[q] === this.#stamp && this.#status[q] === status) return q;
    }
    return -1;
  }
}
