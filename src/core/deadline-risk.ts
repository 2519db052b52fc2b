/** Whether an open obligation can still be met: when policy would let it in, and which windows are left. */
import type { Decided } from "./decide.ts";
import { ReasonFinder } from "./gates.ts";
import type { Instant, Seconds } from "./model.ts";
import { STATUSES } from "./model.ts";
import type { Outcome } from "./outcome.ts";
import { countStretches, firstOpening, OpportunityFinder } from "./opportunity.ts";

/**
 * Why an obligation that is not due yet is at risk, worst first.
 *
 * - `not-approved`: nothing will install it unless a person acts: no rule, a decision, a hold without end,
 *   retries used up.
 * - `gate-late`: a delay, a soak or a hold ends after the due date.
 * - `no-window`: no window opens between now, or the gate, and the due date.
 * - `due-soon`: it is due within `warnBefore`.
 */
export const RISKS = ["not-approved", "gate-late", "no-window", "due-soon"] as const;
export type Risk = (typeof RISKS)[number];

/** Nothing that time alone brings saves these: a person has to act. */
export function isLost(risk: Risk | null): boolean {
  return risk !== null && risk !== "due-soon";
}

export interface RiskFound {
  /** Null when it is in time. */
  readonly risk: Risk | null;
  /** Open stretches from now or the gate to the due date; 1 where there is no schedule. */
  readonly windowsLeft: number;
}

const [FAILED, INSTALLING, REBOOT_REQUIRED] = (["failed", "installing", "reboot-required"] as const).map(
  (status) => STATUSES.indexOf(status),
) as [number, number, number];

export class RiskFinder {
  readonly #decided: Decided;
  readonly #reasons: ReasonFinder;
  readonly #opportunities: OpportunityFinder;
  readonly #warnBefore: Seconds;

  constructor(decided: Decided, warnBefore: Seconds) {
    this.#decided = decided;
    this.#reasons = new ReasonFinder(decided);
    this.#opportunities = new OpportunityFinder(decided);
    this.#warnBefore = warnBefore;
  }

  /** For a fact that is not installed and not past `dueAt`. */
  find(device: number, fact: number, dueAt: Instant): RiskFound {
    const { now } = this.#decided.compiled;
    const soon: Risk | null = dueAt - now <= this.#warnBefore ? "due-soon" : null;
    const status = this.#decided.snapshot.facts.state[fact]! & 7;
    if (status === INSTALLING || status === REBOOT_REQUIRED) return { risk: soon, windowsLeft: 1 };
    const row = this.#decided.table.rows[this.#decided.outcomes[fact]!]!;
    const earliest = this.#earliest(row, fact, status);
    if (earliest === null) return { risk: "not-approved", windowsLeft: 0 };
    if (earliest > dueAt) return { risk: "gate-late", windowsLeft: 0 };
    const stretches = this.#opportunities.find(row, device);
    const opening = firstOpening(stretches, earliest);
    if (opening === null || opening > dueAt) return { risk: "no-window", windowsLeft: 0 };
    return { risk: soon, windowsLeft: countStretches(stretches, earliest, dueAt) };
  }

  /** The first instant at which policy could let it be installed, if people merge at once; null for never. */
  #earliest(row: Outcome, fact: number, status: number): Instant | null {
    const { compiled, obstacles, snapshot } = this.#decided;
    switch (row.verdict) {
      case "approve":
        return status === FAILED && obstacles.areRetriesUsed(fact) ? null : compiled.now;
      case "superseded":
        return compiled.now;
      case "wait":
        return this.#gateOpens(row, this.#decided.outcomes[fact]!, snapshot.facts.patch[fact]!);
      case "ignore":
      case "uninstall":
      case "manual":
      case "leave":
        return null;
    }
  }

  #gateOpens(row: Outcome, outcome: number, patch: number): Instant | null {
    const { now } = this.#decided.compiled;
    const { reason, until } = this.#reasons.find(outcome, patch);
    switch (reason) {
      case "HELD":
      case "NO_DATE":
        return until;
      case "NOT_INSTALLED_YET":
        return now + row.soak;
      default:
        return until ?? now;
    }
  }
}
