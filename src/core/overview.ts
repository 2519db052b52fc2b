/**
 * The patch overview (design 5; interfaces c.2): every patch on every device in scope, grouped and
 * counted in one pass over the columns. Rows are put in order only when they are asked for.
 */
import { addBit, countBits, emptyBitset, type Bitset } from "./bitset.ts";
import type { Decided } from "./decide.ts";
import type { FactState, FactStates } from "./fact-states.ts";
import { FACT_STATES, INSTALLED_BY_SUPERSEDING, IS_SUPERSEDED } from "./fact-states.ts";
import { countFleet, type FleetTotals, type StateCounts } from "./fleet-totals.ts";
import type { OverviewGrouping } from "./overview-columns.ts";
import { Grouping, sortGroups, type GroupName } from "./overview-groups.ts";
import { orderRows, type OverviewRow } from "./overview-rows.ts";

export interface OverviewOptions {
  readonly groupBy: OverviewGrouping;
  /** Indexes of the devices in scope, ascending; every number is about these. */
  readonly devices: Uint32Array;
  /** 1 for each patch in scope; null is all. */
  readonly patches: Uint8Array | null;
  /** Rows of these only; null is all. Counts of states stay those of the scope. */
  readonly states: ReadonlySet<FactState> | null;
  /** Show superseded ones too. */
  readonly superseded: boolean;
}

export interface OverviewGroup extends GroupName {
  /** Distinct devices and patches among the rows shown. */
  readonly devices: number;
  readonly patches: number;
  /** Rows; never 0. */
  readonly shown: number;
  /** Facts in scope that are not superseded, by what they are counted as, whatever rows are shown. */
  readonly states: StateCounts;
  readonly superseded: number;
  readonly installedBySuperseding: number;
}

export interface OverviewTotals extends Pick<
  FleetTotals,
  "facts" | "states" | "superseded" | "installedBySuperseding"
> {
  /** Rows of the report. */
  readonly shown: number;
  /** Rows that are not shown only because a newer patch covers them. */
  readonly hidden: number;
}

export interface Overview {
  readonly groupBy: OverviewGrouping;
  /** Devices, patch level and conformance of the devices in scope, whatever the patches and states asked for. */
  readonly fleet: FleetTotals;
  /** Facts of the devices and patches in scope. */
  readonly totals: OverviewTotals;
  /** Those with rows; the most open ones first, rings in their order. */
  readonly groups: readonly OverviewGroup[];
  /** Every row, group after group, then by device and patch. */
  rows(): Iterable<OverviewRow>;
}

const STATES = FACT_STATES.length;

export function makeOverview(decided: Decided, states: FactStates, options: OverviewOptions): Overview {
  const grouping = new Grouping(decided, options.groupBy);
  const counter = new GroupCounter(decided, states, options, grouping);
  counter.run();
  const order = sortGroups(counter.listShown(), options.groupBy, (group) => counter.open(group));
  return {
    groupBy: options.groupBy,
    fleet: countFleet(decided, states, options.devices),
    totals: counter.totals(),
    groups: order.map((group) => counter.result(group)),
    rows: () =>
      orderRows({
        decided,
        devices: options.devices,
        isShown: (fact) => counter.isShown(fact),
        groupOf: (device, patch) => grouping.of(device, patch),
        order,
        sizes: order.map((group) => counter.shown(group)),
      }),
  };
}

/** The one pass. Numbers of a group are kept in columns, by its number in the grouping. */
class GroupCounter {
  readonly #decided: Decided;
  readonly #states: FactStates;
  readonly #options: OverviewOptions;
  readonly #grouping: Grouping;
  readonly #wanted: Uint8Array;
  readonly #counts: Uint32Array;
  readonly #shown: Uint32Array;
  readonly #superseded: Uint32Array;
  readonly #covered: Uint32Array;
  readonly #devices: Uint32Array;
  /** 1 + the device that was counted last. */
  readonly #lastDevice: Uint32Array;
  readonly #patches: (Bitset | undefined)[] = [];
  #hidden = 0;

  constructor(decided: Decided, states: FactStates, options: OverviewOptions, grouping: Grouping) {
    this.#decided = decided;
    this.#states = states;
    this.#options = options;
    this.#grouping = grouping;
    const wanted = options.states;
    this.#wanted = Uint8Array.from(FACT_STATES, (state) => (wanted === null || wanted.has(state) ? 1 : 0));
    const { size } = grouping;
    this.#counts = new Uint32Array(size * STATES);
    this.#shown = new Uint32Array(size);
    this.#superseded = new Uint32Array(size);
    this.#covered = new Uint32Array(size);
    this.#devices = new Uint32Array(size);
    this.#lastDevice = new Uint32Array(size);
  }

  run(): void {
    const { devices, facts } = this.#decided.snapshot;
    const { state, flags } = this.#states;
    const patchesInScope = this.#options.patches;
    for (const d of this.#options.devices) {
      const start = devices.factStart[d]!;
      const end = start + devices.factCount[d]!;
      for (let f = start; f < end; f += 1) {
        const patch = facts.patch[f]!;
        if (patchesInScope !== null && patchesInScope[patch] === 0) continue;
        const group = this.#grouping.of(d, patch);
        const flag = flags[f]!;
        if ((flag & IS_SUPERSEDED) === 0) this.#counts[group * STATES + state[f]!]! += 1;
        else this.#superseded[group]! += 1;
        if ((flag & INSTALLED_BY_SUPERSEDING) !== 0) this.#covered[group]! += 1;
        this.#show(group, d, patch, f);
      }
    }
  }

  #show(group: number, device: number, patch: number, fact: number): void {
    if (this.#wanted[this.#states.state[fact]!] === 0) return;
    if (!this.#options.superseded && (this.#states.flags[fact]! & IS_SUPERSEDED) !== 0) {
      this.#hidden += 1;
      return;
    }
    this.#shown[group]! += 1;
    if (this.#lastDevice[group] !== device + 1) {
      this.#lastDevice[group] = device + 1;
      this.#devices[group]! += 1;
    }
    if (this.#options.groupBy === "patch" || this.#options.groupBy === "device") return;
    addBit((this.#patches[group] ??= emptyBitset(this.#decided.snapshot.patches.length)), patch);
  }

  isShown(fact: number): boolean {
    const { patches, superseded } = this.#options;
    if (this.#wanted[this.#states.state[fact]!] === 0) return false;
    if (patches !== null && patches[this.#decided.snapshot.facts.patch[fact]!] === 0) return false;
    return superseded || (this.#states.flags[fact]! & IS_SUPERSEDED) === 0;
  }

  shown(group: number): number {
    return this.#shown[group]!;
  }

  listShown(): readonly (GroupName & { readonly group: number })[] {
    const groups: (GroupName & { readonly group: number })[] = [];
    this.#shown.forEach((shown, group) => {
      if (shown > 0) groups.push({ group, ...this.#grouping.name(group) });
    });
    return groups;
  }

  /** Facts that are neither installed, nor ignored, nor stale, nor superseded. */
  open(group: number): number {
    return OPEN_STATES.reduce((sum, state) => sum + this.#counts[group * STATES + state]!, 0);
  }

  result(group: number): OverviewGroup {
    const { groupBy } = this.#options;
    const shown = this.#shown[group]!;
    const distinct = this.#patches[group];
    return {
      ...this.#grouping.name(group),
      devices: this.#devices[group]!,
      patches: groupBy === "patch" ? 1 : distinct === undefined ? shown : countBits(distinct),
      shown,
      states: nameCounts((state) => this.#counts[group * STATES + state]!),
      superseded: this.#superseded[group]!,
      installedBySuperseding: this.#covered[group]!,
    };
  }

  totals(): OverviewTotals {
    const sum = (column: Uint32Array): number => column.reduce((total, one) => total + one, 0);
    const byState = new Float64Array(STATES);
    this.#counts.forEach((count, at) => (byState[at % STATES]! += count));
    const superseded = sum(this.#superseded);
    return {
      facts: byState.reduce((total, one) => total + one, superseded),
      states: nameCounts((state) => byState[state]!),
      superseded,
      installedBySuperseding: sum(this.#covered),
      shown: sum(this.#shown),
      hidden: this.#hidden,
    };
  }
}

const CLOSED: readonly FactState[] = ["installed", "ignored", "stale"];
const OPEN_STATES: readonly number[] = FACT_STATES.flatMap((state, code) =>
  CLOSED.includes(state) ? [] : [code],
);

function nameCounts(count: (state: number) => number): StateCounts {
  return Object.fromEntries(FACT_STATES.map((name, code) => [name, count(code)])) as StateCounts;
}
