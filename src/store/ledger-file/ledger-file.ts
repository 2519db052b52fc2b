/** The ledger as NDJSON beside the database (design 6): whole lines, each one canonical JSON. */
import { Buffer } from "node:buffer";
import { mkdir, open, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { canonicalJson } from "../../core/canonical-json.ts";
import { NO_RECORD, type LedgerHead, type LedgerRecord } from "../../core/ledger.ts";
import { StoreError, type LedgerFile } from "../store.ts";
import { readTail } from "./tail.ts";

/** `path` is absolute. The file is made with its first record. */
export function openLedgerFile(path: string): LedgerFile {
  return new NdjsonLedger(path);
}

class NdjsonLedger implements LedgerFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async readHead(): Promise<LedgerHead | null> {
    try {
      const file = await openFile(this.#path, "r");
      if (file === null) return null;
      return await using(file, async () => headOf((await readTail(file)).line, this.#path));
    } catch (error) {
      throw failure(error, "could not be read", this.#path);
    }
  }

  async append(records: readonly LedgerRecord[]): Promise<void> {
    if (records.length === 0) return;
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      const existing = await openFile(this.#path, "r+");
      const file = existing ?? (await open(this.#path, "wx+"));
      await using(file, async () => {
        const tail = await readTail(file);
        const head = headOf(tail.line, this.#path) ?? { seq: 0, hash: NO_RECORD };
        requireChain(head, records, this.#path);
        await write(file, tail.end, records);
      });
      if (existing === null) await syncFolder(dirname(this.#path));
    } catch (error) {
      throw failure(error, "could not be written", this.#path);
    }
  }
}

/** Null when it is not there. */
async function openFile(path: string, flags: "r" | "r+"): Promise<FileHandle | null> {
  try {
    return await open(path, flags);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

async function using<T>(file: FileHandle, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await file.close();
  }
}

function headOf(line: string | null, path: string): LedgerHead | null {
  if (line === null) return null;
  try {
    const { seq, hash } = JSON.parse(line) as Partial<LedgerRecord>;
    if (Number.isSafeInteger(seq) && typeof hash === "string") return { seq: seq!, hash };
  } catch {
    // Said below.
  }
  throw new StoreError(
    "corrupt",
    false,
    `the last line of the ledger ${path} is no record; \`patchring ledger verify\` says where the file is wrong`,
  );
}

function requireChain(head: LedgerHead, records: readonly LedgerRecord[], path: string): void {
  let last = head;
  for (const record of records) {
    if (record.seq !== last.seq + 1 || record.previous !== last.hash) {
      throw new StoreError(
        "corrupt",
        false,
        `record ${String(record.seq)} does not follow record ${String(last.seq)} of the ledger ${path}: the file and the database have different pasts. Nothing was written; \`patchring ledger verify\` says where they part`,
      );
    }
    last = record;
  }
}

/** Over a torn line, if there is one; what could not be written whole is cut off again. */
async function write(file: FileHandle, end: number, records: readonly LedgerRecord[]): Promise<void> {
  await file.truncate(end);
  try {
    const bytes = Buffer.from(records.map((record) => `${canonicalJson(record)}\n`).join(""), "utf8");
    let done = 0;
    while (done < bytes.length) {
      done += (await file.write(bytes, done, bytes.length - done, end + done)).bytesWritten;
    }
    await file.sync();
  } catch (error) {
    await file.truncate(end).catch(() => undefined);
    throw error;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => null);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

function failure(error: unknown, what: string, path: string): StoreError {
  if (error instanceof StoreError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const retryable = code === "ENOSPC" || code === "EIO" || code === "EBUSY";
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreError("storage", retryable, `the ledger ${path} ${what}: ${reason}`, { cause: error });
}
