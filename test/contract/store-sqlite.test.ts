import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { describeStore } from "./store-contract.ts";

describeStore("in SQLite", async () => {
  const folder = mkdtempSync(join(tmpdir(), "patchring-store-"));
  const options = { path: join(folder, ".patchring", "state.db"), scope: "file inventory/fleet.ndjson" };
  let store = await openSqliteStore(options);
  return {
    store,
    reopen: async () => {
      await store.reader.close();
      store = await openSqliteStore(options);
      return store;
    },
    end: async () => {
      await store.reader.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
