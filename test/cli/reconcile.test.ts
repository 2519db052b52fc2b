import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { main } from "../../src/main.ts";
import { waitSeconds } from "../../src/cli/reconcile/every.ts";
import { Database } from "../../src/store/sqlite/database.ts";
import { openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { git, hashTree, makeFolder, NOW, run, writeInto, type Ran } from "./cli.ts";
import { DEVICES, fleetYaml, makeFleet, snapshotText } from "./fleet.ts";
import { parseInstant } from "../../src/core/time.ts";

const OUTBOX = "inventory/fleet.ndjson.outbox.ndjson";

function outbox(folder: string): string[] {
  if (!existsSync(join(folder, OUTBOX))) return [];
  const lines = readFileSync(join(folder, OUTBOX), "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const { device, patch, action } = JSON.parse(line) as Record<string, string>;
    return `${device} ${patch} ${action}`;
  });
}

function ledger(folder: string): { type: string; data: Record<string, unknown> }[] {
  const text = readFileSync(join(folder, ".patchring/ledger.ndjson"), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; data: Record<string, unknown> });
}

const stable = (ran: Ran): string => ran.stdout.replaceAll(/run-\d+T\d+Z-[0-9a-f]{8}/g, "<run>");

const applying = (files: Readonly<Record<string, string>> = {}): string =>
  makeFleet({ "fleet.yaml": fleetYaml("apply"), ...files });

describe("patchring reconcile", () => {
  it("sends what policy wants, and says what happened", async () => {
    const folder = applying();
    const ran = await run(folder, ["reconcile"]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(stable(ran)).toMatchInlineSnapshot(`
      "Sent 4 actions to 3 devices.
        observe done    3 devices, 6 facts, taken 2026-03-18T08:30:00Z
        decide  done    1 to approve, 2 wait, 0 need a person, 0 are left alone
        plan    done    4 actions, 0 scheduled, 0 blocked
        guard   done    within all limits
        apply   done    4 accepted
        record  done    recorded
        promote skipped no repository or forge to promote in

      Sent: 4
        + approve KB1 on ws-1
        - ignore KB2 on ws-1
        - ignore KB3 on ws-3
        ✗ uninstall KB3 on ws-2

      Nothing more opens by itself: news of the backend or a change of policy comes next.
      Run <run>, 2026-03-18T09:00:00Z to 2026-03-18T09:00:00Z.
      "
    `);
    expect(outbox(folder)).toEqual([
      "ws-1 KB2 ignore",
      "ws-2 KB3 uninstall",
      "ws-3 KB3 ignore",
      "ws-1 KB1 approve",
    ]);
    expect(ledger(folder).map(({ type }) => type)).toEqual([
      ...Array.from({ length: 3 }, () => "action"),
      ...Array.from({ length: 3 }, () => "outcome"),
      "action",
      "outcome",
      "run",
    ]);
    expect((await run(folder, ["ledger", "verify"])).code).toBe(0);
  });

  it("sends nothing twice while the backend has not been read again", async () => {
    const folder = applying();
    await run(folder, ["reconcile"]);
    const once = outbox(folder);
    const ran = await run(folder, ["reconcile", "--json"], { now: "2026-03-18T09:30:00Z" });
    expect(outbox(folder)).toEqual(once);
    const report = JSON.parse(ran.stdout) as { changed: boolean; withheld: { reason: string }[] };
    expect(report.changed).toBe(false);
    expect(report.withheld.map(({ reason }) => reason)).toEqual(Array.from({ length: 4 }, () => "UNSETTLED"));
  });

  it("plan and why say what is on its way", async () => {
    const folder = applying();
    await run(folder, ["reconcile"]);
    const planned = await run(folder, ["plan"]);
    expect(planned.stdout).toContain("Would send 4 actions");
    expect(planned.stderr).toContain(
      "`reconcile` keeps 4 of these actions back: 4 on the way and not seen yet",
    );
    expect((await run(folder, ["why", "ws-1", "KB1"])).stderr).toBe(
      "patchring: kept back by `reconcile` (UNSETTLED): approve was sent at 2026-03-18T09:00:00Z: taken by the backend, not seen yet\n",
    );
    expect((await run(folder, ["plan", "--snapshot", "inventory/fleet.ndjson"])).stderr).toBe("");
  });

  it("--dry-run shows it and writes nothing, not even a store", async () => {
    const folder = applying();
    const before = hashTree(folder);
    const ran = await run(folder, ["reconcile", "--dry-run"]);
    expect(hashTree(folder)).toEqual(before);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain("Would send 4 actions to 3 devices. Nothing was written.");
  });

  it("--dry-run with --snapshot and --at needs neither provider nor store", async () => {
    const folder = applying();
    await run(folder, ["reconcile"]);
    const words = ["reconcile", "--dry-run", "--snapshot", "inventory/fleet.ndjson", "--at", NOW];
    expect((await run(folder, words)).stdout).toContain("Would send 4 actions");
    expect((await run(folder, ["reconcile", "--dry-run"])).stdout).toContain("Would send no action");
  });

  it.each(["observe", "propose"])("sends nothing in mode %s, and records the run", async (mode) => {
    const folder = makeFleet({ "fleet.yaml": fleetYaml(mode) });
    const ran = await run(folder, ["reconcile"]);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain(
      `Sent nothing: the fleet's mode is ${mode}. It would be 4 actions to 3 devices.`,
    );
    expect([outbox(folder), ledger(folder).map(({ type }) => type)]).toEqual([[], ["run"]]);
  });

  it("stops with 5 at a guard, which one flag raises", async () => {
    const folder = applying({ "fleet.yaml": fleetYaml("apply", "actionsPerRun: 3, devicesPerRun: 3") });
    const ran = await run(folder, ["reconcile"]);
    expect(ran.code).toBe(5);
    expect(ran.stdout).toContain("Stopped by 1 guard before the first write.");
    expect(ran.stderr).toContain(
      'Fix: check the number; if it is meant, add `--allow-actions-per-run N --reason "…"`.',
    );
    expect(outbox(folder)).toEqual([]);
    const words = ["reconcile", "--allow-actions-per-run", "4", "--reason", "first run"];
    expect((await run(folder, words)).code).toBe(0);
    expect(ledger(folder).filter(({ type }) => type === "override")).toMatchObject([
      { data: { guard: "actionsPerRun", limit: 3, value: 4, reason: "first run" } },
    ]);
  });

  it("reads the backend when the stored snapshot is damaged, and stores it anew", async () => {
    const folder = applying();
    await run(folder, ["reconcile", "--quiet"]);
    const blobs = (sql?: string): unknown[] => {
      const cache = new Database(join(folder, ".patchring/state.db.cache"), false);
      if (sql !== undefined) cache.exec(sql);
      const found = cache
        .all("SELECT blob FROM chunks ORDER BY n")
        .map(([blob]) => [...(blob as Uint8Array)]);
      cache.close();
      return found;
    };
    const stored = blobs();
    expect(stored).not.toEqual([]);
    expect(blobs("UPDATE chunks SET blob = zeroblob(length(blob))")).not.toEqual(stored);
    const ran = await run(folder, ["reconcile"], { now: "2026-03-18T09:30:00Z" });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain("3 devices, 6 facts");
    expect(blobs()).toEqual(stored);
  });

  it("stops with 5 when devices vanish, and --allow-fleet-shrink says that it is meant", async () => {
    const folder = applying();
    await run(folder, ["reconcile"]);
    writeInto(folder, "inventory/fleet.ndjson", snapshotText(DEVICES.slice(0, 2)));
    const later = { now: "2026-03-18T09:30:00Z" };
    const ran = await run(folder, ["reconcile"], later);
    expect(ran.code).toBe(5);
    expect(ran.stderr).toContain("fleetShrink: 33, limit 10");
    const words = ["reconcile", "--allow-fleet-shrink", "40", "--reason", "a site closed"];
    expect((await run(folder, words, later)).code).toBe(0);
    expect((await run(folder, ["reconcile"], later)).code).toBe(0);
  });

  it("says with 8 who holds the lease", async () => {
    const folder = applying();
    await run(folder, ["reconcile", "--quiet"]);
    const path = join(folder, ".patchring/state.db");
    const store = await openSqliteStore({ path, scope: null });
    await store.acquireLease({ holder: "ops-2, process 7", now: parseInstant(NOW)!, seconds: 600 });
    await store.reader.close();
    const ran = await run(folder, ["reconcile"], { now: "2026-03-18T09:05:00Z" });
    expect(ran).toMatchInlineSnapshot(`
      {
        "code": 8,
        "stderr": "error: Another run writes [cli/lock]
        ops-2, process 7 holds the lease since 2026-03-18T09:00:00Z, until 2026-03-18T09:10:00Z (in 5 min) if it is not renewed. Nothing was read or sent.
        Fix: wait for it to end; if that process is gone, the lease ends at that instant and the next run takes over.
      ",
        "stdout": "",
      }
    `);
    expect((await run(folder, ["reconcile"], { now: "2026-03-18T09:10:00Z" })).code).toBe(0);
  });

  it("refuses with 3 a policy that is wrong, and with 64 what makes no sense", async () => {
    const folder = applying({ "rings.yaml": "kind: Ring\n" });
    expect((await run(folder, ["reconcile"])).code).toBe(3);
    expect(existsSync(join(folder, ".patchring"))).toBe(false);
    for (const words of [
      ["--at", NOW],
      ["--snapshot", "x"],
      ["--ref", "HEAD"],
      ["--every", "10s"],
      ["--every", "30m", "--dry-run"],
      ["--every", "30m", "--allow-actions-per-run", "9", "--reason", "r"],
      ["--allow-recall-devices", "nobody=3", "--reason", "r"],
    ]) {
      expect([words, (await run(applying(), ["reconcile", ...words])).code]).toEqual([words, 64]);
    }
  });

  it("an unreachable backend is 1, and leaves its record", async () => {
    const folder = applying();
    await run(folder, ["reconcile", "--quiet"]);
    writeInto(folder, "inventory/fleet.ndjson", "{}\n");
    const ran = await run(folder, ["reconcile"], { now: "2026-03-18T09:30:00Z" });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain("Nothing was decided: the backend could not be read.");
    expect(ledger(folder).at(-1)).toMatchObject({ type: "run", data: { exitCode: 1 } });
  });
});

describe("in a Git repository", () => {
  const committed = (mode: string): string => {
    const pilots = ["ws-1", "ws-2"].map((id) => ({ id, tags: ["pilot"], facts: { KB1: "installed" } }));
    const folder = makeFolder();
    const devices = [...pilots, { id: "ws-3", facts: { KB1: "missing" } }];
    const text = snapshotText(devices).replaceAll(
      '"status":"installed"',
      '"status":"installed","installedAt":"2026-03-05T00:00:00Z"',
    );
    const files = { "fleet.yaml": fleetYaml(mode), "inventory/fleet.ndjson": text };
    for (const [path, content] of Object.entries(files)) writeInto(folder, path, content);
    const source = makeFleet();
    for (const path of ["rings.yaml", "rules/microsoft.yaml"]) {
      writeInto(folder, path, readFileSync(join(source, path), "utf8"));
    }
    git(folder, "init", "-q");
    git(folder, "add", "-A");
    git(folder, "commit", "-qm", "First policy");
    return folder;
  };

  it.each(["propose", "apply"])("asks for what may go on, in mode %s", async (mode) => {
    const folder = committed(mode);
    const ran = await run(folder, ["reconcile"]);
    expect(ran.stdout).toContain("promote done    1 request opened or changed");
    expect(ledger(folder).filter(({ type }) => type === "promotion")).toMatchObject([
      { data: { event: "opened", ring: "production", request: 1, patches: ["KB1"] } },
    ]);
    const again = await run(folder, ["reconcile", "--json"], { now: "2026-03-18T09:30:00Z" });
    expect(JSON.parse(again.stdout)).toMatchObject({ changed: false, exitCode: 0 });
  });

  it("a brake opens the request of its hold, which is found again", async () => {
    const folder = committed("apply");
    const devices = ["failed", "failed", "missing"].map((status, i) => ({
      id: `ws-${i + 1}`,
      tags: ["pilot"],
      facts: { KB1: status },
    }));
    writeInto(folder, "inventory/fleet.ndjson", snapshotText(devices));
    const ran = await run(folder, ["reconcile"]);
    expect(ran.stdout).toContain("merge request 1 to hold it in Git, or close it to let it go on");
    const shown = await run(folder, ["requests", "show", "1"]);
    expect(shown.stdout).toContain("Stopped by the automatic brake");
    await run(folder, ["reconcile"], { now: "2026-03-18T09:30:00Z" });
    expect((await run(folder, ["requests", "--json"])).stdout.match(/"number"/g)).toHaveLength(1);
    expect(outbox(folder).filter((line) => line.endsWith(" approve"))).toEqual([]);
  });
});

describe("--every", () => {
  it("goes on until it is asked to stop, one line of JSON a run", async () => {
    const folder = applying();
    const stop = new AbortController();
    let stdout = "";
    let stderr = "";
    let seconds = parseInstant(NOW)!;
    const sink = (take: (text: string) => void) => ({
      write: take,
      isTTY: false,
      columns: undefined,
      closed: false,
    });
    const running = main(["reconcile", "--every", "1m", "--json"], {
      stdout: sink((text) => {
        stdout += text;
        stop.abort();
      }),
      stderr: sink((text) => (stderr += text)),
      env: { PATH: process.env["PATH"], HOME: folder },
      cwd: folder,
      now: () => (seconds += 1),
      catchStop: () => stop.signal,
    });
    expect(await running).toBe(0);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect([stderr, outbox(folder).length]).toEqual(["", 4]);
  });

  it.each<[string, string | null, number]>([
    ["the interval, counted from the start of the run", null, 1790],
    ["what changes sooner", "2026-03-18T09:10:00Z", 590],
    ["what changes later", "2026-03-19T09:00:00Z", 1790],
    ["never less than a minute", "2026-03-18T09:00:20Z", 60],
  ])("sleeps for %s", (_name, next, seconds) => {
    const start = parseInstant(NOW)!;
    expect(waitSeconds(start, start + 10, next, 1800)).toBe(seconds);
  });

  it("a clock that jumped makes no long wait", () => {
    const start = parseInstant(NOW)!;
    expect(waitSeconds(start, start - 1_000_000, null, 1800)).toBe(1800);
    expect(waitSeconds(start, start + 1_000_000, null, 1800)).toBe(60);
  });
});
