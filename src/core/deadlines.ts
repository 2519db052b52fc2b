/**
 * Deadlines of a whole fleet (interfaces c.3, d.6): for each fact the strictest obligation and how it
 * stands. One pass over the columns; the verdicts and plans never depend on it.
 */
import { NO_CELL, ObligationFinder, type Obligation } from "./deadline-obligations.ts";
import { DEFAULT_WARN_BEFORE, type DeadlineProfile } from "./deadline-profile.ts";
import { RiskFinder, RISKS, type Risk } from "./deadline-risk.ts";
import { DEADLINE_STATES, type DeadlineState } from "./deadline-states.ts";
import { addState, emptyTotals, type DeadlineTotals, type MutableTotals } from "./deadline-totals.ts";
import type { Decided } from "./decide.ts";
import { InstallFinder } from "./install-date.ts";
import type { Instant, Seconds } from "./model.ts";

/** One entry a fact. */
export interface DeadlineAssessment {
  readonly profiles: readonly DeadlineProfile[];
  readonly now: Instant;
  /** Index into DEADLINE_STATES. */
  readonly states: Uint8Array;
  /** Seconds since 1970 of the obligation that counts; 0 where there is none or no date. */
  readonly dueAt: Uint32Array;
  /** 0, or 1 + the index into RISKS, for `at-risk`. */
  readonly risks: Uint8Array;
  /** Windows from now to the due date, of `ok` and `at-risk`; 255 stands for more. */
  readonly windowsLeft: Uint8Array;
  readonly totals: DeadlineTotals;
  /** Every profile's obligation, the one that counts first, then strictest first; empty for none. */
  readonly obligationsOf: (fact: number) => readonly Obligation[];
}

export function stateOf({ states }: DeadlineAssessment, fact: number): DeadlineState {
  return DEADLINE_STATES[states[fact]!]!;
}

export function riskOf({ risks }: DeadlineAssessment, fact: number): Risk | null {
  return risks[fact] === 0 ? null : RISKS[risks[fact]! - 1]!;
}

/**
 * Obligations of all profiles on all facts, at the instant of the verdicts. With no profiles nothing is
 * obliged. The result does not depend on the order of the profiles but for the text of equals.
 */
export function assessDeadlines(
  decided: Decided,
  profiles: readonly DeadlineProfile[],
  warnBefore: Seconds = DEFAULT_WARN_BEFORE,
): DeadlineAssessment {
  const pass = new DeadlinePass(decided, profiles, warnBefore);
  const { devices } = decided.snapshot;
  if (profiles.length > 0) for (let d = 0; d < devices.count; d += 1) pass.assessDevice(d);
  return pass.result(profiles);
}

const CODES = Object.fromEntries(DEADLINE_STATES.map((state, code) => [state, code])) as Readonly<
  Record<DeadlineState, number>
>;

class DeadlinePass {
  readonly #decided: Decided;
  readonly #finder: ObligationFinder;
  readonly #risk: RiskFinder;
  readonly #installs: InstallFinder;
  readonly #cells: Uint32Array;
  /** Which obligation of the cell counts: 0 unless an exception put stricter ones aside. */
  readonly #counting: Uint8Array;
  readonly #states: Uint8Array;
  readonly #dueAt: Uint32Array;
  readonly #risks: Uint8Array;
  readonly #windowsLeft: Uint8Array;
  readonly #totals: MutableTotals = emptyTotals();

  constructor(decided: Decided, profiles: readonly DeadlineProfile[], warnBefore: Seconds) {
    const { length } = decided.snapshot.facts;
    this.#decided = decided;
    this.#finder = new ObligationFinder(decided, profiles);
    this.#risk = new RiskFinder(decided, warnBefore);
    this.#installs = new InstallFinder(decided);
    this.#cells = new Uint32Array(length);
    this.#counting = new Uint8Array(length);
    this.#states = new Uint8Array(length);
    this.#dueAt = new Uint32Array(length);
    this.#risks = new Uint8Array(length);
    this.#windowsLeft = new Uint8Array(length);
  }

  assessDevice(device: number): void {
    const { devices, facts } = this.#decided.snapshot;
    const start = devices.factStart[device]!;
    const end = start + devices.factCount[device]!;
    if (start === end) return;
    const cls = this.#finder.classes.classOf[device]!;
    const row = this.#finder.rowOf(cls);
    this.#installs.enter(start, end);
    for (let fact = start; fact < end; fact += 1) {
      const cell = this.#finder.cellOf(row, cls, facts.patch[fact]!);
      if (cell === NO_CELL) continue;
      this.#cells[fact] = cell;
      const state = this.#judge(device, fact, this.#finder.cells[cell]!);
      this.#states[fact] = CODES[state];
      addState(this.#totals, state);
    }
  }

  result(profiles: readonly DeadlineProfile[]): DeadlineAssessment {
    const { cells } = this.#finder;
    return {
      profiles,
      now: this.#decided.compiled.now,
      states: this.#states,
      dueAt: this.#dueAt,
      risks: this.#risks,
      windowsLeft: this.#windowsLeft,
      totals: this.#totals,
      obligationsOf: (fact) => {
        const cell = cells[this.#cells[fact]!]!;
        const first = this.#counting[fact]!;
        return first === 0 ? cell : [cell[first]!, ...cell.filter((_, index) => index !== first)];
      },
    };
  }

  #judge(device: number, fact: number, obligations: readonly Obligation[]): DeadlineState {
    const isStale = this.#decided.stale[device] === 1;
    const install = this.#installs.find(fact);
    const exception = install === null && this.#isExcepted(fact);
    const counting = exception ? obligations.findIndex(refusesExceptions) : 0;
    const dueAt = obligations[Math.max(0, counting)]!.dueAt;
    this.#counting[fact] = Math.max(0, counting);
    this.#dueAt[fact] = dueAt ?? 0;
    if (isStale) return "stale";
    if (counting < 0) return "excepted";
    if (dueAt === null) return "no-date";
    const { now } = this.#decided.compiled;
    if (install !== null) {
      if (install.at !== null) return install.at <= dueAt ? "met" : "late";
      return now <= dueAt ? "met" : "no-install-date";
    }
    return now > dueAt ? "overdue" : this.#judgeOpen(device, fact, dueAt);
  }

  #judgeOpen(device: number, fact: number, dueAt: Instant): DeadlineState {
    const { risk, windowsLeft } = this.#risk.find(device, fact, dueAt);
    this.#windowsLeft[fact] = Math.min(255, windowsLeft);
    if (risk === null) return "ok";
    this.#risks[fact] = 1 + RISKS.indexOf(risk);
    return "at-risk";
  }

  /** A decision to ignore that ends (design 2: it must); a rule, a hold or a recall is no exception. */
  #isExcepted(fact: number): boolean {
    const { verdict, reason, until } = this.#decided.table.rows[this.#decided.outcomes[fact]!]!;
    return verdict === "ignore" && reason === "DECIDED" && until !== null;
  }
}

function refusesExceptions({ profile }: Obligation): boolean {
  return !profile.acceptsExceptions;
}
