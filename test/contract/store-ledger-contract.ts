import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../src/core/canonical-json.ts";
import { chainProblem } from "../../src/core/ledger-chain.ts";
import { NO_RECORD } from "../../src/core/ledger.ts";
import { digestText } from "../../src/store/digest.ts";
import type { StoreWorld } from "./store-contract.ts";
import { actionEntry, intent, NOW, outcomeEntry, runEntry, SUMMARY, writerOf } from "./store-world.ts";

/** Records get their place in the transaction of what they tell of. */
export function describeLedger(name: string, makeWorld: () => Promise<StoreWorld>): void {
  describe(`the ledger of the store ${name}`, () => {
    it("is one chain of everything that was recorded", async () => {
      const { store, end } = await makeWorld();
      expect(await store.reader.readLedgerHead()).toEqual({ seq: 0, hash: NO_RECORD });
      const writer = await writerOf(store);
      const one = intent("1");
      await writer.startRun({ id: "r1", startedAt: NOW });
      await writer.recordIntents("r1", NOW, [one], [actionEntry("r1", one)]);
      const accepted = { id: "1", result: "accepted", detail: null, observations: 0 } as const;
      await writer.recordResults(NOW + 1, [accepted], [outcomeEntry("r1", one, NOW + 1)]);
      await writer.appendLedger([runEntry("r0", NOW + 2), runEntry("r0", NOW - 90)]);
      await writer.finishRun("r1", NOW + 3, SUMMARY, [runEntry("r1", NOW + 3)]);
      const records = await store.reader.readLedger({ after: 0, limit: 99 });
      expect(records.map(({ seq, type }) => [seq, type])).toEqual([
        [1, "action"],
        [2, "outcome"],
        [3, "run"],
        [4, "run"],
        [5, "run"],
      ]);
      let head = { seq: 0, hash: NO_RECORD };
      for (const record of records) {
        const answer = chainProblem(head, canonicalJson(record), digestText);
        expect(answer.problem).toBeNull();
        if (answer.problem === null) head = answer.head;
      }
      expect(await store.reader.readLedgerHead()).toEqual(head);
      const page = await store.reader.readLedger({ after: 1, limit: 2 });
      expect(page.map((record) => record.seq)).toEqual([2, 3]);
      expect(await store.reader.readLedger({ after: 5, limit: 9 })).toEqual([]);
      await end();
    });

    it("has nothing of a write that failed", async () => {
      const { store, end } = await makeWorld();
      const writer = await writerOf(store);
      await expect(writer.finishRun("r9", NOW, SUMMARY, [runEntry("r9")])).rejects.toThrow();
      expect(await store.reader.readLedgerHead()).toEqual({ seq: 0, hash: NO_RECORD });
      expect(await store.reader.readLedger({ after: 0, limit: 9 })).toEqual([]);
      await end();
    });

    it("keeps what the journal forgets", async () => {
      const { store, end } = await makeWorld();
      const writer = await writerOf(store);
      await writer.startRun({ id: "r1", startedAt: NOW });
      await writer.finishRun("r1", NOW, SUMMARY, [runEntry("r1")]);
      await writer.forgetBefore(NOW + 9);
      expect(await store.reader.readRun("r1")).toBeNull();
      expect(await store.reader.readLedger({ after: 0, limit: 9 })).toHaveLength(1);
      await end();
    });
  });
}
