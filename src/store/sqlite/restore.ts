/** A store from the ledger file, which is a complete copy of what was decided and sent. */
import { existsSync, renameSync, rmSync } from "node:fs";
import type { Instant } from "../../core/model.ts";
import { formatInstant, parseInstant } from "../../core/time.ts";
import type { LedgerData, LedgerRecord } from "../../core/ledger.ts";
import { chainProblem } from "../../core/ledger-chain.ts";
import { NO_RECORD, type LedgerHead } from "../../core/ledger.ts";
import { digestText } from "../digest.ts";
import { isUnsettled, journalEntry, judgeLease, withResult } from "../journal-rules.ts";
import type { LedgerLine } from "../ledger-lines.ts";
import { StoreError, type RestoredStore } from "../store.ts";
import { Database } from "./database.ts";
import { corrupt } from "./failure.ts";
import { addEntry, readEntry, updateEntry } from "./journal-table.ts";
import { appendRecord, readRecords } from "./ledger-table.ts";
import { migrate } from "./migrations.ts";
import { addRun } from "./run-table.ts";
import { NOTHING_SALVAGED, putBack, salvage, type Salvaged } from "./salvage.ts";
import { encodeKey, seal } from "./seal.ts";
import { cacheFiles } from "./snapshot-cache.ts";
import { cachePath, openSqliteStore } from "./sqlite-store.ts";

/**
 * Builds the store at `path` from the lines of its ledger. What is there is renamed, never deleted; a
 * store that is well is left alone, unless it is an older copy: one whose records the ledger goes on from.
 * The ledger must be whole up to its last line, which may be torn. Runs, journal, brakes and notices come
 * from the ledger; first-seen times, the fleet, and what brakes have besides, from what can still be read of
 * the store. A store whose lease somebody holds at `now` is refused: that run may still write and send.
 */
export async function restoreSqliteStore(
  path: string,
  lines: AsyncIterable<LedgerLine>,
  now: Instant,
): Promise<RestoredStore> {
  const headOfWell = await readHeadOfWell(path);
  const salvaged = existsSync(path) ? salvage(path, now) : NOTHING_SALVAGED;
  const fresh = `${path}.restoring`;
  const discard = (): void => {
    for (const file of cacheFiles(fresh)) rmSync(file, { force: true });
  };
  discard();
  const database = new Database(fresh, true);
  let counts: Awaited<ReturnType<typeof replay>>;
  try {
    migrate(database);
    counts = await replay(database, lines);
    if (headOfWell !== null) requireOlder(database, headOfWell, path);
    requireFree(salvaged, now, path);
    database.transaction(() => putBack(database, salvaged, now));
    database.all("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (error) {
    database.close();
    discard();
    throw error;
  }
  database.close();
  const stamp = formatInstant(now).replaceAll(/[-:]/g, "");
  const aside: string[] = [];
  for (const file of cacheFiles(path).filter((one) => existsSync(one))) {
    const kept = `${file}.damaged-${stamp}`;
    renameSync(file, kept);
    aside.push(kept);
  }
  for (const file of cacheFiles(cachePath(path))) rmSync(file, { force: true });
  renameSync(fresh, path);
  return { ...counts, seenPatches: salvaged.seen.patches.size, aside };
}

/** Null for a store that is damaged, or not there. */
async function readHeadOfWell(path: string): Promise<LedgerHead | null> {
  if (!existsSync(path)) return null;
  try {
    const { reader } = await openSqliteStore({ path, scope: null });
    try {
      const problems = (await reader.check()).filter(({ code }) => code !== "store/cache-damaged");
      return problems.length > 0 ? null : await reader.readLedgerHead();
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (error instanceof StoreError && error.code === "corrupt") return null;
    throw error;
  }
}

/** An older copy ends where the ledger goes on. */
function requireOlder(restored: Database, head: LedgerHead, path: string): void {
  const [own, next] =
    head.seq === 0 ? [head, ...readRecords(restored, 0, 1)] : readRecords(restored, head.seq - 1, 2);
  if (own.hash === head.hash && next !== undefined) return;
  throw new StoreError("storage", false, `${path} is not damaged, so it was left as it is`);
}

function requireFree({ lease }: Salvaged, now: Instant, path: string): void {
  if (lease === null || judgeLease(lease, lease.seconds, now) !== "held") return;
  throw new StoreError(
    "locked",
    true,
    `${lease.holder} holds the lease of ${path} until ${formatInstant(lease.expiresAt)} and may still write and send, so nothing was restored; end that process, and try again after that`,
  );
}

async function replay(
  database: Database,
  lines: AsyncIterable<LedgerLine>,
): Promise<Pick<RestoredStore, "runs" | "actions" | "unsettled">> {
  let head: LedgerHead = { seq: 0, hash: NO_RECORD };
  database.exec("BEGIN IMMEDIATE");
  for await (const { number, text, whole } of lines) {
    if (!whole) break;
    const answer = chainProblem(head, text, digestText);
    if (answer.problem !== null) {
      throw corrupt("the ledger", `line ${String(number)}: ${answer.problem.detail}`);
    }
    appendRecord(database, answer.record);
    take(database, answer.record);
    head = answer.head;
  }
  database.exec("COMMIT");
  const count = (sql: string): number => Number(database.first(sql)?.[0]);
  const results = database.all("SELECT result FROM journal");
  return {
    runs: count("SELECT count(*) FROM runs"),
    actions: results.length,
    unsettled: results.filter(([result]) => isUnsettled(result as LedgerData["outcome"]["result"] | null))
      .length,
  };
}

/** What one record says about the state. */
function take(database: Database, record: LedgerRecord): void {
  const at = parseInstant(record.at) ?? 0;
  const run = record.run ?? "";
  switch (record.type) {
    case "run": {
      const summary = record.data as LedgerData["run"];
      const startedAt = parseInstant(summary.startedAt) ?? at;
      addRun(database, { id: run, startedAt, finishedAt: parseInstant(summary.finishedAt) ?? at, summary });
      return;
    }
    case "action":
      addEntry(database, journalEntry(run, at, record.data as LedgerData["action"]));
      return;
    case "outcome": {
      const { action: id, result, detail } = record.data as LedgerData["outcome"];
      const entry = readEntry(database, id);
      if (entry !== null) {
        updateEntry(database, withResult(entry, at, { id, result, detail, observations: 0 }));
      }
      return;
    }
    case "brake":
      takeBrake(database, record.data as LedgerData["brake"], at);
      return;
    case "notice": {
      const { key, channel } = record.data as LedgerData["notice"];
      const values = [encodeKey(key), encodeKey(channel), seal({ key, channel, at })];
      database.run("INSERT OR REPLACE INTO notices (key, channel, body) VALUES (?, ?, ?)", values);
      return;
    }
    case "promotion":
    case "guard":
    case "override":
      return;
  }
}

function takeBrake(database: Database, brake: LedgerData["brake"], setAt: number): void {
  const { event, ...rest } = brake;
  const keys = [encodeKey(brake.ring), encodeKey(brake.patch)];
  database.run("DELETE FROM brakes WHERE ring = ? AND patch = ?", keys);
  if (event === "released") return;
  const body = seal({ ...rest, revision: null, setAt });
  database.run("INSERT INTO brakes (ring, patch, body) VALUES (?, ?, ?)", [...keys, body]);
}
