import { spawnSync } from "node:child_process";
import fc from "../../property.ts";
import { describe, expect, it } from "vitest";
import { isVersion } from "../../../src/provider/apt/names.ts";
import { compareVersions } from "../../../src/provider/apt/version.ts";
import { describeWithApt } from "./tools.ts";

describe("the order of Debian versions", () => {
  it.each([
    ["1.0", "1.1"],
    ["1.9", "1.10"],
    ["1.0~rc1", "1.0"],
    ["1.0~~", "1.0~"],
    ["1.0", "1.0a"],
    ["1.0a", "1.0+b1"],
    ["9.9", "1:0.1"],
    ["1.0-1", "1.0-1+deb12u1"],
    ["1.0-1~bpo12+1", "1.0-1"],
    ["2.31-13+deb11u13", "2.31-13+deb11u14"],
    ["99999999999999999998", "99999999999999999999"],
  ])("%s is older than %s", (older, newer) => {
    expect(compareVersions(older, newer)).toBeLessThan(0);
    expect(compareVersions(newer, older)).toBeGreaterThan(0);
  });

  it.each([
    ["1.0", "0:1.0"],
    ["1.0", "1.0-0"],
    ["1.01", "1.1"],
  ])("%s is %s", (a, b) => expect(compareVersions(a, b)).toBe(0));
});

const part = fc.string({
  unit: fc.constantFrom(..."0123456789abZ.+~".split("")),
  minLength: 0,
  maxLength: 6,
});
const version = fc
  .tuple(fc.constantFrom("", "0:", "1:", "2:"), fc.nat(11), part, fc.constantFrom("", "-"), fc.nat(3), part)
  .map(([epoch, first, upstream, dash, revision, rest]) =>
    dash === "" ? `${epoch}${first}${upstream}` : `${epoch}${first}${upstream}-${revision}${rest}`,
  )
  .filter(isVersion);

describeWithApt("the order of Debian versions, against dpkg", () => {
  it("agrees with dpkg --compare-versions", () => {
    const near = version.chain((v) =>
      fc.tuple(fc.constant(v), fc.oneof(version, fc.constant(`${v}~`), fc.constant(`${v}0`))),
    );
    const pairs = fc.sample(near, 600);
    // One shell for all pairs; dpkg answers each.
    const script = `while read -r a b; do if dpkg --compare-versions "$a" lt "$b"; then echo lt; elif dpkg --compare-versions "$a" eq "$b"; then echo eq; else echo gt; fi; done`;
    const input = pairs.map(([a, b]) => `${a} ${b}\n`).join("");
    const answers = spawnSync("sh", ["-c", script], { input, encoding: "utf8" }).stdout.trim().split("\n");
    expect(answers).toHaveLength(pairs.length);
    pairs.forEach(([a, b], index) => {
      const order = compareVersions(a, b);
      expect(`${a} ${b} ${order < 0 ? "lt" : order > 0 ? "gt" : "eq"}`).toBe(`${a} ${b} ${answers[index]!}`);
    });
    expect(new Set(answers).size).toBeGreaterThan(1);
  });
});
