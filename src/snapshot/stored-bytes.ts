/** Numbers and texts as bytes, with a checksum in front. */
import { Buffer } from "node:buffer";
import { crc32 } from "node:zlib";
import { StoredSnapshotError } from "./stored.ts";

/** Bytes of the checksum in front of a blob. */
export const CHECKSUM_BYTES = 4;

/** How a text stands in bytes: half surrogates cannot be UTF-8. */
const TEXT = { absent: 0, utf8: 1, utf16: 2 } as const;

const HALF_SURROGATE = /\p{Surrogate}/u;

/** Grows as it is written; used again for the next blob. */
export class ByteWriter {
  bytes: Buffer = Buffer.alloc(4096);
  length: number = CHECKSUM_BYTES;

  /** Makes room; call before writing `bytes` directly. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const wider = Buffer.alloc(Math.max(this.bytes.length * 2, this.length + count));
    this.bytes.copy(wider);
    this.bytes = wider;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** A whole number from 0 to 2^32 - 1, seven bits a byte. */
  number(value: number): void {
    this.reserve(5);
    let rest = value;
    while (rest > 127) {
      this.bytes[this.length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  double(value: number): void {
    this.reserve(8);
    this.length = this.bytes.writeDoubleLE(value, this.length);
  }

  text(value: string | null): void {
    if (value === null) {
      this.byte(TEXT.absent);
      return;
    }
    const encoding = HALF_SURROGATE.test(value) ? "utf16le" : "utf8";
    const encoded = Buffer.from(value, encoding);
    this.byte(encoding === "utf8" ? TEXT.utf8 : TEXT.utf16);
    this.number(encoded.length);
    this.reserve(encoded.length);
    this.length += encoded.copy(this.bytes, this.length);
  }

  /** The bytes with their checksum, which starts from `seed`; and empty again. */
  finish(seed: number): Buffer {
    const blob = Buffer.from(this.bytes.subarray(0, this.length));
    blob.writeUInt32LE(crc32(blob.subarray(CHECKSUM_BYTES), seed), 0);
    this.length = CHECKSUM_BYTES;
    return blob;
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

/** Reads what `ByteWriter` wrote. Reading behind the end gives zeros; `finish` tells. */
export class ByteReader {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;

  /** Starts on another blob, behind its checksum. */
  start(blob: Uint8Array): void {
    this.bytes = blob;
    this.at = CHECKSUM_BYTES;
  }

  byte(): number {
    return this.bytes[this.at++] ?? 0;
  }

  number(): number {
    const { bytes } = this;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const part = bytes[this.at++] ?? 0;
      value |= (part & 127) << shift;
      if (part < 128) break;
    }
    return value >>> 0;
  }

  double(): number {
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    this.at += 8;
    return this.at <= this.bytes.length ? view.getFloat64(this.at - 8, true) : NaN;
  }

  text(): string | null {
    const kind = this.byte();
    if (kind === TEXT.absent) return null;
    const length = this.number();
    const { buffer, byteOffset } = this.bytes;
    if (this.at + length > this.bytes.length) throw new StoredSnapshotError("a text ends behind its blob");
    const slice = Buffer.from(buffer, byteOffset + this.at, length);
    this.at += length;
    return slice.toString(kind === TEXT.utf8 ? "utf8" : "utf16le");
  }

  /** Throws unless exactly the whole blob was read. */
  finish(): void {
    if (this.at !== this.bytes.length)
      throw new StoredSnapshotError("a blob has another length than its content");
  }
}
