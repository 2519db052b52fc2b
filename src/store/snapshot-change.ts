import type { StoredSnapshot, StoredSnapshotChange } from "./store.ts";

/** The stored snapshot after a change. Throws when the change speaks of a device that nobody has stored. */
export function changeSnapshot(before: StoredSnapshot | null, change: StoredSnapshotChange): StoredSnapshot {
  const blobs = new Map(before?.devices.map(({ id, blob }) => [id, blob]));
  const known = new Set(blobs.keys());
  for (const { id, blob } of change.changed) blobs.set(id, blob);
  const order = change.order ?? before?.devices.map(({ id }) => id) ?? [];
  if (change.order === null && change.changed.some(({ id }) => !known.has(id))) {
    throw new Error("a snapshot with new devices needs their order");
  }
  const devices = order.map((id) => {
    const blob = blobs.get(id);
    if (blob === undefined) throw new Error(`no facts are stored for device ${JSON.stringify(id)}`);
    return { id, blob };
  });
  const { digest, takenAt, common } = change;
  return { digest, takenAt, common, devices };
}
