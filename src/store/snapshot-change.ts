import type { StoredSnapshot, StoredSnapshotChange } from "./store.ts";

/** The stored snapshot after a change. Throws when the change speaks of a chunk that nobody has stored. */
export function changeSnapshot(before: StoredSnapshot | null, change: StoredSnapshotChange): StoredSnapshot {
  const blobs = new Map(before?.chunks.map(({ id, blob }) => [id, blob]));
  const known = new Set(blobs.keys());
  for (const { id, blob } of change.changed) blobs.set(id, blob);
  const order = change.order ?? before?.chunks.map(({ id }) => id) ?? [];
  if (change.order === null && change.changed.some(({ id }) => !known.has(id))) {
    throw new Error("a snapshot with new chunks needs their order");
  }
  const chunks = order.map((id) => {
    const blob = blobs.get(id);
    if (blob === undefined)
      throw new Error(`no facts are stored for the devices from ${JSON.stringify(id)} on`);
    return { id, blob };
  });
  const { digest, takenAt, common } = change;
  return { digest, takenAt, common, chunks };
}
