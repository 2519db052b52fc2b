/** A snapshot to stored bytes: one blob a device, in which equal content has equal bytes. */
import { Buffer } from "node:buffer";
import { crc32 } from "node:zlib";
import type { DeviceColumns, Snapshot } from "../core/snapshot.ts";
import { ByteWriter, writtenChecksum } from "./stored-bytes.ts";
import { packCommon, unpackCommon, type StoredCommon } from "./stored-common.ts";
import { Dictionary } from "./stored-dictionary.ts";
import { packFacts } from "./stored-facts.ts";
import {
  StoredSnapshotError,
  type StoredDevice,
  type StoredSnapshot,
  type StoredSnapshotChange,
} from "./stored.ts";

export const TEXT_COLUMNS = [
  "client",
  "site",
  "type",
  "osFamily",
  "os",
  "timezone",
  "exposed",
  "contact",
] as const;
export const LIST_COLUMNS = ["tags", "apps"] as const;

/** Unused codes that are carried along before the dictionaries begin anew. */
const SPARE_CODES = 1_000;

/** The checksum of a device's blob starts from when its dictionaries began, and from its id. */
export function seedOf(began: string, id: string): number {
  return crc32(id, crc32(`${began}\n`));
}

interface Dictionaries {
  readonly began: string;
  readonly patchIds: Dictionary<string>;
  readonly texts: Dictionary<string>;
  readonly lists: Dictionary<readonly string[]>;
}

function dictionariesOf(known: StoredCommon | null, digest: string): Dictionaries {
  return {
    began: known?.began ?? digest,
    patchIds: new Dictionary(known?.patchIds ?? [], (id) => id),
    texts: new Dictionary(known?.texts ?? [""], (text) => text),
    lists: new Dictionary(known?.lists ?? [[]], (list) => JSON.stringify(list)),
  };
}

/** Writes the attributes of devices; each column's codes are looked up once. */
class DevicePacker {
  readonly #devices: DeviceColumns;
  readonly #texts: readonly (readonly [Uint32Array, Uint32Array])[];

  constructor(devices: DeviceColumns, { texts, lists }: Dictionaries) {
    this.#devices = devices;
    this.#texts = [
      ...TEXT_COLUMNS.map((key) => [devices[key].codes, texts.codesOf(devices[key].values)] as const),
      ...LIST_COLUMNS.map((key) => [devices[key].codes, lists.codesOf(devices[key].values)] as const),
    ];
  }

  pack(writer: ByteWriter, device: number): void {
    const { name, critical, scannedAt, lastSeenAt } = this.#devices;
    writer.text(name[device] ?? null);
    for (const [codes, stored] of this.#texts) writer.number(stored[codes[device]!]!);
    writer.byte(critical[device]!);
    writer.double(scannedAt[device]!);
    writer.double(lastSeenAt[device]!);
  }
}

function packDevices(snapshot: Snapshot, dictionaries: Dictionaries): StoredDevice[] {
  const { devices, facts, patches } = snapshot;
  const patchCodes = dictionaries.patchIds.codesOf(patches.map((patch) => patch.id));
  const packer = new DevicePacker(devices, dictionaries);
  const writer = new ByteWriter();
  return devices.id.map((id, device) => {
    packer.pack(writer, device);
    packFacts(writer, facts, devices.factStart[device]!, devices.factCount[device]!, patchCodes);
    return { id, blob: writer.finish(seedOf(dictionaries.began, id)) };
  });
}

/** CRC-32 of the checksums of all blobs, in order. */
export function checksumOfAll(devices: readonly StoredDevice[]): number {
  const checksums = Buffer.alloc(devices.length * 4);
  devices.forEach(({ blob }, i) => checksums.writeUInt32LE(writtenChecksum(blob), i * 4));
  return crc32(checksums);
}

function isWasteful({ patchIds, texts, lists }: Dictionaries): boolean {
  return [patchIds, texts, lists].some((one) => one.values.length > 2 * one.used + SPARE_CODES);
}

/** The dictionaries of what is stored; null when they are damaged: everything is then packed anew. */
function knownCommon(before: StoredSnapshot | null): StoredCommon | null {
  if (before === null) return null;
  try {
    return unpackCommon(before.common);
  } catch (error) {
    if (error instanceof StoredSnapshotError) return null;
    throw error;
  }
}

/**
 * What has to be stored so that `snapshot` is, when `before` is what is stored now (null for
 * nothing). Devices whose bytes stay the same are not in it. Never throws for damage of `before`.
 */
export function packSnapshot(snapshot: Snapshot, before: StoredSnapshot | null): StoredSnapshotChange {
  const known = knownCommon(before);
  let dictionaries = dictionariesOf(known, snapshot.digest);
  let devices = packDevices(snapshot, dictionaries);
  if (known !== null && isWasteful(dictionaries)) {
    dictionaries = dictionariesOf(null, snapshot.digest);
    devices = packDevices(snapshot, dictionaries);
  }
  const common = packCommon({
    header: snapshot.header,
    patches: snapshot.patches,
    began: dictionaries.began,
    facts: snapshot.devices.factCount.reduce((sum, count) => sum + count, 0),
    blobs: checksumOfAll(devices),
    patchIds: dictionaries.patchIds.values,
    texts: dictionaries.texts.values,
    lists: dictionaries.lists.values,
  });
  const { digest, header } = snapshot;
  return { digest, takenAt: header.takenAt, common, ...changes(devices, before) };
}

function changes(
  devices: readonly StoredDevice[],
  before: StoredSnapshot | null,
): Pick<StoredSnapshotChange, "changed" | "order"> {
  const stored = new Map(before?.devices.map(({ id, blob }) => [id, blob]));
  const changed = devices.filter(({ id, blob }) => {
    const old = stored.get(id);
    return old === undefined || Buffer.compare(blob, old) !== 0;
  });
  const sameOrder =
    before?.devices.length === devices.length && devices.every(({ id }, i) => before.devices[i]!.id === id);
  return { changed, order: sameOrder ? null : devices.map(({ id }) => id) };
}
