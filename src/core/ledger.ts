/**
 * The ledger: the append-only record of runs, actions and promotions (design 1, 6). Each record
 * carries the hash of the one before it, so that an edit, a removal or a new order shows.
 */
import { canonicalJson } from "./canonical-json.ts";
import type { Action, Instant, Reason, Verdict } from "./model.ts";
import type { GuardRow, Plan } from "./plan.ts";
import { formatInstant } from "./time.ts";

/** The steps of a run, in their order. */
export const RUN_STEPS = ["observe", "decide", "plan", "guard", "apply", "record", "promote"] as const;
export type RunStepName = (typeof RUN_STEPS)[number];

/** `waiting`: time will do it. `stalled`: a person must act. `skipped`: the mode or an earlier step says no. */
export const STEP_OUTCOMES = ["done", "waiting", "stalled", "failed", "skipped"] as const;
export type StepOutcome = (typeof STEP_OUTCOMES)[number];

export interface RunStep {
  readonly name: RunStepName;
  readonly outcome: StepOutcome;
  /** One sentence for whoever is on call. */
  readonly detail: string;
  /** A code that `explain` knows; null where nothing is wrong. */
  readonly code: string | null;
}

/** One pass of the reconciler as it ended; the heartbeat where nothing changed. */
export interface RunSummary {
  readonly mode: "observe" | "propose" | "apply";
  readonly startedAt: string;
  readonly finishedAt: string;
  /** False for a run that sent, settled, proposed, braked and stopped nothing. */
  readonly changed: boolean;
  readonly exitCode: number;
  readonly policy: Plan["policy"] | null;
  readonly snapshot: Plan["snapshot"] | null;
  readonly verdicts: Plan["verdicts"] | null;
  readonly actions: Readonly<Record<Action, number>> | null;
  readonly sent: { readonly accepted: number; readonly refused: number; readonly unknown: number };
  readonly steps: readonly RunStep[];
  /** First instant at which something can change without anybody doing anything; null when none is known. */
  readonly nextChangeAt: string | null;
}

/** What is sent, written down before it is sent. */
export interface ActionIntent {
  /** Unique: the run and a number in it. */
  readonly id: string;
  readonly device: string;
  readonly patch: string;
  readonly action: Action;
  readonly ring: string | null;
  readonly verdict: Verdict;
  readonly reason: Reason | "FROZEN";
  readonly source: string | null;
}

/**
 * - `accepted`, `refused`, `unknown`: what the call gave.
 * - `not-sent`: the run ended before the call; certain, because the call was never begun.
 * - `settled`: a later snapshot shows the effect. `undone`: it shows that nothing happened; policy
 *   decides again. `unverified`: answered with success, and not to be seen after two observations.
 */
export const ACTION_RESULTS = [
  "accepted",
  "refused",
  "unknown",
  "not-sent",
  "settled",
  "undone",
  "unverified",
] as const;
export type ActionResult = (typeof ACTION_RESULTS)[number];

/** The content of a record, by its type. */
export interface LedgerData {
  readonly run: RunSummary;
  readonly action: ActionIntent;
  readonly outcome: {
    readonly action: string;
    readonly device: string;
    readonly patch: string;
    readonly result: ActionResult;
    readonly detail: string | null;
  };
  readonly promotion: {
    readonly event: "opened" | "updated" | "merged" | "closed" | "withdrawn" | "failed";
    readonly ring: string;
    readonly request: number | null;
    readonly headSha: string | null;
    readonly patches: readonly string[];
    readonly detail: string | null;
  };
  readonly guard: GuardRow;
  readonly override: {
    readonly guard: string;
    readonly limit: number;
    readonly value: number;
    readonly reason: string;
  };
  readonly brake: {
    readonly event: "set" | "released";
    readonly ring: string;
    readonly patch: string;
    readonly failed: number;
    readonly eligible: number;
    /** The request that proposes a hold; null where there is none. */
    readonly request: number | null;
    readonly detail: string;
  };
  readonly notice: {
    readonly kind: string;
    readonly channel: string;
    readonly subject: string;
    readonly key: string;
  };
}
export type LedgerType = keyof LedgerData;

export const LEDGER_TYPES: readonly LedgerType[] = [
  "run",
  "action",
  "outcome",
  "promotion",
  "guard",
  "override",
  "brake",
  "notice",
];

/** What is to be recorded, before it has a place in the chain. */
export type LedgerEntry = {
  readonly [Type in LedgerType]: {
    readonly at: Instant;
    readonly run: string | null;
    readonly type: Type;
    readonly data: LedgerData[Type];
  };
}[LedgerType];

/** One line of the ledger. */
export interface LedgerRecord {
  readonly format: "patchring.ledger/1";
  /** 1, 2, 3 … without gaps. */
  readonly seq: number;
  readonly at: string;
  readonly run: string | null;
  readonly type: LedgerType;
  readonly data: LedgerData[LedgerType];
  /** `hash` of the record before; `NO_RECORD` for the first. */
  readonly previous: string;
  /** `sha256:` and the hex digest of the canonical JSON of this record without `hash`. */
  readonly hash: string;
}

/** What stands before the first record. */
export const NO_RECORD: string = `sha256:${"0".repeat(64)}`;

/** The end of a chain. */
export interface LedgerHead {
  readonly seq: number;
  readonly hash: string;
}

/** Gives an entry its place. `digest` gives `sha256:` and hex for a text. */
export function chainRecord(
  head: LedgerHead,
  entry: LedgerEntry,
  digest: (text: string) => string,
): LedgerRecord {
  const open = {
    format: "patchring.ledger/1",
    seq: head.seq + 1,
    at: formatInstant(entry.at),
    run: entry.run,
    type: entry.type,
    data: entry.data,
    previous: head.hash,
  } as const;
  return { ...open, hash: digest(canonicalJson(open)) };
}
