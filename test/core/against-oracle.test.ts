/** The columnar engine gives the same bytes as the oracle, which reads the design sentence by sentence. */
import fc from "../property.ts";
import { expect, it } from "vitest";
import { arbitraryWorld } from "../oracle/arbitrary.ts";
import { oraclePlan, oracleVerdicts } from "../oracle/oracle.ts";
import { identity, planOf, toColumns, verdictsOf, zones } from "./worlds.ts";

/** More for a long check: PATCHRING_RUNS=20000 npx vitest run test/core/against-oracle.test.ts */
const numRuns = Number(process.env["PATCHRING_RUNS"] ?? 1500);

it("verdicts and plans agree with the oracle on random worlds", () => {
  fc.assert(
    fc.property(arbitraryWorld(), ({ policy, snapshot, now }) => {
      expect(JSON.stringify(verdictsOf(policy, snapshot, now), null, 1)).toBe(
        JSON.stringify(oracleVerdicts(policy, snapshot, now, zones), null, 1),
      );
      const { digest } = toColumns(snapshot);
      expect(JSON.stringify(planOf(policy, snapshot, now), null, 1)).toBe(
        JSON.stringify(oraclePlan(policy, snapshot, now, zones, identity, digest), null, 1),
      );
    }),
    { numRuns },
  );
});
