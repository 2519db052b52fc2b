import type { LedgerRecord } from "../../core/ledger.ts";
import type { LedgerLine } from "../../store/ledger-lines.ts";

export interface WantedRecords {
  /** Empty lists ask for nothing. */
  readonly types: readonly string[];
  readonly runs: readonly string[];
  readonly devices: readonly string[];
  readonly patches: readonly string[];
}

export interface SelectedRecords {
  /** Oldest first; the newest ones when there are more than the limit. */
  readonly records: readonly LedgerRecord[];
  /** How many were wanted and are older than those given. */
  readonly older: number;
  /** Numbers of lines that are no record. */
  readonly unreadable: readonly number[];
}

/** Reads a whole ledger and keeps the last `limit` records that are wanted; null keeps all. */
export async function selectRecords(
  lines: AsyncIterable<LedgerLine>,
  wanted: WantedRecords,
  limit: number | null,
): Promise<SelectedRecords> {
  let records: LedgerRecord[] = [];
  const unreadable: number[] = [];
  let older = 0;
  const most = limit ?? Infinity;
  const cut = (): void => {
    older += Math.max(0, records.length - most);
    if (records.length > most) records = records.slice(records.length - most);
  };
  for await (const { number, text } of lines) {
    const record = parse(text);
    if (record === null) unreadable.push(number);
    else if (isWanted(record, wanted)) records.push(record);
    if (records.length > 2 * most + 1_000) cut();
  }
  cut();
  return { records, older, unreadable };
}

function parse(text: string): LedgerRecord | null {
  try {
    const record = JSON.parse(text) as Partial<LedgerRecord> | null;
    const isRecord =
      record?.format === "patchring.ledger/1" &&
      typeof record.data === "object" &&
      typeof record.at === "string";
    return isRecord ? (record as LedgerRecord) : null;
  } catch {
    return null;
  }
}

function isWanted(record: LedgerRecord, { types, runs, devices, patches }: WantedRecords): boolean {
  const data = record.data as Readonly<Record<string, unknown>>;
  const named = Array.isArray(data["patches"]) ? (data["patches"] as readonly unknown[]) : [data["patch"]];
  return (
    (types.length === 0 || types.includes(record.type)) &&
    (runs.length === 0 || runs.includes(record.run ?? "")) &&
    (devices.length === 0 || devices.includes(String(data["device"]))) &&
    (patches.length === 0 || named.some((patch) => patches.includes(String(patch))))
  );
}
