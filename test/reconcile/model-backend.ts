/** A small model of a patch backend: devices need patches, get approvals, install, fail, remove. */
import type { Instant } from "../../src/core/model.ts";
import type { Plan } from "../../src/core/plan.ts";
import type { Snapshot } from "../../src/core/snapshot.ts";
import { formatInstant } from "../../src/core/time.ts";
import { readSnapshotBytes } from "../../src/snapshot/read.ts";

export interface ModelDevice {
  readonly id: string;
  readonly tags?: readonly string[];
  readonly os?: { readonly family: string; readonly name: string; readonly version?: string };
}

export interface ModelPatch {
  readonly id: string;
  readonly title?: string;
  readonly revision?: number | string;
  readonly severity?: string;
  readonly category?: string;
  readonly vendor?: string;
  readonly kev?: { readonly addedOn?: string; readonly dueOn?: string };
  readonly uninstallable?: "yes" | "no" | "unknown";
  readonly releasedAt?: string;
  readonly supersedes?: readonly string[];
}

export interface ModelFact {
  status: string;
  approval?: string;
  approvalBy?: string;
  detectedAt?: Instant;
  approvedAt?: Instant;
  installedAt?: Instant;
  attempts?: number;
  lastAttemptAt?: Instant;
  error?: string;
}

/** What the device does with an approval: installs, or fails. */
export type Behaviour = (device: string, patch: string) => "install" | "fail" | "later";

export class ModelBackend {
  readonly devices: ModelDevice[];
  readonly patches: ModelPatch[] = [];
  readonly facts: Map<string, Map<string, ModelFact>> = new Map<string, Map<string, ModelFact>>();
  /** False: it stops half way when it is read. */
  isComplete = true;
  behaviour: Behaviour = () => "install";

  constructor(devices: readonly ModelDevice[]) {
    this.devices = [...devices];
    for (const { id } of devices) this.facts.set(id, new Map());
  }

  /** Every device (or some of them) needs a patch from now on. */
  release(patch: ModelPatch, at: Instant, needing: (device: ModelDevice) => boolean = () => true): void {
    const old = this.patches.findIndex(({ id }) => id === patch.id);
    if (old >= 0) this.patches.splice(old, 1);
    this.patches.push({ releasedAt: formatInstant(at), ...patch });
    for (const device of this.devices) {
      const facts = this.facts.get(device.id)!;
      if (needing(device) && !facts.has(patch.id)) facts.set(patch.id, { status: "missing", detectedAt: at });
    }
  }

  fact(device: string, patch: string): ModelFact | undefined {
    return this.facts.get(device)?.get(patch);
  }

  /** Takes the actions of a plan. */
  apply(plan: Plan, at: Instant): void {
    for (const { device, patch, action } of plan.actions) {
      const fact = this.facts.get(device)!.get(patch)!;
      if (action === "approve" || action === "reprocess") {
        Object.assign(fact, {
          status: "pending",
          approval: "approve",
          approvalBy: "patchring",
          approvedAt: at,
        });
      } else if (action === "ignore") {
        Object.assign(fact, { status: "ignored", approval: "ignore", approvalBy: "patchring" });
      } else if (action === "uninstall") {
        Object.assign(fact, { approval: "uninstall", approvalBy: "patchring" });
      } else {
        fact.approval = "none";
        if (fact.status === "pending" || fact.status === "ignored") fact.status = "missing";
      }
    }
  }

  /** Devices do what they were told. */
  work(at: Instant): void {
    for (const [device, facts] of this.facts) {
      for (const [patch, fact] of facts) this.#workOn(device, patch, fact, at);
    }
  }

  #workOn(device: string, patch: string, fact: ModelFact, at: Instant): void {
    if (fact.approval === "uninstall" && fact.status === "installed") {
      fact.status = "ignored";
      fact.approval = "ignore";
      delete fact.installedAt;
      return;
    }
    if (fact.status !== "pending") return;
    const what = this.behaviour(device, patch);
    if (what === "install") {
      Object.assign(fact, { status: "installed", approval: "none", installedAt: at });
      delete fact.approvedAt;
    } else if (what === "fail") {
      Object.assign(fact, { status: "failed", attempts: (fact.attempts ?? 0) + 1, lastAttemptAt: at });
    }
  }

  snapshot(now: Instant): Snapshot {
    const lines: unknown[] = [
      {
        record: "header",
        format: "patchring.snapshot/1",
        takenAt: formatInstant(now),
        provider: "model",
        complete: this.isComplete,
        capabilities: {
          actions: ["approve", "ignore", "do-nothing", "reprocess", "uninstall"],
          holdIsSafe: true,
          schedules: "reconciler",
        },
      },
      ...[...this.patches]
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map((patch) => ({ record: "patch", ...patch })),
      ...this.devices.map(({ id, tags, os }) => ({
        record: "device",
        id,
        type: "workstation",
        tags: tags ?? [],
        os: os ?? { family: "windows", name: "Windows 11", version: "24H2" },
        scannedAt: formatInstant(now),
        facts: [...this.facts.get(id)!].map(([patch, fact]) => printFact(patch, fact)),
      })),
    ];
    const text = lines.map((line) => JSON.stringify(line)).join("\n");
    const { snapshot, diagnostics } = readSnapshotBytes(Buffer.from(text));
    if (snapshot === null) throw new Error(JSON.stringify(diagnostics.slice(0, 3)));
    return snapshot;
  }
}

function printFact(patch: string, fact: ModelFact): Record<string, unknown> {
  const date = (at: Instant | undefined): string | undefined =>
    at === undefined ? undefined : formatInstant(at);
  return {
    patch,
    ...fact,
    detectedAt: date(fact.detectedAt),
    approvedAt: date(fact.approvedAt),
    installedAt: date(fact.installedAt),
    lastAttemptAt: date(fact.lastAttemptAt),
  };
}
