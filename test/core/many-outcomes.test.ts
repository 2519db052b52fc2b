/** More outcomes than two bytes can number: every patch waits until an instant of its own. */
import { expect, it } from "vitest";
import { redecide } from "../../src/core/redecide.ts";
import { decideAt, device, fact, NOW, patch, policy, ring, rule, snapshot } from "./builders.ts";

const COUNT = 70_000;
const ids = Array.from({ length: COUNT }, (_, i) => `p${String(i)}`);
const releasedAt = (i: number): number => NOW - 1 - i;
const text = (at: number): string => new Date(at * 1000).toISOString().replace(".000", "");

it("tells every outcome from every other", () => {
  const set = policy({ rings: [ring("pilot")], rules: [rule("doc/all", { delay: 30 * 86_400 })] });
  const snap = snapshot(
    ids.map((id, i) => patch(id, { releasedAt: text(releasedAt(i)) })),
    [
      device("d1", "pilot", fact("p0", "missing"), fact("p1", "missing")),
      device("d2", "pilot", ...ids.map((id) => fact(id, "missing"))),
    ],
  );
  const decided = decideAt(set, snap);
  const untils = (found: typeof decided): (number | null)[] =>
    Array.from({ length: snap.facts.length }, (_, f) => found.table.rows[found.outcomes[f]!]!.until);
  const expected = Array.from(
    snap.facts.patch.subarray(0, snap.facts.length),
    (p) => releasedAt(p) + 30 * 86_400,
  );
  expect(new Set(expected).size).toBe(COUNT);
  expect(untils(decided)).toEqual(expected);
  expect(untils(redecide(decided, snap, [1]))).toEqual(expected);
});
