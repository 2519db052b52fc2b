import type { StoredSnapshot, StoredSnapshotChange } from "./store.ts";

/** The stored snapshot after a change. Throws when the change speaks of a chunk that nobody has stored. */
export function changeSnapshot(before: StoredSnapshot | null, change: StoredSnapshotChange): StoredSnapshot {
  const known = new Map(before?.chunks.map((chunk) => [chunk.id, chunk]));
  const all = new Map([...known, ...change.changed.map((chunk) => [chunk.id, chunk] as const)]);
  const order = change.order ?? before?.chunks.map(({ id }) => id) ?? [];
  if (change.order === null && change.changed.some(({ id }) => !known.has(id))) {
    throw new Error("a snapshot with new chunks needs their order");
  }
  const chunks = order.map((id) => {
    const chunk = all.get(id);
    if (chunk === undefined)
      throw new Error(`no facts are stored for the devices from ${JSON.stringify(id)} on`);
    return chunk;
  });
  const { digest, takenAt, common } = change;
  return { digest, takenAt, common, chunks };
}
