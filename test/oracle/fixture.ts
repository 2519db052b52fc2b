/** Small policies and snapshots, written by hand: one pilot ring, one ring after it, and what a case adds. */
import type { Plan, VerdictRow } from "../../src/core/plan.ts";
import type * as P from "../../src/core/policy.ts";
import { parseInstant } from "../../src/core/time.ts";
import type { OracleDevice, OracleFact, OraclePatch, OracleSnapshot } from "./input.ts";
import { oraclePlan, oracleVerdicts } from "./oracle.ts";
import { createTestZones } from "./zones.ts";

export const NOW: number = parseInstant("2026-03-18T09:00:00Z") as number;
export const ALL: { readonly kind: "all"; readonly nodes: readonly [] } = { kind: "all", nodes: [] };

export function is<K extends string>(key: K, ...values: (string | number | boolean)[]): P.SelectorNode<K> {
  return { kind: "key", key, values };
}

export function named(name: string): P.Statement {
  return { name, owner: null, description: null, place: { file: "policy.yaml", line: 1, column: 1 } };
}

export function ring(name: string, more: Partial<P.Ring> = {}): P.Ring {
  return {
    ...named(name),
    after: null,
    devices: is<P.DeviceKey>("tags", name),
    schedule: null,
    soak: { for: 604_800, clock: "quorum", quorum: { percent: 80, minDevices: 1 } },
    gates: { installedPercent: 90, failedDevices: 0, failedPercent: 100, coverage: [] },
    promotion: { by: "pull-request", reviewers: [], maxPatches: 50 },
    brake: null,
    ...more,
  };
}

export function rule(id: string, more: Partial<P.Rule> = {}): P.Rule {
  return {
    id,
    place: { file: "policy.yaml", line: 1, column: 1 },
    owner: null,
    patches: ALL,
    devices: ALL,
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

export function decision(
  name: string,
  action: P.Decision["action"],
  more: Partial<P.Decision> = {},
): P.Decision {
  const base = { patches: is<P.PatchKey>("id", "p"), devices: ALL, expires: null, locked: false };
  return { ...named(name), ...base, action, reason: null, ticket: null, ...more };
}

export function recall(name: string, more: Partial<P.Recall> = {}): P.Recall {
  const base = {
    patches: is<P.PatchKey>("id", "p"),
    devices: ALL,
    uninstall: false,
    maxDevices: null,
    skip: [],
  };
  return { ...named(name), ...base, reason: null, ticket: null, ...more };
}

export function hold(name: string, more: Partial<P.Hold> = {}): P.Hold {
  const base = { patches: is<P.PatchKey>("id", "p"), rings: null, devices: ALL, until: null };
  return { ...named(name), ...base, reason: null, ticket: null, ...more };
}

export function emergency(name: string, more: Partial<P.Emergency> = {}): P.Emergency {
  const base = { patches: is<P.PatchKey>("id", "p"), devices: ALL, skip: [], reason: null, ticket: null };
  return { ...named(name), ...base, requestedAt: NOW - 3600, expiresAt: NOW + 3600, ...more };
}

export function policy(more: Partial<P.PolicySet> = {}): P.PolicySet {
  return {
    digest: "sha256:0",
    fleet: {
      ...named("fleet"),
      mode: "observe",
      timezone: "UTC",
      staleAfter: 259_200,
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
    },
    rings: [ring("pilot"), ring("prod", { after: "pilot" })],
    rules: [],
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

export function fact(status: OracleFact["status"], more: Partial<OracleFact> = {}): OracleFact {
  return { patch: "p", status, ...more };
}

export function device(id: string, ringName: string, ...facts: OracleFact[]): OracleDevice {
  return { id, tags: [ringName], scannedAt: "2026-03-18T08:00:00Z", facts };
}

/** The patch that most cases speak of, released eight days ago. */
export const PATCH: OraclePatch = { id: "p", releasedAt: "2026-03-10T09:00:00Z" };

export function snapshot(
  devices: readonly OracleDevice[],
  patches: readonly OraclePatch[] = [PATCH],
  capabilities: OracleSnapshot["header"]["capabilities"] = {
    actions: ["approve", "ignore", "do-nothing", "reprocess", "uninstall"],
    holdIsSafe: true,
    schedules: "reconciler",
  },
): OracleSnapshot {
  const header = { takenAt: "2026-03-18T08:30:00Z", complete: true, ...(capabilities && { capabilities }) };
  return { header, devices, patches };
}

const zones = createTestZones();

export function planOf(given: P.PolicySet, input: OracleSnapshot, now: number = NOW): Plan {
  return oraclePlan(given, input, now, zones, { commit: null, dirty: false, digest: "sha256:0" }, "sha256:1");
}

/** `device patch verdict REASON source until` for every fact. */
export function linesOf(given: P.PolicySet, input: OracleSnapshot, now: number = NOW): string[] {
  const line = ({ device, patch, verdict, reason, source, until }: VerdictRow): string =>
    [device, patch, verdict, reason, source, until].map((part) => part ?? "-").join(" ");
  return oracleVerdicts(given, input, now, zones).map(line);
}

/** `action`, or `OBSTACLE:action`, of the fact for `p` on the first device by id; `-` for no row. */
export function actionOf(plan: Plan): string {
  const [action] = plan.actions.filter((row) => row.patch === "p");
  if (action !== undefined) return action.reason === "FROZEN" ? `FROZEN=${action.action}` : action.action;
  const [obstacle] = [...plan.blocked, ...plan.scheduled].filter((row) => row.patch === "p");
  return obstacle === undefined ? "-" : `${obstacle.reason}:${obstacle.action}`;
}
