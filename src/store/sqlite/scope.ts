import { StoreError } from "../store.ts";
import type { Database } from "./database.ts";
import { seal, unseal } from "./seal.ts";

/**
 * A store serves one backend: its journal and its seen times mean nothing for another one. The first
 * `scope` is written down; a store that has another is refused. Null looks at any.
 */
export function checkScope(database: Database, scope: string | null): void {
  if (scope === null) return;
  const row = database.first("SELECT value FROM meta WHERE key = 'scope'");
  if (row === null) {
    database.run("INSERT OR IGNORE INTO meta (key, value) VALUES ('scope', ?)", [seal(scope)]);
    checkScope(database, scope);
    return;
  }
  const written = unseal(row[0], "the name of its backend", database.path) as string;
  if (written === scope) return;
  throw new StoreError(
    "foreign",
    false,
    `${database.path} was written for another backend (${written}), and this is ${scope}: its journal would be read wrongly. Name another \`path\` for the store, or move the file away`,
  );
}
