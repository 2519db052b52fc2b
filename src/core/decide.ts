/**
 * decide(policy, snapshot, now): one verdict for each fact (design 3). Pure; one pass over the
 * columns. A fact costs a lookup of its (class, patch) cell and one of what its outcome and state
 * ask for (`fact-loop.ts`); only facts that need an action, wait or have superseders cost more.
 */
import { CellDecider } from "./cell.ts";
import { viewClass, type ClassView } from "./class-view.ts";
import type { CompiledPolicy } from "./compile.ts";
import { compilePolicy } from "./compile.ts";
import {
  buildFactCodes,
  createNotes,
  decideFacts,
  settleFacts,
  TRANSITION,
  type FactLoop,
  type FactNotes,
} from "./fact-loop.ts";
import { addIntent, createIntents, findObstacles, type Intents } from "./intents.ts";
import type { Instant } from "./model.ts";
import { VERDICTS } from "./model.ts";
import { ObstacleFinder } from "./obstacle.ts";
import { KIND_COUNT, LOOK, SKIP_FREEZE, type OutcomeTable } from "./outcome.ts";
import { isWide, widenOutcomes, type OutcomeColumn, type PassState } from "./pass-state.ts";
import type { PolicySet } from "./policy.ts";
import type { Snapshot } from "./snapshot.ts";
import { SupersedenceResolver } from "./supersede-on-device.ts";
import { buildTransitionTable } from "./transition.ts";
import { WaitCounter } from "./wait-counter.ts";
import type { ZoneRules } from "./zone.ts";

export { obstacleOfCode } from "./intents.ts";
export type { Intents };

const WAIT = VERDICTS.indexOf("wait");

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
  return pass.result(0);
}

export function findStale(policy: PolicySet, snapshot: Snapshot, now: Instant): Uint8Array {
  const { count, scannedAt } = snapshot.devices;
  const stale = new Uint8Array(count);
  for (let d = 0; d < count; d += 1) stale[d] = isStale(policy, scannedAt[d]!, now) ? 1 : 0;
  return stale;
}

/** Older, strictly, than `staleAfter`, or missing (NaN). */
export function isStale(policy: PolicySet, scannedAt: number, now: Instant): boolean {
  return Number.isNaN(scannedAt) || now - scannedAt > policy.fleet.staleAfter;
}

/** What is known of a class while devices are decided. */
interface ClassCells {
  /**
   * Outcome numbers by patch; 0 is not decided yet. Two bytes each, so that the rows in use stay in
   * the cache; four once there are more outcomes than two bytes can tell apart.
   */
  row: OutcomeColumn;
  readonly view: ClassView;
  /** See `buildFactCodes`. */
  readonly codes: Uint8Array;
}

/** The pass over devices and everything that it fills. */
export class DevicePass {
  readonly #compiled: CompiledPolicy;
  readonly #state: PassState;
  readonly #zones: ZoneRules;
  readonly #cells: CellDecider;
  readonly #obstacles: ObstacleFinder;
  readonly #supersedence: SupersedenceResolver;
  /** Facts by kind; those of kind LOOK under their final kind. */
  readonly #kindCounts: Uint32Array = new Uint32Array(KIND_COUNT);
  readonly #waits: WaitCounter;
  readonly #classes: (ClassCells | undefined)[];
  #wide = false;
  readonly #plainCodes: Uint8Array;
  readonly #withdrawCodes: Uint8Array;
  // Of the device in hand: what the loops note, the facts of kind LOOK, and those of them that are contested.
  #notes: FactNotes = createNotes(1024);
  #looked: Uint32Array = new Uint32Array(1024);
  #contested: Uint32Array = new Uint32Array(1024);
  readonly #intents: Intents = createIntents();

  constructor(compiled: CompiledPolicy, snapshot: Snapshot, zones: ZoneRules) {
    this.#compiled = compiled;
    this.#state = {
      snapshot,
      stale: findStale(compiled.policy, snapshot, compiled.now),
      outcomes: new Uint16Array(snapshot.facts.length),
    };
    this.#zones = zones;
    this.#waits = new WaitCounter();
    this.#classes = new Array<undefined>(compiled.classes.count);
    this.#cells = new CellDecider(compiled);
    this.#obstacles = new ObstacleFinder(compiled, this.#state, this.#cells.table, zones);
    const rules = {
      holdIsSafe: snapshot.header.capabilities.holdIsSafe,
      onUnmatched: compiled.policy.fleet.onUnmatched,
    };
    const transitions = buildTransitionTable({ ...rules, withdrawing: false });
    this.#plainCodes = buildFactCodes(transitions, transitions);
    this.#withdrawCodes = buildFactCodes(buildTransitionTable({ ...rules, withdrawing: true }), transitions);
    this.#supersedence = new SupersedenceResolver({
      compiled,
      state: this.#state,
      table: this.#cells.table,
      obstacles: this.#obstacles,
      transitions,
    });
  }

  /** What was decided; finds the obstacles of what is wanted. `known`: how many of the intents have theirs already. */
  result(known: number): Decided {
    const kinds = this.#kindCounts;
    findObstacles(this.#intents, known, this.#obstacles, this.#state.outcomes);
    return {
      compiled: this.#compiled,
      snapshot: this.#state.snapshot,
      zones: this.#zones,
      table: this.#cells.table,
      obstacles: this.#obstacles,
      stale: this.#state.stale,
      outcomes: this.#state.outcomes,
      counts: Float64Array.from(VERDICTS, (_, verdict) => kinds[verdict]! + kinds[verdict | SKIP_FREEZE]!),
      waits: this.#waits,
      intents: this.#intents,
      pass: this,
    };
  }

  /** Fills the outcomes of a device's facts and appends what policy wants done there. */
  decideDevice(device: number): void {
    const { devices } = this.#state.snapshot;
    const start = devices.factStart[device]!;
    const count = devices.factCount[device]!;
    if (count === 0) return;
    if (this.#looked.length <= count) this.#makeRoom(2 * count);
    const cls = this.#compiled.classes.classOf[device]!;
    const cells = this.#classes[cls] ?? this.#openClass(cls, device);
    const { kinds } = this.#cells.table;
    decideFacts(this.#loop(), cells.row, kinds, cells.codes, start, start + count);
    this.#countWaiting();
    const looked = this.#want(device, cells, kinds);
    if (looked > 0) this.#look(device, cells, looked);
  }

  /** Takes a device's facts out of the counts, before its facts are replaced. */
  forgetDevice(device: number): void {
    const { snapshot, outcomes } = this.#state;
    const { devices, facts } = snapshot;
    const { table } = this.#cells;
    const start = devices.factStart[device]!;
    const waiting: number[] = [];
    for (let f = start; f < start + devices.factCount[device]!; f += 1) {
      const outcome = outcomes[f]!;
      this.#kindCounts[table.finalKinds[outcome]!]! -= 1;
      if (table.verdictCodes[outcome] === WAIT) waiting.push(f);
    }
    const list = Uint32Array.from(waiting);
    this.#waits.add(list, list.length, facts.patch, outcomes, table.waitsAs, -1);
  }

  /** Goes on with another snapshot and what is known of it. */
  replaceState(next: PassState): void {
    Object.assign(this.#state, next);
  }

  /** What policy says of the cells of a class, before supersedence on a device; 0 for a patch that was not looked up. */
  outcomesOfClass(cls: number): OutcomeColumn {
    return this.#classes[cls]!.row;
  }

  #openClass(cls: number, device: number): ClassCells {
    const { patches, freezes } = this.#compiled;
    const withdrawing = freezes.length > 0 && this.#obstacles.freezeOf(device).withdrawing;
    const cells = {
      row: this.#wide ? new Uint32Array(patches.count) : new Uint16Array(patches.count),
      view: viewClass(this.#compiled, cls),
      codes: withdrawing ? this.#withdrawCodes : this.#plainCodes,
    };
    this.#classes[cls] = cells;
    return cells;
  }

  #loop(): FactLoop {
    const { snapshot, outcomes } = this.#state;
    const { patch: patches, state: states } = snapshot.facts;
    return { patches, states, outcomes, counts: this.#kindCounts, notes: this.#notes };
  }

  #makeRoom(size: number): void {
    this.#notes = createNotes(size);
    this.#looked = new Uint32Array(size);
    this.#contested = new Uint32Array(size);
  }

  #countWaiting(): void {
    const { waiting, waitingCount } = this.#notes;
    if (waitingCount === 0) return;
    const { snapshot, outcomes } = this.#state;
    this.#waits.add(waiting, waitingCount, snapshot.facts.patch, outcomes, this.#cells.table.waitsAs, 1);
  }

  /** Appends what is to be done about the facts noted; answers how many have to be looked at first, in `#looked`. */
  #want(device: number, cells: ClassCells, kinds: Uint8Array): number {
    const { noted, notedCount } = this.#notes;
    const { snapshot, outcomes } = this.#state;
    const { state } = snapshot.facts;
    let looked = 0;
    for (let at = 0; at < notedCount; at += 1) {
      const fact = noted[at]!;
      const code = cells.codes[(kinds[outcomes[fact]!]! << 8) | state[fact]!]!;
      if ((code & TRANSITION) !== 0) {
        addIntent(this.#intents, device, fact, code & TRANSITION);
      } else {
        this.#looked[looked] = fact;
        looked += 1;
      }
    }
    return looked;
  }

  /** Decides the cells that are not decided yet, and then what depends on the device. */
  #look(device: number, cells: ClassCells, looked: number): void {
    const { table } = this.#cells;
    let contested = 0;
    for (let at = 0; at < looked; at += 1) {
      const fact = this.#looked[at]!;
      const outcome = this.#state.outcomes[fact]! || this.#decideCell(cells, fact);
      if (table.kinds[outcome] !== LOOK) continue;
      this.#contested[contested] = fact;
      contested += 1;
    }
    if (contested > 0) this.#supersedence.resolve(device, this.#contested, contested);
    settleFacts(this.#loop(), table.finalKinds, cells.codes, this.#looked, looked);
    this.#countWaiting();
    this.#want(device, cells, table.finalKinds);
  }

  /** Decides the cell of a fact, and so the fact. */
  #decideCell(cells: ClassCells, fact: number): number {
    const patch = this.#state.snapshot.facts.patch[fact]!;
    const outcome = this.#cells.decide(cells.view, patch);
    if (isWide(outcome) && !this.#wide) this.#widen();
    cells.row[patch] = outcome;
    this.#state.outcomes[fact] = outcome;
    return outcome;
  }

  #widen(): void {
    this.#wide = true;
    widenOutcomes(this.#state);
    for (const cells of this.#classes) if (cells !== undefined) cells.row = Uint32Array.from(cells.row);
  }
}
