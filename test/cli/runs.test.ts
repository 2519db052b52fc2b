import { describe, expect, it } from "vitest";
import { run } from "./cli.ts";
import { fleetYaml, makeFleet, snapshotText } from "./fleet.ts";

const TIMES = ["09:00", "09:30", "10:00"] as const;

interface RunRow {
  readonly id: string;
  readonly summary: { readonly changed: boolean } | null;
}

/** A fleet after three runs over its file. */
async function ranFleet(): Promise<{ folder: string; ids: readonly string[] }> {
  const folder = makeFleet({ "fleet.yaml": fleetYaml("apply") });
  for (const time of TIMES) await run(folder, ["reconcile"], { now: `2026-03-18T${time}:00Z` });
  return { folder, ids: (await listed(folder)).map(({ id }) => id) };
}

async function listed(folder: string, ...words: string[]): Promise<readonly RunRow[]> {
  const { stdout } = await run(folder, ["runs", "--json", ...words]);
  return (JSON.parse(stdout) as { runs: readonly RunRow[] }).runs;
}

describe("runs", () => {
  it("says that nothing ran yet", async () => {
    const ran = await run(makeFleet(), ["runs"]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^No run is recorded yet\./);
  });

  it("lists them, newest first, and can be cut", async () => {
    const { folder, ids } = await ranFleet();
    expect(ids.map((id) => id.slice(0, 20))).toEqual([
      "run-20260318T100000Z",
      "run-20260318T093000Z",
      "run-20260318T090000Z",
    ]);
    const { stdout } = await run(folder, ["runs"]);
    expect(stdout).toContain(
      `${ids[0]!}  2026-03-18T10:00:00Z  0 s   ok        0  heartbeat: nothing changed\n`,
    );
    expect(stdout).toContain("4  4 accepted\n");
    expect((await listed(folder, "--limit", "2")).map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const cut = await run(folder, ["runs", "--limit", "2"]);
    expect(cut.stderr).toContain("there are older ones");
    expect((await listed(folder, "--changed")).map(({ id }) => id)).toEqual([ids[2]]);
  });

  it.each([
    [["runs", "hide"], "It knows: show"],
    [["runs", "show"], "takes the id of one run"],
    [["runs", "--limit", "0"], "from 1 on"],
  ])("refuses %j", async (words, said) => {
    const ran = await run(makeFleet(), words);
    expect(ran.code).toBe(64);
    expect(ran.stderr).toContain(said);
  });
});

describe("runs show", () => {
  it("has steps, actions, and the place in the ledger, which agrees with the ledger file", async () => {
    const { folder, ids } = await ranFleet();
    const { stdout, code } = await run(folder, ["runs", "show", ids[2]!]);
    expect(code).toBe(0);
    expect(stdout).toContain(`${ids[2]!}: ok\n`);
    expect(stdout).toContain("  apply   done    4 accepted\n");
    expect(stdout).toContain("Actions: 4\n");
    expect(stdout).toMatch(/✗ uninstall {2}KB3 {4}ws-2 {4}production {2}accepted, not seen yet/);
    expect(stdout).toContain(`Ledger: 9 records, 1 to 9. patchring ledger show --run ${ids[2]!}\n`);
    const own = JSON.parse((await run(folder, ["runs", "show", ids[1]!, "--json"])).stdout) as {
      ledger: readonly { seq: number; hash: string }[];
    };
    const shown = await run(folder, ["ledger", "show", "--run", ids[1]!, "--json"]);
    const { records } = JSON.parse(shown.stdout) as { records: readonly { seq: number; hash: string }[] };
    expect(own.ledger.length).toBeGreaterThan(0);
    expect(own.ledger.map(({ seq, hash }) => ({ seq, hash }))).toEqual(
      records.map(({ seq, hash }) => ({ seq, hash })),
    );
  });

  it("says what became of an action when a later run has seen it", async () => {
    const { folder, ids } = await ranFleet();
    const { writeFileSync } = await import("node:fs");
    const seen = snapshotText(
      [
        { id: "ws-1", tags: ["pilot"], facts: { KB1: "installed", KB2: "ignored" } },
        { id: "ws-2", facts: { KB1: "missing", KB3: "missing" } },
        { id: "ws-3", facts: { KB1: "installed", KB3: "ignored" } },
      ],
      { takenAt: "2026-03-18T10:20:00Z" },
    );
    writeFileSync(`${folder}/inventory/fleet.ndjson`, seen);
    await run(folder, ["reconcile"], { now: "2026-03-18T10:30:00Z" });
    const { stdout } = await run(folder, ["runs", "show", ids[2]!], { tty: true, columns: 100 });
    expect(stdout.match(/settled: a later/g)).toHaveLength(4);
    expect(stdout.replace(/\s+/g, " ")).toContain("(2026-03-18T10:30:00Z)");
  });

  it("shows the guard that stopped a run", async () => {
    const limits = "actionsPerRun: 1, devicesPerRun: 3";
    const folder = makeFleet({ "fleet.yaml": fleetYaml("apply", limits) });
    await run(folder, ["reconcile"]);
    const [first] = await listed(folder);
    const { stdout } = await run(folder, ["runs", "show", first!.id]);
    expect(stdout).toContain(`${first!.id}: exit 5\n`);
    expect(stdout).toContain("Guards\n  actionsPerRun was 4, limit 1: actions in one run\n");
  });

  it("offers the run that was meant", async () => {
    const { folder, ids } = await ranFleet();
    const ran = await run(folder, ["runs", "show", ids[1]!.slice(-8)]);
    expect(ran.code).toBe(64);
    expect(ran.stderr).toContain(`patchring runs show ${ids[1]!}`);
  });
});
