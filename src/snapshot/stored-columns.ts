/** A column as bytes: nothing when it is empty, one value when all are alike, else its own bytes or those that are not 0. */
import { Buffer } from "node:buffer";
import { bytesOfColumn, type ByteReader, type ByteWriter } from "./stored-bytes.ts";

type WholeColumn = Uint8Array | Uint16Array | Uint32Array;

/** How a column stands in bytes. `some`: a bit for each entry, then the entries that are not 0. */
const SHAPE = { empty: 0, same: 1, some: 2, all: 3 } as const;

/** How many bits of a byte are set. */
const BITS: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count += 1;
  return count;
});

export function packColumn(writer: ByteWriter, column: WholeColumn): void {
  const first = column[0] ?? 0;
  if (isUniform(column)) {
    writer.byte(first === 0 ? SHAPE.empty : SHAPE.same);
    if (first !== 0) writer.number(first);
    return;
  }
  if (column instanceof Uint8Array || !packSparse(writer, column)) {
    writer.byte(SHAPE.all);
    writer.column(column);
  }
}

/** Writes the entries that are not 0, each in four bytes, where that saves a quarter; else gives false. */
function packSparse(writer: ByteWriter, column: Uint16Array | Uint32Array): boolean {
  const wide = column instanceof Uint32Array ? column : new Uint32Array(column);
  const given = countGiven(wide);
  if (given * 4 + wide.length / 8 > column.byteLength * 0.75) return false;
  packSome(writer, wide, given);
  return true;
}

/** True when all entries are alike: the column then equals itself one entry further. */
function isUniform(column: WholeColumn): boolean {
  const bytes = bytesOfColumn(column);
  const width = column.BYTES_PER_ELEMENT;
  return (
    column.length < 2 || Buffer.compare(bytes.subarray(width), bytes.subarray(0, bytes.length - width)) === 0
  );
}

/** Here and below: loops over one kind of array alone, by index; else they are several times slower. */
function countGiven(column: Uint32Array): number {
  const { length } = column;
  let given = 0;
  for (let i = 0; i < length; i++) given += column[i] === 0 ? 0 : 1;
  return given;
}

function packSome(writer: ByteWriter, column: Uint32Array, given: number): void {
  const { length } = column;
  const masks = new Uint8Array((length + 7) >> 3);
  // One more, because each entry is put down before it is known to count.
  const values = new Uint32Array(given + 1);
  let at = 0;
  for (let i = 0; i < length; i++) {
    const value = column[i]!;
    const isGiven = value === 0 ? 0 : 1;
    values[at] = value;
    at += isGiven;
    masks[i >> 3]! |= isGiven << (i & 7);
  }
  writer.byte(SHAPE.some);
  writer.column(masks);
  writer.column(values.subarray(0, given));
}

/** Fills the entries `start` to `start + count - 1`, which are 0 before. */
export function unpackColumn(reader: ByteReader, column: WholeColumn, start: number, count: number): void {
  const shape = reader.byte();
  if (shape === SHAPE.same) column.fill(reader.number(), start, start + count);
  else if (shape === SHAPE.all) reader.column(column, start, count);
  else if (shape === SHAPE.some) unpackSome(reader, column, start, count);
}

function unpackSome(reader: ByteReader, column: WholeColumn, start: number, count: number): void {
  const masks = reader.bytes.subarray(reader.at, reader.at + ((count + 7) >> 3));
  reader.at += masks.length;
  const values = new Uint32Array(countBits(masks));
  reader.column(values, 0, values.length);
  let at = 0;
  for (let group = 0; group < masks.length; group++) {
    const first = start + group * 8;
    for (let bits = masks[group]!; bits !== 0; bits &= bits - 1) {
      column[first + 31 - Math.clz32(bits & -bits)] = values[at++]!;
    }
  }
}

function countBits(masks: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < masks.length; i++) count += BITS[masks[i]!]!;
  return count;
}
