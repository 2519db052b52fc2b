/** Whether an action may be sent now, and if not, what stands in the way (design 1.5, 3.1). */
import { hasBit } from "./bitset.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { Action, Instant, Obstacle } from "./model.ts";
import { SKIP_FREEZE, SKIP_WINDOW, type OutcomeTable } from "./outcome.ts";
import type { Schedule } from "./policy.ts";
import { frozenUntil, OPENING_HORIZON, scheduleZone, windowState, type WindowState } from "./schedule.ts";
import type { PassState } from "./pass-state.ts";
import { EARLIEST_DATE } from "./time.ts";
import { actionOfTransition, kindOfTransition, obstacleOfKind, type TransitionCode } from "./transition.ts";
import type { ZoneRules } from "./zone.ts";

/** A row is blocked by the first six obstacles and scheduled by the others. */
export function isScheduling(obstacle: Obstacle): boolean {
  return obstacle === "RETRY_BACKOFF" || obstacle === "FROZEN" || obstacle === "WINDOW";
}

/** A freeze stops these, and windows are about them. */
function changesDevice(action: Action): boolean {
  return action === "approve" || action === "reprocess" || action === "uninstall";
}

/** The freezes of a device class at now. */
export interface FreezeState {
  /** First instant at which no matching freeze is in force; null when none is in force now. */
  readonly until: Instant | null;
  /** One in force says `pending: withdraw`. */
  readonly withdrawing: boolean;
}

/** An action that policy wants for a fact. */
export interface Intent {
  readonly device: number;
  readonly fact: number;
  readonly outcome: number;
  readonly transition: TransitionCode;
}

export class ObstacleFinder {
  readonly #compiled: CompiledPolicy;
  readonly #state: PassState;
  readonly #table: OutcomeTable;
  readonly #zones: ZoneRules;
  readonly #allowed: ReadonlySet<Action>;
  readonly #freezes = new Map<number, FreezeState>();
  readonly #windows = new Map<Schedule, Map<string, WindowState>>();

  constructor(compiled: CompiledPolicy, state: PassState, table: OutcomeTable, zones: ZoneRules) {
    this.#compiled = compiled;
    this.#state = state;
    this.#table = table;
    this.#zones = zones;
    this.#allowed = new Set(state.snapshot.header.capabilities.actions);
  }

  /** The first obstacle in the order of design 1.5, or null when the action may be sent now. */
  find(intent: Intent): Obstacle | null {
    const kind = kindOfTransition(intent.transition);
    const byKind = obstacleOfKind(kind);
    if (byKind !== null) return byKind;
    const action = actionOfTransition(intent.transition);
    const { facts, patches } = this.#state.snapshot;
    if (action === "uninstall" && patches[facts.patch[intent.fact]!]!.uninstallable === "no") {
      return "NOT_UNINSTALLABLE";
    }
    if (kind === "retry" && this.areRetriesUsed(intent.fact)) return "RETRIES_USED";
    if (!this.#allowed.has(action)) return "MANUAL_BACKEND";
    if (!changesDevice(action)) return null;
    if (this.#state.stale[intent.device] === 1) return "STALE_SCAN";
    if (kind === "retry" && this.#retryDueAt(intent.fact) > this.#compiled.now) return "RETRY_BACKOFF";
    const flags = this.#table.flags[intent.outcome]!;
    if ((flags & SKIP_FREEZE) === 0 && this.freezeOf(intent.device).until !== null) return "FROZEN";
    if ((flags & SKIP_WINDOW) === 0 && this.#windowOf(intent)?.open === false) return "WINDOW";
    return null;
  }

  /** First instant after now at which a scheduling obstacle is gone; null beyond 400 days. */
  opensAt(intent: Intent, obstacle: Obstacle): Instant | null {
    const at = this.#goneAt(intent, obstacle);
    return at === null || at - this.#compiled.now > OPENING_HORIZON ? null : at;
  }

  #goneAt(intent: Intent, obstacle: Obstacle): Instant | null {
    if (obstacle === "RETRY_BACKOFF") return this.#retryDueAt(intent.fact);
    if (obstacle === "FROZEN") return this.freezeOf(intent.device).until;
    return this.#windowOf(intent)?.opensAt ?? null;
  }

  areRetriesUsed(fact: number): boolean {
    return this.#state.snapshot.facts.attempts.at(fact)! >= this.#compiled.policy.fleet.retries.max;
  }

  /** Null for always open, and where the backend holds the windows. */
  #windowOf(intent: Intent): WindowState | null {
    if (this.#state.snapshot.header.capabilities.schedules === "backend") return null;
    const schedule = this.#table.rows[intent.outcome]!.schedule;
    if (schedule === null) return null;
    const { timezone } = this.#state.snapshot.devices;
    const zone = scheduleZone(
      schedule,
      timezone.values[timezone.codes[intent.device]!]!,
      this.#compiled.policy.fleet.timezone,
      this.#zones,
    );
    let byZone = this.#windows.get(schedule);
    if (byZone === undefined) {
      byZone = new Map<string, WindowState>();
      this.#windows.set(schedule, byZone);
    }
    let state = byZone.get(zone);
    if (state === undefined) {
      state = windowState(schedule, zone, this.#compiled.now, this.#zones);
      byZone.set(zone, state);
    }
    return state;
  }

  freezeOf(device: number): FreezeState {
    const cls = this.#compiled.classes.classOf[device]!;
    let state = this.#freezes.get(cls);
    if (state === undefined) this.#freezes.set(cls, (state = freezeOfClass(this.#compiled, cls)));
    return state;
  }

  /** An attempt before 1972 or later than now is no date (design 1.2), and no date is due. */
  #retryDueAt(fact: number): Instant {
    const last = this.#state.snapshot.facts.lastAttemptAt.at(fact)!;
    const { now, policy } = this.#compiled;
    return last < EARLIEST_DATE || last > now ? now : last + policy.fleet.retries.backoff;
  }
}

export function freezeOfClass(compiled: CompiledPolicy, cls: number): FreezeState {
  const matching = compiled.freezes.filter((freeze) => hasBit(freeze.classes, cls)).map((f) => f.statement);
  const { now } = compiled;
  return {
    until: frozenUntil(matching, now),
    withdrawing: matching.some((f) => f.pending === "withdraw" && f.from <= now && now < f.to),
  };
}

/** True when every one of the classes given is frozen now; false for no classes. */
export function areAllFrozen(compiled: CompiledPolicy, classes: readonly number[]): boolean {
  return classes.length > 0 && classes.every((cls) => freezeOfClass(compiled, cls).until !== null);
}
