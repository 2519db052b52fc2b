/** One SQLite file, with the few calls that the store makes. */
import Libsql from "libsql";
import { openFailure, storeFailure } from "./failure.ts";

export type SqlValue = string | number | Uint8Array | null;
export type SqlRow = readonly SqlValue[];

/** How long a write waits for another process's, milliseconds. */
const BUSY_MS = 2_000;

/** What of libsql is used, so that its loose types end here. */
interface Statement {
  run(parameters: readonly SqlValue[]): { readonly changes: number };
  raw(): Statement;
  all(parameters: readonly SqlValue[]): SqlRow[];
  iterate(parameters: readonly SqlValue[]): IterableIterator<SqlRow>;
}
interface Connection {
  prepare(sql: string): Statement;
  exec(sql: string): void;
  close(): void;
  readonly inTransaction: boolean;
}

/**
 * Calls are synchronous. Parameters always go in one array: the driver takes a lone object for
 * named ones. Texts must hold no NUL: SQLite's texts end there (see `encodeKey`, `seal`).
 */
export class Database {
  readonly path: string;
  readonly #connection: Connection;
  readonly #prepared = new Map<string, Statement>();
  #open = true;

  /**
   * Opens or creates the file, in WAL. `durable`: a commit is on the disk when it returns, so it
   * survives a power cut (`synchronous = FULL`); else only consistency does (`NORMAL`).
   */
  constructor(path: string, durable: boolean) {
    this.path = path;
    try {
      this.#connection = new Libsql(path) as unknown as Connection;
    } catch (error) {
      throw openFailure(error, path);
    }
    try {
      this.exec(`PRAGMA busy_timeout = ${String(BUSY_MS)}`);
      this.all("PRAGMA journal_mode = WAL");
      this.exec(`PRAGMA synchronous = ${durable ? "FULL" : "NORMAL"}`);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  exec(sql: string): void {
    try {
      this.#connection.exec(sql);
    } catch (error) {
      throw storeFailure(error, "a write", this.path);
    }
  }

  /** Gives the number of rows that changed. */
  run(sql: string, parameters: readonly SqlValue[] = []): number {
    try {
      return this.#prepare(sql, false).run(parameters).changes;
    } catch (error) {
      throw storeFailure(error, "a write", this.path);
    }
  }

  all(sql: string, parameters: readonly SqlValue[] = []): readonly SqlRow[] {
    try {
      return this.#prepare(sql, true).all(parameters);
    } catch (error) {
      throw storeFailure(error, "a read", this.path);
    }
  }

  /** One at a time; what is wrong with a row is thrown when it is reached. */
  *rows(sql: string): Generator<SqlRow> {
    try {
      yield* this.#prepare(sql, true).iterate([]);
    } catch (error) {
      throw storeFailure(error, "a read", this.path);
    }
  }

  first(sql: string, parameters: readonly SqlValue[] = []): SqlRow | null {
    return this.all(sql, parameters)[0] ?? null;
  }

  /** Runs `work` with the write lock: all of it is there afterwards, or none. */
  transaction<T>(work: () => T): T {
    this.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.exec("COMMIT");
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** Some failures (a full disk) roll back by themselves. */
  #rollBack(): void {
    try {
      if (this.#connection.inTransaction) this.#connection.exec("ROLLBACK");
    } catch {
      // The first failure says what is wrong; a transaction that cannot end goes with its connection.
    }
  }

  /** Safe to repeat. What stands in the write-ahead log goes into the file first, unless another process is at it. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      this.exec("PRAGMA busy_timeout = 0");
      this.all("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // The log keeps it; the next one that opens the file reads it from there.
    }
    this.#prepared.clear();
    this.#connection.close();
  }

  #prepare(sql: string, rows: boolean): Statement {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#connection.prepare(sql);
    const ready = rows ? statement.raw() : statement;
    this.#prepared.set(sql, ready);
    return ready;
  }
}
