import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NO_RECORD, type LedgerRecord } from "../../src/core/ledger.ts";
import { openLedgerFile } from "../../src/store/ledger-file/ledger-file.ts";
import { syncLedgerFile } from "../../src/store/ledger-sync.ts";
import { openMemoryStore } from "../../src/store/memory/memory-store.ts";
import type { Store } from "../../src/store/store.ts";
import { NOW, outcomeEntry, intent, runEntry, writerOf } from "../contract/store-world.ts";

const CORRUPT = { name: "StoreError", code: "corrupt", retryable: false };

describe("the ledger file", () => {
  let folder: string;
  let path: string;
  let store: Store;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "patchring-ledger-"));
    path = join(folder, "deep", "ledger.ndjson");
    store = openMemoryStore();
    const writer = await writerOf(store);
    await writer.appendLedger([runEntry("r1"), outcomeEntry("r2", intent("1")), runEntry("r3", NOW + 9)]);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const records = (): Promise<readonly LedgerRecord[]> => store.reader.readLedger({ after: 0, limit: 99 });
  const lines = (): readonly string[] => readFileSync(path, "utf8").split("\n");

  it("is made with its first record, and gets each record once", async () => {
    const file = openLedgerFile(path);
    expect(await file.readHead()).toBeNull();
    await file.append([]);
    expect(existsSync(path)).toBe(false);
    expect(await syncLedgerFile(store.reader, file)).toBe(3);
    expect(await syncLedgerFile(store.reader, file)).toBe(0);
    const head = await store.reader.readLedgerHead();
    expect(await file.readHead()).toEqual(head);
    expect(lines()).toHaveLength(4);
    expect(
      lines()
        .slice(0, 3)
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(await records());
  });

  it.each([0, 1, 40, 200])("cuts off a line that was torn after %i bytes", async (kept) => {
    const file = openLedgerFile(path);
    const [first, second, third] = await records();
    await file.append([first!]);
    const whole = readFileSync(path);
    await file.append([second!]);
    const torn = readFileSync(path).subarray(whole.length, whole.length + kept);
    writeFileSync(path, Buffer.concat([whole, torn]));
    expect(await file.readHead()).toEqual({ seq: 1, hash: first!.hash });
    await file.append([second!, third!]);
    expect(
      lines()
        .slice(0, 3)
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([first, second, third]);
  });

  it("that is a torn first line alone is empty", async () => {
    const file = openLedgerFile(join(folder, "torn.ndjson"));
    writeFileSync(join(folder, "torn.ndjson"), '{"at":"2026');
    expect(await file.readHead()).toBeNull();
    await file.append(await records());
    expect(readFileSync(join(folder, "torn.ndjson"), "utf8").split("\n")).toHaveLength(4);
  });

  it("finds its end behind lines longer than what is read at a time", async () => {
    const writer = await writerOf(store, "ops-1");
    const long = { ...intent("1"), device: "x".repeat(200_000) };
    await writer.appendLedger([outcomeEntry("r4", long), runEntry("r5")]);
    const file = openLedgerFile(path);
    const all = await records();
    await file.append(all.slice(0, 4));
    expect(await file.readHead()).toEqual({ seq: 4, hash: all[3]!.hash });
    await file.append(all.slice(4));
    expect(await file.readHead()).toEqual(await store.reader.readLedgerHead());
  });

  it("refuses what does not follow, and writes nothing of it", async () => {
    const file = openLedgerFile(path);
    const [first, second, third] = await records();
    await expect(file.append([second!])).rejects.toMatchObject(CORRUPT);
    await file.append([first!]);
    const before = readFileSync(path, "utf8");
    await expect(file.append([first!])).rejects.toMatchObject(CORRUPT);
    await expect(file.append([third!])).rejects.toMatchObject(CORRUPT);
    await expect(file.append([second!, second!])).rejects.toMatchObject(CORRUPT);
    await expect(file.append([{ ...second!, previous: NO_RECORD }])).rejects.toMatchObject(CORRUPT);
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  it("refuses to go on behind a line that is no record", async () => {
    const file = openLedgerFile(path);
    const [first, second] = await records();
    await file.append([first!]);
    appendFileSync(path, "not a record\n");
    await expect(file.readHead()).rejects.toMatchObject(CORRUPT);
    await expect(file.append([second!])).rejects.toMatchObject(CORRUPT);
  });

  it("is not written from a store with another past", async () => {
    const file = openLedgerFile(path);
    await syncLedgerFile(store.reader, file);
    const other = openMemoryStore();
    const writer = await writerOf(other);
    await writer.appendLedger([runEntry("x1")]);
    await expect(syncLedgerFile(other.reader, file)).rejects.toMatchObject(CORRUPT);
    await writer.appendLedger([runEntry("x2"), runEntry("x3"), runEntry("x4")]);
    await expect(syncLedgerFile(other.reader, file)).rejects.toMatchObject(CORRUPT);
    expect(lines()).toHaveLength(4);
  });

  it("says when it cannot be written", async () => {
    writeFileSync(join(folder, "file"), "");
    const file = openLedgerFile(join(folder, "file", "ledger.ndjson"));
    const failed = { name: "StoreError", code: "storage" };
    await expect(file.append(await records())).rejects.toMatchObject(failed);
  });
});
