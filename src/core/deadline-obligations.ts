/**
 * What each profile asks of a patch on a class of devices, and by when. Computed once for each class
 * and patch, on demand, so that a fact costs a lookup (design 6.1).
 */
import { hasBit, type Bitset } from "./bitset.ts";
import type { DeadlineClock, DeadlineProfile, DeadlineTier } from "./deadline-profile.ts";
import { dueAfter } from "./deadline-profile.ts";
import type { Decided } from "./decide.ts";
import { classifyDevices, type DeviceClasses } from "./device-classes.ts";
import type { Instant, Patch } from "./model.ts";
import { compareCodeUnits } from "./order.ts";
import { datePatches, FUTURE_SLACK, type PatchDates, type PatchDateSource } from "./patch-date.ts";
import { EARLIEST_DATE, parseDay, parseInstant } from "./time.ts";

/** The clock as it really ran: a release date that is not known is told by what stood in for it. */
export type ClockUsed = PatchDateSource | Extract<DeadlineClock, "kev-added" | "kev-due">;

/** One device × patch that a profile asks for. */
export interface Obligation {
  readonly profile: DeadlineProfile;
  readonly tier: DeadlineTier;
  /** Null without a date from which to count: never zero, nor for ever. */
  readonly clock: ClockUsed | null;
  /** Null without a date, and for `kev-due`. */
  readonly startedAt: Instant | null;
  /** On time while `at ≤ dueAt`; null when there is no date. */
  readonly dueAt: Instant | null;
  /** The tier rests on an SSVC answer that the snapshot does not give. */
  readonly isAssumed: boolean;
}

interface Start {
  readonly clock: ClockUsed;
  readonly at: Instant;
}

interface CompiledTier {
  readonly profile: DeadlineProfile;
  readonly tier: DeadlineTier;
  readonly classes: Bitset;
  readonly patches: Bitset;
}

/** The obligations of no profile at all. */
export const NO_CELL = 0;

export class ObligationFinder {
  readonly classes: DeviceClasses;
  /** By cell number: at most one a profile, strictest first, undated ones last. The first is empty. */
  readonly cells: (readonly Obligation[])[] = [[]];
  readonly #decided: Decided;
  readonly #tiers: readonly CompiledTier[];
  readonly #starts: StartFinder;
  /** 1 + the cell number, by class and then patch; 0 is not asked yet. */
  readonly #rows = new Map<number, Uint32Array>();
  readonly #byTiers = new Map<string, number>();

  constructor(decided: Decided, profiles: readonly DeadlineProfile[]) {
    this.#decided = decided;
    const all = profiles.flatMap((profile) => profile.tiers.map((tier) => ({ profile, tier })));
    this.classes = classifyDevices(
      decided.snapshot.devices,
      all.map(({ tier }) => tier.devices),
    );
    this.#tiers = all
      .filter(({ tier }) => tier.within.kind !== "next-upgrade")
      .map(({ profile, tier }) => ({
        profile,
        tier,
        classes: this.classes.select(tier.devices),
        patches: decided.compiled.patches.select(tier.patches),
      }));
    this.#starts = new StartFinder(decided);
  }

  /** The cell numbers of a class by patch; fill them with `cellOf`. */
  rowOf(cls: number): Uint32Array {
    let row = this.#rows.get(cls);
    if (row === undefined) {
      this.#rows.set(cls, (row = new Uint32Array(this.#decided.snapshot.patches.length)));
    }
    return row;
  }

  /** The cell of a class and patch. `row` is that of `rowOf(cls)`. */
  cellOf(row: Uint32Array, cls: number, patch: number): number {
    const known = row[patch]!;
    if (known !== 0) return known - 1;
    const cell = this.#compute(cls, patch);
    row[patch] = cell + 1;
    return cell;
  }

  #compute(cls: number, patch: number): number {
    const matching: number[] = [];
    this.#tiers.forEach((one, index) => {
      if (hasBit(one.patches, patch) && hasBit(one.classes, cls) && this.#answers(one, patch)) {
        matching.push(index);
      }
    });
    if (matching.length === 0) return NO_CELL;
    const key = `${String(patch)} ${matching.join(" ")}`;
    let cell = this.#byTiers.get(key);
    if (cell === undefined) {
      cell = this.cells.push(this.#strictestByProfile(matching, patch)) - 1;
      this.#byTiers.set(key, cell);
    }
    return cell;
  }

  #answers({ tier, profile }: CompiledTier, patch: number): boolean {
    if (tier.automatable === null && tier.impact === null) return true;
    const { automatable, impact } = answersOf(this.#decided.snapshot.patches[patch]!);
    const { unknownAs } = profile;
    return (
      (tier.automatable === null || tier.automatable === (automatable ?? unknownAs.automatable)) &&
      (tier.impact === null || tier.impact === (impact ?? unknownAs.impact))
    );
  }

  #strictestByProfile(matching: readonly number[], patch: number): Obligation[] {
    const byProfile = new Map<DeadlineProfile, Obligation>();
    for (const index of matching) {
      const obligation = this.#oblige(this.#tiers[index]!, patch);
      const other = byProfile.get(obligation.profile);
      if (other === undefined || compareObligations(obligation, other) < 0) {
        byProfile.set(obligation.profile, obligation);
      }
    }
    return [...byProfile.values()].sort(compareObligations);
  }

  #oblige({ profile, tier }: CompiledTier, patch: number): Obligation {
    const start = this.#starts.find(tier.clock, patch);
    return {
      profile,
      tier,
      clock: start?.clock ?? null,
      startedAt: start === null || start.clock === "kev-due" ? null : start.at,
      dueAt: start === null ? null : dueAfter(start.at, tier.within),
      isAssumed: isAssumed(tier, this.#decided.snapshot.patches[patch]!),
    };
  }
}

/** Strictest first: the earliest due date, undated ones last; equals by profile and tier name. */
function compareObligations(a: Obligation, b: Obligation): number {
  return (
    compareDue(a.dueAt, b.dueAt) ||
    compareCodeUnits(a.profile.name, b.profile.name) ||
    compareCodeUnits(a.tier.name, b.tier.name)
  );
}

function compareDue(a: Instant | null, b: Instant | null): number {
  if (a === b) return 0;
  return (a ?? Infinity) < (b ?? Infinity) ? -1 : 1;
}

/** The SSVC answers of a patch; anything but the words of the table is not known. */
function answersOf({ ssvc }: Patch): {
  readonly automatable: "yes" | "no" | null;
  readonly impact: "partial" | "total" | null;
} {
  const automatable = ssvc?.automatable;
  const impact = ssvc?.technicalImpact;
  return {
    automatable: automatable === "yes" || automatable === "no" ? automatable : null,
    impact: impact === "partial" || impact === "total" ? impact : null,
  };
}

function isAssumed(tier: DeadlineTier, patch: Patch): boolean {
  const { automatable, impact } = answersOf(patch);
  return (tier.automatable !== null && automatable === null) || (tier.impact !== null && impact === null);
}

/** From when each clock runs, for each patch. */
class StartFinder {
  readonly #decided: Decided;
  #firstSeen: PatchDates | null = null;

  constructor(decided: Decided) {
    this.#decided = decided;
  }

  find(clock: DeadlineClock, patch: number): Start | null {
    switch (clock) {
      case "release":
        return dated(this.#decided.compiled.dates, patch);
      case "first-seen":
        return dated(this.#seen(), patch) ?? dated(this.#decided.compiled.dates, patch);
      case "kev-added":
        return this.#kevAdded(patch);
      case "kev-due":
        return this.#kevDue(patch);
    }
  }

  /** The patch dates as if no release date were known. */
  #seen(): PatchDates {
    const { patches, facts } = this.#decided.snapshot;
    const unreleased = (): Patch[] => patches.map((patch) => ({ ...patch, releasedAt: null }));
    return (this.#firstSeen ??= datePatches(unreleased(), facts, this.#decided.compiled.now));
  }

  #kevAdded(patch: number): Start | null {
    const date = dated(this.#decided.compiled.dates, patch);
    const at = this.#dayStart(this.#decided.snapshot.patches[patch]!.kev?.addedOn ?? null, 0);
    const { now } = this.#decided.compiled;
    if (at === null || at > now + FUTURE_SLACK) return date;
    return date !== null && date.at > at ? date : { clock: "kev-added", at };
  }

  #kevDue(patch: number): Start | null {
    const at = this.#dayStart(this.#decided.snapshot.patches[patch]!.kev?.dueOn ?? null, 1);
    return at === null ? null : { clock: "kev-due", at };
  }

  /** The first instant of a day in the fleet's zone, or of the next one (design 2); an instant is itself. */
  #dayStart(text: string | null, daysLater: number): Instant | null {
    if (text === null) return null;
    const day = parseDay(text);
    const { compiled, zones } = this.#decided;
    const at =
      day === null
        ? parseInstant(text)
        : zones.resolve(compiled.policy.fleet.timezone, day + daysLater, 0).at;
    return at === null || at < EARLIEST_DATE ? null : at;
  }
}

function dated(dates: PatchDates, patch: number): Start | null {
  const clock = dates.source(patch);
  return clock === null ? null : { clock, at: dates.at[patch]! };
}
