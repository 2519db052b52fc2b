/** Numbers and texts as bytes, with a checksum in front. */
import { Buffer } from "node:buffer";
import { crc32 } from "node:zlib";
import { StoredSnapshotError } from "./stored.ts";

/** Bytes of the checksum in front of a blob. */
export const CHECKSUM_BYTES = 4;

export type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The bytes of a column, in the order of this machine (see `FORMAT`). */
export function bytesOfColumn({ buffer, byteOffset, byteLength }: Column): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Grows as it is written; used again for the next blob. */
export class ByteWriter {
  bytes: Buffer = Buffer.allocUnsafeSlow(65_536);
  length: number = CHECKSUM_BYTES;

  /** Makes room; call before writing `bytes` directly. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const wider = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + count));
    this.bytes.copy(wider, 0, 0, this.length);
    this.bytes = wider;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** A whole number from 0 to 2^32 - 1. */
  number(value: number): void {
    this.reserve(4);
    this.length = this.bytes.writeUInt32LE(value, this.length);
  }

  column(column: Column): void {
    this.reserve(column.byteLength);
    this.bytes.set(bytesOfColumn(column), this.length);
    this.length += column.byteLength;
  }

  /** As JSON, which keeps half surrogates and NUL. */
  json(value: unknown): void {
    const text = Buffer.from(JSON.stringify(value), "utf8");
    this.number(text.length);
    this.column(text);
  }

  /** The bytes with their checksum, which starts from `seed`; and empty again: copy them before the next write. */
  finish(seed: number): Buffer {
    const written = this.bytes.subarray(0, this.length);
    written.writeUInt32LE(crc32(written.subarray(CHECKSUM_BYTES), seed), 0);
    this.length = CHECKSUM_BYTES;
    return written;
  }
}

/** The checksum of a blob as it is written in it. */
export function writtenChecksum(blob: Uint8Array): number {
  return blob.length < CHECKSUM_BYTES
    ? 0
    : (blob[0]! | (blob[1]! << 8) | (blob[2]! << 16) | (blob[3]! << 24)) >>> 0;
}

/** Throws `StoredSnapshotError` unless the bytes are those that were written from this seed. */
export function requireChecksum(blob: Uint8Array, seed: number, what: string): void {
  if (blob.length > CHECKSUM_BYTES && crc32(blob.subarray(CHECKSUM_BYTES), seed) === writtenChecksum(blob)) {
    return;
  }
  throw new StoredSnapshotError(`the checksum of ${what} is wrong`);
}

/** Reads what `ByteWriter` wrote. Reading behind the end gives zeros or nothing; `finish` tells. */
export class ByteReader {
  readonly bytes: Uint8Array;
  at: number = CHECKSUM_BYTES;

  constructor(blob: Uint8Array) {
    this.bytes = blob;
  }

  byte(): number {
    return this.bytes[this.at++] ?? 0;
  }

  number(): number {
    return (this.byte() | (this.byte() << 8) | (this.byte() << 16) | (this.byte() << 24)) >>> 0;
  }

  /** Fills `count` entries of a column from `start`. */
  column(column: Column, start: number, count: number): void {
    const width = column.BYTES_PER_ELEMENT;
    const end = this.at + count * width;
    bytesOfColumn(column).set(this.bytes.subarray(this.at, end), start * width);
    this.at = end;
  }

  json(): unknown {
    const length = this.number();
    const { buffer, byteOffset } = this.bytes;
    if (this.at + length > this.bytes.length) throw new StoredSnapshotError("a text ends behind its blob");
    const text = Buffer.from(buffer, byteOffset + this.at, length).toString("utf8");
    this.at += length;
    return JSON.parse(text) as unknown;
  }

  /** Throws unless exactly the whole blob was read. */
  finish(): void {
    if (this.at !== this.bytes.length)
      throw new StoredSnapshotError("a blob has another length than its content");
  }
}
