/** A patch backend in memory that installs in its own time, remembers every call, and fails when told to. */
import {
  APPROVALS,
  APPROVAL_SOURCES,
  STATUSES,
  type Approval,
  type Instant,
  type Patch,
  type Status,
} from "../../../src/core/model.ts";
import { packState, type Snapshot } from "../../../src/core/snapshot.ts";
import type {
  ActionBatch,
  ActionOutcome,
  ActionRequest,
  Observation,
  PatchReader,
  PatchWriter,
  WriterPace,
} from "../../../src/provider/provider.ts";

export interface SimFact {
  status: Status;
  approval: Approval;
  byUs: boolean;
  detectedAt: Instant;
  approvedAt: Instant;
  installedAt: Instant;
  attempts: number;
  lastAttemptAt: Instant;
}

/** One action that reached the backend. */
export interface Sent extends ActionRequest {
  readonly run: string;
  readonly at: Instant;
  /** Readings that had been finished before. */
  readonly reads: number;
}

export interface SimDevice {
  readonly id: string;
  readonly tag: string;
}

export class SimBackend {
  readonly devices: readonly SimDevice[];
  readonly now: () => Instant;
  readonly pace: WriterPace;
  readonly sent: Sent[] = [];
  patches: Patch[] = [];
  /** By device, then patch id. */
  readonly facts: Map<string, Map<string, SimFact>> = new Map<string, Map<string, SimFact>>();
  readonly scannedAt: Map<string, Instant> = new Map<string, Instant>();
  reads = 0;
  isComplete = true;

  constructor(devices: readonly SimDevice[], now: () => Instant, pace: WriterPace = {}) {
    this.devices = devices;
    this.now = now;
    this.pace = pace;
    for (const { id } of devices) {
      this.facts.set(id, new Map());
      this.scannedAt.set(id, now());
    }
  }

  /** The same backend, from here on a world of its own. */
  clone(now: () => Instant, pace: WriterPace = this.pace): SimBackend {
    const copy = new SimBackend(this.devices, now, pace);
    copy.patches = [...this.patches];
    copy.sent.push(...this.sent);
    copy.reads = this.reads;
    for (const [device, facts] of this.facts) {
      copy.facts.set(device, new Map([...facts].map(([patch, fact]) => [patch, { ...fact }])));
    }
    return copy;
  }

  release(patch: Partial<Patch> & { readonly id: string }): void {
    const at = this.now();
    this.patches.push({ ...PLAIN, releasedAt: at, ...patch });
    for (const facts of this.facts.values()) {
      facts.set(patch.id, { ...MISSING, detectedAt: at });
    }
  }

  retire(patch: string): void {
    this.patches = this.patches.filter(({ id }) => id !== patch);
    for (const facts of this.facts.values()) facts.delete(patch);
  }

  fact(device: string, patch: string): SimFact {
    return this.facts.get(device)!.get(patch)!;
  }

  get reader(): PatchReader {
    return { readSnapshot: (): Promise<Observation> => Promise.resolve(this.read()) };
  }

  get writer(): PatchWriter {
    return {
      pace: this.pace,
      send: (batch): Promise<readonly ActionOutcome[]> => {
        this.take(batch);
        return Promise.resolve(batch.actions.map(() => ({ kind: "accepted" })));
      },
    };
  }

  /** The actions take effect. */
  take({ run, actions }: Pick<ActionBatch, "run" | "actions">): void {
    const at = this.now();
    for (const one of actions) {
      this.sent.push({ ...one, run, at, reads: this.reads });
      const fact = this.facts.get(one.device)?.get(one.patch);
      if (fact !== undefined) takeAction(fact, one.action, at);
    }
  }

  read(): Observation {
    this.reads += 1;
    return { snapshot: this.snapshot(), diagnostics: [] };
  }

  snapshot(): Snapshot {
    const { devices, patches } = this;
    const count = devices.length;
    const length = [...this.facts.values()].reduce((sum, facts) => sum + facts.size, 0);
    const columns = {
      patch: new Uint32Array(length),
      state: new Uint8Array(length),
      detectedAt: new Uint32Array(length),
      approvedAt: new Uint32Array(length),
      installedAt: new Uint32Array(length),
      lastAttemptAt: new Uint32Array(length),
      attempts: new Uint16Array(length),
      installedBy: new Uint8Array(length),
    };
    const factStart = new Uint32Array(count);
    const factCount = new Uint32Array(count);
    let at = 0;
    devices.forEach(({ id }, d) => {
      const facts = this.facts.get(id)!;
      factStart[d] = at;
      patches.forEach((patch, p) => {
        const fact = facts.get(patch.id);
        if (fact === undefined) return;
        columns.patch[at] = p;
        columns.state[at] = packState(
          STATUSES.indexOf(fact.status),
          APPROVALS.indexOf(fact.approval),
          true,
          fact.byUs ? APPROVAL_SOURCES.indexOf("patchring") : 0,
        );
        columns.detectedAt[at] = fact.detectedAt;
        columns.approvedAt[at] = fact.approvedAt;
        columns.installedAt[at] = fact.installedAt;
        columns.lastAttemptAt[at] = fact.lastAttemptAt;
        columns.attempts[at] = fact.attempts;
        at += 1;
      });
      factCount[d] = at - factStart[d];
    });
    const absent = { values: [""], codes: new Uint32Array(count) };
    const tags = [...new Set(devices.map(({ tag }) => tag))];
    const unknown = { values: ["", "unknown"], codes: new Uint32Array(count).fill(1) };
    const now = this.now();
    return {
      header: {
        takenAt: now,
        provider: "sim",
        complete: this.isComplete,
        capabilities: {
          actions: ["approve", "ignore", "do-nothing", "reprocess", "uninstall"],
          holdIsSafe: true,
          schedules: "reconciler",
        },
      },
      digest: `sha256:${"0".repeat(64)}`,
      patches,
      devices: {
        count,
        id: devices.map(({ id }) => id),
        name: devices.map(() => null),
        client: absent,
        site: absent,
        type: absent,
        osFamily: absent,
        os: absent,
        timezone: absent,
        exposed: unknown,
        contact: absent,
        tags: {
          values: [[], ...tags.map((tag) => [tag])],
          codes: Uint32Array.from(devices, ({ tag }) => tags.indexOf(tag) + 1),
        },
        apps: { values: [[]], codes: new Uint32Array(count) },
        critical: new Uint8Array(count),
        scannedAt: Float64Array.from(devices, ({ id }) => this.scannedAt.get(id)!),
        lastSeenAt: new Float64Array(count).fill(NaN),
        factStart,
        factCount,
      },
      facts: { length, ...columns, errors: new Map() },
    };
  }
}

const PLAIN: Omit<Patch, "id"> = {
  title: null,
  vendor: null,
  product: null,
  version: null,
  revision: null,
  category: null,
  severity: "unknown",
  kb: null,
  bulletin: null,
  cves: [],
  cvss: null,
  kev: null,
  releasedAt: null,
  firstSeenAt: null,
  supersedes: [],
  reboot: "unknown",
  uninstallable: "unknown",
  url: null,
  sizeBytes: null,
};

const MISSING: SimFact = {
  status: "missing",
  approval: "none",
  byUs: false,
  detectedAt: 0,
  approvedAt: 0,
  installedAt: 0,
  attempts: 0,
  lastAttemptAt: 0,
};

function takeAction(fact: SimFact, action: ActionRequest["action"], at: Instant): void {
  const open = ["missing", "pending", "ignored", "failed"].includes(fact.status);
  switch (action) {
    case "approve":
    case "reprocess":
      if (open) Object.assign(fact, { status: "pending", approval: "approve", byUs: true, approvedAt: at });
      return;
    case "ignore":
      if (open) fact.status = "ignored";
      Object.assign(fact, { approval: "ignore", byUs: true });
      return;
    case "do-nothing":
      if (open) fact.status = "missing";
      Object.assign(fact, { approval: "none", byUs: false });
      return;
    case "uninstall":
      Object.assign(fact, { approval: "uninstall", byUs: true });
  }
}

/** Actions that were sent again although no reading was finished in between. */
export function sentTwiceBlindly(sent: readonly Sent[]): readonly Sent[] {
  const last = new Map<string, number>();
  return sent.filter(({ device, patch, action, reads }) => {
    const key = JSON.stringify([device, patch, action]);
    const before = last.get(key);
    last.set(key, reads);
    return before === reads;
  });
}
