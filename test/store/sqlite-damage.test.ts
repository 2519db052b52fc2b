/** Damage, other processes, full disks: told, and nothing lost. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLedgerFile } from "../../src/store/ledger-file/ledger-file.ts";
import { readLedgerLines } from "../../src/store/ledger-lines.ts";
import { syncLedgerFile } from "../../src/store/ledger-sync.ts";
import { Database } from "../../src/store/sqlite/database.ts";
import { restoreSqliteStore } from "../../src/store/sqlite/restore.ts";
import { cachePath, openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import type { Store } from "../../src/store/store.ts";
import {
  actionEntry,
  bytes,
  intent,
  NOW,
  outcomeEntry,
  runEntry,
  SUMMARY,
  writerOf,
} from "../contract/store-world.ts";

const SCOPE = "file fleet.ndjson";
/** An hour later: the lease is over. */
const AFTER = NOW + 3600;
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

describe("a store in SQLite", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "patchring-damage-"));
    path = join(folder, "state.db");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = (): Promise<Store> => openSqliteStore({ path, scope: SCOPE });
  const ledger = (): string => join(folder, "ledger.ndjson");

  /** A store with a run, 400 actions, of which one is open, and a snapshot. */
  async function fill(): Promise<void> {
    const store = await open();
    const writer = await writerOf(store);
    const intents = Array.from({ length: 400 }, (_, i) => intent(`r1/${String(i)}`));
    await writer.startRun({ id: "r1", startedAt: NOW });
    await writer.recordIntents(
      "r1",
      NOW,
      intents,
      intents.map((one) => actionEntry("r1", one)),
    );
    const settled = intents.slice(1);
    const results = settled.map(
      ({ id }) => ({ id, result: "refused", detail: null, observations: 0 }) as const,
    );
    const outcomes = settled.map((one) => {
      const made = outcomeEntry("r1", one);
      return { ...made, data: { ...made.data, result: "refused" } } as typeof made;
    });
    await writer.recordResults(NOW, results, outcomes);
    await writer.finishRun("r1", NOW + 5, SUMMARY, [runEntry("r1")]);
    const devices = [{ id: "a", digest: "1, 2, 3", blob: bytes(1, 2, 3) }];
    await writer.saveSnapshot({
      digest: "d",
      takenAt: NOW,
      common: bytes(1),
      changed: devices,
      order: ["a"],
    });
    await syncLedgerFile(store.reader, openLedgerFile(ledger()));
    await store.reader.close();
  }

  it.each<[string, () => void]>([
    ["garbage", () => writeFileSync(path, "garbage ".repeat(5_000))],
    ["half of it", () => truncateSync(path, Math.floor(readFileSync(path).length / 8192) * 4096)],
    [
      "a torn page",
      () => {
        const content = readFileSync(path);
        for (let at = 3 * 4096; at < content.length; at += 4 * 4096) content.fill(0xa5, at, at + 2048);
        writeFileSync(path, content);
      },
    ],
    [
      "a journal row with another result",
      () => {
        const database = new Database(path, true);
        database.exec("UPDATE journal SET body = replace(body, 'refused', 'settled') WHERE seq = 7");
        database.close();
      },
    ],
    [
      "a ledger record without its successor",
      () => {
        const database = new Database(path, true);
        database.exec("DELETE FROM ledger WHERE seq = 7");
        database.close();
      },
    ],
  ])("with %s is told as damaged, and comes back from its ledger", async (_, damage) => {
    await fill();
    damage();
    const told = await open()
      .then(async ({ reader }) => {
        const problems = await reader.check();
        await reader.close();
        return problems.map(({ code }) => code);
      })
      .catch((error: unknown) => [`thrown ${(error as { readonly code: string }).code}`]);
    expect(told.length).toBeGreaterThan(0);
    for (const code of told) expect(["store/corrupt", "ledger/sequence", "thrown corrupt"]).toContain(code);
    const restored = await restoreSqliteStore(path, readLedgerLines(ledger()), AFTER);
    expect(restored).toMatchObject({ runs: 1, actions: 400, unsettled: 1 });
    expect(restored.aside[0]).toBe(`${path}.damaged-20260318T100000Z`);
    expect(existsSync(restored.aside[0]!)).toBe(true);
    const { reader } = await open();
    expect(await reader.check()).toEqual([]);
    expect((await reader.listUnsettled()).map(({ id }) => id)).toEqual(["r1/0"]);
    expect(await reader.readRun("r1")).toMatchObject({ finishedAt: NOW + 5 });
    expect((await reader.readLedgerHead()).seq).toBe(800);
    await reader.close();
  });

  const DAMAGE = "UPDATE journal SET body = replace(body, 'refused', 'settled') WHERE seq = 7";
  const BRAKE = {
    ring: "pilot",
    patch: "KB1",
    revision: "2",
    setAt: NOW + 1,
    failed: 3,
    eligible: 10,
    detail: "3 of 10",
    request: 12,
  };
  const LIFTED = { key: "brake-lifted x", channel: "brake-lifted", at: NOW };

  /** What no record of the ledger tells. */
  async function remember(): Promise<void> {
    const store = await open();
    const writer = await writerOf(store, "ops-1", NOW + 5);
    const { ring, patch, failed, eligible, detail } = BRAKE;
    const data = { event: "set", ring, patch, failed, eligible, request: null, detail } as const;
    await writer.setBrake(BRAKE, [{ at: NOW, run: "r1", type: "brake", data }]);
    await writer.recordNotices([LIFTED], []);
    await writer.recordFleet(["a", "b"]);
    const installs = new Map([["a", new Map([["KB1", NOW - 9]])]]);
    const patches = new Map([
      ["KB1", NOW - 86_400],
      ["KB2", AFTER + 1],
    ]);
    await writer.recordSeen({ patches, installs });
    await syncLedgerFile(store.reader, openLedgerFile(ledger()));
    await store.reader.close();
  }

  function execute(sql: string): void {
    const database = new Database(path, true);
    database.exec(sql);
    database.close();
  }

  it("comes back with what its ledger does not tell, and with a lease that no holder before had", async () => {
    await fill();
    await remember();
    execute(DAMAGE);
    execute("UPDATE lease SET fence = 2000000000");
    expect(await restoreSqliteStore(path, readLedgerLines(ledger()), AFTER)).toMatchObject({
      seenPatches: 1,
    });
    const store = await open();
    expect(await store.reader.readSeen()).toEqual({
      patches: new Map([["KB1", NOW - 86_400]]),
      installs: new Map([["a", new Map([["KB1", NOW - 9]])]]),
    });
    expect(await store.reader.readFleet()).toEqual(["a", "b"]);
    expect(await store.reader.listBrakes()).toEqual([BRAKE]);
    expect(await store.reader.listNotices([LIFTED.key])).toEqual([LIFTED]);
    expect((await writerOf(store, "ops-2", AFTER)).lease.fence).toBe(2_000_000_001);
    expect(await store.reader.check()).toEqual([]);
    await store.reader.close();
    await expect(openSqliteStore({ path, scope: "apt hosts.yaml" })).rejects.toMatchObject({
      code: "foreign",
    });
  });

  it("of which nothing can be read begins with leases above all that there can have been", async () => {
    await fill();
    writeFileSync(path, "garbage ".repeat(5_000));
    rmSync(`${path}-wal`, { force: true });
    expect(await restoreSqliteStore(path, readLedgerLines(ledger()), AFTER)).toMatchObject({
      seenPatches: 0,
    });
    const store = await open();
    expect((await writerOf(store, "ops-2", AFTER)).lease.fence).toBe(AFTER + 1);
    await store.reader.close();
  });

  it("that is damaged while a run holds the lease is not restored before that ends", async () => {
    await fill();
    execute(DAMAGE);
    const before = readFileSync(path);
    const restoring = restoreSqliteStore(path, readLedgerLines(ledger()), NOW + 60);
    await expect(restoring).rejects.toMatchObject({ code: "locked", retryable: true });
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder).filter((name) => /damaged|restoring/.test(name))).toEqual([]);
  });

  it("that is an older copy is restored with what happened since, and keeps its first-seen times", async () => {
    await fill();
    await remember();
    const copy = readFileSync(path);
    const store = await open();
    const writer = await writerOf(store, "ops-1", NOW + 6);
    await writer.startRun({ id: "r2", startedAt: NOW + 6 });
    await writer.finishRun("r2", NOW + 7, SUMMARY, [runEntry("r2", NOW + 7)]);
    const { fence } = writer.lease;
    await syncLedgerFile(store.reader, openLedgerFile(ledger()));
    await store.reader.close();
    writeFileSync(path, copy);
    const restored = await restoreSqliteStore(path, readLedgerLines(ledger()), AFTER);
    expect(restored).toMatchObject({ runs: 2, seenPatches: 1 });
    const { reader } = await open();
    expect(await reader.readRun("r2")).not.toBeNull();
    expect((await reader.readSeen()).patches.get("KB1")).toBe(NOW - 86_400);
    await reader.close();
    expect((await writerOf(await open(), "ops-2", AFTER)).lease.fence).toBeGreaterThan(fence);
  });

  it("that is well is not restored over", async () => {
    await fill();
    const before = readFileSync(path);
    await expect(restoreSqliteStore(path, readLedgerLines(ledger()), AFTER)).rejects.toThrow(/not damaged/);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.includes("damaged"))).toEqual([]);
  });

  it.each<[string, (cache: string) => void]>([
    ["garbage", (cache) => writeFileSync(cache, "garbage ".repeat(5_000))],
    ["nothing", (cache) => rmSync(cache)],
    ["another version", (cache) => changeVersion(cache)],
  ])("with %s for a cache has no snapshot, and all else", async (_, damage) => {
    await fill();
    damage(cachePath(path));
    const store = await open();
    expect(await store.reader.readSnapshot()).toBeNull();
    expect(await store.reader.listUnsettled()).toHaveLength(1);
    const writer = await writerOf(store);
    await writer.saveSnapshot({ digest: "e", takenAt: NOW, common: bytes(1), changed: [], order: [] });
    expect(await store.reader.readSnapshotDigest()).toBe("e");
    expect(await store.reader.check()).toEqual([]);
    await store.reader.close();
  });

  it("of another backend, or of another program, is refused and left alone", async () => {
    await fill();
    const foreign = { code: "foreign", retryable: false };
    await expect(openSqliteStore({ path, scope: "apt hosts.yaml" })).rejects.toMatchObject(foreign);
    await expect(openSqliteStore({ path, scope: "apt hosts.yaml" })).rejects.toThrow(
      /another backend \(file fleet/,
    );
    const other = join(folder, "other.db");
    const database = new Database(other, true);
    database.exec("CREATE TABLE notes (text TEXT)");
    database.close();
    await expect(openSqliteStore({ path: other, scope: SCOPE })).rejects.toMatchObject(foreign);
  });

  it("that another process writes to is locked for a while, and read meanwhile", async () => {
    await fill();
    const store = await open();
    const writer = await writerOf(store);
    const other = new Database(path, true);
    other.exec("BEGIN IMMEDIATE");
    await expect(writer.recordFleet([])).rejects.toMatchObject({ code: "locked", retryable: true });
    expect(await store.reader.listUnsettled()).toHaveLength(1);
    other.exec("ROLLBACK");
    await writer.recordFleet(["a"]);
    expect(await store.reader.readFleet()).toEqual(["a"]);
    other.close();
    await store.reader.close();
  });

  it("on a full disk says so, keeps what it had, and goes on when there is room", () => {
    const database = new Database(path, true);
    database.exec("CREATE TABLE t (body BLOB NOT NULL)");
    database.run("INSERT INTO t VALUES (?)", [bytes(1)]);
    database.all("PRAGMA max_page_count = 4");
    const fillUp = (): void =>
      database.transaction(() => {
        for (let i = 0; i < 9; i++) database.run("INSERT INTO t VALUES (?)", [new Uint8Array(4096)]);
      });
    expect(fillUp).toThrow(expect.objectContaining({ code: "storage", retryable: true }));
    expect(database.all("SELECT count(*) FROM t")).toEqual([[1]]);
    database.all("PRAGMA max_page_count = 4000");
    fillUp();
    expect(database.all("SELECT count(*) FROM t")).toEqual([[10]]);
    database.close();
  });

  it("has every intent that was answered for when its process is killed", async () => {
    const program = `
      const { openSqliteStore } = await import(${JSON.stringify(join(ROOT, "dist/store/sqlite/sqlite-store.js"))});
      const store = await openSqliteStore({ path: ${JSON.stringify(path)}, scope: "s" });
      const { writer } = await store.acquireLease({ holder: "dead", now: ${String(NOW)}, seconds: 600 });
      await writer.startRun({ id: "r1", startedAt: ${String(NOW)} });
      for (let i = 0; i < 20; i++) {
        const intent = { id: "r1/" + i, device: "d", patch: "p", action: "approve", ring: null, verdict: "approve", reason: "APPROVED", source: null };
        await writer.recordIntents("r1", ${String(NOW)}, [intent], []);
      }
      process.kill(process.pid, "SIGKILL");`;
    const ended = spawnSync(process.execPath, ["--input-type=module", "-e", program]);
    expect(ended.signal).toBe("SIGKILL");
    const store = await openSqliteStore({ path, scope: "s" });
    expect(await store.reader.listUnsettled()).toHaveLength(20);
    const held = await store.acquireLease({ holder: "next", now: NOW + 1, seconds: 600 });
    expect(held).toMatchObject({ kind: "held", lease: { holder: "dead" } });
    const taken = await store.acquireLease({ holder: "next", now: NOW + 600, seconds: 600 });
    expect(taken.kind).toBe("acquired");
    await store.reader.close();
  });
});

function changeVersion(cache: string): void {
  const database = new Database(cache, false);
  database.exec("PRAGMA user_version = 99");
  database.close();
}
