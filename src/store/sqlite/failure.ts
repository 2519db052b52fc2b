import { StoreError } from "../store.ts";

const WRITABLE = "; check that this user may write there";

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** Result codes of SQLite that mean damage: a page that makes no sense, or no database at all. */
function isDamage(code: string): boolean {
  return code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB";
}

function describe(code: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return code === "" ? message : `${message} (${code})`;
}

/**
 * What SQLite said, as the error that callers act on. `what` says what was being done, `path` names
 * the file. What is no failure of the database is given back as it is.
 */
export function storeFailure(error: unknown, what: string, path: string): Error {
  if (error instanceof StoreError) return error;
  const code = codeOf(error);
  if (!code.startsWith("SQLITE_")) {
    return error instanceof Error ? error : new Error(String(error));
  }
  const wrap = (kind: StoreError["code"], retryable: boolean, text: string): StoreError =>
    new StoreError(kind, retryable, text, { cause: error });
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return wrap("locked", true, `another process keeps ${path} busy, so ${what} was not done; try again`);
  }
  if (isDamage(code)) return corrupt(path, describe(code, error), error);
  if (code === "SQLITE_FULL") {
    return wrap(
      "storage",
      true,
      `the disk is full, so ${what} was not done; what ${path} held before is kept`,
    );
  }
  const fix = code.startsWith("SQLITE_READONLY") ? WRITABLE : "";
  return wrap(
    "storage",
    code.startsWith("SQLITE_IOERR"),
    `${what} failed on ${path}: ${describe(code, error)}${fix}`,
  );
}

/** The driver gives no result code for a file that it cannot open or make. */
export function openFailure(error: unknown, path: string): Error {
  const what = "opening the store";
  if (codeOf(error) !== "") return storeFailure(error, what, path);
  const text = `${what} failed on ${path}: ${describe("", error)}${WRITABLE}`;
  return new StoreError("storage", false, text, { cause: error });
}

/** Damage, with what to do. */
export function corrupt(path: string, found: string, cause?: unknown): StoreError {
  return new StoreError(
    "corrupt",
    false,
    `${path} is damaged: ${found}. Nothing was deleted. \`patchring ledger restore\` sets the file aside and builds a new one from the ledger file`,
    { cause },
  );
}
