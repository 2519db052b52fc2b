/** What `why` shows beside the explanation itself: names, places, ages. Built from the same decision. */
import type { Decided } from "../../core/decide.ts";
import type { FactDeadline } from "../../core/fact-deadline.ts";
import { findFact } from "../../core/lookup.ts";
import type { Instant, Patch, Status } from "../../core/model.ts";
import type { PatchDateSource } from "../../core/patch-date.ts";
import { statusOf } from "../../core/snapshot.ts";

/** A device as a reader knows it. All texts are hostile; null is unknown. */
export interface WhyDevice {
  readonly name: string | null;
  readonly client: string | null;
  readonly site: string | null;
  readonly type: string | null;
  readonly os: string | null;
  readonly scannedAt: Instant | null;
}

/** A patch as a reader knows it. All texts are hostile. */
export interface WhyPatch extends Pick<Patch, "title" | "severity" | "kev" | "reboot" | "uninstallable"> {
  /** The patch date of design 1.2; null when there is none. */
  readonly date: Instant | null;
  readonly dateSource: PatchDateSource | null;
}

export interface WhyContext {
  readonly device: WhyDevice;
  readonly patch: WhyPatch;
  /** Who holds the windows; `reconciler`: approve means install now. */
  readonly schedules: "backend" | "reconciler";
  /** `Fleet.spec.staleAfter`, seconds. */
  readonly staleAfter: number;
  /** The ring before the device's; null for a first ring and for no ring. */
  readonly ringBefore: string | null;
  /** Status on this device of the patch that supersedes; null when it is not superseded. */
  readonly successorStatus: Status | null;
  /** Where the policy stands in Git; null when it is not known here. */
  readonly policyCommit: string | null;
  /** What was decided: `sha256:…` of policy and snapshot, and when the snapshot was taken. */
  readonly policyDigest: string;
  readonly snapshotDigest: string;
  readonly takenAt: Instant;
  /** Undefined where the Fleet names no deadline profile; null when none asks for this patch here. */
  readonly deadline?: FactDeadline | null;
}

/** The context of an explanation; `successor` is the id of the patch that supersedes it here, or null. */
export function makeWhyContext(
  decided: Decided,
  device: number,
  patch: number,
  successor: string | null,
  policyCommit: string | null = null,
): WhyContext {
  const { compiled, snapshot } = decided;
  const { fleet } = compiled.policy;
  return {
    device: viewDevice(decided, device),
    patch: viewPatch(decided, patch),
    schedules: snapshot.header.capabilities.schedules,
    staleAfter: fleet.staleAfter,
    ringBefore: compiled.rings[compiled.ringOfClass[compiled.classes.classOf[device]!]!]?.ring.after ?? null,
    successorStatus: successor === null ? null : statusOn(decided, device, successor),
    policyCommit,
    policyDigest: compiled.policy.digest,
    snapshotDigest: snapshot.digest,
    takenAt: snapshot.header.takenAt,
  };
}

function viewDevice(decided: Decided, device: number): WhyDevice {
  const { devices } = decided.snapshot;
  const text = (column: "client" | "site" | "type" | "os"): string | null => {
    const code = devices[column].codes[device]!;
    return code === 0 ? null : devices[column].values[code]!;
  };
  const scannedAt = devices.scannedAt[device]!;
  return {
    name: devices.name[device] ?? null,
    client: text("client"),
    site: text("site"),
    type: text("type"),
    os: text("os"),
    scannedAt: Number.isNaN(scannedAt) ? null : scannedAt,
  };
}

function viewPatch(decided: Decided, index: number): WhyPatch {
  const { title, severity, kev, reboot, uninstallable } = decided.snapshot.patches[index]!;
  const date = decided.compiled.dates.at[index]!;
  return {
    title,
    severity,
    kev,
    reboot,
    uninstallable,
    date: Number.isNaN(date) ? null : date,
    dateSource: decided.compiled.dates.source(index),
  };
}

function statusOn(decided: Decided, device: number, patch: string): Status | null {
  const index = decided.snapshot.patches.findIndex((candidate) => candidate.id === patch);
  const fact = index < 0 ? -1 : findFact(decided.snapshot, device, index);
  return fact < 0 ? null : statusOf(decided.snapshot.facts.state[fact]!);
}
