import fc from "../property.ts";
import { expect, it } from "vitest";
import { editDistance, nearestName, nearNames } from "../../src/core/near-name.ts";

it.each([
  ["", "", 0],
  ["abc", "abc", 0],
  ["abc", "abd", 1],
  ["abc", "ab", 1],
  ["abc", "acb", 1],
  ["kitten", "sitting", 3],
])("%s to %s takes %i edits", (a, b, edits) => {
  expect(editDistance(a, b, 10)).toBe(edits);
});

it("stops above the limit", () => {
  expect(editDistance("kitten", "sitting", 2)).toBe(3);
});

it("is symmetric", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });
  fc.assert(fc.property(text, text, (a, b) => editDistance(a, b, 20) === editDistance(b, a, 20)));
});

it.each([
  ["critcal", ["critical", "important"], "critical"],
  ["PILOT", ["pilot"], "pilot"],
  ["pilot", ["production"], null],
  ["ws-01", ["ws-012", "ws-02"], "ws-012"],
  ["London", ["Head office London 2"], "Head office London 2"],
  ["x", ["y"], null],
  ["", ["pilot"], null],
  ["pilot", [], null],
])("%s among %j is %s", (text, names, nearest) => {
  expect(nearestName(text, names)).toBe(nearest);
});

it("sorts by edits, then by code unit, each name once", () => {
  expect(nearNames("brod", ["broad", "brood", "brod2", "broad", "pilot", "brow"], 3)).toEqual([
    "broad",
    "brod2",
    "brood",
  ]);
});

it("takes long hostile names in a moment", () => {
  expect(
    nearNames(
      "a".repeat(1e6),
      Array.from({ length: 200 }, () => "b".repeat(1e5)),
    ),
  ).toEqual([]);
});
