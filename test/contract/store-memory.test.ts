import { openMemoryStore } from "../../src/store/memory/memory-store.ts";
import { describeStore } from "./store-contract.ts";

describeStore("in memory", () => {
  const store = openMemoryStore();
  return Promise.resolve({ store, reopen: null, end: () => store.reader.close() });
});
