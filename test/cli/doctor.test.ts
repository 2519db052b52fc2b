import { appendFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkNode } from "../../src/cli/doctor/check-machine.ts";
import { TooSlow, within } from "../../src/cli/doctor/report.ts";
import { findExplanations } from "../../src/cli/explain/index.ts";
import { git, hashTree, run, type RunOptions } from "./cli.ts";
import { fleetYaml, makeFleet, snapshotText } from "./fleet.ts";

interface Check {
  readonly name: string;
  readonly state: string;
  readonly code: string | null;
  readonly found: string;
}

function makeRepository(files: Readonly<Record<string, string>> = {}): string {
  const folder = makeFleet({ "fleet.yaml": fleetYaml("apply"), ...files });
  git(folder, "init", "-q");
  git(folder, "add", "-A");
  git(folder, "commit", "-qm", "First policy");
  return folder;
}

async function examine(
  folder: string,
  options: RunOptions = {},
): Promise<{ code: number; of: (name: string) => Check; checks: readonly Check[] }> {
  const { code, stdout } = await run(folder, ["doctor", "--json"], options);
  const { checks } = JSON.parse(stdout) as { checks: readonly Check[] };
  for (const one of checks) {
    if (one.code !== null) expect(findExplanations(one.code), one.code).not.toEqual([]);
  }
  return { code, checks, of: (name) => checks.find((one) => one.name === name)! };
}

/** Every file but the lock files of SQLite and the cache, which hold nothing that is recorded. */
function lasting(folder: string): object {
  const files = Object.entries(hashTree(folder));
  return Object.fromEntries(files.filter(([path]) => !/-shm$|\.cache/.test(path)));
}

async function reconcile(folder: string, ...times: readonly string[]): Promise<void> {
  for (const time of times) await run(folder, ["reconcile"], { now: `2026-03-18T${time}:00Z` });
}

describe("doctor", () => {
  it("finds a world well in which runs go on, and changes nothing", async () => {
    const folder = makeRepository();
    await reconcile(folder, "08:35", "08:45", "08:55");
    const before = lasting(folder);
    const { code, checks } = await examine(folder);
    expect(lasting(folder)).toEqual(before);
    expect(code).toBe(0);
    expect(checks.filter(({ state }) => state !== "ok").map((one) => one.code)).toEqual([
      "doctor/nobody-told",
    ]);
    expect(checks.find(({ name }) => name === "ledger")!.found).toMatch(/the chain is whole and agrees/);
    const { stdout } = await run(folder, ["doctor"]);
    expect(stdout).toMatch(/^ok {7}node {9}Node v/);
    expect(stdout).toMatch(/\n15 checks: 1 warning\.\n$/);
  });

  it("makes no file, also where the cache and the store's .gitignore are gone", async () => {
    const folder = makeRepository();
    await reconcile(folder, "08:35", "08:45");
    for (const name of readdirSync(join(folder, ".patchring"))) {
      if (/\.cache|^\.gitignore$/.test(name)) rmSync(join(folder, ".patchring", name));
    }
    const before = Object.keys(hashTree(folder));
    expect((await examine(folder)).code).toBe(0);
    for (const words of [["status"], ["plan"], ["reconcile", "--dry-run"], ["ledger", "verify"]]) {
      expect((await run(folder, words, { now: "2026-03-18T09:00:00Z" })).code).toBe(0);
    }
    expect(Object.keys(hashTree(folder))).toEqual(before);
  });

  it("says before the first run that there is no store yet, and goes on", async () => {
    const { code, of } = await examine(makeRepository());
    expect(code).toBe(0);
    expect(of("store")).toMatchObject({ state: "warning", code: "doctor/no-store" });
    expect(of("forge")).toMatchObject({
      state: "ok",
      found: expect.stringContaining("as patchring") as string,
    });
    expect(of("lease").state).toBe("skipped");
  });

  it.each([
    ["a policy that is wrong", { "rings.yaml": "kind: Ring\n" }, {}, "policy", "policy/"],
    ["a backend that is not there", { "inventory/fleet.ndjson": "" }, {}, "backend", "snapshot/"],
    ["facts that are old", {}, { now: "2026-03-25T09:00:00Z" }, "snapshot", "doctor/snapshot-old"],
    ["a clock that is behind", {}, { now: "2026-03-18T07:00:00Z" }, "clock", "doctor/clock"],
  ])("fails for %s", async (_name, files, options, check, code) => {
    const found = await examine(makeRepository(files), options);
    expect(found.code).toBe(1);
    expect(found.of(check)).toMatchObject({ state: "failed", code: expect.stringContaining(code) as string });
  });

  it("finds a ledger that is gone, and one that was edited", async () => {
    const folder = makeRepository();
    await reconcile(folder, "08:55");
    const ledger = join(folder, ".patchring/ledger.ndjson");
    appendFileSync(ledger, "{}\n");
    const edited = await examine(folder);
    expect(edited.code).toBe(1);
    expect(edited.of("ledger")).toMatchObject({ state: "failed", code: "ledger/format" });
    rmSync(ledger);
    expect((await examine(folder)).of("ledger")).toMatchObject({ state: "failed", code: "doctor/ledger" });
  });

  it("finds a store that is damaged", async () => {
    const folder = makeRepository();
    await reconcile(folder, "08:55");
    writeFileSync(join(folder, ".patchring/state.db"), "no database".repeat(500));
    const { code, of } = await examine(folder);
    expect(code).toBe(1);
    expect(of("store")).toMatchObject({ state: "failed", code: expect.stringMatching(/^store\//) as string });
    expect(of("forge").state).toBe("ok");
  });

  it("finds runs that stopped, and one that went wrong", async () => {
    const folder = makeRepository({ "fleet.yaml": fleetYaml("apply", "actionsPerRun: 1, devicesPerRun: 3") });
    await reconcile(folder, "08:35", "08:45", "08:55");
    expect((await examine(folder)).of("runs")).toMatchObject({ state: "warning", code: "doctor/last-run" });
    const later = await examine(folder, { now: "2026-03-18T12:00:00Z" });
    expect(later.of("runs")).toMatchObject({ state: "failed", code: "doctor/gap" });
  });

  it("names variables that are not set, and never shows a value", async () => {
    const notices = `  notices:
    channels:
      - { name: ops, kind: webhook, urlEnv: OPS_URL }
      - { name: desk, kind: slack, urlEnv: DESK_URL }
`;
    const folder = makeRepository({ "fleet.yaml": fleetYaml("apply") + notices });
    const env = { OPS_URL: "https://hooks.example.org/canary" };
    const ran = await run(folder, ["doctor"], { env });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain("not set here: DESK_URL of channel desk [doctor/channel]");
    expect(ran.stdout + ran.stderr).not.toContain("canary");
    const both = await examine(folder, { env: { ...env, DESK_URL: "x" } });
    expect(both.of("notices").state).toBe("ok");
  });

  it("warns of a window that is shorter than the time between two runs", async () => {
    const schedule = `apiVersion: patchring/v1
kind: Schedule
metadata: { name: brief }
spec:
  timezone: UTC
  windows: [{ days: [tue], start: "22:00", duration: 5m }]
`;
    const folder = makeRepository({ "schedules/brief.yaml": schedule });
    await reconcile(folder, "08:35", "08:45", "08:55");
    const { of } = await examine(folder);
    expect(of("windows")).toMatchObject({ state: "warning", code: "doctor/window-short" });
    expect(of("windows").found).toContain("brief (5m)");
  });

  it("sees that the base branch has another policy, and that there is no repository", async () => {
    const folder = makeRepository();
    writeFileSync(join(folder, "fleet.yaml"), fleetYaml("propose"));
    expect((await examine(folder)).of("base branch")).toMatchObject({ code: "doctor/base" });
    expect((await examine(makeFleet())).of("forge")).toMatchObject({ code: "doctor/no-forge" });
  });

  it("keeps hostile text off the terminal", async () => {
    const folder = makeRepository({
      "inventory/fleet.ndjson": snapshotText().replace('"KB2","title"', '"\\u001b[31mKB2","title"'),
    });
    const { stdout } = await run(folder, ["doctor"], { tty: true, columns: 60, env: { NO_COLOR: "1" } });
    expect(stdout).not.toContain("\u001b");
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
  });

  it.each(["0s", "soon", "9999m"])("refuses --timeout %s", async (timeout) => {
    expect((await run(makeRepository(), ["doctor", "--timeout", timeout])).code).toBe(64);
  });
});

describe("parts", () => {
  it.each([
    ["v20.18.0", "failed"],
    ["v20.19.0", "ok"],
    ["v24.1.0", "ok"],
    ["v18.20.0", "failed"],
  ])("Node %s is %s", (version, state) => {
    expect(checkNode(version).state).toBe(state);
  });

  it("does not wait for what never answers", async () => {
    await expect(within(0.01, new Promise(() => undefined))).rejects.toThrow(TooSlow);
    expect(await within(5, Promise.resolve(1))).toBe(1);
  });
});
