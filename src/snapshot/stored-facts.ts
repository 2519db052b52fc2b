/** The facts of a chunk of devices as bytes, column by column. */
import type { FactColumns, PatchColumn } from "../core/snapshot.ts";
import type { FactBuilder } from "./columns.ts";
import type { ByteReader, ByteWriter } from "./stored-bytes.ts";
import { packColumn, unpackColumn } from "./stored-columns.ts";
import { StoredSnapshotError } from "./stored.ts";

/** The columns that stand as they are; `patch` has codes of the dictionary instead. */
const COLUMNS = ["state", "detectedAt", "approvedAt", "installedAt"] as const;
/** Those that may hold fewer numbers than facts. */
const SPARSE_COLUMNS = ["lastAttemptAt", "attempts"] as const;

/** How many codes two bytes hold. */
export const NARROW_CODES = 65_536;

/** The code of each patch index. A fact's patch stands in as many bytes. */
export type PatchCodes = Uint16Array | Uint32Array;

/** Writes the facts `start` to `start + count - 1`. */
export function packFacts(
  writer: ByteWriter,
  facts: FactColumns,
  start: number,
  count: number,
  patchCodes: PatchCodes,
): void {
  const end = start + count;
  writer.number(count);
  packPatches(writer, facts.patch.subarray(start, end), patchCodes);
  for (const key of COLUMNS) packColumn(writer, facts[key].subarray(start, end));
  for (const key of SPARSE_COLUMNS) packColumn(writer, facts[key].slice(start, end));
  packColumn(writer, facts.installedBy.subarray(start, end));
  packErrors(writer, facts.errors, start, end);
}

function packPatches(writer: ByteWriter, patches: PatchColumn, codes: PatchCodes): void {
  const { length } = patches;
  const column = codes instanceof Uint16Array ? new Uint16Array(length) : new Uint32Array(length);
  for (let i = 0; i < length; i++) column[i] = codes[patches[i]!]!;
  writer.byte(column.BYTES_PER_ELEMENT);
  writer.column(column);
}

/** Places from 0, and texts. */
type Errors = readonly (readonly [number, string])[];

function packErrors(
  writer: ByteWriter,
  errors: ReadonlyMap<number, string>,
  start: number,
  end: number,
): void {
  const found: [number, string][] = [];
  if (errors.size > 0) {
    for (let i = start; i < end; i++) {
      const text = errors.get(i);
      if (text !== undefined) found.push([i - start, text]);
    }
  }
  writer.byte(found.length === 0 ? 0 : 1);
  if (found.length > 0) writer.json(found satisfies Errors);
}

/** Reads the facts of a chunk to the end of `facts`. `patchOf` has the patch index of each code, and 0xffffffff for none. */
export function unpackFacts(reader: ByteReader, facts: FactBuilder, patchOf: Uint32Array): void {
  const count = reader.number();
  const start = facts.length;
  if (start + count > facts.capacity) throw new StoredSnapshotError("it has more facts than it says");
  const unknown =
    reader.byte() === 2
      ? unpackNarrow(reader, facts.patch, start, count, patchOf)
      : unpackWide(reader, facts.patch, start, count, patchOf);
  if (unknown) throw new StoredSnapshotError("a fact names no patch");
  for (const key of COLUMNS) unpackColumn(reader, facts[key], start, count);
  for (const key of SPARSE_COLUMNS) {
    const column = key === "attempts" ? new Uint16Array(count) : new Uint32Array(count);
    unpackColumn(reader, column, 0, count);
    facts[key].append(start, column);
  }
  unpackColumn(reader, facts.installedBy, start, count);
  if (reader.byte() !== 0) {
    for (const [place, text] of reader.json() as Errors) facts.errors.set(start + place, text);
  }
  facts.length = start + count;
}

/** Gives true when a code has no patch. `patchOf` has `NARROW_CODES` entries at least. */
function unpackNarrow(
  reader: ByteReader,
  column: PatchColumn,
  start: number,
  count: number,
  patchOf: Uint32Array,
): boolean {
  const { bytes, at } = reader;
  let unknown = false;
  for (let i = 0; i < count; i++) {
    const patch = patchOf[bytes[at + i * 2]! | (bytes[at + i * 2 + 1]! << 8)]!;
    if (patch === 0xffff_ffff) unknown = true;
    column[start + i] = patch;
  }
  reader.at = at + count * 2;
  return unknown;
}

function unpackWide(
  reader: ByteReader,
  column: PatchColumn,
  start: number,
  count: number,
  patchOf: Uint32Array,
): boolean {
  let unknown = false;
  for (let i = start; i < start + count; i++) {
    const patch = patchOf[reader.number()] ?? 0xffff_ffff;
    if (patch === 0xffff_ffff) unknown = true;
    column[i] = patch;
  }
  return unknown;
}
