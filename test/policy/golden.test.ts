import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { POLICY_CODES } from "../../src/policy/codes.ts";
import { parseGolden, runGolden } from "./golden-case.ts";

const folder = new URL("golden/", import.meta.url);
const names = readdirSync(folder).sort();
const cases = names.map((name) => [name, parseGolden(readFileSync(new URL(name, folder), "utf8"))] as const);

describe("golden cases", () => {
  it("are there", () => expect(cases.length).toBeGreaterThanOrEqual(60));

  it.each(cases)("%s", (_, golden) => {
    expect(runGolden(golden)).toBe(golden.expected);
  });

  it.each(cases)("%s: the order of the files never matters", (_, golden) => {
    expect(runGolden({ ...golden, files: golden.files.toReversed() })).toBe(golden.expected);
  });

  it("show every code", () => {
    const shown = new Set(
      cases.flatMap(([, golden]) =>
        [...golden.expected.matchAll(/\[(policy\/[a-z0-9-]+)\]$/gm)].map((m) => m[1]),
      ),
    );
    const hidden = Object.keys(POLICY_CODES).filter((code) => !shown.has(code));
    // Needs 5 MB of text: see load.test.ts.
    expect(hidden).toEqual(["policy/file-too-large"]);
  });
});
