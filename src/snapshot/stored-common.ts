/** What all devices of a stored snapshot share: the header, the patches, and the dictionaries of the blobs. */
import { Buffer } from "node:buffer";
import type { Patch } from "../core/model.ts";
import type { SnapshotHeader } from "../core/snapshot.ts";
import { ByteWriter, CHECKSUM_BYTES, requireChecksum } from "./stored-bytes.ts";
import { StoredSnapshotError } from "./stored.ts";

const FORMAT = "patchring.stored/1";

export interface StoredCommon {
  readonly header: SnapshotHeader;
  readonly patches: readonly Patch[];
  /** The digest of the snapshot with which these dictionaries began; blobs of another time have another checksum. */
  readonly began: string;
  /** Facts of all devices. */
  readonly facts: number;
  /** CRC-32 of the checksums of the blobs, in order: a blob that was swapped or left over shows. */
  readonly blobs: number;
  /** Dictionaries; only ever added to, so that the blobs of unchanged devices stay as they are. Code 0 is absent. */
  readonly patchIds: readonly string[];
  readonly texts: readonly string[];
  readonly lists: readonly (readonly string[])[];
}

export function packCommon(common: StoredCommon): Buffer {
  const writer = new ByteWriter();
  const text = Buffer.from(JSON.stringify({ format: FORMAT, ...common }), "utf8");
  writer.reserve(text.length);
  writer.length += text.copy(writer.bytes, writer.length);
  return writer.finish(0);
}

/** Throws `StoredSnapshotError` for what is damaged or of another version. */
export function unpackCommon(bytes: Uint8Array): StoredCommon {
  requireChecksum(bytes, 0, "what all devices share");
  const { buffer, byteOffset, length } = bytes;
  const text = Buffer.from(buffer, byteOffset + CHECKSUM_BYTES, length - CHECKSUM_BYTES).toString("utf8");
  const { format, ...common } = JSON.parse(text) as StoredCommon & { readonly format: string };
  if (format !== FORMAT) throw new StoredSnapshotError(`its format is ${JSON.stringify(format)}`);
  return common;
}
