/** What the chunks of a stored snapshot share: the header, the patches, their dictionary, and the devices. */
import { endianness } from "node:os";
import type { Patch } from "../core/model.ts";
import type { DeviceColumns, SnapshotHeader } from "../core/snapshot.ts";
import { ByteReader, ByteWriter, requireChecksum } from "./stored-bytes.ts";
import { packDevices, unpackDevices } from "./stored-devices.ts";
import { StoredSnapshotError } from "./stored.ts";

/** Columns stand in the byte order of the machine: a cache that was carried to another kind is not read. */
const FORMAT = `patchring.stored/2 ${endianness()}`;

export interface StoredCommon {
  readonly header: SnapshotHeader;
  readonly patches: readonly Patch[];
  /** Which file it was read from, and in what state (see `file-stamp.ts`); null when that cannot be relied on. */
  readonly stamp: string | null;
  /** The digest of the snapshot with which the dictionary began; chunks of another time have another checksum. */
  readonly began: string;
  /** Facts of all devices. */
  readonly facts: number;
  /** CRC-32 of the checksums of the chunks, in order: a blob that was swapped or left over shows. */
  readonly chunks: number;
  /** Patch ids by code; only ever added to, so that unchanged chunks stay as they are. */
  readonly patchIds: readonly string[];
}

export function packCommon(common: StoredCommon, devices: DeviceColumns): Uint8Array {
  const writer = new ByteWriter();
  writer.json({ format: FORMAT, ...common });
  packDevices(writer, devices);
  return writer.finish(0);
}

/** Throws `StoredSnapshotError` for what is damaged or of another version. The devices are read when asked for. */
export function unpackCommon(bytes: Uint8Array): {
  readonly common: StoredCommon;
  readonly readDevices: () => DeviceColumns;
} {
  requireChecksum(bytes, 0, "what all devices share");
  const reader = new ByteReader(bytes);
  const { format, ...common } = reader.json() as StoredCommon & { readonly format: string };
  if (format !== FORMAT) throw new StoredSnapshotError(`its format is ${JSON.stringify(format)}`);
  const readDevices = (): DeviceColumns => {
    const devices = unpackDevices(reader);
    reader.finish();
    return devices;
  };
  return { common, readDevices };
}
