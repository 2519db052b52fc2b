/**
 * What a store that is set aside still has, and its ledger has not: when things were first seen, the fleet,
 * the number of the last lease. Row by row: what is damaged is left out, what stands before it is kept.
 */
import type { Instant } from "../../core/model.ts";
import { NOTHING_SEEN } from "../../core/seen-times.ts";
import { EARLIEST_DATE } from "../../core/time.ts";
import {
  StoreError,
  type BrakeRecord,
  type LeaseRecord,
  type NoticeRecord,
  type SeenTimes,
} from "../store.ts";
import { Database, type SqlRow } from "./database.ts";
import { readLeaseRow } from "./lease.ts";
import { decodeKey, encodeKey, seal, unseal } from "./seal.ts";
import { addSeenTimes } from "./seen-table.ts";

export interface Salvaged {
  /** Null when nobody has it, and when it cannot be read. */
  readonly lease: (LeaseRecord & { readonly seconds: number }) | null;
  /** Of the last lease; 0 when it cannot be read. */
  readonly fence: number;
  readonly scope: string | null;
  readonly seen: SeenTimes;
  readonly devices: readonly string[] | null;
  readonly brakes: readonly BrakeRecord[];
  readonly notices: readonly NoticeRecord[];
}

export const NOTHING_SALVAGED: Salvaged = {
  lease: null,
  fence: 0,
  scope: null,
  seen: NOTHING_SEEN,
  devices: null,
  brakes: [],
  notices: [],
};

/** Reads what can be read of the file at `path`. Times later than `now` are damage. Never throws for damage. */
export function salvage(path: string, now: Instant): Salvaged {
  let database: Database;
  try {
    database = new Database(path, false);
  } catch (error) {
    if (error instanceof StoreError) return NOTHING_SALVAGED;
    throw error;
  }
  try {
    return readAll(database, now);
  } finally {
    database.close();
  }
}

function readAll(database: Database, now: Instant): Salvaged {
  const { path } = database;
  const isTime = (at: unknown): at is Instant =>
    typeof at === "number" && Number.isInteger(at) && at >= EARLIEST_DATE && at <= now;
  const bodies = (sql: string): unknown[] => collect(database, sql, ([body]) => unseal(body, "a row", path));
  const patches = collect(
    database,
    "SELECT id, at FROM seen_patches",
    ([id, at]) => [decodeKey(id), at] as const,
  );
  const installs = collect(
    database,
    "SELECT device, body FROM seen_installs",
    ([device, body]) => [decodeKey(device), unseal(body, "a row", path) as [string, Instant][]] as const,
  );
  const [lease] = collect(database, "SELECT fence, seconds FROM lease", ([fence, seconds]) => {
    const held = readLeaseRow(database);
    return { fence: Number(fence), held: held === null ? null : { ...held, seconds: Number(seconds) } };
  });
  return {
    lease: lease?.held ?? null,
    fence: Number.isSafeInteger(lease?.fence) ? lease!.fence : 0,
    scope: (bodies("SELECT value FROM meta WHERE key = 'scope'")[0] as string | undefined) ?? null,
    seen: {
      patches: new Map(patches.flatMap(([id, at]) => (isTime(at) ? [[id, at]] : []))),
      installs: new Map(
        installs.map(([id, times]) => [id, new Map(times.filter(([, at]) => isTime(at)))] as const),
      ),
    },
    devices: (bodies("SELECT body FROM fleet")[0] as string[] | undefined) ?? null,
    brakes: bodies("SELECT body FROM brakes") as BrakeRecord[],
    notices: bodies("SELECT body FROM notices") as NoticeRecord[],
  };
}

/** The rows that can be read, up to where the table ends or breaks off. */
function collect<T>(database: Database, sql: string, read: (row: SqlRow) => T): T[] {
  const found: T[] = [];
  try {
    for (const row of database.rows(sql)) {
      try {
        found.push(read(row));
      } catch (error) {
        if (!(error instanceof StoreError) && !(error instanceof SyntaxError)) throw error;
      }
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
  return found;
}

/**
 * Into a store that was built from the ledger. The next lease gets a higher number than any that was ever
 * given: above the last one where that is known, and in any case above the seconds since 1970, which are more
 * than the leases of all runs there can have been.
 */
export function putBack(database: Database, found: Salvaged, now: Instant): void {
  const { scope, seen, devices, brakes, notices, fence } = found;
  addSeenTimes(database, seen);
  if (scope !== null) {
    database.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('scope', ?)", [seal(scope)]);
  }
  if (devices !== null)
    database.run("INSERT OR REPLACE INTO fleet (id, body) VALUES (1, ?)", [seal(devices)]);
  for (const brake of brakes) putBackBrake(database, brake);
  for (const notice of notices) {
    const values = [encodeKey(notice.key), encodeKey(notice.channel), seal(notice)];
    database.run("INSERT OR IGNORE INTO notices (key, channel, body) VALUES (?, ?, ?)", values);
  }
  database.run(
    "INSERT OR REPLACE INTO lease (id, holder, fence, acquired_at, expires_at, seconds) VALUES (1, NULL, ?, 0, 0, 0)",
    [Math.max(fence, now)],
  );
}

/** The ledger says which brakes stand since when; it has neither the revisions of their patches nor their requests. */
function putBackBrake(database: Database, brake: BrakeRecord): void {
  const keys = [encodeKey(brake.ring), encodeKey(brake.patch)];
  const standing = database.first("SELECT body FROM brakes WHERE ring = ? AND patch = ?", keys);
  if (standing === null) return;
  const { setAt } = unseal(standing[0], "a brake", database.path) as BrakeRecord;
  if (brake.setAt < setAt) return;
  database.run("UPDATE brakes SET body = ? WHERE ring = ? AND patch = ?", [seal(brake), ...keys]);
}
