/** A selector pair that is said to be apart never meets; one that is said to cover the other does. */
import fc from "../property.ts";
import { expect, it } from "vitest";
import { forEachBit, hasBit, type Bitset } from "../../src/core/bitset.ts";
import { classifyDevices } from "../../src/core/device-classes.ts";
import { decide } from "../../src/core/decide.ts";
import { covers, mayOverlap } from "../../src/core/selector-overlap.ts";
import { devices as arbitraryDevices, patches as arbitraryPatches } from "../oracle/arbitrary-selectors.ts";
import { arbitraryWorld } from "../oracle/arbitrary.ts";
import * as b from "./builders.ts";
import { toColumns, zones } from "./worlds.ts";

function meets(a: Bitset, other: Bitset): boolean {
  let found = false;
  forEachBit(a, (index) => (found ||= hasBit(other, index)));
  return found;
}

function isWithin(part: Bitset, whole: Bitset): boolean {
  let within = true;
  forEachBit(part, (index) => (within &&= hasBit(whole, index)));
  return within;
}

it("holds on random worlds", () => {
  const counts = { apart: 0, covering: 0, meeting: 0 };
  fc.assert(
    fc.property(
      arbitraryWorld(),
      fc.tuple(arbitraryDevices, arbitraryDevices),
      fc.tuple(arbitraryPatches, arbitraryPatches),
      ({ policy, snapshot, now }, [d1, d2], [p1, p2]) => {
        const { snapshot: columns, compiled } = decide(policy, toColumns(snapshot), now, zones);
        const classes = classifyDevices(columns.devices, [d1, d2]);
        const pairs = [
          { a: d1, b: d2, bitsA: classes.select(d1), bitsB: classes.select(d2) },
          { a: p1, b: p2, bitsA: compiled.patches.select(p1), bitsB: compiled.patches.select(p2) },
        ] as const;
        for (const { a, b: other, bitsA, bitsB } of pairs) {
          expect(mayOverlap(a, other)).toBe(mayOverlap(other, a));
          if (meets(bitsA, bitsB)) {
            counts.meeting += 1;
            expect(mayOverlap(a, other)).toBe(true);
          }
          if (!mayOverlap(a, other)) counts.apart += 1;
          if (!covers(a, other)) continue;
          counts.covering += 1;
          expect(isWithin(bitsB, bitsA)).toBe(true);
        }
      },
    ),
    { numRuns: 400 },
  );
  expect(Math.min(counts.apart, counts.covering, counts.meeting)).toBeGreaterThan(5);
});

const severities = (...values: string[]) => b.patches({ severity: values });
it.each([
  ["disjoint words", severities("critical"), severities("low"), false],
  ["a shared word, another case", severities("critical"), severities("Critical", "low"), true],
  ["a glob over it", severities("crit*"), severities("critical"), true],
  ["a glob never matches unknown", severities("*"), severities("unknown"), false],
  ["two globs: cannot tell", severities("c*"), severities("*w"), true],
  ["true and false", b.patches({ kev: true }), b.patches({ kev: false }), false],
  ["several values stand side by side", b.patches({ cve: "CVE-1" }), b.patches({ cve: "CVE-2" }), true],
  ["what the other leaves out", b.not(severities("low", "moderate")), severities("low"), false],
  ["more than the other leaves out", b.not(severities("low")), severities("low", "critical"), true],
  [
    "another key beside it",
    b.patches({ severity: "low", vendor: "A" }),
    b.patches({ severity: "critical" }),
    false,
  ],
])("%s", (_, one, other, expected) => {
  expect(mayOverlap(one, other)).toBe(expected);
  expect(mayOverlap(other, one)).toBe(expected);
});
