/** Random worlds of the oracle, as the engine takes them: through the real snapshot reader. */
import { expect } from "vitest";
import { decide } from "../../src/core/decide.ts";
import type { Instant } from "../../src/core/model.ts";
import { listVerdicts, makePlan } from "../../src/core/make-plan.ts";
import type { Plan, VerdictRow } from "../../src/core/plan.ts";
import type { PolicySet } from "../../src/core/policy.ts";
import type { Snapshot } from "../../src/core/snapshot.ts";
import type { ZoneRules } from "../../src/core/zone.ts";
import { readSnapshotBytes } from "../../src/snapshot/read.ts";
import { createZoneRules } from "../../src/time/zone-rules.ts";
import type { OracleSnapshot } from "../oracle/oracle.ts";

export const zones: ZoneRules = createZoneRules();
export const identity = { commit: null, dirty: false, digest: "sha256:test" } as const;

export function toColumns(world: OracleSnapshot): Snapshot {
  const lines = [
    { record: "header", format: "patchring.snapshot/1", ...world.header },
    ...world.patches.map((patch) => ({ record: "patch", ...patch })),
    ...world.devices.map((device) => ({ record: "device", ...device })),
  ];
  const text = lines.map((line) => JSON.stringify(line)).join("\n");
  const { snapshot, diagnostics } = readSnapshotBytes(Buffer.from(text));
  expect(diagnostics).toEqual([]);
  return snapshot!;
}

export function planOf(policy: PolicySet, snapshot: OracleSnapshot, now: Instant): Plan {
  return makePlan(decide(policy, toColumns(snapshot), now, zones), { identity });
}

export function verdictsOf(policy: PolicySet, snapshot: OracleSnapshot, now: Instant): VerdictRow[] {
  return [...listVerdicts(decide(policy, toColumns(snapshot), now, zones))];
}
