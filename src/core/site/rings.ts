/** Rings of a site: who is in them, what waits for them and when their next window is. */
import { describeNode } from "../clause.ts";
import type { Decided } from "../decide.ts";
import type { StateCounts } from "../fleet-totals.ts";
import type { Instant } from "../model.ts";
import { areAllFrozen } from "../obstacle.ts";
import type { Ring } from "../policy.ts";
import type { MergeBy } from "../merge-by.ts";
import type { PromotionCandidate } from "../promotion-candidates.ts";
import { nextWindows } from "../schedule.ts";
import { openOf, readStates, severityRank, sumOf, type SitePatch } from "./patches.ts";
import { hasBit } from "../bitset.ts";
import type { SiteScope } from "./scope.ts";
import type { SiteTally } from "./tally.ts";

export interface RingWindow {
  readonly opensAt: Instant;
  readonly closesAt: Instant | null;
}

export interface SiteRing {
  readonly ring: Ring;
  readonly ringIndex: number;
  /** In scope. */
  readonly devices: number;
  readonly stale: number;
  /** As a reader would say it; null in the site of one client: it may name others. */
  readonly selector: string | null;
  /** Facts of its devices, by state, without those that a newer patch covers. */
  readonly states: StateCounts;
  readonly isFrozen: boolean;
  /** The next windows of the ring's own schedule, in the fleet's time zone; null for always open. */
  readonly windows: readonly RingWindow[] | null;
  /** Those that wait for it, most urgent first; without those that a newer patch covers everywhere. */
  readonly candidates: readonly PromotionCandidate[];
  /** When each candidate must be merged so that a deadline is met; empty without a profile. */
  readonly mergeBy: ReadonlyMap<PromotionCandidate, MergeBy>;
  /** Candidates that a newer patch covers everywhere. */
  readonly supersededCandidates: number;
}

export function listRings(
  decided: Decided,
  scope: SiteScope,
  tally: SiteTally,
  candidates: readonly PromotionCandidate[],
  mergeBy: SiteRing["mergeBy"],
): SiteRing[] {
  return decided.compiled.rings.map(({ ring, schedule }, ringIndex): SiteRing => {
    const own = candidates.filter((one) => one.ringIndex === ringIndex && touches(tally, one));
    const counts = tally.ringStates[ringIndex]!;
    return {
      ring,
      ringIndex,
      ...countDevices(decided, scope, ringIndex),
      selector: scope.client === null ? describeNode(ring.devices) : null,
      states: sumRows(counts, decided.snapshot.patches.length),
      isFrozen: isFrozen(decided, scope, ringIndex),
      windows:
        schedule === null
          ? null
          : nextWindows(schedule, zoneOf(decided, schedule.timezone), decided.compiled.now, 2, decided.zones),
      candidates: own.filter(({ state }) => state.kind !== "superseded").sort(compareCandidates),
      mergeBy,
      supersededCandidates: own.filter(({ state }) => state.kind === "superseded").length,
    };
  });
}

/** Device-local windows are told in the fleet's zone: which zones the devices have is not the ring's. */
function zoneOf({ compiled }: Decided, timezone: string): string {
  return timezone === "device" ? compiled.policy.fleet.timezone : timezone;
}

/** Some device of the scope in that ring still lacks the patch. */
function touches(tally: SiteTally, { ringIndex, patchIndex }: PromotionCandidate): boolean {
  const states = readStates(tally.ringStates[ringIndex]!, patchIndex);
  return openOf(states) + states.stale > 0 || tally.patchSuperseded[patchIndex]! > 0;
}

function countDevices(
  { compiled, stale }: Decided,
  scope: SiteScope,
  ring: number,
): { devices: number; stale: number } {
  const found = { devices: 0, stale: 0 };
  for (const device of scope.devices) {
    if (compiled.ringOfClass[compiled.classes.classOf[device]!] !== ring) continue;
    found.devices += 1;
    found.stale += stale[device]!;
  }
  return found;
}

function isFrozen({ compiled }: Decided, scope: SiteScope, ring: number): boolean {
  const classes: number[] = [];
  compiled.ringOfClass.forEach((of, cls) => {
    if (of === ring && hasBit(scope.classes, cls)) classes.push(cls);
  });
  return classes.length > 0 && areAllFrozen(compiled, classes);
}

function sumRows(counts: Uint32Array, rows: number): StateCounts {
  const width = counts.length / Math.max(rows, 1);
  const sums = new Uint32Array(Math.max(width, 1));
  for (let at = 0; at < counts.length; at += 1) sums[at % width]! += counts[at]!;
  return readStates(rows === 0 ? new Uint32Array(8) : sums, 0);
}

const STATE_ORDER = ["ready", "waiting", "frozen", "held", "superseded"] as const;
/** A gate that time alone opens is no work for anybody. */
const opensItself = ({ state }: PromotionCandidate): boolean =>
  state.kind === "waiting" && state.until !== null;

/** What a person can do first: ready, then gates that no time opens, then those that open soonest. */
export function compareCandidates(a: PromotionCandidate, b: PromotionCandidate): number {
  const when = ({ state }: PromotionCandidate): number =>
    state.kind === "waiting" ? (state.until ?? Infinity) : Infinity;
  const order = (one: PromotionCandidate): number => STATE_ORDER.indexOf(one.state.kind);
  return (
    order(a) - order(b) ||
    Number(opensItself(a)) - Number(opensItself(b)) ||
    Number(b.isExploited) - Number(a.isExploited) ||
    (when(a) === when(b) ? 0 : when(a) - when(b)) ||
    severityRank(a.patch.severity) - severityRank(b.patch.severity) ||
    b.devices - a.devices
  );
}

/** One patch of the month's set with its progress through the rings. */
export interface RingProgress {
  readonly patch: SitePatch;
  /** One for each ring with a device that needs it, in the order of the rings. */
  readonly rings: readonly {
    readonly ring: string;
    readonly states: StateCounts;
    readonly devices: number;
  }[];
}

/** The patches on their way: security first, newest first; at most `most`. */
export function progressOf(
  decided: Decided,
  tally: SiteTally,
  patches: readonly SitePatch[],
  most: number,
): RingProgress[] {
  return patches
    .filter((one) => one.open > 0 && one.supersededBy.length === 0)
    .sort(
      (a, b) =>
        Number(b.patch.kev !== null) - Number(a.patch.kev !== null) ||
        Number(b.isSecurity) - Number(a.isSecurity) ||
        (b.date ?? 0) - (a.date ?? 0),
    )
    .slice(0, most)
    .map((patch) => ({ patch, rings: ringsOf(decided, tally, patch.patchIndex) }));
}

export function ringsOf(decided: Decided, tally: SiteTally, patchIndex: number): RingProgress["rings"] {
  return tally.ringStates.flatMap((counts, ring) => {
    const states = readStates(counts, patchIndex);
    const devices = sumOf(states);
    const name = decided.compiled.rings[ring]?.ring.name ?? "no ring";
    return devices === 0 ? [] : [{ ring: name, states, devices }];
  });
}
