/**
 * A snapshot as columns (design 1.6, 6.1): devices, patches and facts read from a
 * backend at one instant. Facts are dictionary-coded typed arrays; objects are
 * made only for what is printed.
 */
import type { Capabilities, Instant, Patch } from "./model.ts";
import { APPROVALS, APPROVAL_SOURCES, STATUSES } from "./model.ts";
import type { Approval, ApprovalSource, Status } from "./model.ts";

export interface SnapshotHeader {
  readonly takenAt: Instant;
  readonly provider: string | null;
  /** False when the backend stopped half way: shown, never applied. */
  readonly complete: boolean;
  readonly capabilities: Capabilities;
}

/** One text a device, dictionary-coded. Code 0 means absent, and `values[0]` is "". */
export interface TextColumn {
  readonly values: readonly string[];
  readonly codes: Uint32Array;
}

/** A list of texts a device, dictionary-coded by the whole list. Code 0 means none, and `values[0]` is []. */
export interface ListColumn {
  readonly values: readonly (readonly string[])[];
  readonly codes: Uint32Array;
}

export interface DeviceColumns {
  readonly count: number;
  readonly id: readonly string[];
  readonly name: readonly (string | null)[];
  readonly client: TextColumn;
  readonly site: TextColumn;
  readonly type: TextColumn;
  readonly osFamily: TextColumn;
  /** "name version", or the name alone (design 2.1). */
  readonly os: TextColumn;
  readonly timezone: TextColumn;
  /** `yes` | `no` | `unknown`; absent is `unknown`, never code 0. */
  readonly exposed: TextColumn;
  readonly contact: TextColumn;
  readonly tags: ListColumn;
  readonly apps: ListColumn;
  /** 0 absent, 1 false, 2 true. */
  readonly critical: Uint8Array;
  /** Instants; NaN is absent. */
  readonly scannedAt: Float64Array;
  readonly lastSeenAt: Float64Array;
  /** Where the facts of a device start in the fact columns, and how many there are. Segments need not be in device order. */
  readonly factStart: Uint32Array;
  readonly factCount: Uint32Array;
}

/** Patch indexes: two bytes each where that suffices for all patches of the snapshot. */
export type PatchColumn = Uint16Array | Uint32Array;

/** A number a fact, by its index: 0 for most, which need not be held then. A typed array is one. */
export interface FactNumbers<A extends Uint16Array | Uint32Array = Uint16Array | Uint32Array> {
  at(fact: number): number | undefined;
  /** A copy of the numbers from `start` to before `end`. */
  slice(start: number, end: number): A;
}

/**
 * One entry a fact, in segments by device; within a segment in file order.
 * Times are seconds since 1970 in a Uint32: 0 is absent (nothing before 1972 is a
 * date, design 1.2) and 0xffffffff stands for anything later than 2106.
 */
export interface FactColumns {
  /** Entries in use; the arrays may be longer. */
  readonly length: number;
  /** Index into `Snapshot.patches`. */
  readonly patch: PatchColumn;
  /** See `packState`. */
  readonly state: Uint8Array;
  readonly detectedAt: Uint32Array;
  readonly approvedAt: Uint32Array;
  readonly installedAt: Uint32Array;
  /** Index into `INSTALLERS`. */
  readonly installedBy: Uint8Array;
  readonly lastAttemptAt: FactNumbers<Uint32Array>;
  /** 0 when absent; 65535 stands for anything larger. */
  readonly attempts: FactNumbers<Uint16Array>;
  /** Backend error text by fact index; absent where there is none. */
  readonly errors: ReadonlyMap<number, string>;
}

export interface Snapshot {
  readonly header: SnapshotHeader;
  /** `sha256:` and the hex digest of the uncompressed bytes of the snapshot file. */
  readonly digest: string;
  /** Tells later, without reading it, that the file is still this one; absent when nothing can tell. */
  readonly stamp?: string;
  /** In file order; the position is the patch index of the fact columns. */
  readonly patches: readonly Patch[];
  readonly devices: DeviceColumns;
  readonly facts: FactColumns;
}

/**
 * Packs a fact's state into one byte: bits 0-2 the status code, bits 3-4 the approval
 * in force (given, or implied by the status), bit 5 set when the approval was given,
 * bits 6-7 who set it.
 */
export function packState(
  statusCode: number,
  approvalCode: number,
  approvalGiven: boolean,
  approvalByCode: number,
): number {
  return statusCode | (approvalCode << 3) | (approvalGiven ? 32 : 0) | (approvalByCode << 6);
}

export function statusOf(state: number): Status {
  return STATUSES[state & 7] as Status;
}

/** The approval in force, `A` of design 1.5. */
export function approvalOf(state: number): Approval {
  return APPROVALS[(state >> 3) & 3] as Approval;
}

export function approvalByOf(state: number): ApprovalSource {
  return APPROVAL_SOURCES[state >> 6] as ApprovalSource;
}
