import { describe, expect, it } from "vitest";
import type { StoreWorld } from "./store-contract.ts";
import { actionEntry, intent, NOW, writerOf } from "./store-world.ts";

const FENCED = { name: "StoreError", code: "fenced" };

/** One writer: the lease, its end, its fence, and clocks that go back. */
export function describeLease(name: string, makeWorld: () => Promise<StoreWorld>): void {
  const inWorld = (work: (world: StoreWorld) => Promise<void>) => async (): Promise<void> => {
    const world = await makeWorld();
    try {
      await work(world);
    } finally {
      await world.end();
    }
  };

  describe(`the lease of the store ${name}`, () => {
    it(
      "is one holder's until it ends",
      inWorld(async ({ store }) => {
        expect(await store.reader.readLease()).toBeNull();
        await writerOf(store, "ops-1");
        const lease = { holder: "ops-1", fence: 1, acquiredAt: NOW, expiresAt: NOW + 600 };
        expect(await store.reader.readLease()).toEqual(lease);
        const early = await store.acquireLease({ holder: "ops-2", now: NOW + 599, seconds: 600 });
        expect(early).toEqual({ kind: "held", lease });
        const late = await store.acquireLease({ holder: "ops-2", now: NOW + 600, seconds: 60 });
        expect(late).toMatchObject({ kind: "acquired", lease: { holder: "ops-2", fence: 2 } });
      }),
    );

    it(
      "lets a replaced holder write nothing, by no method",
      inWorld(async ({ store }) => {
        const old = await writerOf(store, "ops-1");
        await old.startRun({ id: "r1", startedAt: NOW });
        await writerOf(store, "ops-2", NOW + 601);
        const one = intent("1");
        const writes = [
          old.renewLease(NOW, 600),
          old.releaseLease(),
          old.startRun({ id: "r2", startedAt: NOW }),
          old.recordIntents("r1", NOW, [one], [actionEntry("r1", one)]),
          old.recordResults(NOW, [], []),
          old.recordSeen({ patches: new Map([["KB1", NOW]]), installs: new Map() }),
          old.recordFleet(["ws-001"]),
          old.saveSnapshot({ digest: "d", takenAt: NOW, common: new Uint8Array(1), changed: [], order: [] }),
          old.recordNotices([{ key: "k", channel: "mail", at: NOW }], []),
          old.appendLedger([actionEntry("r1", one)]),
          old.forgetBefore(NOW + 9_999),
        ];
        for (const write of writes) await expect(write).rejects.toMatchObject(FENCED);
        expect(await store.reader.listUnsettled()).toEqual([]);
        expect((await store.reader.readLedgerHead()).seq).toBe(0);
        expect(await store.reader.readFleet()).toBeNull();
        expect(await store.reader.readSnapshotDigest()).toBeNull();
        expect((await store.reader.readLease())?.holder).toBe("ops-2");
      }),
    );

    it(
      "is renewed, given back, and taken again by its own holder",
      inWorld(async ({ store }) => {
        const first = await writerOf(store, "ops-1");
        await first.renewLease(NOW + 500, 600);
        expect(await store.reader.readLease()).toMatchObject({ fence: 1, expiresAt: NOW + 1_100 });
        const again = await writerOf(store, "ops-1", NOW + 501);
        await expect(first.recordFleet([])).rejects.toMatchObject(FENCED);
        await again.releaseLease();
        expect(await store.reader.readLease()).toBeNull();
        await expect(again.recordFleet([])).rejects.toMatchObject(FENCED);
        const other = await writerOf(store, "ops-2", NOW + 502);
        expect(other.lease.fence).toBe(3);
      }),
    );

    it(
      "may be over and still write, as long as nobody else took it",
      inWorld(async ({ store }) => {
        const writer = await writerOf(store, "ops-1");
        await writer.renewLease(NOW, 1);
        await writer.recordFleet(["ws-001"]);
        expect(await store.reader.readFleet()).toEqual(["ws-001"]);
      }),
    );

    it(
      "of a dead holder ends after its length, also when the clock went back a year",
      inWorld(async ({ store }) => {
        await writerOf(store, "ops-1");
        const past = NOW - 31_536_000;
        const noticed = await store.acquireLease({ holder: "ops-2", now: past, seconds: 600 });
        expect(noticed).toMatchObject({ kind: "held", lease: { holder: "ops-1", expiresAt: past + 600 } });
        const before = await store.acquireLease({ holder: "ops-2", now: past + 599, seconds: 600 });
        expect(before.kind).toBe("held");
        const after = await store.acquireLease({ holder: "ops-2", now: past + 600, seconds: 600 });
        expect(after.kind).toBe("acquired");
      }),
    );

    it(
      "of a living holder is not lost when the clock goes back",
      inWorld(async ({ store }) => {
        const writer = await writerOf(store, "ops-1");
        await store.acquireLease({ holder: "ops-2", now: NOW - 90_000, seconds: 600 });
        await writer.recordFleet(["ws-001"]);
        await writer.renewLease(NOW - 89_500, 600);
        const other = await store.acquireLease({ holder: "ops-2", now: NOW - 89_000, seconds: 600 });
        expect(other).toMatchObject({ kind: "held", lease: { holder: "ops-1" } });
      }),
    );
  });
}
