/**
 * The last snapshot, in a file beside the store that may be thrown away at any time: what is
 * damaged, old or of another version is removed and filled again by the next run.
 */
import { existsSync, rmSync } from "node:fs";
import { StoredSnapshotError, type StoredChunk } from "../../snapshot/stored.ts";
import { StoreError, type StoredSnapshot, type StoredSnapshotChange } from "../store.ts";
import { Database, type SqlValue } from "./database.ts";
import { decodeKey, encodeKey } from "./seal.ts";

/** Another layout is another number; there are no migrations. */
const CACHE_VERSION = 3;
const SCHEMA = `
  CREATE TABLE snapshot (id INTEGER PRIMARY KEY CHECK (id = 1), digest TEXT NOT NULL, taken_at INTEGER NOT NULL,
    common BLOB NOT NULL, positions BLOB NOT NULL);
  CREATE TABLE chunks (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL,
    blob BLOB NOT NULL);
  PRAGMA user_version = ${String(CACHE_VERSION)};`;

/** The cache's file with what SQLite puts beside it. */
export function cacheFiles(path: string): readonly string[] {
  return ["", "-wal", "-shm"].map((end) => `${path}${end}`);
}

export class SnapshotCache {
  readonly path: string;
  #database: Database | null = null;

  constructor(path: string) {
    this.path = path;
  }

  readDigest(): string | null {
    return this.#mend((database) => {
      const row = database.first("SELECT digest FROM snapshot");
      return row === null ? null : String(row[0]);
    }, null);
  }

  read(): StoredSnapshot | null {
    return this.#mend(readSnapshot, null);
  }

  save(change: StoredSnapshotChange): void {
    const write = (database: Database): void => database.transaction(() => saveSnapshot(database, change));
    try {
      write(this.#open());
    } catch (error) {
      if (!isUnusable(error)) throw error;
      this.discard();
      // Only the chunks that changed make no snapshot: the next run stores all of them.
      if (!isWhole(change)) return;
      write(this.#open());
    }
    this.#open().all("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  /** What is wrong with it; null when all is well, and when there is none. */
  findDamage(): string | null {
    if (this.#isMissing()) return null;
    try {
      const answer = this.#open().first("PRAGMA quick_check(1)")?.[0];
      return answer === "ok" ? null : String(answer);
    } catch (error) {
      if (isUnusable(error)) return (error as Error).message;
      throw error;
    }
  }

  discard(): void {
    this.close();
    for (const file of cacheFiles(this.path)) rmSync(file, { force: true });
  }

  close(): void {
    this.#database?.close();
    this.#database = null;
  }

  /** Who only looks never makes a cache. */
  #isMissing(): boolean {
    return this.#database === null && !existsSync(this.path);
  }

  #mend<T>(read: (database: Database) => T, empty: T): T {
    if (this.#isMissing()) return empty;
    try {
      return read(this.#open());
    } catch (error) {
      if (!isUnusable(error)) throw error;
      this.discard();
      return empty;
    }
  }

  #open(): Database {
    if (this.#database !== null) return this.#database;
    const database = new Database(this.path, false);
    try {
      prepare(database);
    } catch (error) {
      database.close();
      throw error;
    }
    this.#database = database;
    return database;
  }
}

function isUnusable(error: unknown): boolean {
  return error instanceof StoreError && (error.code === "corrupt" || error.code === "newer");
}

function isWhole({ order, changed }: StoredSnapshotChange): boolean {
  const given = new Set(changed.map(({ id }) => id));
  return order?.every((id) => given.has(id)) === true;
}

function prepare(database: Database): void {
  const version = (): number => Number(database.first("PRAGMA user_version")?.[0]);
  if (version() === CACHE_VERSION) return;
  database.transaction(() => {
    if (version() === 0) database.exec(SCHEMA);
  });
  if (version() !== CACHE_VERSION) throw new StoreError("newer", false, "a cache of another version");
}

function damaged(what: string): StoreError {
  return new StoreError("corrupt", false, `the snapshot cache is damaged: ${what}`);
}

function bytesOf(value: SqlValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw damaged("a column holds no bytes");
}

/** Row numbers of the chunks in the order of the snapshot, four bytes each, little endian. */
function packPositions(numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(numbers.length * 4);
  const view = new DataView(bytes.buffer);
  numbers.forEach((n, i) => view.setUint32(i * 4, n, true));
  return bytes;
}

function unpackPositions(bytes: Uint8Array): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.byteLength / 4) }, (_, i) => view.getUint32(i * 4, true));
}

/** Its blob is read when it is asked for, and not kept: all of them are as large as the facts themselves. */
class LateChunk implements StoredChunk {
  readonly id: string;
  readonly digest: string;
  readonly #database: Database;
  readonly #number: number;

  constructor(database: Database, number: number, id: string, digest: string) {
    this.#database = database;
    this.#number = number;
    this.id = id;
    this.digest = digest;
  }

  /** Throws `StoredSnapshotError` when it cannot be read, or went away meanwhile. */
  get blob(): Uint8Array {
    try {
      return bytesOf(this.#database.first("SELECT blob FROM chunks WHERE n = ?", [this.#number])?.[0]);
    } catch (error) {
      if (!isUnusable(error)) throw error;
      throw new StoredSnapshotError("a chunk cannot be read", { cause: error });
    }
  }
}

function readSnapshot(database: Database): StoredSnapshot | null {
  const row = database.first("SELECT digest, taken_at, common, positions FROM snapshot");
  if (row === null) return null;
  const [digest, takenAt, common, positions] = row;
  const byNumber = new Map<SqlValue | undefined, StoredChunk>();
  for (const [n, id, chunkDigest] of database.all("SELECT n, id, digest FROM chunks")) {
    byNumber.set(n, new LateChunk(database, Number(n), decodeKey(id), String(chunkDigest)));
  }
  const chunks = unpackPositions(bytesOf(positions)).map((n) => {
    const chunk = byNumber.get(n);
    if (chunk === undefined) throw damaged("the order names a chunk that is not there");
    return chunk;
  });
  return { digest: String(digest), takenAt: Number(takenAt), common: bytesOf(common), chunks };
}

function saveSnapshot(database: Database, change: StoredSnapshotChange): void {
  const count = (): number => Number(database.first("SELECT count(*) FROM chunks")?.[0]);
  const before = count();
  for (const { id, digest, blob } of change.changed) {
    database.run(
      `INSERT INTO chunks (id, digest, blob) VALUES (?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET digest = excluded.digest, blob = excluded.blob`,
      [encodeKey(id), digest, blob],
    );
  }
  if (change.order === null && count() !== before) {
    throw new Error("a snapshot with new chunks needs their order");
  }
  const positions = change.order === null ? keptPositions(database) : newPositions(database, change.order);
  database.run(
    "INSERT OR REPLACE INTO snapshot (id, digest, taken_at, common, positions) VALUES (1, ?, ?, ?, ?)",
    [change.digest, change.takenAt, change.common, positions],
  );
}

function keptPositions(database: Database): Uint8Array {
  return bytesOf(database.first("SELECT positions FROM snapshot")?.[0] ?? new Uint8Array(0));
}

/** Finds the rows of the order, and drops the chunks that are not in it. */
function newPositions(database: Database, order: readonly string[]): Uint8Array {
  const rows = new Map(
    database.all("SELECT id, n FROM chunks").map(([id, n]) => [decodeKey(id), Number(n)] as const),
  );
  const numbers = order.map((id) => {
    const n = rows.get(id);
    if (n === undefined) throw new Error(`no facts are stored for the devices from ${JSON.stringify(id)} on`);
    return n;
  });
  const wanted = new Set(numbers);
  for (const n of rows.values()) {
    if (!wanted.has(n)) database.run("DELETE FROM chunks WHERE n = ?", [n]);
  }
  return packPositions(numbers);
}
