/**
 * The interface to a patch backend. Reading and writing are separate ports: a verb that
 * previews is built with a `PatchReader` and so cannot write (design 5, 6.2). What a
 * backend can do is never asked by its name: it stands in `snapshot.header.capabilities`.
 */
import type { Diagnostic } from "../core/diagnostic.ts";
import type { Action, Instant } from "../core/model.ts";
import type { Snapshot } from "../core/snapshot.ts";
import type { SnapshotSource } from "../snapshot/cached.ts";

/** What one look at the backend gave. */
export interface Observation {
  /** Null when any diagnostic is an error: nothing may be decided then. */
  readonly snapshot: Snapshot | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Observes a backend. Changes nothing, and is safe to repeat. */
export interface PatchReader {
  /**
   * All devices, patches and facts at one instant, with the backend's capabilities.
   * A backend that stopped half way gives a snapshot with `complete: false`.
   * Wrong content is diagnostics; throws `ProviderError` when the backend cannot be reached.
   */
  readSnapshot(): Promise<Observation>;
  /**
   * The snapshot that is stored in `source` when the backend has nothing else to say, without reading it
   * all again; null when it has, or when the stored one is damaged. Absent where a backend cannot tell.
   */
  readCached?(source: SnapshotSource): Promise<Snapshot | null>;
}

/** One action of a plan. */
export interface ActionRequest {
  readonly device: string;
  readonly patch: string;
  readonly action: Action;
  /** A reason code (design 3), for the backend's own log; it decides nothing. */
  readonly reason: string;
  /** The policy statement behind it; null where there is none. */
  readonly source: string | null;
}

/** A guard that was tripped and raised for one run by a person (design 3.2). */
export interface RaisedGuard {
  readonly guard: string;
  /** The limit of policy, and the value that exceeded it. */
  readonly limit: number;
  readonly value: number;
  /** What the person wrote. */
  readonly reason: string;
}

/** Actions that are sent together. */
export interface ActionBatch {
  /** The run that sends them. */
  readonly run: string;
  /** The run's now. */
  readonly at: Instant;
  readonly actions: readonly ActionRequest[];
  /** For the record, beside the actions; absent and empty are the same. */
  readonly raised?: readonly RaisedGuard[];
}

/**
 * What became of one action.
 * - `accepted`: the backend has taken it and will carry it out in its own time; whether it
 *   worked is seen in a later snapshot.
 * - `refused`: the backend said no and has done nothing; a person should see the reason.
 * - `unknown`: it may or may not have been taken (a connection lost after sending). It must
 *   not be sent again before the backend was read again (design 6.2).
 */
export type ActionOutcome =
  | { readonly kind: "accepted" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string };

/** How a backend likes to be told; what is absent has the default. */
export interface WriterPace {
  /** Actions in one batch. Absent: one batch a device. */
  readonly batchActions?: number;
  /** Batches under way at once. Default 4. */
  readonly concurrency?: number;
  /** Absent: no limit. */
  readonly callsPerMinute?: number;
  /** After this an answer is not waited for: the outcome is unknown. Default 120. */
  readonly timeoutSeconds?: number;
}

/** Tells a backend what to do. Held by `apply` and `reconcile` alone. */
export interface PatchWriter {
  readonly pace?: WriterPace;
  /**
   * Sends the actions in the order given; the caller has checked capabilities, windows and
   * guards, and nothing is decided again here. Gives one outcome an action, in the same
   * order. A batch of the same run that is sent twice takes effect once.
   * Throws `ProviderError` only when it is certain that none of the batch was taken.
   */
  send(batch: ActionBatch): Promise<readonly ActionOutcome[]>;
}

/** Both ports of one backend. */
export interface PatchProvider {
  readonly reader: PatchReader;
  readonly writer: PatchWriter;
}

/** `unreachable`: network or host down; `denied`: credentials or permissions; `storage`: a file or disk. */
export type ProviderErrorCode = "unreachable" | "denied" | "storage";

/** The world failed. Messages carry no tokens and no query strings. */
export class ProviderError extends Error {
  readonly code: ProviderErrorCode;
  /** True when trying again later may help without a person doing anything. */
  readonly retryable: boolean;

  constructor(code: ProviderErrorCode, retryable: boolean, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ProviderError";
    this.code = code;
    this.retryable = retryable;
  }
}
