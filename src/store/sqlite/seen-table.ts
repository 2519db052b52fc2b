import type { Instant } from "../../core/model.ts";
import type { SeenTimes } from "../store.ts";
import type { Database } from "./database.ts";
import { decodeKey, encodeKey, seal, unseal } from "./seal.ts";

type Times = readonly (readonly [string, Instant])[];

function timesOf(body: Parameters<typeof unseal>[0], path: string): Map<string, Instant> {
  return new Map(unseal(body, "a first-installed time", path) as Times);
}

export function readSeenTables(database: Database): SeenTimes {
  const { path } = database;
  const patches = new Map(
    database
      .all("SELECT id, at FROM seen_patches ORDER BY id")
      .map(([id, at]) => [decodeKey(id), Number(at)] as const),
  );
  const installs = new Map(
    database
      .all("SELECT device, body FROM seen_installs ORDER BY device")
      .map(([device, body]) => [decodeKey(device), timesOf(body, path)] as const),
  );
  return { patches, installs };
}

/** Adds what is new; what is there keeps its time. */
export function addSeenTimes(database: Database, seen: SeenTimes): void {
  for (const [id, at] of seen.patches) {
    database.run("INSERT OR IGNORE INTO seen_patches (id, at) VALUES (?, ?)", [encodeKey(id), at]);
  }
  for (const [device, times] of seen.installs) {
    const key = encodeKey(device);
    const row = database.first("SELECT body FROM seen_installs WHERE device = ?", [key]);
    const known = row === null ? new Map<string, Instant>() : timesOf(row[0], database.path);
    const all = [...new Map([...times, ...known])];
    if (all.length === known.size) continue;
    database.run("INSERT OR REPLACE INTO seen_installs (device, body) VALUES (?, ?)", [key, seal(all)]);
  }
}
