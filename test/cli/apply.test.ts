import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { hashTree, run, writeInto, type Ran } from "./cli.ts";
import { DEVICES, fleetYaml, makeFleet, RECALL, RULES, snapshotText } from "./fleet.ts";

const OUTBOX = "inventory/fleet.ndjson.outbox.ndjson";

/** A fleet that may apply, with a saved plan. */
async function planned(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = makeFleet({ "fleet.yaml": fleetYaml("apply"), ...files });
  const ran = await run(folder, ["plan", "--save", "plan.json", "--quiet"]);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  return folder;
}

function outbox(folder: string): Record<string, unknown>[] {
  if (!existsSync(join(folder, OUTBOX))) return [];
  const lines = readFileSync(join(folder, OUTBOX), "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The command refused, and nothing at all was written. */
async function refused(folder: string, words: readonly string[], now?: string): Promise<Ran> {
  const before = hashTree(folder);
  const ran = await run(folder, words, now === undefined ? {} : { now });
  expect(hashTree(folder)).toEqual(before);
  expect(ran.stdout).toBe("");
  return ran;
}

it("sends exactly the actions of the plan", async () => {
  const folder = await planned();
  const ran = await run(folder, ["apply", "plan.json"]);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(ran.stdout).toMatch(
    /^Sent 4 actions to 3 devices: 1 approve, 2 ignore, 0 do-nothing, 0 reprocess, 1 uninstall\.\nRun apply-[0-9a-f]{16}\. /,
  );
  expect(outbox(folder).map((line) => [line["device"], line["patch"], line["action"]].join(" "))).toEqual([
    "ws-1 KB1 approve",
    "ws-1 KB2 ignore",
    "ws-2 KB3 uninstall",
    "ws-3 KB3 ignore",
  ]);
});

it("takes effect once when it is repeated", async () => {
  const folder = await planned();
  await run(folder, ["apply", "plan.json"]);
  const once = outbox(folder);
  expect((await run(folder, ["apply", "plan.json"])).code).toBe(0);
  expect(outbox(folder)).toEqual(once);
});

it("prints what became of it as JSON", async () => {
  const folder = await planned();
  const ran = await run(folder, ["apply", "plan.json", "--json"]);
  expect(JSON.parse(ran.stdout)).toMatchObject({
    format: "patchring.apply/1",
    actions: 4,
    devices: 3,
    accepted: 4,
    refused: [],
    unknown: [],
  });
});

it.each(["observe", "propose"])("refuses with 4 while the fleet's mode is %s", async (mode) => {
  const folder = await planned({ "fleet.yaml": fleetYaml(mode) });
  const ran = await refused(folder, ["apply", "plan.json"]);
  expect(ran.code).toBe(4);
  expect(ran.stderr).toContain(`The Fleet's \`mode\` is ${mode} (fleet.yaml:`);
  expect(ran.stderr).toContain("write `mode: apply` in the Fleet");
});

it("refuses with 5 when policy changed since, whatever the comments", async () => {
  const folder = await planned();
  writeInto(folder, "rules/microsoft.yaml", `# a comment changes nothing\n${RULES}`);
  expect((await run(folder, ["apply", "plan.json", "--simulate", "after.ndjson"])).code).toBe(0);
  writeInto(folder, "rules/microsoft.yaml", RULES.replace("then: ignore", "then: manual"));
  const ran = await refused(folder, ["apply", "plan.json"]);
  expect(ran.code).toBe(5);
  expect(ran.stderr).toContain("error: Policy changed since the plan [cli/stale-plan]");
});

it("names the facts that moved, and refuses with 5", async () => {
  const folder = await planned();
  const moved = [
    { ...DEVICES[0]!, facts: { KB1: "installed", KB2: "missing" } },
    { ...DEVICES[1]!, facts: { KB1: "missing", KB3: "reboot-required" } },
    { ...DEVICES[2]!, facts: { KB1: "installed", KB3: "failed" } },
    { id: "ws-4", tags: ["pilot"], facts: { KB1: "missing" } },
  ];
  writeInto(folder, "inventory/fleet.ndjson", snapshotText(moved));
  const ran = await refused(folder, ["apply", "plan.json"]);
  expect(ran.code).toBe(5);
  expect(ran.stderr).toMatchInlineSnapshot(`
    "error: Facts moved since the plan [cli/stale-plan]
      The backend reports other facts than the plan was made from. Nothing was sent. 4 rows moved:
      ws-1 KB1: approve is not wanted any more
      ws-2 KB3: uninstall is not sent now: REBOOT_FIRST
      ws-3 KB3: status was missing, is failed
      ws-4 KB1: the plan has nothing, now approve
      Fix: make a new plan with \`patchring plan --save FILE\`, read it, and apply that.
    "
  `);
});

it("goes on when only facts that do not matter changed", async () => {
  const folder = await planned();
  const more = [...DEVICES, { id: "ws-9", tags: ["pilot"], facts: { KB1: "installed" } }];
  writeInto(folder, "inventory/fleet.ndjson", snapshotText(more));
  expect((await run(folder, ["apply", "plan.json"])).code).toBe(0);
});

it("refuses what time has overtaken", async () => {
  const folder = await planned();
  const late = await refused(folder, ["apply", "plan.json"], "2026-03-25T09:00:00Z");
  expect(late.code).toBe(5);
  expect(late.stderr).toContain("ws-1 KB1: approve is not sent now: STALE_SCAN");
  const early = await refused(folder, ["apply", "plan.json"], "2026-03-18T08:59:59Z");
  expect(early.code).toBe(5);
  expect(early.stderr).toContain("Plan is for later");
});

it("stops at a tripped guard, and lets it pass for one run with a reason that is recorded", async () => {
  const folder = await planned({ "fleet.yaml": fleetYaml("apply", "actionsPerRun: 3, devicesPerRun: 3") });
  const stopped = await refused(folder, ["apply", "plan.json"]);
  expect(stopped.code).toBe(5);
  expect(stopped.stderr).toMatchInlineSnapshot(`
    "error: Stopped by actionsPerRun [cli/guard]
      actionsPerRun: 4, limit 3 (actions in one run). The whole run was stopped before its first write.
      Fix: check the number; if it is meant, add \`--allow-actions-per-run N --reason "…"\`.
    "
  `);
  const short = await refused(folder, [
    "apply",
    "plan.json",
    "--allow-actions-per-run",
    "3",
    "--reason",
    "x",
  ]);
  expect(short.code).toBe(5);
  const silent = await refused(folder, ["apply", "plan.json", "--allow-actions-per-run", "4"]);
  expect(silent.code).toBe(64);
  const words = ["apply", "plan.json", "--allow-actions-per-run", "4", "--reason", "agreed in CHG-1"];
  const ran = await run(folder, words);
  expect(ran.code).toBe(0);
  expect(ran.stdout).toContain("Raised actionsPerRun from 3 to 4: agreed in CHG-1\n");
  expect(outbox(folder)[0]).toMatchObject({
    record: "raised-guard",
    guard: "actionsPerRun",
    limit: 3,
    value: 4,
    reason: "agreed in CHG-1",
  });
  expect(outbox(folder)).toHaveLength(5);
});

it.each([
  ["devicesPerRun", "actionsPerRun: 9, devicesPerRun: 1", ["--allow-devices-per-run", "2"]],
  ["uninstallsPerRun", "uninstallsPerRun: 0, devicesPerRun: 3", ["--allow-uninstalls-per-run", "1"]],
])("raises %s with its own flag", async (guard, limits, flag) => {
  const folder = await planned({ "fleet.yaml": fleetYaml("apply", limits) });
  const stopped = await refused(folder, ["apply", "plan.json"]);
  expect(stopped.code).toBe(5);
  expect(stopped.stderr).toContain(flag[0]);
  expect((await run(folder, ["apply", "plan.json", ...flag, "--reason", "r"])).code).toBe(0);
  expect(outbox(folder)[0]).toMatchObject({ record: "raised-guard", guard });
});

it("raises the limit of one recall by its name", async () => {
  const two = [...DEVICES, { id: "ws-4", facts: { KB3: "installed" } }];
  const folder = await planned({ "recalls/kb3.yaml": RECALL, "inventory/fleet.ndjson": snapshotText(two) });
  const stopped = await refused(folder, ["apply", "plan.json"]);
  expect(stopped.stderr).toContain("--allow-recall-devices pull-kb3=N");
  const unknown = ["apply", "plan.json", "--allow-recall-devices", "other=5", "--reason", "r"];
  expect((await refused(folder, unknown)).code).toBe(64);
  const words = ["apply", "plan.json", "--allow-recall-devices", "pull-kb3=2", "--reason", "r"];
  expect((await run(folder, words)).code).toBe(0);
});

it("refuses an incomplete snapshot", async () => {
  const folder = await planned();
  writeInto(folder, "inventory/fleet.ndjson", snapshotText(DEVICES, { complete: false }));
  const ran = await refused(folder, ["apply", "plan.json"]);
  expect(ran.code).toBe(5);
  expect(ran.stderr).toContain("[cli/incomplete]");
});

it("simulates: sends nothing and writes what the backend would report, which then plans to nothing", async () => {
  const folder = await planned({ "fleet.yaml": fleetYaml("observe") });
  const ran = await run(folder, ["apply", "plan.json", "--simulate", "after.ndjson"]);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(ran.stdout).toMatch(/^Would send 4 actions/);
  expect(outbox(folder)).toEqual([]);
  const after = await run(folder, ["plan", "--snapshot", "after.ndjson", "--detailed-exit-code"]);
  expect(after.code).toBe(0);
  expect(after.stdout).toMatch(/^Would change nothing now\./);
});

it("simulates on a snapshot that is given, and sends nothing on one", async () => {
  const folder = await planned();
  writeInto(folder, "other.ndjson", snapshotText());
  const words = ["apply", "plan.json", "--snapshot", "other.ndjson"];
  expect((await refused(folder, words)).code).toBe(64);
  expect((await run(folder, [...words, "--simulate", "after.ndjson"])).code).toBe(0);
});

it.each([
  ["is not there", null],
  ["is not JSON", "{"],
  ["is something else", '{"format":"patchring.snapshot/1"}'],
  ["is of another major version", '{"format":"patchring.plan/2"}'],
  [
    "has an action that does not exist",
    (text: string) => text.replace('"action":"approve"', '"action":"format"'),
  ],
  ["has a broken row", (text: string) => text.replace('"device":"ws-1",', "")],
])("refuses with 1 a plan that %s", async (_situation, change) => {
  const folder = await planned();
  const text = readFileSync(join(folder, "plan.json"), "utf8");
  const path = change === null ? "none.json" : "plan.json";
  if (change !== null) writeInto(folder, path, typeof change === "string" ? change : change(text));
  const ran = await refused(folder, ["apply", path]);
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("[cli/plan-file]");
});

it("refuses a plan to which somebody added an action", async () => {
  const folder = await planned();
  const text = readFileSync(join(folder, "plan.json"), "utf8");
  writeInto(
    folder,
    "plan.json",
    text.replace(
      '"device":"ws-1","patch":"KB2","action":"ignore"',
      '"device":"ws-1","patch":"KB2","action":"approve"',
    ),
  );
  const ran = await refused(folder, ["apply", "plan.json"]);
  expect(ran.code).toBe(5);
  expect(ran.stderr).toContain("ws-1 KB2: action was approve, is ignore");
});

it("says so when the plan has nothing to send", async () => {
  const folder = await planned({ "inventory/fleet.ndjson": snapshotText([{ id: "ws-1", facts: {} }]) });
  const ran = await run(folder, ["apply", "plan.json"]);
  expect(ran).toMatchObject({ code: 0, stdout: "Nothing to send: the plan has no actions.\n" });
  expect(outbox(folder)).toEqual([]);
});
