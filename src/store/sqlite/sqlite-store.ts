/** The embedded store: a SQLite file for what must never be lost, a second one for what can be read again. */
import { existsSync } from "node:fs";
import type { LeaseAnswer, Store } from "../store.ts";
import { Database } from "./database.ts";
import { takeLease } from "./lease.ts";
import { migrate } from "./migrations.ts";
import { checkScope } from "./scope.ts";
import { SnapshotCache } from "./snapshot-cache.ts";
import { SqliteReader } from "./sqlite-reader.ts";
import { SqliteWriter } from "./sqlite-writer.ts";
import { StoreFiles } from "./store-files.ts";
import { prepareFolder } from "./store-folder.ts";

export interface SqliteStoreOptions {
  /** The database file, absolute. Its folder is made when it is not there, by who writes. */
  readonly path: string;
  /** Names the backend that the store serves, as people know it; null to read whatever is there, which must be there. */
  readonly scope: string | null;
}

/** `state.db` has its cache in `state.db.cache`. */
export function cachePath(path: string): string {
  return `${path}.cache`;
}

/** Opens or creates the store. Throws `StoreError`: `newer`, `foreign`, `corrupt`, `locked`, `storage`. */
export async function openSqliteStore({ path, scope }: SqliteStoreOptions): Promise<Store> {
  if (scope !== null) await prepareFolder(path);
  const main = new Database(path, true);
  try {
    migrate(main);
    checkScope(main, scope);
  } catch (error) {
    main.close();
    throw error;
  }
  const files = new StoreFiles(main, new SnapshotCache(cachePath(path)));
  return {
    reader: new SqliteReader(files),
    acquireLease: (order): Promise<LeaseAnswer> =>
      files.work(() => {
        const { taken, lease } = takeLease(main, order);
        return taken
          ? { kind: "acquired", writer: new SqliteWriter(files, lease), lease }
          : { kind: "held", lease };
      }),
  };
}

/** Whether there is a store to read: verbs that only look never make one. */
export function hasSqliteStore(path: string): boolean {
  return existsSync(path);
}
