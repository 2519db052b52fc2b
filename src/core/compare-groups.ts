/** From counted combinations of the two policies' outcomes to groups that a person can read. */
import { plannedAction } from "./compare-intents.ts";
import { changeOf } from "./compare-danger.ts";
import {
  CHANGE_DANGERS,
  type ChangeDanger,
  type ChangeGroup,
  type ComparedSide,
  type TimingGroup,
} from "./comparison.ts";
import type { Decided } from "./decide.ts";
import { ReasonFinder } from "./gates.ts";
import { ringName } from "./make-plan.ts";
import type { Patch } from "./model.ts";
import { compareCodeUnits } from "./order.ts";
import { placeSources } from "./source-places.ts";

/** Facts that share patch, outcomes and intents on both sides. */
export interface Combination {
  readonly patch: number;
  readonly base: number;
  readonly head: number;
  readonly baseIntent: number;
  readonly headIntent: number;
  readonly danger: ChangeDanger;
  /** The danger is one of `DANGEROUS_CHANGES`. */
  readonly isDangerous: boolean;
  devices: number;
  /** The device with the lowest id. */
  example: string;
}

/** Reads the sides of one of the two policies. */
export class SideReader {
  readonly #decided: Decided;
  readonly #reasons: ReasonFinder;
  readonly #places: ReadonlyMap<string, string>;

  constructor(decided: Decided) {
    this.#decided = decided;
    this.#reasons = new ReasonFinder(decided);
    this.#places = placeSources(decided.compiled.policy);
  }

  read(outcome: number, patch: number, intent: number): ComparedSide {
    const { verdict, ring, source } = this.#decided.table.rows[outcome]!;
    return {
      verdict,
      reason: this.#reasons.find(outcome, patch).reason,
      ring: ringName(this.#decided, ring),
      source,
      place: source === null ? null : (this.#places.get(source) ?? null),
      action: plannedAction(intent),
    };
  }

  /** What a waiting outcome waits for. */
  wait(outcome: number, patch: number): ReturnType<ReasonFinder["find"]> {
    return this.#reasons.find(outcome, patch);
  }
}

type Draft = { -readonly [K in keyof ChangeGroup]: ChangeGroup[K] };

/** Combinations that read the same become one group; the most dangerous first. */
export function makeGroups(
  combinations: Iterable<Combination>,
  patches: readonly Patch[],
  sides: { readonly base: SideReader; readonly head: SideReader },
): ChangeGroup[] {
  const groups = new Map<string, Draft>();
  for (const one of combinations) {
    const base = sides.base.read(one.base, one.patch, one.baseIntent);
    const head = sides.head.read(one.head, one.patch, one.headIntent);
    const { id, title } = patches[one.patch]!;
    const { danger } = one;
    const key = JSON.stringify([id, danger, base, head]);
    const group = groups.get(key);
    if (group === undefined) {
      const { devices, example } = one;
      const change = changeOf(base, head);
      groups.set(key, { danger, change, patch: id, title, devices, example, base, head });
      continue;
    }
    group.devices += one.devices;
    if (one.example < group.example) group.example = one.example;
  }
  return [...groups]
    .sort(([keyA, a], [keyB, b]) => compareGroups(a, b) || compareCodeUnits(keyA, keyB))
    .map(([, group]) => group);
}

function compareGroups(a: ChangeGroup, b: ChangeGroup): number {
  return (
    CHANGE_DANGERS.indexOf(a.danger) - CHANGE_DANGERS.indexOf(b.danger) ||
    b.devices - a.devices ||
    compareCodeUnits(a.patch, b.patch) ||
    compareCodeUnits(a.head.ring ?? "", b.head.ring ?? "")
  );
}

/** Timing groups with the same key are added up; most devices first. */
export function addTiming(groups: Map<string, TimingGroup>, group: TimingGroup): void {
  const { devices, ...rest } = group;
  const key = JSON.stringify(rest);
  const known = groups.get(key);
  groups.set(key, known === undefined ? group : { ...known, devices: known.devices + devices });
}

export function sortTiming(groups: ReadonlyMap<string, TimingGroup>): TimingGroup[] {
  return [...groups]
    .sort(
      ([keyA, a], [keyB, b]) =>
        b.devices - a.devices || compareCodeUnits(a.patch, b.patch) || compareCodeUnits(keyA, keyB),
    )
    .map(([, group]) => group);
}
