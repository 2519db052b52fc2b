/** Stored bytes to the snapshot that was packed. */
import type { Snapshot } from "../core/snapshot.ts";
import { FactBuilder } from "./columns.ts";
import { ByteReader, requireChecksum, writtenChecksum } from "./stored-bytes.ts";
import { unpackCommon, type StoredCommon } from "./stored-common.ts";
import { NARROW_CODES, unpackFacts } from "./stored-facts.ts";
import { checksumOfAll, seedOf } from "./stored-pack.ts";
import { StoredSnapshotError, type StoredSnapshot } from "./stored.ts";

/** The patch index of each code; 0xffffffff for a patch that this snapshot does not have, and for spare codes. */
function patchIndexes({ patchIds, patches }: StoredCommon): Uint32Array {
  const indexes = new Map(patches.map((patch, index) => [patch.id, index]));
  const column = new Uint32Array(Math.max(NARROW_CODES, patchIds.length)).fill(0xffff_ffff);
  patchIds.forEach((id, code) => (column[code] = indexes.get(id) ?? 0xffff_ffff));
  return column;
}

/** Throws `StoredSnapshotError` unless every byte is as it was written: never a wrong value. */
export function unpackSnapshot(stored: StoredSnapshot): Snapshot {
  const { common, readDevices } = unpackCommon(stored.common);
  const patchOf = patchIndexes(common);
  const facts = new FactBuilder(common.facts, common.patches.length);
  const checksums: number[] = [];
  for (const { id, blob } of stored.chunks) {
    checksums.push(writtenChecksum(blob));
    requireChecksum(blob, seedOf(common.began, id), `the devices from ${JSON.stringify(id)} on`);
    const reader = new ByteReader(blob);
    unpackFacts(reader, facts, patchOf);
    reader.finish();
  }
  if (checksumOfAll(checksums) !== common.chunks) {
    throw new StoredSnapshotError("its facts are not those that were stored together");
  }
  if (facts.length !== common.facts) throw new StoredSnapshotError("it has fewer facts than it says");
  const { header, patches, stamp } = common;
  return {
    header,
    digest: stored.digest,
    ...(stamp === null ? {} : { stamp }),
    patches,
    devices: readDevices(),
    facts: facts.build(),
  };
}
