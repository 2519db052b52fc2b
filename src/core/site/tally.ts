/** The counts of a site: one pass over the facts of its devices. */
import type { Decided } from "../decide.ts";
import { FACT_STATES, IS_SUPERSEDED, type FactStates } from "../fact-states.ts";
import { isSecurity, lacksPatch } from "../fleet-totals.ts";
import type { Instant } from "../model.ts";
import { STATUSES } from "../model.ts";
import { EARLIEST_DATE } from "../time.ts";
import type { FactKinds } from "./fact-kind.ts";
import type { SiteScope } from "./scope.ts";

const WIDTH = FACT_STATES.length;
const INSTALLED = STATUSES.indexOf("installed");
const FAILED = STATUSES.indexOf("failed");

/** Devices on which one patch fails with one error text of the backend. */
export interface FailureTally {
  readonly patch: number;
  readonly error: string | null;
  devices: number;
  /** Of these, devices on which no retry is left. */
  exhausted: number;
  /** The most attempts on one device. */
  attempts: number;
  /** Earliest and latest sane last attempt; null when none has one. */
  firstAt: Instant | null;
  lastAt: Instant | null;
  /** Devices by ring, an index into the rings; -1 for none. */
  readonly rings: Map<number, number>;
}

export interface SourceTally {
  facts: number;
  /** Of these, facts that are not installed. */
  open: number;
  devices: number;
}

/** Arrays by device are by the position of the device in its scope. */
export interface SiteTally {
  /** By patch × FACT_STATES; facts that a newer patch covers are in `superseded` alone. */
  readonly patchStates: Uint32Array;
  readonly patchSuperseded: Uint32Array;
  /** By ring (one past the last for none), as `patchStates`. */
  readonly ringStates: readonly Uint32Array[];
  /** By device × FACT_STATES, as `patchStates`. */
  readonly deviceStates: Uint32Array;
  readonly deviceSuperseded: Uint32Array;
  /** Security patches that the device lacks (`lacksPatch`). */
  readonly deviceSecurity: Uint32Array;
  /** Of these, known to be exploited. */
  readonly deviceExploited: Uint32Array;
  /** Facts that are not installed because a person or a recall said so. */
  readonly deviceExcepted: Uint32Array;
  readonly kinds: ReadonlyMap<number, number>;
  readonly sources: ReadonlyMap<string, SourceTally>;
  readonly failures: readonly FailureTally[];
}

/** What a pass asks of each patch, once. */
interface PatchFlags {
  readonly security: Uint8Array;
  readonly exploited: Uint8Array;
}

export function tallySite(
  decided: Decided,
  states: FactStates,
  scope: SiteScope,
  kinds: FactKinds,
): SiteTally {
  const pass = new TallyPass(decided, states, scope, kinds);
  scope.devices.forEach((device, position) => pass.add(device, position));
  return pass.result();
}

class TallyPass {
  readonly #decided: Decided;
  readonly #states: FactStates;
  readonly #kinds: FactKinds;
  readonly #flags: PatchFlags;
  readonly #counts: Omit<SiteTally, "kinds" | "sources" | "failures">;
  readonly #kindCounts: number[] = [];
  readonly #kindOpen: number[] = [];
  readonly #sources = new Map<string, SourceTally & { last: number }>();
  readonly #sourceOfKind: ((SourceTally & { last: number }) | null)[] = [];
  readonly #failures = new Map<string, FailureTally>();

  constructor(decided: Decided, states: FactStates, scope: SiteScope, kinds: FactKinds) {
    this.#decided = decided;
    this.#states = states;
    this.#kinds = kinds;
    const { patches } = decided.snapshot;
    const devices = scope.devices.length;
    this.#flags = {
      security: Uint8Array.from(patches, (patch) => (isSecurity(patch) ? 1 : 0)),
      exploited: Uint8Array.from(patches, ({ kev }) => (kev === null ? 0 : 1)),
    };
    this.#counts = {
      patchStates: new Uint32Array(patches.length * WIDTH),
      patchSuperseded: new Uint32Array(patches.length),
      ringStates: Array.from(
        { length: decided.compiled.rings.length + 1 },
        () => new Uint32Array(patches.length * WIDTH),
      ),
      deviceStates: new Uint32Array(devices * WIDTH),
      deviceSuperseded: new Uint32Array(devices),
      deviceSecurity: new Uint32Array(devices),
      deviceExploited: new Uint32Array(devices),
      deviceExcepted: new Uint32Array(devices),
    };
  }

  add(device: number, position: number): void {
    const { snapshot, compiled } = this.#decided;
    const { devices, facts } = snapshot;
    const counts = this.#counts;
    const ring = compiled.ringOfClass[compiled.classes.classOf[device]!]!;
    const ringStates = counts.ringStates[ring < 0 ? compiled.rings.length : ring]!;
    const start = devices.factStart[device]!;
    const end = start + devices.factCount[device]!;
    for (let f = start; f < end; f += 1) {
      const patch = facts.patch[f]!;
      const status = facts.state[f]! & 7;
      const state = this.#states.state[f]!;
      const kind = this.#kinds.of(f);
      this.#countKind(kind, device, status !== INSTALLED);
      if (lacksPatch(this.#states, f)) this.#countLack(position, patch);
      if ((this.#states.flags[f]! & IS_SUPERSEDED) !== 0) {
        counts.patchSuperseded[patch]! += 1;
        counts.deviceSuperseded[position]! += 1;
        continue;
      }
      counts.patchStates[patch * WIDTH + state]! += 1;
      ringStates[patch * WIDTH + state]! += 1;
      counts.deviceStates[position * WIDTH + state]! += 1;
      if (status !== INSTALLED && this.#isExcepted(kind)) counts.deviceExcepted[position]! += 1;
      if (state === FAILED) this.#countFailure(f, patch, ring);
    }
  }

  #countLack(position: number, patch: number): void {
    if (this.#flags.security[patch] === 0) return;
    this.#counts.deviceSecurity[position]! += 1;
    if (this.#flags.exploited[patch] === 1) this.#counts.deviceExploited[position]! += 1;
  }

  /** A person or a recall keeps it off; a rule that ignores is no exception. */
  #isExcepted(kind: number): boolean {
    const { verdict, reason } = this.#kinds.rows[kind]!;
    return (verdict === "ignore" && reason !== "RULE") || verdict === "uninstall";
  }

  #countKind(kind: number, device: number, isOpen: boolean): void {
    this.#kindCounts[kind] = (this.#kindCounts[kind] ?? 0) + 1;
    let source = this.#sourceOfKind[kind];
    if (source === undefined) source = this.#sourceOfKind[kind] = this.#sourceOf(kind);
    if (source === null) return;
    source.facts += 1;
    if (isOpen) source.open += 1;
    if (source.last !== device) {
      source.last = device;
      source.devices += 1;
    }
  }

  /** A patch that covers another is no statement of policy. */
  #sourceOf(kind: number): (SourceTally & { last: number }) | null {
    const { source, reason } = this.#kinds.rows[kind]!;
    if (source === null || reason === "SUPERSEDED") return null;
    let known = this.#sources.get(source);
    if (known === undefined) this.#sources.set(source, (known = { facts: 0, open: 0, devices: 0, last: -1 }));
    return known;
  }

  #countFailure(fact: number, patch: number, ring: number): void {
    const { facts } = this.#decided.snapshot;
    const error = facts.errors.get(fact) ?? null;
    const key = `${patch} ${error ?? ""}`;
    let found = this.#failures.get(key);
    if (found === undefined) {
      const none = { devices: 0, exhausted: 0, attempts: 0, firstAt: null, lastAt: null };
      this.#failures.set(key, (found = { patch, error, ...none, rings: new Map<number, number>() }));
    }
    found.devices += 1;
    if (this.#decided.obstacles.areRetriesUsed(fact)) found.exhausted += 1;
    found.attempts = Math.max(found.attempts, facts.attempts.at(fact)!);
    found.rings.set(ring, (found.rings.get(ring) ?? 0) + 1);
    const at = facts.lastAttemptAt.at(fact)!;
    if (at < EARLIEST_DATE || at > this.#decided.compiled.now) return;
    found.firstAt = Math.min(found.firstAt ?? at, at);
    found.lastAt = Math.max(found.lastAt ?? at, at);
  }

  result(): SiteTally {
    const kinds = new Map<number, number>();
    this.#kindCounts.forEach((count, kind) => kinds.set(kind, count));
    return {
      ...this.#counts,
      kinds,
      sources: this.#sources,
      failures: [...this.#failures.values()],
    };
  }
}
