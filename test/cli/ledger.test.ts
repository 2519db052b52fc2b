import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openLedgerFile } from "../../src/store/ledger-file/ledger-file.ts";
import { syncLedgerFile } from "../../src/store/ledger-sync.ts";
import { openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import {
  actionEntry,
  HOSTILE,
  intent,
  NOW,
  outcomeEntry,
  runEntry,
  writerOf,
} from "../contract/store-world.ts";
import { git, run } from "./cli.ts";
import { makeFleet } from "./fleet.ts";

/** A policy whose store has a run with an action that a hostile backend answered. */
async function makeStore(): Promise<string> {
  const folder = makeFleet();
  const path = join(folder, ".patchring", "state.db");
  const store = await openSqliteStore({ path, scope: "test" });
  const { reader } = store;
  const writer = await writerOf(store);
  const one = intent("r1/1");
  await writer.recordIntents("r1", NOW, [one], [actionEntry("r1", one)]);
  await writer.appendLedger([outcomeEntry("r1", one, NOW + 1), runEntry("r1", NOW + 2)]);
  await syncLedgerFile(reader, openLedgerFile(join(folder, ".patchring", "ledger.ndjson")));
  await reader.close();
  return folder;
}

const ledgerOf = (folder: string): string => join(folder, ".patchring", "ledger.ndjson");

describe("ledger show", () => {
  it("prints a line a record, safe for a terminal", async () => {
    const { code, stdout } = await run(await makeStore(), ["ledger", "show"]);
    expect(code).toBe(0);
    expect(stdout.split("\n")).toEqual([
      "1  2026-03-18T09:00:00Z  action  approve KB1 on ws-001 (pilot): APPROVED  [run r1]",
      expect.stringMatching(/^2 {2}2026-03-18T09:00:01Z {2}outcome {2}accepted: KB1 on ws-001: a\\x00b/),
      "3  2026-03-18T09:00:02Z  run  apply, nothing changed, exit 0  [run r1]",
      "",
    ]);
    expect(stdout).not.toContain("\u001b");
  });

  it.each<[readonly string[], readonly number[]]>([
    [["--type", "action"], [1]],
    [
      ["--device", "ws-001"],
      [1, 2],
    ],
    [["--patch", "KB1", "--type", "outcome"], [2]],
    [["--run", "r2"], []],
    [["--max-rows", "1"], [3]],
  ])("filters by %s", async (options, wanted) => {
    const { stdout } = await run(await makeStore(), ["ledger", "show", "--json", ...options]);
    const shown = JSON.parse(stdout) as { readonly records: readonly { readonly seq: number }[] };
    expect(shown.records.map(({ seq }) => seq)).toEqual(wanted);
  });
});

describe("ledger verify", () => {
  it("says that all is well, also of the database", async () => {
    const folder = await makeStore();
    const { code, stdout } = await run(folder, ["ledger", "verify"]);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(
        "3 records, 2026-03-18T09:00:00Z to 2026-03-18T09:00:02Z. The chain is whole.",
      ) as string,
    });
    expect(stdout).toContain("agrees with the database");
    const json = await run(folder, ["ledger", "verify", "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      format: "patchring.ledger-report/1",
      ok: true,
      records: 3,
    });
  });

  it("names the line of an edit and exits 1, without a policy too", async () => {
    const folder = await makeStore();
    const edited = readFileSync(ledgerOf(folder), "utf8").replace("accepted", "refused!");
    writeFileSync(join(folder, "copy.ndjson"), edited);
    const { code, stdout } = await run(folder, ["ledger", "verify", "copy.ndjson"]);
    expect(code).toBe(1);
    expect(stdout).toContain("copy.ndjson:2: the content does not have its hash");
    expect(stdout).toContain("[ledger/hash]");
    expect(stdout).toContain("1 records before it are right");
  });

  it("says where there is no ledger", async () => {
    const ran = await run(makeFleet(), ["ledger", "verify"]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("nothing has run yet");
    expect((await run(makeFleet(), ["ledger", "frobnicate"])).code).toBe(64);
  });
});

describe("ledger checkpoint", () => {
  it("is a commit that a rewritten ledger is held against", async () => {
    const folder = await makeStore();
    git(folder, "init", "-q");
    const placed = await run(folder, ["ledger", "checkpoint"]);
    expect(placed.stdout).toMatch(
      /^Checkpoint of record 3 \(sha256:[0-9a-f]{64}\): commit [0-9a-f]{40}\.\n$/,
    );
    expect((await run(folder, ["ledger", "checkpoint"])).stdout).toContain("stands at record 3 already");
    expect((await run(folder, ["ledger", "verify"])).stdout).toContain(
      "agrees with the checkpoint refs/patchring/ledger",
    );
    const lines = readFileSync(ledgerOf(folder), "utf8").split("\n");
    writeFileSync(join(folder, "short.ndjson"), `${lines.slice(0, 2).join("\n")}\n`);
    const short = await run(folder, ["ledger", "verify", "short.ndjson"]);
    expect(short.code).toBe(1);
    expect(short.stdout).toContain("[ledger/short]");
    const hash = (JSON.parse(lines[1]!) as { readonly hash: string }).hash;
    expect((await run(folder, ["ledger", "verify", "--against", hash])).code).toBe(0);
    const unknown = await run(folder, ["ledger", "verify", "--against", "refs/heads/nothing"]);
    expect(unknown.code).toBe(64);
  });
});

describe("ledger restore", () => {
  it("leaves a store that is well alone, and builds a damaged one anew", async () => {
    const folder = await makeStore();
    const well = await run(folder, ["ledger", "restore"]);
    expect(well).toMatchObject({ code: 1, stdout: "" });
    expect(well.stderr).toContain("is not damaged");
    writeFileSync(join(folder, ".patchring", "state.db"), "garbage");
    const damaged = await run(folder, ["ledger", "verify"]);
    expect(damaged.code).toBe(1);
    expect(damaged.stderr).toContain("[store/corrupt]");
    const restored = await run(folder, ["ledger", "restore"]);
    expect(restored.stdout).toContain("1 runs and 1 actions, 1 of them unsettled");
    expect((await run(folder, ["ledger", "verify"])).code).toBe(0);
  });
});
