/** Sizes at which the engine takes another way: long chains on one device, and far more pairs than devices. */
import { expect, it } from "vitest";
import type { Decided } from "../../src/core/decide.ts";
import { decideAt, device, devices, fact, patch, policy, ring, rule, select, snapshot } from "./builders.ts";

function sourcesOf({ table, outcomes, snapshot: { facts } }: Decided): (string | null)[] {
  return Array.from({ length: facts.length }, (_, f) => table.rows[outcomes[f]!]!.source);
}

const SET = policy({ rings: [ring("pilot")], rules: [rule("base/all")] });

it.each([10, 300])(
  "of a chain of %i patches only the newest stays, whatever the order of the facts",
  (length) => {
    const name = (i: number): string => `p${String(i).padStart(3, "0")}`;
    const chain = Array.from({ length }, (_, i) => i);
    const newest = name(length - 1);
    const lines = chain.map((i) => patch(name(i), { supersedes: i === 0 ? [] : [name(i - 1)] }));
    const shuffled = chain.map((i) => (i * 7 + 3) % length);
    expect(new Set(shuffled).size).toBe(length);
    const snap = snapshot(lines, [device("d1", "pilot", ...shuffled.map((i) => fact(name(i), "missing")))]);
    const expected = shuffled.map((i) => (name(i) === newest ? "base/all" : newest));
    expect(sourcesOf(decideAt(SET, snap))).toEqual(expected);
  },
);

it("tells devices apart that rules name one by one, by id and by name", () => {
  const count = 300;
  const all = Array.from({ length: count }, (_, i) => i);
  const line = (i: number): ReturnType<typeof device> => {
    return { ...device(`id-${String(i)}`, "pilot", fact("p", "missing")), name: `name-${String(i)}` };
  };
  const rules = all.flatMap((i) => [
    rule(`ids/r${String(i)}`, { devices: devices({ id: `id-${String(i)}` }), priority: i % 2 }),
    rule(`names/r${String(i)}`, { devices: select({ name: `name-${String(i)}` }), priority: (i + 1) % 2 }),
  ]);
  const decided = decideAt(policy({ rings: [ring("pilot")], rules }), snapshot([patch("p")], all.map(line)));
  expect(decided.compiled.classes.count).toBe(count);
  expect(sourcesOf(decided)).toEqual(all.map((i) => `${i % 2 === 1 ? "ids" : "names"}/r${String(i)}`));
});
