/**
 * The shape of the database, as numbered steps. A step that was released is never edited: a store
 * of any earlier version gets the steps that it lacks, each in a transaction of its own.
 */
import { StoreError } from "../store.ts";
import type { Database } from "./database.ts";

/** `PRAGMA application_id`: "PRNG". */
const APPLICATION_ID = 0x50_52_4e_47;

/** Statements of step 1, 2, 3 … */
export const MIGRATIONS: readonly string[] = [
  // 1: runs, journal, ledger, seen times, lease. Bodies are sealed JSON; other columns are for finding them.
  `CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE lease (id INTEGER PRIMARY KEY CHECK (id = 1), holder TEXT, fence INTEGER NOT NULL,
     acquired_at INTEGER NOT NULL, expires_at INTEGER NOT NULL);
   CREATE TABLE runs (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, finished_at INTEGER, body TEXT NOT NULL);
   CREATE TABLE journal (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, run TEXT NOT NULL, device TEXT NOT NULL,
     patch TEXT NOT NULL, result TEXT, result_at INTEGER, body TEXT NOT NULL);
   CREATE INDEX journal_by_run ON journal (run);
   CREATE TABLE seen_patches (id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE seen_installs (device TEXT PRIMARY KEY, body TEXT NOT NULL);
   CREATE TABLE fleet (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL);
   CREATE TABLE ledger (seq INTEGER PRIMARY KEY, line TEXT NOT NULL);`,
  // 2: the automatic brake, and notices that are given once.
  `CREATE TABLE brakes (seq INTEGER PRIMARY KEY, ring TEXT NOT NULL, patch TEXT NOT NULL, body TEXT NOT NULL,
     UNIQUE (ring, patch));
   CREATE TABLE notices (key TEXT NOT NULL, channel TEXT NOT NULL, body TEXT NOT NULL,
     PRIMARY KEY (key, channel)) WITHOUT ROWID;`,
  // 3: a lease knows its length, for clocks that go back; the journal is found by device, patch and what is open.
  `ALTER TABLE lease ADD COLUMN seconds INTEGER NOT NULL DEFAULT 900;
   CREATE INDEX journal_by_device ON journal (device, patch);
   CREATE INDEX journal_by_patch ON journal (patch);
   CREATE INDEX journal_unsettled ON journal (seq)
     WHERE result IS NULL OR result IN ('accepted', 'unknown');`,
  // 4: what may be forgotten is found by its time, however long the journal is.
  `CREATE INDEX journal_settled ON journal (result_at)
     WHERE result IS NOT NULL AND result NOT IN ('accepted', 'unknown');`,
];

/** Of this program's stores. */
export const STORE_VERSION: number = MIGRATIONS.length;

function readNumber(database: Database, pragma: string): number {
  return Number(database.first(`PRAGMA ${pragma}`)?.[0] ?? 0);
}

function isEmpty(database: Database): boolean {
  return Number(database.first("SELECT count(*) FROM sqlite_master")?.[0]) === 0;
}

/** Refuses a file that is somebody else's, or a later program's. */
function checkOrigin(database: Database, version: number): void {
  const { path } = database;
  if (readNumber(database, "application_id") !== APPLICATION_ID && !isEmpty(database)) {
    throw new StoreError(
      "foreign",
      false,
      `${path} is a SQLite database, but not one of patchring; name another \`path\` for the store`,
    );
  }
  if (version > STORE_VERSION) {
    throw new StoreError(
      "newer",
      false,
      `${path} was written by a later patchring (store version ${String(version)}; this one knows up to ${String(STORE_VERSION)}); use that version or a later one. Nothing was changed`,
    );
  }
}

/** Brings a database up to `target`, this program's version unless a test asks for less. Safe to repeat, also beside another process. */
export function migrate(database: Database, target: number = STORE_VERSION): void {
  const version = readNumber(database, "user_version");
  checkOrigin(database, version);
  for (let next = version + 1; next <= target; next += 1) {
    database.transaction(() => {
      if (readNumber(database, "user_version") >= next) return;
      database.exec(MIGRATIONS[next - 1]!);
      database.exec(`PRAGMA application_id = ${String(APPLICATION_ID)}`);
      database.exec(`PRAGMA user_version = ${String(next)}`);
    });
  }
}
