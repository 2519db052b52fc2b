/**
 * The latest instant at which a promotion can be merged so that its strictest obligation, of those that can be, is still met
 * (interfaces 0.1, decision 5): the last window before the due date, less the reboot, the time that the
 * backend takes to accept all approvals, and the time to the next run.
 */
import type { Obligation } from "./deadline-obligations.ts";
import type { DeadlineAssumptions } from "./deadline-profile.ts";
import type { DeadlineAssessment } from "./deadlines.ts";
import { stateOf } from "./deadlines.ts";
import type { Decided } from "./decide.ts";
import type { Instant, Patch, Seconds } from "./model.ts";
import { lastOpen, OpportunityFinder, type Stretch } from "./opportunity.ts";
import { GATED } from "./outcome.ts";
import type { PromotionCandidate } from "./promotion-candidates.ts";
import { needsIt } from "./promotion-tally.ts";

export interface MergeBy {
  /** Whole minutes, rounded down; null when no obligation can be met any more, even if it were merged now. */
  readonly at: Instant | null;
  /** The one that sets `at`: the strictest of a device that can still be met. Without `at`, the strictest there is. */
  readonly obligation: Obligation;
  /** The opening in which the approvals would be sent last; null without `at`. */
  readonly window: Stretch | null;
  /** Devices for which a merge until then still meets a deadline. */
  readonly devices: number;
  /**
   * Devices whose strictest deadline no merge meets any more: past due, no window left, or the soak ends too
   * late. They are among `devices` too where a later deadline can be met.
   */
  readonly lost: number;
}

/**
 * For each candidate that devices wait for and some profile asks for. Stale devices, exceptions and
 * patches without a date do not count. One pass over the facts.
 */
export function findMergeBys(
  decided: Decided,
  assessment: DeadlineAssessment,
  candidates: readonly PromotionCandidate[],
  assume: DeadlineAssumptions,
): ReadonlyMap<PromotionCandidate, MergeBy> {
  const search = new MergeSearch(decided, assessment, candidates, assume);
  const { devices } = decided.snapshot;
  for (let device = 0; device < devices.count; device += 1) search.visit(device);
  return search.found;
}

class MergeSearch {
  readonly found: Map<PromotionCandidate, MergeBy> = new Map<PromotionCandidate, MergeBy>();
  readonly #decided: Decided;
  readonly #assessment: DeadlineAssessment;
  readonly #assume: DeadlineAssumptions;
  readonly #opportunities: OpportunityFinder;
  /** By ring and then patch. */
  readonly #candidates = new Map<number, Map<number, PromotionCandidate>>();
  readonly #lastOpen = new Map<readonly Stretch[], Map<Instant, ReturnType<typeof lastOpen>>>();

  constructor(
    decided: Decided,
    assessment: DeadlineAssessment,
    candidates: readonly PromotionCandidate[],
    assume: DeadlineAssumptions,
  ) {
    this.#decided = decided;
    this.#assessment = assessment;
    this.#assume = assume;
    this.#opportunities = new OpportunityFinder(decided);
    for (const candidate of candidates) {
      const byPatch = this.#candidates.get(candidate.ringIndex) ?? new Map<number, PromotionCandidate>();
      this.#candidates.set(candidate.ringIndex, byPatch.set(candidate.patchIndex, candidate));
    }
  }

  visit(device: number): void {
    const { compiled, snapshot, table, outcomes, stale } = this.#decided;
    const byPatch = this.#candidates.get(compiled.ringOfClass[compiled.classes.classOf[device]!]!);
    if (byPatch === undefined || stale[device] === 1) return;
    const { devices, facts } = snapshot;
    const start = devices.factStart[device]!;
    const end = start + devices.factCount[device]!;
    for (let fact = start; fact < end; fact += 1) {
      if ((table.flags[outcomes[fact]!]! & GATED) === 0 || !needsIt(facts.state[fact]!)) continue;
      const candidate = byPatch.get(facts.patch[fact]!);
      if (candidate !== undefined) this.#count(candidate, device, fact);
    }
  }

  #count(candidate: PromotionCandidate, device: number, fact: number): void {
    const state = stateOf(this.#assessment, fact);
    if (state !== "ok" && state !== "at-risk" && state !== "overdue") return;
    const obligations = this.#assessment.obligationsOf(fact);
    let found: Found = { obligation: obligations[0]!, latest: null, isLost: true };
    for (const [index, obligation] of obligations.entries()) {
      if (obligation.dueAt === null) continue;
      const latest = this.#latestMerge(candidate, device, fact, obligation.dueAt);
      if (latest === null) continue;
      found = { obligation, latest, isLost: index > 0 };
      break;
    }
    const known = this.found.get(candidate);
    this.found.set(candidate, known === undefined ? start(found) : join(known, found));
  }

  /** Null when the obligation cannot be met even by a merge at the first possible moment. */
  #latestMerge(candidate: PromotionCandidate, device: number, fact: number, dueAt: Instant): Latest | null {
    const { compiled, table, outcomes } = this.#decided;
    const stretches = this.#opportunities.find(table.rows[outcomes[fact]!]!, device);
    const last = this.#lastOpenOf(stretches, dueAt - timeToFinish(candidate.patch, this.#assume));
    if (last === null) return null;
    const { run, perDevice } = this.#assume;
    const at = Math.floor((last.at - run - perDevice * candidate.devices) / 60) * 60;
    return at < earliestMerge(candidate, compiled.now) ? null : { at, window: last.stretch };
  }

  #lastOpenOf(stretches: readonly Stretch[], latest: Instant): ReturnType<typeof lastOpen> {
    let known = this.#lastOpen.get(stretches);
    if (known === undefined) {
      this.#lastOpen.set(stretches, (known = new Map<Instant, ReturnType<typeof lastOpen>>()));
    }
    let found = known.get(latest);
    if (found === undefined) known.set(latest, (found = lastOpen(stretches, latest)));
    return found;
  }
}

interface Latest {
  readonly at: Instant;
  readonly window: Stretch;
}

/** From an approval to an install that counts: a patch that may need a reboot is installed after it. */
function timeToFinish({ reboot }: Patch, assume: DeadlineAssumptions): Seconds {
  return reboot === "never" ? 0 : assume.reboot;
}

/** No request can be merged before the soak has passed. */
function earliestMerge({ soakedAt, soak }: PromotionCandidate, now: Instant): Instant {
  return Math.max(Math.floor(now / 60) * 60, soakedAt ?? now + soak);
}

/** The strictest obligation of a fact that can still be met; without `latest` the strictest there is. */
interface Found {
  readonly obligation: Obligation;
  readonly latest: Latest | null;
  /** The strictest of all cannot be met any more. */
  readonly isLost: boolean;
}

function start({ obligation, latest, isLost }: Found): MergeBy {
  return {
    at: latest?.at ?? null,
    obligation,
    window: latest?.window ?? null,
    devices: latest === null ? 0 : 1,
    lost: isLost ? 1 : 0,
  };
}

function join(known: MergeBy, found: Found): MergeBy {
  const { obligation, latest, isLost } = found;
  const devices = known.devices + (latest === null ? 0 : 1);
  const lost = known.lost + (isLost ? 1 : 0);
  const isStricter = obligation.dueAt! < known.obligation.dueAt!;
  const isSooner =
    latest === null
      ? known.at === null && isStricter
      : known.at === null || latest.at < known.at || (latest.at === known.at && isStricter);
  return isSooner ? { ...start(found), devices, lost } : { ...known, devices, lost };
}
