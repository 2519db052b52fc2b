/** Every code of the store and the ledger, with the paragraph that `patchring explain` prints. */
export const STORE_CODES = {
  "store/kind":
    "`store` of the Fleet names a kind that this version does not have. `sqlite` keeps a file, `memory` forgets at the end of the command.",
  "store/key": "`store` of the Fleet has a key that its kind does not know. Remove it, or mend its spelling.",
  "store/path":
    "`path` or `ledger` of the store names no file, or both name the same. Relative paths start at the policy directory; without them the store is `.patchring/state.db` and the ledger stands beside it.",
  "store/fenced":
    "Another run took the lease while this one was working: its own had ended. Nothing was written after that. Let the other run finish; the next one settles what this one left open by reading the backend.",
  "store/locked":
    "Another process kept the store's file busy for too long. Nothing was lost; try again. A backup or an editor that holds the file open shows like this.",
  "store/newer":
    "The store was written by a later version of patchring, and this one would misread it. Nothing was changed. Use that version or a later one.",
  "store/foreign":
    "The file is not a store of patchring, or it was written for another backend, whose journal and times mean nothing here. Name another `path` for the store, or move the file away.",
  "store/corrupt":
    "The store's file is damaged: a disk error, a copy made while it was written, or an edit by something else. It is never deleted. `patchring ledger restore` sets it aside and builds a new one from the ledger file, with runs, journal, brakes and notices; the times at which patches were first seen come from what can still be read of the damaged file.",
  "store/storage":
    "The store's file or folder could not be read or written: the disk is full, a permission is missing, or the device failed. What was recorded before is kept; the write that failed left nothing behind.",
  "store/cache-damaged":
    "The file with the last snapshot is damaged. It is only a cache: the next run reads the backend's snapshot in full and builds it anew.",
  "ledger/not-json":
    "A line of the ledger is no JSON object. It was damaged or edited, or it is no ledger. Compare the file with the database and with a backup; `patchring ledger verify` names the line.",
  "ledger/format":
    "A line of the ledger has another format, lacks keys of a record, or has keys that no record has. It was edited, or written by a later version.",
  "ledger/sequence":
    "The number of a record is not the next one: records were removed, added, repeated or put into another order.",
  "ledger/previous":
    "A record does not name the hash of the record before it: the record before was replaced, or records of another ledger were put here.",
  "ledger/hash":
    "The content of a record does not have the hash that is written in it: something in the line was changed.",
  "ledger/not-canonical":
    "A line of the ledger has the right content, but not in the one way that is allowed (RFC 8785): keys in order, no spaces. Another program has rewritten it.",
  "ledger/torn":
    "The last line of the ledger has no end: the write was cut off. The next run cuts it away and appends the record again from the database. Without that database, the record is lost.",
  "ledger/short":
    "The ledger ends before the record that it is held against: records were removed from its end, or the file is an old copy.",
  "ledger/ahead":
    "The ledger file has records that the database does not have: the database was replaced, or restored from an older copy. Nothing is appended to the file until they agree. Bring the right database back, or run `patchring ledger restore`: it sets an older copy aside and goes on from the ledger. A database with records of its own is not touched; move it away first.",
  "ledger/other":
    "The ledger has another record at a place that is known from a checkpoint or from the database: from there on, or before, it was rewritten.",
} as const;
export type StoreCode = keyof typeof STORE_CODES;
