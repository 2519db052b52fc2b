import type { Instant } from "../../core/model.ts";
import { judgeLease } from "../journal-rules.ts";
import { StoreError, type LeaseRecord } from "../store.ts";
import type { Database } from "./database.ts";
import { decodeKey, encodeKey } from "./seal.ts";

const SELECT = "SELECT holder, fence, acquired_at, expires_at, seconds FROM lease";

/** The lease as it stands; null when nobody has it. */
export function readLeaseRow(database: Database): LeaseRecord | null {
  const row = database.first(SELECT);
  if (row === null || row[0] === null) return null;
  return {
    holder: decodeKey(row[0]),
    fence: Number(row[1]),
    acquiredAt: Number(row[2]),
    expiresAt: Number(row[3]),
  };
}

/** Takes the lease, in a transaction; or gives whose it is. */
export function takeLease(
  database: Database,
  order: { readonly holder: string; readonly now: Instant; readonly seconds: number },
): { readonly taken: boolean; readonly lease: LeaseRecord } {
  const { holder, now, seconds } = order;
  return database.transaction(() => {
    const row = database.first(SELECT);
    const current = readLeaseRow(database);
    if (current !== null && current.holder !== holder) {
      const length = Number(row?.[4]);
      const verdict = judgeLease(current, length, now);
      if (verdict === "rebase") database.run("UPDATE lease SET expires_at = ?", [now + length]);
      if (verdict !== "expired") return { taken: false, lease: readLeaseRow(database) ?? current };
    }
    const fence = Number(row?.[1] ?? 0) + 1;
    database.run(
      `INSERT INTO lease (id, holder, fence, acquired_at, expires_at, seconds) VALUES (1, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, fence = excluded.fence,
         acquired_at = excluded.acquired_at, expires_at = excluded.expires_at, seconds = excluded.seconds`,
      [encodeKey(holder), fence, now, now + seconds, seconds],
    );
    return { taken: true, lease: { holder, fence, acquiredAt: now, expiresAt: now + seconds } };
  });
}

/** Inside a write transaction: throws `fenced` unless the lease is still this one. */
export function requireLease(database: Database, { fence, holder }: LeaseRecord): void {
  const current = readLeaseRow(database);
  if (current?.fence === fence && current.holder === holder) return;
  const now = current === null ? "it was given back" : `${current.holder} has it`;
  throw new StoreError("fenced", false, `the lease of ${holder} is over: ${now}; nothing was written`);
}
