/**
 * decide(policy, snapshot, now): one verdict for each fact (design 3). Pure; one pass over the
 * columns. A fact costs a lookup of its (class, patch) cell and one of the transition table; only
 * candidates whose patch has superseders cost more.
 */
import type { ClassView } from "./cell.ts";
import { CellDecider, viewClass } from "./cell.ts";
import type { CompiledPolicy } from "./compile.ts";
import { compilePolicy } from "./compile.ts";
import type { Instant, Obstacle } from "./model.ts";
import { OBSTACLES, VERDICTS } from "./model.ts";
import { ObstacleFinder } from "./obstacle.ts";
import { CANDIDATE, SKIP_FREEZE, type OutcomeTable } from "./outcome.ts";
import { isWide, widenOutcomes, type OutcomeColumn, type PassState } from "./pass-state.ts";
import type { PolicySet } from "./policy.ts";
import type { Snapshot } from "./snapshot.ts";
import { SupersedenceResolver } from "./supersede-on-device.ts";
import { buildTransitionTable, transitionIndex } from "./transition.ts";
import { WaitCounter } from "./wait-counter.ts";
import type { ZoneRules } from "./zone.ts";

const WAIT = VERDICTS.indexOf("wait");

/** What policy wants done, in columns, in the order in which devices were decided. */
export interface Intents {
  length: number;
  device: Uint32Array;
  fact: Uint32Array;
  /** See `transition.ts`. */
  transition: Uint8Array;
  /** 0 when it may be sent now, else 1 + the index into OBSTACLES. */
  obstacle: Uint8Array;
}

/** The verdicts of one policy on one snapshot at one instant. */
export interface Decided {
  readonly compiled: CompiledPolicy;
  readonly snapshot: Snapshot;
  readonly zones: ZoneRules;
  readonly table: OutcomeTable;
  readonly obstacles: ObstacleFinder;
  /** 1 for a device whose scan is too old or missing (design 1.1). */
  readonly stale: Uint8Array;
  /** The outcome number of each fact. */
  readonly outcomes: OutcomeColumn;
  /** Facts per verdict, by index into VERDICTS. */
  readonly counts: Float64Array;
  /** Facts that wait, by patch and outcome. */
  readonly waits: WaitCounter;
  readonly intents: Intents;
  /** Cells and tables, kept for deciding changed devices again. */
  readonly pass: DevicePass;
}

export function decide(policy: PolicySet, snapshot: Snapshot, now: Instant, zones: ZoneRules): Decided {
  const compiled = compilePolicy(policy, snapshot, now);
  const pass = new DevicePass(compiled, snapshot, zones);
  for (let d = 0; d < snapshot.devices.count; d += 1) pass.decideDevice(d);
  return pass.result();
}

export function findStale(policy: PolicySet, snapshot: Snapshot, now: Instant): Uint8Array {
  return Uint8Array.from(snapshot.devices.scannedAt, (at) => (isStale(policy, at, now) ? 1 : 0));
}

/** Older, strictly, than `staleAfter`, or missing (NaN). */
export function isStale(policy: PolicySet, scannedAt: number, now: Instant): boolean {
  return Number.isNaN(scannedAt) || now - scannedAt > policy.fleet.staleAfter;
}

/** The pass over devices and everything that it fills. */
export class DevicePass {
  readonly #compiled: CompiledPolicy;
  readonly #state: PassState;
  readonly #zones: ZoneRules;
  readonly #cells: CellDecider;
  readonly #obstacles: ObstacleFinder;
  readonly #supersedence: SupersedenceResolver;
  readonly #counts: Float64Array = new Float64Array(VERDICTS.length);
  readonly #waits: WaitCounter;
  readonly #views = new Map<number, ClassView>();
  /**
   * Outcome numbers by class and then patch; 0 is not decided yet. Two bytes each, so that the rows
   * in use stay in the cache; four once there are more outcomes than two bytes can tell apart.
   */
  #rows: Map<number, OutcomeColumn> = new Map<number, OutcomeColumn>();
  #wide = false;
  readonly #plainTable: Uint8Array;
  readonly #withdrawTable: Uint8Array;
  readonly #intents: Intents = {
    length: 0,
    device: new Uint32Array(1024),
    fact: new Uint32Array(1024),
    transition: new Uint8Array(1024),
    obstacle: new Uint8Array(1024),
  };

  constructor(compiled: CompiledPolicy, snapshot: Snapshot, zones: ZoneRules) {
    this.#compiled = compiled;
    this.#state = {
      snapshot,
      stale: findStale(compiled.policy, snapshot, compiled.now),
      outcomes: new Uint16Array(snapshot.facts.length),
    };
    this.#zones = zones;
    this.#waits = new WaitCounter(snapshot.patches.length);
    this.#cells = new CellDecider(compiled);
    this.#obstacles = new ObstacleFinder(compiled, this.#state, this.#cells.table, zones);
    const rules = {
      holdIsSafe: snapshot.header.capabilities.holdIsSafe,
      onUnmatched: compiled.policy.fleet.onUnmatched,
    };
    this.#plainTable = buildTransitionTable({ ...rules, withdrawing: false });
    this.#withdrawTable = buildTransitionTable({ ...rules, withdrawing: true });
    this.#supersedence = new SupersedenceResolver({
      compiled,
      state: this.#state,
      table: this.#cells.table,
      obstacles: this.#obstacles,
      transitions: this.#plainTable,
    });
  }

  result(): Decided {
    return {
      compiled: this.#compiled,
      snapshot: this.#state.snapshot,
      zones: this.#zones,
      table: this.#cells.table,
      obstacles: this.#obstacles,
      stale: this.#state.stale,
      outcomes: this.#state.outcomes,
      counts: this.#counts,
      waits: this.#waits,
      intents: this.#intents,
      pass: this,
    };
  }

  /** Fills the outcomes of a device's facts and appends what policy wants done there. */
  decideDevice(device: number): void {
    const { devices, facts } = this.#state.snapshot;
    const start = devices.factStart[device]!;
    const end = start + devices.factCount[device]!;
    if (start === end) return;
    const cls = this.#compiled.classes.classOf[device]!;
    const contested = this.#lookUp(cls, start, end);
    if (contested) this.#supersedence.resolve(device, start, end);
    const withdrawing = this.#compiled.freezes.length > 0 && this.#obstacles.freezeOf(device).withdrawing;
    const table = withdrawing ? this.#withdrawTable : this.#plainTable;
    const { verdictCodes, flags } = this.#cells.table;
    const outcomes = this.#state.outcomes;
    const counts = this.#counts;
    const waits = this.#waits;
    const state = facts.state;
    for (let f = start; f < end; f += 1) {
      const outcome = outcomes[f]!;
      const verdict = verdictCodes[outcome]!;
      counts[verdict]! += 1;
      if (verdict === WAIT) waits.add(facts.patch[f]!, outcome, 1);
      const index = transitionIndex(verdict, state[f]!);
      let transition = table[index]!;
      if (withdrawing && (flags[outcome]! & SKIP_FREEZE) !== 0) transition = this.#plainTable[index]!;
      if (transition !== 0) this.#want(device, f, outcome, transition);
    }
  }

  /** Takes a device's facts out of the counts, before its facts are replaced. */
  forgetDevice(device: number): void {
    const { snapshot, outcomes } = this.#state;
    const { devices, facts } = snapshot;
    const start = devices.factStart[device]!;
    const end = start + devices.factCount[device]!;
    for (let f = start; f < end; f += 1) {
      const verdict = this.#cells.table.verdictCodes[outcomes[f]!]!;
      this.#counts[verdict]! -= 1;
      if (verdict === WAIT) this.#waits.add(facts.patch[f]!, outcomes[f]!, -1);
    }
  }

  /** Goes on with another snapshot and what is known of it. */
  replaceState(next: PassState): void {
    Object.assign(this.#state, next);
  }

  /** What policy says of the cells of a class, before supersedence on a device; 0 for a patch that was not looked up. */
  outcomesOfClass(cls: number): OutcomeColumn {
    return this.#rows.get(cls)!;
  }

  /** Takes the outcome of each fact from its cell. True when supersedence may change some. */
  #lookUp(cls: number, start: number, end: number): boolean {
    let row = this.#rows.get(cls);
    if (row === undefined) {
      const count = this.#compiled.patches.count;
      row = this.#wide ? new Uint32Array(count) : new Uint16Array(count);
      this.#rows.set(cls, row);
      this.#views.set(cls, viewClass(this.#compiled, cls));
    }
    const patches = this.#state.snapshot.facts.patch;
    const { superseded } = this.#compiled.supersedence;
    let { outcomes } = this.#state;
    const cells = this.#cells;
    const { table } = cells;
    const view = this.#views.get(cls)!;
    let contested = false;
    for (let f = start; f < end; f += 1) {
      const patch = patches[f]!;
      let outcome = row[patch]!;
      if (outcome === 0) {
        outcome = cells.decide(view, patch);
        if (isWide(outcome) && !this.#wide) {
          this.#widen();
          row = this.#rows.get(cls)!;
          ({ outcomes } = this.#state);
        }
        row[patch] = outcome;
      }
      outcomes[f] = outcome;
      if (superseded[patch] === 1 && (table.flags[outcome]! & CANDIDATE) !== 0) contested = true;
    }
    return contested;
  }

  #widen(): void {
    this.#wide = true;
    widenOutcomes(this.#state);
    this.#rows = new Map([...this.#rows].map(([cls, row]) => [cls, Uint32Array.from(row)]));
  }

  #want(device: number, fact: number, outcome: number, transition: number): void {
    const intents = this.#intents;
    if (intents.length === intents.device.length) growIntents(intents);
    const at = intents.length;
    intents.device[at] = device;
    intents.fact[at] = fact;
    intents.transition[at] = transition;
    intents.obstacle[at] = obstacleCode(this.#obstacles.find({ device, fact, outcome, transition }));
    intents.length = at + 1;
  }
}

function obstacleCode(obstacle: Obstacle | null): number {
  return obstacle === null ? 0 : OBSTACLES.indexOf(obstacle) + 1;
}

/** Null when the action may be sent now. */
export function obstacleOfCode(code: number): Obstacle | null {
  return code === 0 ? null : (OBSTACLES[code - 1] as Obstacle);
}

function growIntents(intents: Intents): void {
  const size = intents.device.length * 2;
  const copy = <T extends Uint32Array | Uint8Array>(from: T, to: T): T => {
    to.set(from);
    return to;
  };
  intents.device = copy<Uint32Array>(intents.device, new Uint32Array(size));
  intents.fact = copy<Uint32Array>(intents.fact, new Uint32Array(size));
  intents.transition = copy<Uint8Array>(intents.transition, new Uint8Array(size));
  intents.obstacle = copy<Uint8Array>(intents.obstacle, new Uint8Array(size));
}
