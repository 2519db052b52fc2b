/** `Fleet.spec.store`: which store, and where. */
import { dirname, isAbsolute, join } from "node:path";
import type { Diagnostic } from "../core/diagnostic.ts";
import { nearestSpelling } from "../core/near-name.ts";
import type { StoreCode } from "./codes.ts";

export type StoreOptions =
  | { readonly kind: "memory" }
  | {
      readonly kind: "sqlite";
      /** The database file, absolute. */
      readonly path: string;
      /** The ledger file, absolute. */
      readonly ledger: string;
    };

export type StoreOptionsResult =
  | { readonly options: StoreOptions; readonly diagnostics: readonly [] }
  | { readonly options: null; readonly diagnostics: readonly Diagnostic[] };

/** Where a Fleet without `store` keeps it, relative to the policy repository. */
export const DEFAULT_STORE_PATH = ".patchring/state.db";
export const LEDGER_NAME = "ledger.ndjson";

const KEYS: Readonly<Record<StoreOptions["kind"], readonly string[]>> = {
  sqlite: ["kind", "path", "ledger"],
  memory: ["kind"],
};

function wrong(code: StoreCode, summary: string, detail: string, fix: string): Diagnostic {
  return { severity: "error", code, summary, place: null, detail, fix, related: [] };
}

/**
 * Reads the settings; null stands for a Fleet that has none. Relative paths start at `folder` (the
 * policy repository). The ledger stands beside the database unless `ledger` says where.
 */
export function parseStoreOptions(
  settings: Readonly<Record<string, unknown>> | null,
  folder: string,
): StoreOptionsResult {
  const given = settings ?? { kind: "sqlite" };
  const { kind } = given;
  if (kind !== "sqlite" && kind !== "memory") return { options: null, diagnostics: [wrongKind(kind)] };
  const diagnostics = [...unknownKeys(given, kind), ...(kind === "sqlite" ? wrongPaths(given) : [])];
  if (diagnostics.length > 0) return { options: null, diagnostics };
  if (kind === "memory") return { options: { kind }, diagnostics: [] };
  const absolute = (name: string): string => (isAbsolute(name) ? name : join(folder, name));
  const { path, ledger } = given as { readonly path?: string | null; readonly ledger?: string | null };
  const database = absolute(path ?? DEFAULT_STORE_PATH);
  const file = ledger == null ? join(dirname(database), LEDGER_NAME) : absolute(ledger);
  if (file === database) return { options: null, diagnostics: [samePath(ledger)] };
  return { options: { kind, path: database, ledger: file }, diagnostics: [] };
}

function wrongKind(kind: unknown): Diagnostic {
  const detail = `The Fleet names a store of kind ${JSON.stringify(kind)}. This version has: sqlite, memory.`;
  return wrong("store/kind", "Unknown store", detail, "write `kind: sqlite`, or leave `store` out.");
}

function unknownKeys(given: Readonly<Record<string, unknown>>, kind: StoreOptions["kind"]): Diagnostic[] {
  const known = KEYS[kind];
  return Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const near = nearestSpelling(key, known);
      const detail = `The store of kind ${kind} has no key ${JSON.stringify(key)}. Known keys: ${known.join(", ")}.`;
      const fix = near === null ? "remove it." : `write \`${near}\`.`;
      return wrong("store/key", "Unknown store key", detail, fix);
    });
}

function wrongPaths(given: Readonly<Record<string, unknown>>): Diagnostic[] {
  return (["path", "ledger"] as const)
    .filter((key) => given[key] != null && (typeof given[key] !== "string" || given[key] === ""))
    .map((key) => {
      const detail = `\`${key}\` of the store is ${JSON.stringify(given[key])}, and names no file.`;
      return wrong("store/path", "Store has no path", detail, `write a path, or leave \`${key}\` out.`);
    });
}

function samePath(ledger: string | null | undefined): Diagnostic {
  const detail = `\`path\` and \`ledger\` of the store both name ${JSON.stringify(ledger)}; they are two files.`;
  return wrong("store/path", "Store has no path", detail, "name another file for `ledger`.");
}
