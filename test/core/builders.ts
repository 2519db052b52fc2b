/** Small policies and snapshots by hand: defaults of design 2 filled in, what a test is about written out. */
import { Buffer } from "node:buffer";
import { decide, type Decided } from "../../src/core/decide.ts";
import type { Status } from "../../src/core/model.ts";
import type {
  Decision,
  DeviceKey,
  Emergency,
  Fleet,
  Freeze,
  Hold,
  PatchKey,
  PolicySet,
  PromotionClaim,
  PromotionFile,
  Recall,
  Ring,
  Rule,
  Schedule,
  SelectorNode,
  SourcePlace,
} from "../../src/core/policy.ts";
import type { Snapshot } from "../../src/core/snapshot.ts";
import { parseDuration, parseInstant } from "../../src/core/time.ts";
import { readSnapshotBytes } from "../../src/snapshot/read.ts";
import { createZoneRules } from "../../src/time/zone-rules.ts";

/** Every test looks at this instant. */
export const NOW_TEXT = "2026-03-18T09:00:00Z";
export const NOW: number = parseInstant(NOW_TEXT)!;

/** An instant this long before NOW (`7d`), or after it (`-7d`). */
export function ago(text: string): string {
  const back = text.startsWith("-") ? -parseDuration(text.slice(1))! : parseDuration(text)!;
  return new Date((NOW - back) * 1000).toISOString().replace(".000", "");
}

type Value = string | number | boolean;
type SelectorMap<K extends string> = Readonly<Partial<Record<K, Value | readonly Value[]>>>;

/** `{ vendor: "Microsoft" }` as a selector; `{}` matches all. */
export function select<K extends string>(map: SelectorMap<K>): SelectorNode<K> {
  const nodes = (Object.entries(map) as [K, Value | readonly Value[]][]).map(([key, value]) => ({
    kind: "key" as const,
    key,
    values: typeof value === "object" ? value : [value],
  }));
  return { kind: "all", nodes };
}
export const devices: (map: SelectorMap<DeviceKey>) => SelectorNode<DeviceKey> = select;
export const patches: (map: SelectorMap<PatchKey>) => SelectorNode<PatchKey> = select;

export function not<K extends string>(node: SelectorNode<K>): SelectorNode<K> {
  return { kind: "not", node };
}

function statement(
  name: string,
  folder: string,
): { name: string; owner: null; description: null; place: SourcePlace } {
  return {
    name,
    owner: null,
    description: null,
    place: { file: `${folder}/${name}.yaml`, line: 3, column: 3 },
  };
}

export function ring(name: string, more: Partial<Ring> = {}): Ring {
  return {
    ...statement(name, "rings"),
    after: null,
    devices: devices({ tags: name }),
    schedule: null,
    soak: { for: 7 * 86_400, clock: "quorum", quorum: { percent: 80, minDevices: 1 } },
    gates: { installedPercent: 90, failedDevices: 0, failedPercent: 100, coverage: ["os"] },
    promotion: { by: "pull-request", reviewers: [], maxPatches: 50 },
    brake: null,
    ...more,
  };
}

export function rule(id: string, more: Partial<Rule> = {}): Rule {
  return {
    id,
    place: { file: `rules/${id.split("/")[0]!}.yaml`, line: 5, column: 7 },
    owner: null,
    patches: patches({}),
    devices: devices({}),
    rings: null,
    then: "approve",
    delay: 0,
    soak: null,
    schedule: null,
    priority: 0,
    rationale: null,
    ...more,
  };
}

export function decision(name: string, more: Partial<Decision> = {}): Decision {
  return {
    ...statement(name, "decisions"),
    patches: patches({}),
    devices: devices({}),
    action: "ignore",
    reason: "Breaks the CNC driver",
    ticket: null,
    expires: null,
    locked: false,
    ...more,
  };
}

export function hold(name: string, more: Partial<Hold> = {}): Hold {
  return {
    ...statement(name, "holds"),
    patches: patches({}),
    rings: null,
    devices: devices({}),
    reason: "Breaks label printing",
    ticket: null,
    until: null,
    ...more,
  };
}

export function recall(name: string, more: Partial<Recall> = {}): Recall {
  return {
    ...statement(name, "recalls"),
    patches: patches({}),
    devices: devices({}),
    uninstall: false,
    maxDevices: null,
    skip: [],
    reason: "Data loss",
    ticket: null,
    ...more,
  };
}

export function emergency(name: string, more: Partial<Emergency> = {}): Emergency {
  return {
    ...statement(name, "emergencies"),
    patches: patches({}),
    devices: devices({}),
    skip: ["promotion"],
    reason: "Exploited",
    ticket: null,
    requestedAt: NOW - 3600,
    expiresAt: NOW + 86_400,
    ...more,
  };
}

export function schedule(name: string, more: Partial<Schedule> = {}): Schedule {
  return {
    ...statement(name, "schedules"),
    timezone: "Europe/London",
    dst: "shift-forward",
    windows: [
      {
        on: { kind: "weekly", days: ["mon", "tue", "wed", "thu"] },
        startMinute: 22 * 60,
        duration: 4 * 3600,
      },
    ],
    ...more,
  };
}

export function freeze(name: string, more: Partial<Freeze> = {}): Freeze {
  return {
    ...statement(name, "freezes"),
    from: NOW - 86_400,
    to: NOW + 86_400,
    devices: devices({}),
    pending: "leave",
    reason: "Year-end close",
    ...more,
  };
}

/** A promotion file from `pilot` to `production`, valid for the rings of `ring()` unless `claim` says otherwise. */
export function promotion(patch: string, claim: Partial<PromotionClaim> | null = {}): PromotionFile {
  const at = NOW - 3600;
  const valid: PromotionClaim = {
    from: "pilot",
    revision: null,
    at,
    clock: "quorum",
    quorum: { percent: 80, minDevices: 1 },
    t0: at - 8 * 86_400,
    metAt: at - 86_400,
    eligible: 10,
    installed: 10,
    failed: 0,
    pending: 0,
    coverage: ["os"],
  };
  return {
    ...statement(`production-${patch.toLowerCase()}`, "promotions/production"),
    to: "production",
    patch,
    claim: claim === null ? null : { ...valid, ...claim },
  };
}

const FLEET: Fleet = {
  ...statement("fleet", "."),
  mode: "observe",
  timezone: "Europe/London",
  staleAfter: 72 * 3600,
  onUnmatched: "release",
  retries: { max: 3, backoff: 86_400 },
  provider: null,
  forge: null,
  store: null,
  notices: null,
  limits: {
    actionsPerRun: 500,
    devicesPerRun: { kind: "percent", value: 25 },
    uninstallsPerRun: 10,
    fleetShrink: { kind: "percent", value: 10 },
  },
};

/** Rings `pilot` and `production` by tag, and one rule that approves all, unless the test says otherwise. */
export function policy(more: Partial<PolicySet> = {}): PolicySet {
  return {
    digest: "sha256:9b1f4c6d0a52e7738c1e94b7d60f2a85c3f7196e4d08ab5271c9e30f846bd2a7",
    fleet: FLEET,
    rings: [ring("pilot"), ring("production", { after: "pilot" })],
    rules: [rule("base/all")],
    decisions: [],
    schedules: [],
    freezes: [],
    holds: [],
    recalls: [],
    emergencies: [],
    promotions: [],
    ...more,
  };
}

export type FactLine = { readonly patch: string; readonly status: Status } & Readonly<
  Record<string, unknown>
>;
export type PatchLine = { readonly id: string } & Readonly<Record<string, unknown>>;
export type DeviceLine = { readonly id: string; readonly facts: readonly FactLine[] } & Readonly<
  Record<string, unknown>
>;

export function fact(patch: string, status: Status, more: Readonly<Record<string, unknown>> = {}): FactLine {
  return { patch, status, ...more };
}

/** A scanned Windows workstation with one tag. */
export function device(id: string, tag: string, ...facts: readonly FactLine[]): DeviceLine {
  return {
    id,
    type: "workstation",
    os: { family: "windows", name: "Windows 11", version: "24H2" },
    tags: [tag],
    scannedAt: ago("1h"),
    facts,
  };
}

export function patch(id: string, more: Readonly<Record<string, unknown>> = {}): PatchLine {
  return { id, vendor: "Microsoft", severity: "critical", releasedAt: ago("8d"), ...more };
}

export const CAPABILITIES: Readonly<Record<string, unknown>> = {
  actions: ["approve", "ignore", "do-nothing", "reprocess", "uninstall"],
  holdIsSafe: true,
  schedules: "reconciler",
};

/** Reads the lines as a snapshot file; throws when the file is refused. */
export function snapshot(
  patchLines: readonly PatchLine[],
  deviceLines: readonly DeviceLine[],
  capabilities: Readonly<Record<string, unknown>> = CAPABILITIES,
): Snapshot {
  const header = {
    record: "header",
    format: "patchring.snapshot/1",
    takenAt: ago("30m"),
    provider: "file",
    complete: true,
    capabilities,
  };
  const lines = [
    header,
    ...patchLines.map((line) => ({ record: "patch", ...line })),
    ...deviceLines.map((line) => ({ record: "device", ...line })),
  ];
  const read = readSnapshotBytes(Buffer.from(`${lines.map((line) => JSON.stringify(line)).join("\n")}\n`));
  if (read.snapshot === null) throw new Error(JSON.stringify(read.diagnostics));
  return read.snapshot;
}

const ZONES = createZoneRules();

export function decideAt(policySet: PolicySet, snap: Snapshot, now: number = NOW): Decided {
  return decide(policySet, snap, now, ZONES);
}
