/** The store that the policy names, opened for the command line. */
import { EXIT_CODES } from "../cli/exit-codes.ts";
import type { Opened, OpenedStore, StoreSettings, StoreView } from "../cli/invocation.ts";
import { Refusal } from "../cli/refusal.ts";
import { StoreError, type RestoredStore } from "../store/store.ts";

export async function openStoreReader(settings: StoreSettings, folder: string): Promise<Opened<StoreView>> {
  const { parseStoreOptions } = await import("../store/options.ts");
  const { options, diagnostics } = parseStoreOptions(settings, folder);
  if (options === null) return { port: null, diagnostics };
  if (options.kind === "memory") return { port: { reader: null, ledger: null } };
  const { hasSqliteStore, openSqliteStore } = await import("../store/sqlite/sqlite-store.ts");
  const { path, ledger } = options;
  if (!hasSqliteStore(path)) return { port: { reader: null, ledger } };
  return { port: { reader: (await openSqliteStore({ path, scope: null })).reader, ledger } };
}

export async function openStore(
  settings: StoreSettings,
  folder: string,
  scope: string,
): Promise<Opened<OpenedStore>> {
  const { parseStoreOptions } = await import("../store/options.ts");
  const { options, diagnostics } = parseStoreOptions(settings, folder);
  if (options === null) return { port: null, diagnostics };
  if (options.kind === "memory") {
    const { openMemoryStore } = await import("../store/memory/memory-store.ts");
    return { port: { store: openMemoryStore(), ledger: null } };
  }
  const [{ openSqliteStore }, { openLedgerFile }] = await Promise.all([
    import("../store/sqlite/sqlite-store.ts"),
    import("../store/ledger-file/ledger-file.ts"),
  ]);
  const store = await openSqliteStore({ path: options.path, scope });
  return { port: { store, ledger: openLedgerFile(options.ledger) } };
}

export async function restoreStore(
  settings: StoreSettings,
  folder: string,
  ledger: string,
): Promise<RestoredStore> {
  const [{ parseStoreOptions }, { readLedgerLines }, { restoreSqliteStore }] = await Promise.all([
    import("../store/options.ts"),
    import("../store/ledger-lines.ts"),
    import("../store/sqlite/restore.ts"),
  ]);
  const { options, diagnostics } = parseStoreOptions(settings, folder);
  if (options === null) throw new Refusal(EXIT_CODES.policy, diagnostics);
  if (options.kind !== "sqlite")
    throw new StoreError("storage", false, "a store of kind memory keeps no file");
  return restoreSqliteStore(options.path, readLedgerLines(ledger), Math.floor(Date.now() / 1000));
}
