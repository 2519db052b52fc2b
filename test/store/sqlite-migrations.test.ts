/** A store of each earlier version is brought up to date with everything in it; one of a later version is refused. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Database } from "../../src/store/sqlite/database.ts";
import { migrate, STORE_VERSION } from "../../src/store/sqlite/migrations.ts";
import { openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { intent, NOW, SUMMARY, writerOf } from "../contract/store-world.ts";

const FIXTURES = fileURLToPath(new URL("fixtures", import.meta.url));
const EARLIER = Array.from({ length: STORE_VERSION - 1 }, (_, i) => i + 1);

describe("a store of an earlier version", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "patchring-migrate-"));
    path = join(folder, "state.db");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.each(EARLIER)("%i, as it was released, keeps all it holds and does all that is new", async (version) => {
    copyFileSync(join(FIXTURES, `store-version-${String(version)}.db`), path);
    const store = await openSqliteStore({ path, scope: "file fleet.ndjson" });
    const { reader } = store;
    expect(await reader.readLease()).toEqual({
      holder: "ops-1",
      fence: 4,
      acquiredAt: NOW,
      expiresAt: NOW + 600,
    });
    expect(await reader.listRuns({ limit: 9 })).toEqual([
      { id: "r1", startedAt: NOW, finishedAt: NOW + 5, summary: SUMMARY },
    ]);
    expect((await reader.listUnsettled()).map((entry) => entry.id)).toEqual(["r1/2"]);
    expect(await reader.listJournal({ result: "settled", limit: 9 })).toHaveLength(1);
    expect(await reader.readFleet()).toEqual(["ws-001"]);
    expect((await reader.readSeen()).patches).toEqual(new Map([["KB1", NOW]]));
    expect((await reader.readLedgerHead()).seq).toBe(2);
    expect(await reader.check()).toEqual([]);
    const writer = await writerOf(store, "ops-2", NOW + 601);
    await writer.recordNotices([{ key: "k", channel: "mail", at: NOW }], []);
    await writer.recordIntents("r2", NOW, [intent("r2/1")], []);
    expect(await reader.listNotices(["k"])).toHaveLength(1);
    await reader.close();
  });

  it("is made by the steps, one after the other, as the newest is", () => {
    const shape = (database: Database): unknown =>
      database.all("SELECT type, name, tbl_name FROM sqlite_master ORDER BY type, name");
    const stepwise = new Database(path, true);
    for (let version = 1; version <= STORE_VERSION; version += 1) migrate(stepwise, version);
    const atOnce = new Database(join(folder, "other.db"), true);
    migrate(atOnce);
    expect(shape(stepwise)).toEqual(shape(atOnce));
    stepwise.close();
    atOnce.close();
  });

  it("and one of a later version is refused and left as it is", async () => {
    const database = new Database(path, true);
    migrate(database);
    database.exec(`PRAGMA user_version = ${String(STORE_VERSION + 1)}`);
    database.close();
    const opening = openSqliteStore({ path, scope: null });
    await expect(opening).rejects.toMatchObject({ code: "newer", retryable: false });
    await expect(opening).rejects.toThrow(/written by a later patchring/);
    expect(existsSync(path)).toBe(true);
  });
});
