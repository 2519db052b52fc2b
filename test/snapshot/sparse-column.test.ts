import fc from "../property.ts";
import { expect, it } from "vitest";
import { SparseColumn } from "../../src/snapshot/sparse-column.ts";

const number = fc.oneof(fc.constant(0), fc.constant(0), fc.nat(0xffff));
/** Numbers that are appended, and how many facts are then kept. */
const step = fc.record({ numbers: fc.array(number, { maxLength: 40 }), kept: fc.nat(100) });

it("holds what a column with all its zeros holds", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), fc.nat(200), fc.nat(200), (steps, a, b) => {
      const sparse = new SparseColumn((length) => new Uint16Array(length));
      const full: number[] = [];
      for (const { numbers, kept } of steps) {
        sparse.append(full.length, Uint16Array.from(numbers));
        full.push(...numbers);
        if (kept >= full.length) continue;
        sparse.truncate(kept);
        full.length = kept;
      }
      const [start, end] = a < b ? [a, b] : [b, a];
      const padded = Array.from({ length: end }, (_, fact) => full[fact] ?? 0);
      expect([...sparse.slice(start, end)]).toEqual(padded.slice(start));
      expect(padded.map((_, fact) => sparse.at(fact))).toEqual(padded);
    }),
  );
});
