import fc from "../property.ts";
import { describe, expect, it } from "vitest";
import { compileGlob } from "../../src/core/glob.ts";

describe("compileGlob", () => {
  it.each([
    ["a literal", "Microsoft", "microsoft", true],
    ["a longer text", "Microsoft", "microsoft corp", false],
    ["a star at the end", "Micro*", "microsoft", true],
    ["a star that matches nothing", "micro*soft", "microsoft", true],
    ["a question mark for one character", "kb?", "kb1", true],
    ["a question mark for no character", "kb?", "kb", false],
    ["a question mark for one character outside the basic plane", "a?b", "a😀b", true],
    ["a star alone and the empty text", "*", "", true],
    ["regular expression signs as they are", "c++ (x86)", "c++ (x86)", true],
    ["a dot as a dot", "a.b", "axb", false],
    ["backtracking over several stars", "*a*b*c", "xxaxxbxxbxc", true],
    ["an unmatched end", "*a*b", "ab ", false],
  ])("%s", (_, pattern, text, expected) => {
    expect(compileGlob(pattern).matches(text.toLowerCase())).toBe(expected);
  });

  it("agrees with a regular expression on short patterns", () => {
    const symbol = fc.constantFrom("a", "b", "*", "?", ".");
    fc.assert(
      fc.property(
        fc.array(symbol, { maxLength: 7 }),
        fc.array(fc.constantFrom("a", "b", "."), { maxLength: 9 }),
        (p, t) => {
          const source = p.map((s) => (s === "*" ? ".*" : s === "?" ? "." : s === "." ? "\\." : s)).join("");
          expect(compileGlob(p.join("")).matches(t.join(""))).toBe(
            new RegExp(`^${source}$`, "s").test(t.join("")),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("stays quick on a pattern that makes a naive matcher explode", () => {
    const glob = compileGlob(`${"*a".repeat(30)}*b`);
    expect(glob.matches("a".repeat(20_000))).toBe(false);
  });
});
