/** The table of those who wait against a plain map. */
import fc from "../property.ts";
import { expect, it } from "vitest";
import { WaitCounter } from "../../src/core/wait-counter.ts";

const OUTCOMES = 40;
const arbitraryFacts = fc.array(fc.tuple(fc.nat(60), fc.nat(OUTCOMES - 1)), { maxLength: 3000 });

it("counts what was added and not taken back, by patch and by what the outcome waits as", () => {
  fc.assert(
    fc.property(arbitraryFacts, fc.nat(3000), (pairs, takenBack) => {
      const patches = Uint32Array.from(pairs, ([patch]) => patch);
      const outcomes = Uint16Array.from(pairs, ([, outcome]) => outcome);
      const waitsAs = Uint32Array.from({ length: OUTCOMES }, (_, outcome) => outcome - (outcome % 3));
      const facts = Uint32Array.from(pairs, (_, fact) => fact);
      const gone = facts.subarray(0, takenBack);
      const counter = new WaitCounter();
      counter.add(facts, facts.length, patches, outcomes, waitsAs, 1);
      counter.add(gone, gone.length, patches, outcomes, waitsAs, -1);
      const found = new Map<string, number>();
      counter.forEach((patch, outcome, count) => {
        expect(found.has(`${String(patch)} ${String(outcome)}`)).toBe(false);
        found.set(`${String(patch)} ${String(outcome)}`, count);
      });
      const expected = new Map<string, number>();
      for (const fact of facts.subarray(takenBack)) {
        const key = `${String(patches[fact])} ${String(waitsAs[outcomes[fact]!])}`;
        expected.set(key, (expected.get(key) ?? 0) + 1);
      }
      expect([...found].sort()).toEqual([...expected].sort());
    }),
  );
});
