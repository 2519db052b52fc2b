/** The columnar engine gives the same bytes as the oracle, which reads the design sentence by sentence. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide } from "../../src/core/decide.ts";
import { listVerdicts, makePlan } from "../../src/core/make-plan.ts";
import type { Snapshot } from "../../src/core/snapshot.ts";
import { readSnapshotBytes } from "../../src/snapshot/read.ts";
import { createZoneRules } from "../../src/time/zone-rules.ts";
import { arbitraryWorld } from "../oracle/arbitrary.ts";
import type { OracleSnapshot } from "../oracle/oracle.ts";
import { oraclePlan, oracleVerdicts } from "../oracle/oracle.ts";

const zones = createZoneRules();
const identity = { commit: null, dirty: false, digest: "sha256:test" };

/** Through the real reader, so that it is compared too. */
function toColumns(world: OracleSnapshot): Snapshot {
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

describe("decide and plan", () => {
  it("agree with the oracle on random worlds", () => {
    fc.assert(
      fc.property(arbitraryWorld(), ({ policy, snapshot, now }) => {
        const columns = toColumns(snapshot);
        const decided = decide(policy, columns, now, zones);
        expect(JSON.stringify([...listVerdicts(decided)], null, 1)).toBe(
          JSON.stringify(oracleVerdicts(policy, snapshot, now, zones), null, 1),
        );
        const plan = makePlan(decided, { identity });
        expect(JSON.stringify(plan, null, 1)).toBe(
          JSON.stringify(oraclePlan(policy, snapshot, now, zones, identity, columns.digest), null, 1),
        );
      }),
      { numRuns: Number(process.env["PATCHRING_RUNS"] ?? 300) },
    );
  });
});
