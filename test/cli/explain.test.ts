import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { EXIT_CODES } from "../../src/cli/exit-codes.ts";
import { listExplanations } from "../../src/cli/explain/index.ts";
import { ACTIONS, OBSTACLES, REASONS, STATUSES, VERDICTS } from "../../src/core/model.ts";
import { WITHHELD_REASONS } from "../../src/core/withhold.ts";
import { makeFolder, run } from "./cli.ts";
import { makeFleet } from "./fleet.ts";

const SRC = fileURLToPath(new URL("../../src", import.meta.url));
const all = listExplanations();
const explained = new Set(all.map((one) => one.code));

/** Every literal of the form `area/what` in the sources of an area that makes diagnostics. */
function codesIn(area: string): string[] {
  const files = readdirSync(SRC, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && /\.tsx?$/.test(one.name))
    .map((one) => join(one.parentPath, one.name));
  const pattern = new RegExp(`"(${area}/[a-z0-9-]+)"`, "g");
  const found = files.flatMap((file) => [...readFileSync(file, "utf8").matchAll(pattern)].map((m) => m[1]!));
  return [...new Set(found)].sort();
}

describe("every closed union", () => {
  it.each([
    ["verdicts", VERDICTS],
    ["actions", ACTIONS],
    ["statuses", STATUSES],
    ["reasons", REASONS],
    ["obstacles", OBSTACLES],
    ["what is kept back", WITHHELD_REASONS],
    ["exit codes", Object.values(EXIT_CODES).map(String)],
  ])("%s is explained", (_name, codes) => {
    expect(codes.filter((code) => !explained.has(code))).toEqual([]);
  });

  it("guards of a plan are explained", async () => {
    const ran = await run(makeFleet(), ["plan", "--json"]);
    const { guards } = JSON.parse(ran.stdout) as { guards: { guard: string }[] };
    const names = [...guards.map(({ guard }) => guard.split(":", 1)[0]!), "fleetShrink"];
    expect(names.filter((name) => !explained.has(name))).toEqual([]);
  });

  it.each(["policy", "snapshot", "csv", "repo", "provider", "forge", "cli", "fleet", "reconcile", "doctor"])(
    "codes %s/… that stand in the sources are explained",
    (area) => {
      const codes = codesIn(area);
      expect(codes.length).toBeGreaterThan(0);
      expect(codes.filter((code) => !explained.has(code))).toEqual([]);
    },
  );

  it("says something of each code, once a kind", () => {
    for (const { text } of all) expect(text.length).toBeGreaterThan(20);
    const keys = all.map(({ kind, code }) => `${kind} ${code}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("patchring explain", () => {
  it("explains a code, whatever its case", async () => {
    const ran = await run(makeFolder(), ["explain", "retries_used"]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^RETRIES_USED \(obstacle\)\n {2}The install or removal failed/);
    for (const line of ran.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });

  it.each([
    ["approve", ["approve (verdict)", "approve (action)"]],
    ["5", ["5 (exit code)"]],
    ["exit-130", ["130 (exit code)"]],
    ["recallMaxDevices:pull-kb3", ["recallMaxDevices (guard)"]],
    ["policy/unknown-ring", ["policy/unknown-ring (error)"]],
  ])("finds %s", async (code, heads) => {
    const ran = await run(makeFolder(), ["explain", code]);
    expect(ran.stdout.split("\n").filter((line) => /^\S/.test(line))).toEqual(heads);
  });

  it("offers the near one", async () => {
    const ran = await run(makeFolder(), ["explain", "SOKA"]);
    expect(ran.code).toBe(64);
    expect(ran.stderr).toContain("did you mean `patchring explain SOAK`?");
  });

  it("lists all codes, and prints JSON", async () => {
    const ran = await run(makeFolder(), ["explain"]);
    for (const code of explained) expect(ran.stdout).toContain(`  ${code}\n`);
    const json = await run(makeFolder(), ["explain", "SOAK", "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ explanations: [{ kind: "reason", code: "SOAK" }] });
  });
});
