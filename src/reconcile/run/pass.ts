/** The steps of a run, in their order; each leaves its outcome. */
import type { Diagnostic } from "../../core/diagnostic.ts";
import type { LedgerEntry } from "../../core/ledger.ts";
import type { Instant } from "../../core/model.ts";
import type { GuardRow } from "../../core/plan.ts";
import type { Settlement, UnsettledAction } from "../../core/settle.ts";
import { fillSeenTimes } from "../../core/seen-times.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { ForgeError } from "../../forge/error.ts";
import { ProviderError } from "../../provider/provider.ts";
import { RepoError } from "../../repo/error.ts";
import type { StoreWriter } from "../../store/store.ts";
import type { PromotionRun } from "../promote/promote.ts";
import { applyActions, type Applied } from "./apply.ts";
import { followBrakes, readLifted, setBrakes } from "./brakes.ts";
import { choose, countingGuards, decideRun, judge, type Choice, type RunDecision } from "./decide-run.ts";
import { guardEntry, overrideEntry, promotionEntry } from "./entries.ts";
import type { LeaseKeeper } from "./lease.ts";
import type { Memory } from "./memory.ts";
import { asCutOff, markCutOff, readBackend, recordSettlements, settle } from "./observe.ts";
import type { CheckedGuards, RunOrder, RunReadPorts, RunWritePorts } from "./ports.ts";
import { StepLog, type BrakesOfRun, type RunReport } from "./report.ts";
import * as say from "./say.ts";
import { summarize } from "./summary.ts";

/** Null: nothing is written, it is a dry run. */
export interface WritingSession {
  readonly id: string;
  readonly startedAt: Instant;
  readonly store: StoreWriter;
  readonly lease: LeaseKeeper;
}

const NOTHING_CHECKED: CheckedGuards = { stopped: [], raised: [] };
const NO_BRAKES: BrakesOfRun = { set: [], kept: [], released: [] };
const DAY = 86_400;
