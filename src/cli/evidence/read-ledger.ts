/** The ledger file as records, for counting. Whether it was edited is asked by `evidence verify`, not here. */
import { readFileSync } from "node:fs";
import type { LedgerRecord } from "../../core/ledger.ts";
import { refuse } from "../refusal.ts";

export interface LedgerText {
  readonly text: string;
  readonly records: readonly LedgerRecord[];
}

/** Null when there is no such file. Refuses a line that is no record: nothing may be counted past it. */
export function readLedgerFile(path: string, shown: string): LedgerText | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw refuse(
      "error",
      "cli/evidence",
      "The ledger cannot be read",
      `${JSON.stringify(shown)} could not be read: ${error instanceof Error && "code" in error ? String(error.code) : "an error"}.`,
      "check the path (`--ledger`) and its permissions.",
    );
  }
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return { text, records: lines.map((line, index) => parseLine(line, index + 1, shown)) };
}

function parseLine(line: string, number: number, shown: string): LedgerRecord {
  try {
    const record = JSON.parse(line) as Partial<Record<keyof LedgerRecord, unknown>>;
    if (record.format === "patchring.ledger/1" && typeof record.type === "string") {
      return record as LedgerRecord;
    }
  } catch {
    // Told below, like a line of another format.
  }
  throw refuse(
    "error",
    "cli/evidence",
    "The ledger cannot be read",
    `Line ${number} of ${JSON.stringify(shown)} is no record of a ledger.`,
    "check the ledger with `patchring ledger verify`.",
  );
}
