/** What every store does. Run on each implementation, on its real thing. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ActionResult } from "../../src/core/ledger.ts";
import type { Store, StoreWriter } from "../../src/store/store.ts";
import { describeLease } from "./store-lease-contract.ts";
import { describeLedger } from "./store-ledger-contract.ts";
import { describeSnapshots } from "./store-snapshot-contract.ts";
import { HOSTILE, intent, NOW, SUMMARY, writerOf } from "./store-world.ts";

/** A store for one test. */
export interface StoreWorld {
  readonly store: Store;
  /** Closes it and opens the same one again; null where it forgets. */
  readonly reopen: (() => Promise<Store>) | null;
  readonly end: () => Promise<void>;
}

export function describeStore(name: string, makeWorld: () => Promise<StoreWorld>): void {
  describe(`the store ${name}`, () => {
    let world: StoreWorld;
    let writer: StoreWriter;
    beforeEach(async () => {
      world = await makeWorld();
      writer = await writerOf(world.store);
    });
    afterEach(() => world.end());
    const reader = (): Store["reader"] => world.store.reader;
    describeRuns(() => ({ reader: reader(), writer }));
    describeJournal(() => ({ reader: reader(), writer }));
    describeMemories(() => ({ reader: reader(), writer }));
  });
  describeLease(name, makeWorld);
  describeLedger(name, makeWorld);
  describeSnapshots(name, makeWorld);
  describeClosing(name, makeWorld);
}

type Ports = () => { readonly reader: Store["reader"]; readonly writer: StoreWriter };

function describeRuns(ports: Ports): void {
  describe("runs", () => {
    it("are there from their start, and finished with their summary", async () => {
      const { reader, writer } = ports();
      await writer.startRun({ id: "r1", startedAt: NOW });
      expect(await reader.readRun("r1")).toEqual({
        id: "r1",
        startedAt: NOW,
        finishedAt: null,
        summary: null,
      });
      await writer.finishRun("r1", NOW + 5, SUMMARY, []);
      const finished = { id: "r1", startedAt: NOW, finishedAt: NOW + 5, summary: SUMMARY };
      expect(await reader.readRun("r1")).toEqual(finished);
      expect(await reader.readRun("r2")).toBeNull();
    });

    it("are listed newest first, in pages, also when the clock went back", async () => {
      const { reader, writer } = ports();
      for (const [i, at] of [NOW, NOW - 5_000, NOW - 1].entries()) {
        await writer.startRun({ id: `r${String(i)}`, startedAt: at });
      }
      const ids = async (query: { limit: number; before?: string }): Promise<readonly string[]> =>
        (await reader.listRuns(query)).map((run) => run.id);
      expect(await ids({ limit: 2 })).toEqual(["r2", "r1"]);
      expect(await ids({ limit: 2, before: "r1" })).toEqual(["r0"]);
      expect(await ids({ limit: 2, before: "unheard of" })).toEqual([]);
    });

    it("are not started twice, and not finished before they started", async () => {
      const { reader, writer } = ports();
      await writer.startRun({ id: "r1", startedAt: NOW });
      await expect(writer.startRun({ id: "r1", startedAt: NOW + 1 })).rejects.toThrow(/started before/);
      await expect(writer.finishRun("r9", NOW, SUMMARY, [])).rejects.toThrow(/not started/);
      expect(await reader.listRuns({ limit: 9 })).toHaveLength(1);
    });
  });
}

function describeJournal(ports: Ports): void {
  describe("the journal", () => {
    it("gives an intent back as it was written, hostile text included", async () => {
      const { reader, writer } = ports();
      const one = intent("r1/1", { device: HOSTILE, patch: HOSTILE, ring: null, source: null });
      await writer.recordIntents("r1", NOW, [one], []);
      const written = { ...one, run: "r1", intendedAt: NOW };
      const open = { ...written, result: null, resultAt: null, detail: null, observations: 0 };
      expect(await reader.listUnsettled()).toEqual([open]);
      expect(await reader.listJournal({ device: HOSTILE, limit: 9 })).toEqual([open]);
      await writer.recordResults(
        NOW + 1,
        [{ id: "r1/1", result: "refused", detail: HOSTILE, observations: 0 }],
        [],
      );
      const refused = { ...open, result: "refused", resultAt: NOW + 1, detail: HOSTILE };
      expect(await reader.listJournal({ patch: HOSTILE, limit: 9 })).toEqual([refused]);
    });

    it.each<[ActionResult, boolean]>([
      ["accepted", true],
      ["unknown", true],
      ["refused", false],
      ["not-sent", false],
      ["settled", false],
      ["undone", false],
      ["unverified", false],
    ])("keeps an action with the result %s for the next observation: %s", async (result, open) => {
      const { reader, writer } = ports();
      await writer.recordIntents("r1", NOW, [intent("r1/1"), intent("r1/2")], []);
      await writer.recordResults(NOW, [{ id: "r1/1", result, detail: null, observations: 1 }], []);
      const unsettled = (await reader.listUnsettled()).map((entry) => entry.id);
      expect(unsettled).toEqual(open ? ["r1/1", "r1/2"] : ["r1/2"]);
    });

    it("is searched by run, device, patch and result, newest first", async () => {
      const { reader, writer } = ports();
      await writer.recordIntents("r1", NOW, [intent("1"), intent("2", { device: "ws-002" })], []);
      await writer.recordIntents("r2", NOW, [intent("3", { patch: "KB2" }), intent("4")], []);
      await writer.recordResults(NOW, [{ id: "4", result: "settled", detail: null, observations: 1 }], []);
      const ids = async (query: Parameters<typeof reader.listJournal>[0]): Promise<readonly string[]> =>
        (await reader.listJournal(query)).map((entry) => entry.id);
      expect(await ids({ limit: 9 })).toEqual(["4", "3", "2", "1"]);
      expect(await ids({ limit: 2 })).toEqual(["4", "3"]);
      expect(await ids({ run: "r1", limit: 9 })).toEqual(["2", "1"]);
      expect(await ids({ device: "ws-001", patch: "KB1", limit: 9 })).toEqual(["4", "1"]);
      expect(await ids({ result: "settled", limit: 9 })).toEqual(["4"]);
      expect(await ids({ run: "r3", limit: 9 })).toEqual([]);
      const open = { id: "3", result: "accepted", detail: null, observations: 0 } as const;
      await writer.recordResults(NOW + 9, [open], []);
      expect(await ids({ settledAfter: NOW - 1, limit: 9 })).toEqual(["4"]);
      expect(await ids({ settledAfter: NOW - 1, result: "settled", patch: "KB1", limit: 9 })).toEqual(["4"]);
      expect(await ids({ settledAfter: NOW, limit: 9 })).toEqual([]);
    });

    it("takes a batch whole or not at all", async () => {
      const { reader, writer } = ports();
      await writer.recordIntents("r1", NOW, [intent("1")], []);
      await expect(writer.recordIntents("r1", NOW, [intent("2"), intent("1")], [])).rejects.toThrow(
        /written down before/,
      );
      const results = [
        { id: "1", result: "settled", detail: null, observations: 1 },
        { id: "nobody", result: "settled", detail: null, observations: 1 },
      ] as const;
      await expect(writer.recordResults(NOW, results, [])).rejects.toThrow(/not written down/);
      expect((await reader.listUnsettled()).map((entry) => entry.id)).toEqual(["1"]);
    });

    it("forgets what is settled and old, and no run whose actions it still has", async () => {
      const { reader, writer } = ports();
      for (const [run, id] of [
        ["r1", "settled"],
        ["r2", "open"],
        ["r3", "late"],
      ] as const) {
        await writer.startRun({ id: run, startedAt: NOW });
        await writer.recordIntents(run, NOW, [intent(id)], []);
        await writer.finishRun(run, NOW + 10, SUMMARY, []);
      }
      await writer.startRun({ id: "r4", startedAt: NOW });
      const settled = { result: "settled", detail: null, observations: 1 } as const;
      await writer.recordResults(NOW + 20, [{ id: "settled", ...settled }], []);
      await writer.recordResults(NOW + 90, [{ id: "late", ...settled }], []);
      await writer.forgetBefore(NOW + 60);
      expect((await reader.listJournal({ limit: 9 })).map((entry) => entry.id)).toEqual(["late", "open"]);
      expect((await reader.listRuns({ limit: 9 })).map((run) => run.id)).toEqual(["r4", "r3", "r2"]);
    });
  });
}

function describeMemories(ports: Ports): void {
  describe("what is remembered", () => {
    it("seen times keep what was there first", async () => {
      const { reader, writer } = ports();
      expect(await reader.readSeen()).toEqual({ patches: new Map(), installs: new Map() });
      await writer.recordSeen({
        patches: new Map([["KB1", NOW]]),
        installs: new Map([["ws-001", new Map([["KB1", NOW]])]]),
      });
      await writer.recordSeen({
        patches: new Map([
          ["KB1", NOW + 9],
          [HOSTILE, NOW + 9],
        ]),
        installs: new Map([
          [
            "ws-001",
            new Map([
              ["KB1", NOW + 9],
              ["KB2", NOW + 9],
            ]),
          ],
          [HOSTILE, new Map([[HOSTILE, NOW + 9]])],
        ]),
      });
      const seen = await reader.readSeen();
      expect(seen.patches).toEqual(
        new Map([
          ["KB1", NOW],
          [HOSTILE, NOW + 9],
        ]),
      );
      expect(seen.installs.get("ws-001")).toEqual(
        new Map([
          ["KB1", NOW],
          ["KB2", NOW + 9],
        ]),
      );
      expect(seen.installs.get(HOSTILE)).toEqual(new Map([[HOSTILE, NOW + 9]]));
    });

    it("the fleet is the last one; an empty fleet is not the same as none", async () => {
      const { reader, writer } = ports();
      expect(await reader.readFleet()).toBeNull();
      await writer.recordFleet(["ws-002", "ws-001", HOSTILE]);
      expect(await reader.readFleet()).toEqual(["ws-002", "ws-001", HOSTILE]);
      await writer.recordFleet([]);
      expect(await reader.readFleet()).toEqual([]);
    });

    it("a brake is set once for a ring and a patch, and released", async () => {
      const { reader, writer } = ports();
      const brake = {
        ring: "pilot",
        patch: "KB1",
        revision: null,
        setAt: NOW,
        failed: 3,
        eligible: 20,
        detail: HOSTILE,
        request: null,
      };
      await writer.setBrake(brake, []);
      await writer.setBrake({ ...brake, patch: "KB2" }, []);
      await writer.setBrake({ ...brake, request: 7 }, []);
      expect(await reader.listBrakes()).toEqual([
        { ...brake, patch: "KB2" },
        { ...brake, request: 7 },
      ]);
      await writer.releaseBrake({ ring: "pilot", patch: "KB2" }, []);
      await writer.releaseBrake({ ring: "pilot", patch: "unheard of" }, []);
      expect(await reader.listBrakes()).toEqual([{ ...brake, request: 7 }]);
    });

    it("notices are found by their key", async () => {
      const { reader, writer } = ports();
      const notice = { key: HOSTILE, channel: "mail", at: NOW };
      await writer.recordNotices([notice, { ...notice, channel: "webhook" }, { ...notice, key: "k2" }], []);
      await writer.recordNotices([{ ...notice, at: NOW + 9 }], []);
      expect(await reader.listNotices([])).toEqual([]);
      expect(await reader.listNotices(["unheard of"])).toEqual([]);
      expect(await reader.listNotices([HOSTILE, HOSTILE])).toEqual([
        { ...notice, at: NOW + 9 },
        { ...notice, channel: "webhook" },
      ]);
    });

    it("nothing is wrong with it", async () => {
      expect(await ports().reader.check()).toEqual([]);
    });
  });
}

function describeClosing(name: string, makeWorld: () => Promise<StoreWorld>): void {
  describe(`the store ${name}, closed`, () => {
    it("says so, and closing again is harmless", async () => {
      const { store, end } = await makeWorld();
      const writer = await writerOf(store);
      await store.reader.close();
      await store.reader.close();
      const closed = { name: "StoreError", code: "storage", retryable: false };
      await expect(store.reader.readFleet()).rejects.toMatchObject(closed);
      await expect(writer.recordFleet([])).rejects.toMatchObject(closed);
      await expect(writerOf(store)).rejects.toMatchObject(closed);
      await end();
    });

    it("has everything again when it is opened again", async (context) => {
      const { store, reopen, end } = await makeWorld();
      if (reopen === null) {
        await end();
        context.skip();
        return;
      }
      const writer = await writerOf(store);
      await writer.startRun({ id: "r1", startedAt: NOW });
      await writer.recordIntents("r1", NOW, [intent("1")], []);
      await writer.recordFleet(["ws-001"]);
      const again = await reopen();
      expect(await again.reader.readFleet()).toEqual(["ws-001"]);
      expect(await again.reader.listUnsettled()).toHaveLength(1);
      expect((await again.reader.readLease())?.holder).toBe("ops-1");
      await end();
    });
  });
}
