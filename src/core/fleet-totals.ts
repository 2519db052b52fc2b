/**
 * The numbers of a fleet (interfaces c.3), each from one definition, for every surface that shows
 * one: overview, site, status.
 */
import type { Decided } from "./decide.ts";
import type { FactState, FactStates } from "./fact-states.ts";
import {
  FACT_STATES,
  INSTALLED_BY_SUPERSEDING,
  IS_SUPERSEDED,
  IS_UNTOLD,
  STALE_STATE,
} from "./fact-states.ts";
import { STATUSES, VERDICTS, type Patch } from "./model.ts";
import type { Share } from "./share.ts";

export type StateCounts = Readonly<Record<FactState, number>>;

const INSTALLED = STATUSES.indexOf("installed");
const LEAVE = VERDICTS.indexOf("leave");

/** Devices by how well they are known. `measured + stale + neverScanned` is `all`. */
export interface DeviceTotals {
  readonly all: number;
  /** Scanned, and not longer ago than `staleAfter`. */
  readonly measured: number;
  /** Scanned, but too long ago. Unmeasured: counts neither as compliant nor as missing. */
  readonly stale: number;
  /** Without a scan. Unmeasured too. */
  readonly neverScanned: number;
}

export interface FleetTotals {
  readonly devices: DeviceTotals;
  /** All facts: the sum of `states` and `superseded`. */
  readonly facts: number;
  /** Facts that are not superseded, by what they are counted as. */
  readonly states: StateCounts;
  /** Facts that a newer patch covers on their device (`findFactStates`); hidden unless asked for. */
  readonly superseded: number;
  /** Of these: not installed, but a superseding patch is. */
  readonly installedBySuperseding: number;
  /** Measured devices on which every security patch that they need is installed, of all measured ones. */
  readonly patchLevel: Share;
  /** Facts of which the backend was told what policy wants, of all facts of which policy speaks. Not "compliant". */
  readonly conformance: Share;
}

/** Which of `DeviceTotals` a device counts as. */
export function measureOf(
  { stale, snapshot }: Decided,
  device: number,
): "measured" | "stale" | "neverScanned" {
  if (stale[device] === 0) return "measured";
  return Number.isNaN(snapshot.devices.scannedAt[device]!) ? "neverScanned" : "stale";
}

/** The numbers of these devices, by index; of all without. */
export function countFleet(
  decided: Decided,
  states: FactStates,
  scope: Iterable<number> = decided.snapshot.devices.id.keys(),
): FleetTotals {
  const { devices, facts } = decided.snapshot;
  const tally = new FactTally();
  const security = Uint8Array.from(decided.snapshot.patches, (patch) => (isSecurity(patch) ? 1 : 0));
  const counted = { all: 0, measured: 0, stale: 0, neverScanned: 0 };
  let atLevel = 0;
  let spoken = 0;
  let agreeing = 0;
  for (const d of scope) {
    const measure = measureOf(decided, d);
    counted.all += 1;
    counted[measure] += 1;
    let lacking = false;
    const start = devices.factStart[d]!;
    const end = start + devices.factCount[d]!;
    for (let f = start; f < end; f += 1) {
      tally.add(states.state[f]!, states.flags[f]!);
      if (security[facts.patch[f]!] === 1 && lacksPatch(states, f)) lacking = true;
      if (decided.table.verdictCodes[decided.outcomes[f]!] === LEAVE) continue;
      spoken += 1;
      if ((states.flags[f]! & IS_UNTOLD) === 0) agreeing += 1;
    }
    if (measure === "measured" && !lacking) atLevel += 1;
  }
  return {
    devices: counted,
    ...tally.result(),
    patchLevel: { part: atLevel, whole: counted.measured },
    conformance: { part: agreeing, whole: spoken },
  };
}

/**
 * A security patch: of category `security`, or one that closes a CVE or a vulnerability known to be
 * exploited, whatever its category.
 */
export function isSecurity({ category, cves, kev }: Patch): boolean {
  return category === "security" || cves.length > 0 || kev !== null;
}

/**
 * Needed here and not installed: missing, pending, installing, failed, ignored or waiting for its
 * reboot, while no superseding patch is installed. On a stale device nothing is known, so nothing lacks.
 */
export function lacksPatch(states: FactStates, fact: number): boolean {
  const state = states.state[fact]!;
  if (state === STALE_STATE || state === INSTALLED) return false;
  return (states.flags[fact]! & INSTALLED_BY_SUPERSEDING) === 0;
}

/** Counts facts by what they are counted as. */
export class FactTally {
  readonly #states = new Float64Array(FACT_STATES.length);
  #superseded = 0;
  #installedBySuperseding = 0;

  /** A code of `FactStates.state` and the flags beside it. */
  add(state: number, flags: number): void {
    if ((flags & IS_SUPERSEDED) === 0) this.#states[state]! += 1;
    else this.#superseded += 1;
    if ((flags & INSTALLED_BY_SUPERSEDING) !== 0) this.#installedBySuperseding += 1;
  }

  result(): Pick<FleetTotals, "facts" | "states" | "superseded" | "installedBySuperseding"> {
    const counts = FACT_STATES.map((name, code) => [name, this.#states[code]!] as const);
    return {
      facts: this.#states.reduce((sum, count) => sum + count, this.#superseded),
      states: Object.fromEntries(counts) as Record<FactState, number>,
      superseded: this.#superseded,
      installedBySuperseding: this.#installedBySuperseding,
    };
  }
}
