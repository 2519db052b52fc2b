/** What the engine decides from a policy set is what it decides from the same policy written as documents. */
import fc from "../property.ts";
import { expect, it } from "vitest";
import { loadPolicy } from "../../src/policy/load.ts";
import { planOf, verdictsOf, zones } from "../core/worlds.ts";
import { arbitraryWorld } from "../oracle/arbitrary.ts";
import { writeDocuments } from "./random-documents.ts";

it("documents mean what the policy set means", () => {
  let compared = 0;
  fc.assert(
    fc.property(arbitraryWorld(), fc.boolean(), ({ policy, snapshot, now }, reversed) => {
      let files;
      try {
        files = writeDocuments(policy);
      } catch (error) {
        if (error instanceof RangeError) return;
        throw error;
      }
      const loaded = loadPolicy(reversed ? files.reverse() : files, { zones });
      const errors = loaded.diagnostics.filter(
        (d) => d.severity === "error" && !d.place?.text.includes("Promotion"),
      );
      expect(errors).toEqual([]);
      compared += 1;
      expect(verdictsOf(loaded.policy!, snapshot, now)).toEqual(verdictsOf(policy, snapshot, now));
      expect(planOf(loaded.policy!, snapshot, now)).toEqual(planOf(policy, snapshot, now));
    }),
    { numRuns: 200, seed: 3 },
  );
  expect(compared).toBeGreaterThan(80);
});
