/** What a run did, or would do: everything that a view shows of it. */
import type { ActionResult, RunStep, RunStepName, RunSummary, StepOutcome } from "../../core/ledger.ts";
import type { BrakeFinding } from "../../core/brake.ts";
import type { Decided } from "../../core/decide.ts";
import type { Diagnostic } from "../../core/diagnostic.ts";
import type { ActionRow, GuardRow, Plan } from "../../core/plan.ts";
import type { Settlement, UnsettledAction } from "../../core/settle.ts";
import type { WithheldRow } from "../../core/withhold.ts";
import type { RaisedGuard } from "../../provider/provider.ts";
import type { BrakeRecord } from "../../store/store.ts";
import type { PromotionRun } from "../promote/promote.ts";

/** An action and what the call gave. */
export interface AnsweredAction {
  readonly row: ActionRow;
  readonly result: Extract<ActionResult, "accepted" | "refused" | "unknown" | "not-sent">;
  /** The backend's words; hostile text. */
  readonly detail: string | null;
}

export interface BrakesOfRun {
  readonly set: readonly (BrakeFinding & { readonly request: number | null })[];
  readonly kept: readonly BrakeRecord[];
  readonly released: readonly { readonly brake: BrakeRecord; readonly why: string }[];
}

export interface RunReport {
  /** Null for a dry run. */
  readonly id: string | null;
  readonly summary: RunSummary;
  readonly plan: Plan | null;
  /** What the plan was made of. */
  readonly decided: Decided | null;
  /** What is, or would be, sent. */
  readonly actions: readonly ActionRow[];
  readonly withheld: readonly WithheldRow[];
  readonly answers: readonly AnsweredAction[];
  /** Actions that were not begun because the run was stopped, or the device or the backend does not answer. */
  readonly left: number;
  readonly settlements: readonly Settlement[];
  /** On their way after this run's observation, of earlier runs. */
  readonly unsettled: readonly UnsettledAction[];
  /** Runs that ended without a word. */
  readonly cutOff: readonly string[];
  readonly guards: readonly GuardRow[];
  readonly stopped: readonly GuardRow[];
  readonly raised: readonly RaisedGuard[];
  readonly brakes: BrakesOfRun;
  readonly promotions: PromotionRun | null;
  /** What the provider said of the snapshot. */
  readonly diagnostics: readonly Diagnostic[];
  /** What the world failed with, for the diagnostics; the steps name it too. */
  readonly failures: readonly unknown[];
}

/** The steps of a run as they end. */
export class StepLog {
  readonly steps: RunStep[] = [];

  add(name: RunStepName, outcome: StepOutcome, detail: string, code: string | null = null): void {
    this.steps.push({ name, outcome, detail, code });
  }
}
