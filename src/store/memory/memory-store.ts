/** A store that forgets at the end: for tests, and for a Fleet with `store: { kind: memory }`. */
import { StoreError, type LeaseAnswer, type LeaseRecord, type Store, type StoreReader } from "../store.ts";
import { judgeLease } from "../journal-rules.ts";
import { MemoryReader } from "./memory-reader.ts";
import { emptyState } from "./memory-state.ts";
import { MemoryWriter } from "./memory-writer.ts";

/** Everything lives in this object; a second one knows nothing of it. */
export function openMemoryStore(): Store {
  const state = emptyState();
  const reader: StoreReader = new MemoryReader(state);
  return {
    reader,
    acquireLease: ({ holder, now, seconds }): Promise<LeaseAnswer> => {
      if (state.closed) return Promise.reject(new StoreError("storage", false, "the store is closed"));
      const { lease } = state;
      if (lease !== null && lease.holder !== holder) {
        const verdict = judgeLease(lease, state.leaseSeconds, now);
        if (verdict === "rebase") state.lease = { ...lease, expiresAt: now + state.leaseSeconds };
        if (verdict !== "expired") return Promise.resolve({ kind: "held", lease: state.lease ?? lease });
      }
      state.fence += 1;
      const taken: LeaseRecord = { holder, fence: state.fence, acquiredAt: now, expiresAt: now + seconds };
      state.lease = taken;
      state.leaseSeconds = seconds;
      return Promise.resolve({ kind: "acquired", writer: new MemoryWriter(state, taken), lease: taken });
    },
  };
}
