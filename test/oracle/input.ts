/**
 * What the oracle is given: the lines of a snapshot file (design 1.6) as they come out of
 * `JSON.parse`. Absent and `null` mean the same; unknown fields may stand anywhere.
 */
import type { Action, Approval, ApprovalSource, Status } from "../../src/core/model.ts";

/** A field that may be absent; `null` means absent (design 1.6). */
export type Maybe<T> = T | null | undefined;

export interface OracleHeader {
  readonly record?: "header";
  readonly format?: string;
  readonly takenAt: string;
  readonly provider?: Maybe<string>;
  readonly complete?: Maybe<boolean>;
  readonly capabilities?: Maybe<{
    readonly actions?: Maybe<readonly Action[]>;
    readonly holdIsSafe?: Maybe<boolean>;
    readonly schedules?: Maybe<"backend" | "reconciler">;
  }>;
  readonly counts?: Maybe<{ readonly patches: number; readonly devices: number; readonly facts: number }>;
}

export interface OraclePatch {
  readonly record?: "patch";
  readonly id: string;
  readonly title?: Maybe<string>;
  readonly vendor?: Maybe<string>;
  readonly product?: Maybe<string>;
  readonly version?: Maybe<string>;
  readonly revision?: Maybe<string | number>;
  readonly category?: Maybe<string>;
  readonly severity?: Maybe<string>;
  readonly kb?: Maybe<string>;
  readonly bulletin?: Maybe<string>;
  readonly cves?: Maybe<readonly string[]>;
  readonly cvss?: Maybe<number>;
  readonly kev?: Maybe<{ readonly addedOn?: Maybe<string>; readonly dueOn?: Maybe<string> }>;
  readonly releasedAt?: Maybe<string>;
  readonly firstSeenAt?: Maybe<string>;
  readonly supersedes?: Maybe<readonly string[]>;
  readonly reboot?: Maybe<string>;
  readonly uninstallable?: Maybe<string>;
  readonly url?: Maybe<string>;
  readonly sizeBytes?: Maybe<number>;
}

export interface OracleFact {
  readonly patch: string;
  readonly status: Status;
  readonly approval?: Maybe<Approval>;
  readonly approvalBy?: Maybe<ApprovalSource>;
  readonly installedBy?: Maybe<string>;
  readonly detectedAt?: Maybe<string>;
  readonly approvedAt?: Maybe<string>;
  readonly installedAt?: Maybe<string>;
  readonly attempts?: Maybe<number>;
  readonly lastAttemptAt?: Maybe<string>;
  readonly error?: Maybe<string>;
}

export interface OracleDevice {
  readonly record?: "device";
  readonly id: string;
  readonly name?: Maybe<string>;
  readonly client?: Maybe<string>;
  readonly site?: Maybe<string>;
  readonly type?: Maybe<string>;
  readonly os?: Maybe<{
    readonly family?: Maybe<string>;
    readonly name?: Maybe<string>;
    readonly version?: Maybe<string>;
    readonly arch?: Maybe<string>;
  }>;
  readonly tags?: Maybe<readonly string[]>;
  readonly apps?: Maybe<readonly string[]>;
  readonly timezone?: Maybe<string>;
  readonly lastSeenAt?: Maybe<string>;
  readonly scannedAt?: Maybe<string>;
  readonly critical?: Maybe<boolean>;
  readonly exposed?: Maybe<string>;
  readonly contact?: Maybe<string>;
  readonly facts?: Maybe<readonly OracleFact[]>;
}

/** A whole snapshot file, line by line. */
export interface OracleSnapshot {
  readonly header: OracleHeader;
  readonly patches: readonly OraclePatch[];
  readonly devices: readonly OracleDevice[];
}
