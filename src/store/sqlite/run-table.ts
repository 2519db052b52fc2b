import type { RunRecord } from "../store.ts";
import type { Database, SqlRow } from "./database.ts";
import { encodeKey, seal, unseal } from "./seal.ts";

function runOf([body]: SqlRow, path: string): RunRecord {
  return unseal(body, "a run", path) as RunRecord;
}

export function findRun(database: Database, id: string): RunRecord | null {
  const row = database.first("SELECT body FROM runs WHERE id = ?", [encodeKey(id)]);
  return row === null ? null : runOf(row, database.path);
}

/** Newest first: by when they were started, whatever the clock said. */
export function findRuns(
  database: Database,
  limit: number,
  before: string | undefined,
): readonly RunRecord[] {
  const rows =
    before === undefined
      ? database.all("SELECT body FROM runs ORDER BY seq DESC LIMIT ?", [limit])
      : database.all(
          "SELECT body FROM runs WHERE seq < (SELECT seq FROM runs WHERE id = ?) ORDER BY seq DESC LIMIT ?",
          [encodeKey(before), limit],
        );
  return rows.map((row) => runOf(row, database.path));
}

export function addRun(database: Database, run: RunRecord): void {
  database.run("INSERT INTO runs (id, finished_at, body) VALUES (?, ?, ?)", [
    encodeKey(run.id),
    run.finishedAt,
    seal(run),
  ]);
}

export function updateRun(database: Database, run: RunRecord): void {
  database.run("UPDATE runs SET finished_at = ?, body = ? WHERE id = ?", [
    run.finishedAt,
    seal(run),
    encodeKey(run.id),
  ]);
}
