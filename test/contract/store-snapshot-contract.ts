import { describe, expect, it } from "vitest";
import type { StoredSnapshot, StoredSnapshotChange, StoreReader } from "../../src/store/store.ts";
import type { StoreWorld } from "./store-contract.ts";
import { bytes, HOSTILE, NOW, plain, writerOf } from "./store-world.ts";

function flat(snapshot: StoredSnapshot | null): unknown {
  if (snapshot === null) return null;
  const { digest, takenAt, common, chunks } = snapshot;
  return [digest, takenAt, plain(common), chunks.map(({ id, blob }) => [id, plain(blob)])];
}

async function read(reader: StoreReader): Promise<unknown> {
  return flat(await reader.readSnapshot());
}

const FIRST: StoredSnapshotChange = {
  digest: "sha256:1",
  takenAt: NOW,
  common: bytes(1, 2),
  changed: [
    { id: "b", digest: "1", blob: bytes(1) },
    { id: "a", digest: "0, 255", blob: bytes(0, 255) },
    { id: HOSTILE, digest: "3", blob: bytes(3) },
  ],
  order: ["b", "a", HOSTILE],
};

/** The last snapshot: changed chunks only, in the order of the snapshot. */
export function describeSnapshots(name: string, makeWorld: () => Promise<StoreWorld>): void {
  describe(`the snapshot of the store ${name}`, () => {
    it("comes back as it was saved", async () => {
      const { store, end } = await makeWorld();
      const writer = await writerOf(store);
      expect(await store.reader.readSnapshotDigest()).toBeNull();
      expect(await read(store.reader)).toBeNull();
      await writer.saveSnapshot(FIRST);
      expect(await store.reader.readSnapshotDigest()).toBe("sha256:1");
      expect(await read(store.reader)).toEqual([
        "sha256:1",
        NOW,
        [1, 2],
        [
          ["b", [1]],
          ["a", [0, 255]],
          [HOSTILE, [3]],
        ],
      ]);
      await end();
    });

    it("takes changed chunks alone, and new ones and a new order with the order", async () => {
      const { store, end } = await makeWorld();
      const writer = await writerOf(store);
      await writer.saveSnapshot(FIRST);
      const change = { digest: "sha256:2", takenAt: NOW + 1, common: bytes(9) };
      await writer.saveSnapshot({
        ...change,
        changed: [{ id: "a", digest: "7", blob: bytes(7) }],
        order: null,
      });
      expect(await read(store.reader)).toEqual([
        "sha256:2",
        NOW + 1,
        [9],
        [
          ["b", [1]],
          ["a", [7]],
          [HOSTILE, [3]],
        ],
      ]);
      await writer.saveSnapshot({
        ...change,
        changed: [{ id: "c", digest: "4", blob: bytes(4) }],
        order: ["c", "a"],
      });
      const last = [
        "sha256:2",
        NOW + 1,
        [9],
        [
          ["c", [4]],
          ["a", [7]],
        ],
      ];
      expect(await read(store.reader)).toEqual(last);
      const lost = { ...change, digest: "sha256:3", changed: [] };
      await expect(writer.saveSnapshot({ ...lost, order: ["b"] })).rejects.toThrow(/no facts are stored/);
      const unplaced = { ...lost, changed: [{ id: "z", digest: "1", blob: bytes(1) }], order: null };
      await expect(writer.saveSnapshot(unplaced)).rejects.toThrow(/needs their order/);
      expect(await read(store.reader)).toEqual(last);
      await end();
    });

    it("of a fleet without chunks is not the same as none", async () => {
      const { store, end } = await makeWorld();
      const writer = await writerOf(store);
      await writer.saveSnapshot({ ...FIRST, changed: [], order: [] });
      expect(await read(store.reader)).toEqual(["sha256:1", NOW, [1, 2], []]);
      await end();
    });
  });
}
