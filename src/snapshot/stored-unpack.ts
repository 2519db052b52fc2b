/** Stored bytes to the snapshot that was packed. */
import type { DeviceColumns, ListColumn, Snapshot, TextColumn } from "../core/snapshot.ts";
import { FactBuilder } from "./columns.ts";
import { ByteReader, requireChecksum } from "./stored-bytes.ts";
import { unpackCommon, type StoredCommon } from "./stored-common.ts";
import { unpackFacts } from "./stored-facts.ts";
import { checksumOfAll, LIST_COLUMNS, seedOf, TEXT_COLUMNS } from "./stored-pack.ts";
import { StoredSnapshotError, type StoredSnapshot } from "./stored.ts";

/** Gives the values of a column their codes in order of appearance, as a snapshot that was read has them. */
class ColumnReader<T> {
  readonly #dictionary: readonly T[];
  readonly #codes: Uint32Array;
  readonly #values: T[];
  /** Code of the column by code of the dictionary; 0 where it has none yet. */
  readonly #given: Uint32Array;

  constructor(dictionary: readonly T[], count: number) {
    this.#dictionary = dictionary;
    this.#codes = new Uint32Array(count);
    this.#given = new Uint32Array(dictionary.length);
    this.#values = dictionary.slice(0, 1);
  }

  set(row: number, stored: number): void {
    if (stored === 0) return;
    let code = this.#given[stored];
    if (code === undefined) throw new StoredSnapshotError("an attribute has no value");
    if (code === 0) {
      code = this.#values.push(this.#dictionary[stored]!) - 1;
      this.#given[stored] = code;
    }
    this.#codes[row] = code;
  }

  build(): { readonly values: readonly T[]; readonly codes: Uint32Array } {
    return { values: this.#values, codes: this.#codes };
  }
}

/** The patch index of each code; 0xffffffff for a patch that this snapshot does not have. */
function patchIndexes({ patchIds, patches }: StoredCommon): Uint32Array {
  const indexes = new Map(patches.map((patch, index) => [patch.id, index]));
  return Uint32Array.from(patchIds, (id) => indexes.get(id) ?? 0xffff_ffff);
}

class DeviceReader {
  readonly #name: (string | null)[] = [];
  readonly #texts: readonly ColumnReader<string>[];
  readonly #lists: readonly ColumnReader<readonly string[]>[];
  readonly #critical: Uint8Array;
  readonly #scannedAt: Float64Array;
  readonly #lastSeenAt: Float64Array;

  constructor(common: StoredCommon, count: number) {
    this.#texts = TEXT_COLUMNS.map(() => new ColumnReader(common.texts, count));
    this.#lists = LIST_COLUMNS.map(() => new ColumnReader(common.lists, count));
    this.#critical = new Uint8Array(count);
    this.#scannedAt = new Float64Array(count);
    this.#lastSeenAt = new Float64Array(count);
  }

  read(reader: ByteReader, row: number): void {
    this.#name.push(reader.text());
    for (const column of this.#texts) column.set(row, reader.number());
    for (const column of this.#lists) column.set(row, reader.number());
    this.#critical[row] = reader.byte();
    this.#scannedAt[row] = reader.double();
    this.#lastSeenAt[row] = reader.double();
  }

  build(id: readonly string[], factStart: Uint32Array, factCount: Uint32Array): DeviceColumns {
    const text = (at: number): TextColumn => this.#texts[at]!.build();
    const list = (at: number): ListColumn => this.#lists[at]!.build();
    return {
      count: id.length,
      id,
      name: this.#name,
      client: text(0),
      site: text(1),
      type: text(2),
      osFamily: text(3),
      os: text(4),
      timezone: text(5),
      exposed: text(6),
      contact: text(7),
      tags: list(0),
      apps: list(1),
      critical: this.#critical,
      scannedAt: this.#scannedAt,
      lastSeenAt: this.#lastSeenAt,
      factStart,
      factCount,
    };
  }
}

/** Throws `StoredSnapshotError` unless every byte is as it was written: never a wrong value. */
export function unpackSnapshot(stored: StoredSnapshot): Snapshot {
  const common = unpackCommon(stored.common);
  if (checksumOfAll(stored.devices) !== common.blobs) {
    throw new StoredSnapshotError("its devices are not those that were stored together");
  }
  const count = stored.devices.length;
  const patchOf = patchIndexes(common);
  const facts = new FactBuilder(common.facts);
  const devices = new DeviceReader(common, count);
  const [factStart, factCount] = [new Uint32Array(count), new Uint32Array(count)];
  const reader = new ByteReader();
  stored.devices.forEach(({ id, blob }, row) => {
    requireChecksum(blob, seedOf(common.began, id), `device ${JSON.stringify(id)}`);
    reader.start(blob);
    devices.read(reader, row);
    factStart[row] = facts.length;
    factCount[row] = unpackFacts(reader, facts, patchOf);
    reader.finish();
  });
  if (facts.length !== common.facts) throw new StoredSnapshotError("it has fewer facts than it says");
  return {
    header: common.header,
    digest: stored.digest,
    patches: common.patches,
    devices: devices.build(
      stored.devices.map(({ id }) => id),
      factStart,
      factCount,
    ),
    facts: facts.build(),
  };
}
