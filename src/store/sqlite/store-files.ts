import { StoreError } from "../store.ts";
import type { Database } from "./database.ts";
import type { SnapshotCache } from "./snapshot-cache.ts";

/** The two files of an open store. */
export class StoreFiles {
  readonly main: Database;
  readonly cache: SnapshotCache;
  #open = true;

  constructor(main: Database, cache: SnapshotCache) {
    this.main = main;
    this.cache = cache;
  }

  /** Runs synchronous work; what it throws rejects. */
  work<T>(work: (files: StoreFiles) => T): Promise<T> {
    return new Promise((resolve) => {
      if (!this.#open) throw new StoreError("storage", false, "the store is closed");
      resolve(work(this));
    });
  }

  /** Safe to repeat. */
  close(): void {
    this.#open = false;
    this.cache.close();
    this.main.close();
  }
}
