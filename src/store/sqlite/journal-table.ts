import type { Instant } from "../../core/model.ts";
import type { JournalEntry, StoreReader } from "../store.ts";
import type { Database, SqlRow, SqlValue } from "./database.ts";
import { encodeKey, seal, unseal } from "./seal.ts";

/** As in the indexes of the migrations, word for word: SQLite uses them for nothing else. */
const UNSETTLED = "(result IS NULL OR result IN ('accepted', 'unknown'))";
const SETTLED = "result IS NOT NULL AND result NOT IN ('accepted', 'unknown')";

function entryOf([body]: SqlRow, path: string): JournalEntry {
  return unseal(body, "an action of the journal", path) as JournalEntry;
}

export function addEntry(database: Database, entry: JournalEntry): void {
  database.run(
    "INSERT INTO journal (id, run, device, patch, result, result_at, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
    [
      encodeKey(entry.id),
      encodeKey(entry.run),
      encodeKey(entry.device),
      encodeKey(entry.patch),
      entry.result,
      entry.resultAt,
      seal(entry),
    ],
  );
}

export function readEntry(database: Database, id: string): JournalEntry | null {
  const row = database.first("SELECT body FROM journal WHERE id = ?", [encodeKey(id)]);
  return row === null ? null : entryOf(row, database.path);
}

export function updateEntry(database: Database, entry: JournalEntry): void {
  database.run("UPDATE journal SET result = ?, result_at = ?, body = ? WHERE id = ?", [
    entry.result,
    entry.resultAt,
    seal(entry),
    encodeKey(entry.id),
  ]);
}

/** Oldest first. */
export function readUnsettled(database: Database): readonly JournalEntry[] {
  const share = shareTexts();
  const found: JournalEntry[] = [];
  for (const row of database.rows(`SELECT body FROM journal WHERE ${UNSETTLED} ORDER BY seq`)) {
    found.push(share(entryOf(row, database.path)));
  }
  return found;
}

/** After a first run there are hundreds of thousands of them, which say the same few things: each text is kept once. */
function shareTexts(): (entry: JournalEntry) => JournalEntry {
  const known = new Map<string, string>();
  const once = <T extends string | null>(text: T): T => {
    if (text === null) return text;
    const found = known.get(text);
    if (found === undefined) known.set(text, text);
    return (found as T | undefined) ?? text;
  };
  return (entry) => ({
    ...entry,
    run: once(entry.run),
    patch: once(entry.patch),
    ring: once(entry.ring),
    reason: once(entry.reason),
    source: once(entry.source),
    verdict: once(entry.verdict),
    detail: once(entry.detail),
  });
}

/** Newest first. */
export function findEntries(
  database: Database,
  query: Parameters<StoreReader["listJournal"]>[0],
): readonly JournalEntry[] {
  const wanted: readonly (readonly [string, string | undefined])[] = [
    ["run", query.run],
    ["device", query.device],
    ["patch", query.patch],
    ["result", query.result],
  ];
  const given = wanted.filter(([, value]) => value !== undefined);
  const values: SqlValue[] = given.map(([, value]) => encodeKey(value!));
  const tests = given.map(([column]) => `${column} = ?`);
  if (query.settledAfter !== undefined) {
    tests.push(SETTLED, "result_at > ?");
    values.push(query.settledAfter);
  }
  const where = tests.length === 0 ? "" : `WHERE ${tests.join(" AND ")}`;
  return database
    .all(`SELECT body FROM journal ${where} ORDER BY seq DESC LIMIT ?`, [...values, query.limit])
    .map((row) => entryOf(row, database.path));
}

/** Drops settled actions, then finished runs of which no action is left. */
export function forgetEntries(database: Database, before: Instant): void {
  database.run(`DELETE FROM journal WHERE ${SETTLED} AND result_at < ?`, [before]);
  database.run(
    "DELETE FROM runs WHERE finished_at < ? AND NOT EXISTS (SELECT 1 FROM journal WHERE journal.run = runs.id)",
    [before],
  );
}
