/** What a run reads and writes, and the world around it (design 6). Everything is passed in. */
import type { Decided } from "../../core/decide.ts";
import type { BrakeFinding } from "../../core/brake.ts";
import type { Instant } from "../../core/model.ts";
import type { GuardRow, PolicyIdentity } from "../../core/plan.ts";
import type { PolicySet } from "../../core/policy.ts";
import type { ZoneRules } from "../../core/zone.ts";
import type { PatchReader, PatchWriter, RaisedGuard } from "../../provider/provider.ts";
import type { LedgerFile, Store, StoreReader, StoreWriter } from "../../store/store.ts";
import type { PromotionRun } from "../promote/promote.ts";
import type { RunReport } from "./report.ts";

export interface RunClock {
  now(): Instant;
  /** Milliseconds from any fixed point; never goes back. */
  elapsedMs(): number;
  /** Resolves after that time, or as soon as the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Proposes the hold of a brake, and says what people made of it. Throws `ForgeError` or `RepoError`. */
export interface HoldPort {
  /** Safe to repeat. Null: a hold of the policy covers it already. */
  propose(brake: BrakeFinding): Promise<number | null>;
  readState(request: number): Promise<"open" | "merged" | "closed">;
}

/** The promotions of a run, on what it observed. Null: there is no repository or forge to promote in. */
export type PromotePort = (decided: Decided, now: Instant) => Promise<PromotionRun | null>;

/** A port could not be opened, and a person must act: the step is stalled, and the run goes on without it. */
export class PortRefused extends Error {
  /** Known to `explain`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "PortRefused";
    this.code = code;
  }
}

/** What a run only reads. */
export interface RunReadPorts {
  readonly reader: PatchReader;
  /** What is remembered; null where nothing was ever recorded (a dry run before the first one). */
  readonly memory: StoreReader | null;
  readonly clock: RunClock;
  /** Asked to stop: what is under way is finished and recorded, nothing more is begun. */
  readonly stop: AbortSignal;
}

export interface RunWritePorts extends RunReadPorts {
  readonly store: Store;
  /** Null where the mode sends nothing. */
  readonly writer: PatchWriter | null;
  readonly promote: PromotePort | null;
  readonly holds: HoldPort | null;
  readonly ledgerFile: LedgerFile | null;
  /** Tells people of a run that is recorded, while the lease is held. Never throws for a channel that fails. */
  readonly tell?: (report: RunReport, writer: StoreWriter) => Promise<void>;
  /** From 0 inclusive to 1 exclusive. */
  readonly random: () => number;
}

export interface RunPolicy {
  readonly policy: PolicySet;
  readonly zones: ZoneRules;
  readonly identity: PolicyIdentity;
}

export interface CheckedGuards {
  /** Tripped and not raised, or not far enough. */
  readonly stopped: readonly GuardRow[];
  readonly raised: readonly RaisedGuard[];
}

export interface RunOrder extends RunPolicy {
  /** Which tripped guards stop the run. */
  readonly checkGuards: (guards: readonly GuardRow[]) => CheckedGuards;
  /** "ops-1, process 4711": who writes. */
  readonly holder: string;
  readonly settings: RunSettings;
}

export interface RunSettings {
  /** How long the lease lasts without being renewed; longer than any call. */
  readonly leaseSeconds: number;
  /** Tries again after a failure that certainly had no effect. */
  readonly retries: number;
  /** Finished runs and settled actions are forgotten after this; the ledger keeps them. */
  readonly keepSeconds: number;
}

export const DEFAULT_SETTINGS: RunSettings = {
  leaseSeconds: 600,
  retries: 3,
  keepSeconds: 90 * 86_400,
};
