import { StoreError } from "../store.ts";

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
  const cannotOpen = error instanceof Error && error.message.startsWith("ConnectionFailed");
  if (!code.startsWith("SQLITE_") && !cannotOpen) {
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
  const fix =
    code.startsWith("SQLITE_READONLY") || cannotOpen ? "; check that this user may write there" : "";
  return wrap(
    "storage",
    code.startsWith("SQLITE_IOERR"),
    `${what} failed on ${path}: ${describe(code, error)}${fix}`,
  );
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
