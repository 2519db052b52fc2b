/** The facts of one device as bytes: column by column, and nothing for a column that is empty. */
import type { FactColumns } from "../core/snapshot.ts";
import type { FactBuilder } from "./columns.ts";
import type { ByteReader, ByteWriter } from "./stored-bytes.ts";
import { StoredSnapshotError } from "./stored.ts";

/** How a column of one device stands in bytes. */
const COLUMN = { empty: 0, same: 1, some: 2, all: 3 } as const;

/** Writes the facts `start` to `start + count - 1`. `patchCodes` has the code of each patch index. */
export function packFacts(
  writer: ByteWriter,
  facts: FactColumns,
  start: number,
  count: number,
  patchCodes: Uint32Array,
): void {
  writer.number(count);
  if (count === 0) return;
  packPatches(writer, facts, start, count, patchCodes);
  packSmall(writer, facts.state, start, count, 1);
  packTimes(writer, facts.detectedAt, start, count);
  packTimes(writer, facts.approvedAt, start, count);
  packTimes(writer, facts.installedAt, start, count);
  packTimes(writer, facts.lastAttemptAt, start, count);
  packSmall(writer, facts.attempts, start, count, 2);
  packSmall(writer, facts.installedBy, start, count, 1);
  packErrors(writer, facts.errors, start, count);
}

/** Each code as its distance from the one before, sign in the lowest bit. */
function packPatches(
  writer: ByteWriter,
  facts: FactColumns,
  start: number,
  count: number,
  codes: Uint32Array,
): void {
  let last = 0;
  for (let i = start; i < start + count; i++) {
    const code = codes[facts.patch[i]!]!;
    const step = code - last;
    writer.number(step < 0 ? -step * 2 - 1 : step * 2);
    last = code;
  }
}

type Column = Uint8Array | Uint16Array | Uint32Array;

/** `empty` when all are 0, `same` when all are alike, else `all`. */
function shapeOf(column: Column, start: number, count: number): number {
  const first = column[start]!;
  for (let i = start + 1; i < start + count; i++) if (column[i] !== first) return COLUMN.all;
  return first === 0 ? COLUMN.empty : COLUMN.same;
}

function packSmall(
  writer: ByteWriter,
  column: Uint8Array | Uint16Array,
  start: number,
  count: number,
  width: 1 | 2,
): void {
  const shape = shapeOf(column, start, count);
  writer.byte(shape);
  const written = shape === COLUMN.empty ? 0 : shape === COLUMN.same ? 1 : count;
  writer.reserve(written * width);
  for (let i = start; i < start + written; i++) {
    writer.bytes[writer.length++] = column[i]! & 255;
    if (width === 2) writer.bytes[writer.length++] = column[i]! >> 8;
  }
}

/** `some`: a bit for each fact that has a time, then the times. */
function packTimes(writer: ByteWriter, column: Uint32Array, start: number, count: number): void {
  let shape = shapeOf(column, start, count);
  if (shape === COLUMN.all && column.subarray(start, start + count).includes(0)) shape = COLUMN.some;
  writer.byte(shape);
  writer.reserve((count >> 3) + 1 + count * 4);
  if (shape === COLUMN.some) {
    const bits = writer.length;
    writer.length += (count + 7) >> 3;
    writer.bytes.fill(0, bits, writer.length);
    for (let i = 0; i < count; i++) {
      if (column[start + i] !== 0) writer.bytes[bits + (i >> 3)]! |= 1 << (i & 7);
    }
  }
  const end = shape === COLUMN.empty ? start : shape === COLUMN.same ? start + 1 : start + count;
  for (let i = start; i < end; i++) {
    const at = column[i]!;
    if (at === 0) continue;
    writer.bytes[writer.length++] = at & 255;
    writer.bytes[writer.length++] = (at >>> 8) & 255;
    writer.bytes[writer.length++] = (at >>> 16) & 255;
    writer.bytes[writer.length++] = at >>> 24;
  }
}

function packErrors(
  writer: ByteWriter,
  errors: ReadonlyMap<number, string>,
  start: number,
  count: number,
): void {
  const before = writer.length;
  let found = 0;
  if (errors.size > 0) {
    for (let i = 0; i < count; i++) {
      const error = errors.get(start + i);
      if (error === undefined) continue;
      writer.number(i + 1);
      writer.text(error);
      found += 1;
    }
  }
  writer.byte(0);
  if (found === 0) writer.length = before + 1;
}

/** Reads the facts of a device to the end of `facts`. `patchOf` has the patch index of each code, 0xffffffff for none. */
export function unpackFacts(reader: ByteReader, facts: FactBuilder, patchOf: Uint32Array): number {
  const count = reader.number();
  const start = facts.length;
  if (start + count > facts.capacity) throw new StoredSnapshotError("it has more facts than it says");
  if (count === 0) return 0;
  unpackPatches(reader, facts.patch, start, count, patchOf);
  unpackSmall(reader, facts.state, start, count, 1);
  unpackTimes(reader, facts.detectedAt, start, count);
  unpackTimes(reader, facts.approvedAt, start, count);
  unpackTimes(reader, facts.installedAt, start, count);
  unpackTimes(reader, facts.lastAttemptAt, start, count);
  unpackSmall(reader, facts.attempts, start, count, 2);
  unpackSmall(reader, facts.installedBy, start, count, 1);
  for (let place = reader.number(); place !== 0; place = reader.number()) {
    const text = reader.text();
    if (text === null || place > count) throw new StoredSnapshotError("an error text has no fact");
    facts.errors.set(start + place - 1, text);
  }
  facts.length = start + count;
  return count;
}

function unpackPatches(
  reader: ByteReader,
  column: Uint32Array,
  start: number,
  count: number,
  patchOf: Uint32Array,
): void {
  const { bytes } = reader;
  let { at } = reader;
  let code = 0;
  for (let i = start; i < start + count; i++) {
    let part = bytes[at++]!;
    let step = part & 127;
    for (let shift = 7; part > 127 && shift < 35; shift += 7) {
      part = bytes[at++]!;
      step |= (part & 127) << shift;
    }
    step >>>= 0;
    code += (step & 1) === 0 ? step >>> 1 : -(step >>> 1) - 1;
    const patch = patchOf[code];
    if (patch === undefined || patch === 0xffff_ffff) throw new StoredSnapshotError("a fact names no patch");
    column[i] = patch;
  }
  reader.at = at;
}

function unpackSmall(
  reader: ByteReader,
  column: Uint8Array | Uint16Array,
  start: number,
  count: number,
  width: 1 | 2,
): void {
  const shape = reader.byte();
  const { bytes } = reader;
  let { at } = reader;
  if (shape === COLUMN.same) {
    const value = width === 1 ? bytes[at]! : bytes[at]! | (bytes[at + 1]! << 8);
    column.fill(value, start, start + count);
    at += width;
  } else if (shape === COLUMN.all) {
    for (let i = start; i < start + count; i++) {
      column[i] = width === 1 ? bytes[at]! : bytes[at]! | (bytes[at + 1]! << 8);
      at += width;
    }
  }
  reader.at = at;
}

function unpackTimes(reader: ByteReader, column: Uint32Array, start: number, count: number): void {
  const shape = reader.byte();
  const { bytes } = reader;
  const bits = reader.at;
  let at = shape === COLUMN.some ? bits + ((count + 7) >> 3) : bits;
  if (shape === COLUMN.same) {
    column.fill(
      (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0,
      start,
      start + count,
    );
    at += 4;
  } else if (shape !== COLUMN.empty) {
    for (let i = 0; i < count; i++) {
      if (shape === COLUMN.some && (bytes[bits + (i >> 3)]! & (1 << (i & 7))) === 0) continue;
      column[start + i] =
        bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      at += 4;
    }
  }
  reader.at = at;
}
