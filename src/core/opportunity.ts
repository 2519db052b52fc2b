/** When something could be installed: the open stretches of a schedule without the freezes (design 3.1). */
import { hasBit } from "./bitset.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { Instant } from "./model.ts";
import { SKIP_FREEZE, SKIP_WINDOW, type Outcome } from "./outcome.ts";
import type { Freeze, Schedule } from "./policy.ts";
import { nextWindows, OPENING_HORIZON, scheduleZone } from "./schedule.ts";
import type { Snapshot } from "./snapshot.ts";
import type { ZoneRules } from "./zone.ts";

/** `from ≤ t < to`. */
export interface Stretch {
  readonly from: Instant;
  readonly to: Instant;
}

interface Input {
  readonly compiled: CompiledPolicy;
  readonly snapshot: Snapshot;
  readonly zones: ZoneRules;
}

/** Computed once for each schedule, zone and set of freezes. */
export class OpportunityFinder {
  readonly #input: Input;
  readonly #known = new Map<string, readonly Stretch[]>();
  readonly #freezesOfClass = new Map<number, readonly number[]>();

  constructor(input: Input) {
    this.#input = input;
  }

  /**
   * The stretches from now on, within 400 days, in which policy lets something with this outcome be sent to
   * the device, in order. Without a schedule it is always open, and where the backend holds the windows.
   */
  find({ schedule, flags }: Outcome, device: number): readonly Stretch[] {
    const { compiled, snapshot } = this.#input;
    const holdsWindows = snapshot.header.capabilities.schedules === "backend";
    const used = (flags & SKIP_WINDOW) !== 0 || holdsWindows ? null : schedule;
    const zone = used === null ? "" : this.#zoneOf(used, device);
    const freezes = (flags & SKIP_FREEZE) !== 0 ? [] : this.#freezesOf(compiled.classes.classOf[device]!);
    const key = JSON.stringify([used?.name, zone, freezes]);
    let stretches = this.#known.get(key);
    if (stretches === undefined) {
      const statements = freezes.map((index) => compiled.freezes[index]!.statement);
      stretches = withoutFreezes(this.#openFrom(used, zone), statements);
      this.#known.set(key, stretches);
    }
    return stretches;
  }

  #openFrom(schedule: Schedule | null, zone: string): Stretch[] {
    const { now } = this.#input.compiled;
    if (schedule === null) return [{ from: now, to: now + OPENING_HORIZON }];
    return nextWindows(schedule, zone, now, MOST_WINDOWS, this.#input.zones).map(({ opensAt, closesAt }) => ({
      from: Math.max(now, opensAt),
      to: closesAt ?? now + OPENING_HORIZON,
    }));
  }

  #zoneOf(schedule: Schedule, device: number): string {
    const { timezone } = this.#input.snapshot.devices;
    const deviceZone = timezone.values[timezone.codes[device]!]!;
    return scheduleZone(schedule, deviceZone, this.#input.compiled.policy.fleet.timezone, this.#input.zones);
  }

  /** Those that are not over, as indexes. */
  #freezesOf(cls: number): readonly number[] {
    let found = this.#freezesOfClass.get(cls);
    if (found === undefined) {
      const { freezes, now } = this.#input.compiled;
      found = freezes.flatMap(({ statement, classes }, index) =>
        statement.to > now && hasBit(classes, cls) ? [index] : [],
      );
      this.#freezesOfClass.set(cls, found);
    }
    return found;
  }
}

/** More than there are stretches in 400 days unless windows are minutes apart. */
export const MOST_WINDOWS = 4000;

/** What is left of the stretches when the freezes are cut out. */
export function withoutFreezes(
  stretches: readonly Stretch[],
  freezes: readonly Pick<Freeze, "from" | "to">[],
): Stretch[] {
  const sorted = [...freezes].sort((a, b) => a.from - b.from);
  return stretches.flatMap((stretch) => {
    const left: Stretch[] = [];
    let from = stretch.from;
    for (const freeze of sorted) {
      if (freeze.to <= from || freeze.from >= stretch.to) continue;
      if (freeze.from > from) left.push({ from, to: freeze.from });
      from = Math.max(from, freeze.to);
    }
    return from < stretch.to ? [...left, { from, to: stretch.to }] : left;
  });
}

/** The first instant from `earliest` on at which a stretch is open; null when there is none. */
export function firstOpening(stretches: readonly Stretch[], earliest: Instant): Instant | null {
  const next = stretches.find(({ to }) => to > earliest);
  return next === undefined ? null : Math.max(next.from, earliest);
}

/** Stretches that are open at some instant from `earliest` to `latest`. */
export function countStretches(stretches: readonly Stretch[], earliest: Instant, latest: Instant): number {
  return stretches.filter(({ from, to }) => to > earliest && from <= latest).length;
}

/** The last instant, no later than `latest`, that is in a stretch; null when there is none. Whole seconds. */
export function lastOpen(
  stretches: readonly Stretch[],
  latest: Instant,
): { readonly at: Instant; readonly stretch: Stretch } | null {
  const stretch = stretches.findLast(({ from }) => from <= latest);
  return stretch === undefined ? null : { at: Math.min(latest, stretch.to - 1), stretch };
}
