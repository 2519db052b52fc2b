/**
 * What of the facts needs a person, counted once: status, notices and the site's Today are all made of
 * this (design 6.2). One pass over the facts of the devices in scope.
 */
import { summarizeDeadlines, type DeadlineSummary } from "./deadline-summary.ts";
import { isStale, obstacleOfCode, type Decided } from "./decide.ts";
import type { Examined } from "./examined.ts";
import { FACT_STATES, IS_SUPERSEDED } from "./fact-states.ts";
import { lacksPatch, measureOf } from "./fleet-totals.ts";
import { STATUSES, type Instant, type Obstacle, type Seconds } from "./model.ts";
import { compareCodeUnits } from "./order.ts";
import type { PolicySet } from "./policy.ts";
import type { PromotionCandidate } from "./promotion-candidates.ts";
import { tallyRing } from "./promotion-tally.ts";

/** Obstacles that no run and no time removes, in the order in which they are told. */
const STUCK = ["RETRIES_USED", "NOT_UNINSTALLABLE", "MANUAL_BACKEND", "REBOOT_FIRST"] as const;
export type StuckObstacle = Extract<Obstacle, (typeof STUCK)[number]>;

export interface FactNeeds {
  readonly snapshot: SnapshotNeed;
  /**
   * Facts with the verdict `manual`. What is installed needs no decision any more, so it is counted apart;
   * `reboot-required` is never installed (design 1.3).
   */
  readonly undecided: { readonly facts: number; readonly installed: number };
  /** Facts that are not installed and wait for ever, because their patch has no date. Ids, sorted. */
  readonly undated: { readonly facts: number; readonly patches: readonly string[] };
  readonly blocked: readonly BlockedNeed[];
  /** Devices that lack a patch for a vulnerability that is known to be exploited, and those patches, sorted. */
  readonly exploited: { readonly devices: number; readonly patches: readonly string[] };
  /** Devices with a patch that waits for a reboot and that no newer one covers. */
  readonly reboot: number;
  /** Devices that are not measured: a scan too old, or none. */
  readonly unmeasured: { readonly stale: number; readonly neverScanned: number };
  /** Devices in no ring: only a recall speaks of them. */
  readonly noRing: number;
  readonly promotions: readonly PromotionNeed[];
  /** Overdue and at risk; empty where the Fleet names no profile. */
  readonly deadlines: readonly DeadlineSummary[];
}

/** `incomplete`: the backend stopped half way. `old`: older than `staleAfter`. `ahead`: later than now. */
export interface SnapshotNeed {
  readonly takenAt: Instant;
  readonly problem: "incomplete" | "old" | "ahead" | null;
}

/** Actions that policy wants and that somebody has to do by hand, or to unblock. */
export interface BlockedNeed {
  readonly obstacle: StuckObstacle;
  readonly facts: number;
  readonly devices: number;
  /** Ids, sorted. */
  readonly patches: readonly string[];
}

/** A candidate that some device in scope waits for. */
export interface PromotionNeed {
  readonly candidate: PromotionCandidate;
  /** Facts in scope that its merge lets go on. */
  readonly installs: number;
  /** By when to merge it so that a deadline is met; null where none asks, and when it is too late. */
  readonly mergeBy: Instant | null;
}

/** `devices`: indexes of those in scope, ascending; the whole fleet without. */
export function findNeeds(examined: Examined, devices?: Iterable<number>): FactNeeds {
  const { decided, deadlines } = examined;
  const scope = [...(devices ?? decided.snapshot.devices.id.keys())];
  const { policy, now } = decided.compiled;
  return {
    snapshot: { takenAt: decided.snapshot.header.takenAt, problem: problemOf(decided, policy, now) },
    ...countFacts(examined, scope),
    blocked: findBlocked(decided, scope),
    promotions: findPromotions(examined, devices === undefined ? null : scope),
    deadlines: deadlines === null ? [] : summarizeDeadlines(decided, deadlines, scope),
  };
}

/** Clocks of two machines differ by less. */
const CLOCK_SKEW: Seconds = 300;

/** Nothing that rests on such a snapshot can be believed; the worst first. */
function problemOf({ snapshot }: Decided, policy: PolicySet, now: Instant): SnapshotNeed["problem"] {
  const { takenAt, complete } = snapshot.header;
  if (!complete) return "incomplete";
  return dateProblem(policy, takenAt, now);
}

/** Null for a snapshot that is young enough to decide by. */
export function dateProblem(policy: PolicySet, takenAt: Instant, now: Instant): "old" | "ahead" | null {
  if (takenAt > now + CLOCK_SKEW) return "ahead";
  return isStale(policy, takenAt, now) ? "old" : null;
}

type Counted = Pick<FactNeeds, "undecided" | "undated" | "exploited" | "reboot" | "unmeasured" | "noRing">;

const INSTALLED = STATUSES.indexOf("installed");
const REBOOT = FACT_STATES.indexOf("reboot-required");
/** What an outcome asks of a person, by its number. */
const [MANUAL, UNDATED] = [1, 2] as const;

function countFacts({ decided, states }: Examined, scope: readonly number[]): Counted {
  const { compiled, snapshot, table, outcomes } = decided;
  const { devices, facts, patches } = snapshot;
  const asks = Uint8Array.from(table.rows, ({ verdict, reason }) =>
    verdict === "manual" ? MANUAL : reason === "NO_DATE" ? UNDATED : 0,
  );
  const isExploited = Uint8Array.from(patches, ({ kev }) => (kev === null ? 0 : 1));
  const undecided = { facts: 0, installed: 0 };
  const undated = { facts: 0, patches: new Set<number>() };
  const exploited = { devices: 0, patches: new Set<number>() };
  const unmeasured = { measured: 0, stale: 0, neverScanned: 0 };
  let [reboot, noRing] = [0, 0];
  for (const d of scope) {
    unmeasured[measureOf(decided, d)] += 1;
    if (compiled.ringOfClass[compiled.classes.classOf[d]!]! < 0) noRing += 1;
    let [lacks, waits] = [0, 0];
    const start = devices.factStart[d]!;
    const end = start + devices.factCount[d]!;
    for (let f = start; f < end; f += 1) {
      const ask = asks[outcomes[f]!]!;
      const patch = facts.patch[f]!;
      if (ask !== 0) {
        const isInstalled = (facts.state[f]! & 7) === INSTALLED;
        if (ask === MANUAL) undecided[isInstalled ? "installed" : "facts"] += 1;
        else if (!isInstalled) {
          undated.facts += 1;
          undated.patches.add(patch);
        }
      }
      if (states.state[f] === REBOOT && (states.flags[f]! & IS_SUPERSEDED) === 0) waits = 1;
      if (isExploited[patch] === 0 || !lacksPatch(states, f)) continue;
      lacks = 1;
      exploited.patches.add(patch);
    }
    reboot += waits;
    exploited.devices += lacks;
  }
  const ids = (found: ReadonlySet<number>): string[] => sorted([...found].map((patch) => patches[patch]!.id));
  return {
    undecided,
    undated: { facts: undated.facts, patches: ids(undated.patches) },
    exploited: { devices: exploited.devices, patches: ids(exploited.patches) },
    reboot,
    unmeasured: { stale: unmeasured.stale, neverScanned: unmeasured.neverScanned },
    noRing,
  };
}

function sorted(ids: readonly string[]): string[] {
  return [...ids].sort(compareCodeUnits);
}

function findBlocked({ intents, snapshot }: Decided, scope: readonly number[]): BlockedNeed[] {
  const inScope = new Uint8Array(snapshot.devices.count);
  for (const device of scope) inScope[device] = 1;
  const found = new Map<Obstacle, { facts: number; devices: Set<number>; patches: Set<string> }>(
    STUCK.map((obstacle) => [obstacle, { facts: 0, devices: new Set(), patches: new Set() }]),
  );
  for (let at = 0; at < intents.length; at += 1) {
    const device = intents.device[at]!;
    const obstacle = obstacleOfCode(intents.obstacle[at]!);
    if (obstacle === null || inScope[device] === 0) continue;
    const own = found.get(obstacle);
    if (own === undefined) continue;
    own.facts += 1;
    own.devices.add(device);
    own.patches.add(snapshot.patches[snapshot.facts.patch[intents.fact[at]!]!]!.id);
  }
  return STUCK.flatMap((obstacle): BlockedNeed[] => {
    const { facts, devices, patches } = found.get(obstacle)!;
    return facts === 0 ? [] : [{ obstacle, facts, devices: devices.size, patches: sorted([...patches]) }];
  });
}

/** `scope`: null for the whole fleet, whose counts the candidates have already. */
function findPromotions(
  { decided, candidates, mergeBys }: Examined,
  scope: readonly number[] | null,
): PromotionNeed[] {
  const counts = new Map<number, ReadonlyMap<number, number>>();
  const installsOf = ({ ringIndex, patchIndex, devices }: PromotionCandidate): number => {
    if (scope === null) return devices;
    let own = counts.get(ringIndex);
    if (own === undefined) {
      own = new Map(tallyRing(decided, ringIndex, scope).map((tally) => [tally.patch, tally.devices]));
      counts.set(ringIndex, own);
    }
    return own.get(patchIndex) ?? 0;
  };
  return candidates.flatMap((candidate): PromotionNeed[] => {
    const installs = installsOf(candidate);
    return installs === 0 ? [] : [{ candidate, installs, mergeBy: mergeBys.get(candidate)?.at ?? null }];
  });
}
