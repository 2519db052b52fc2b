/** A snapshot to stored bytes: one blob a chunk of devices, in which equal content has equal bytes. */
import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { FactColumns, Snapshot } from "../core/snapshot.ts";
import { FactBuilder } from "./columns.ts";
import { ByteWriter, writtenChecksum } from "./stored-bytes.ts";
import { cutChunks } from "./stored-chunks.ts";
import { packCommon, unpackCommon, type StoredCommon } from "./stored-common.ts";
import { Dictionary } from "./stored-dictionary.ts";
import { NARROW_CODES, packFacts, type PatchCodes } from "./stored-facts.ts";
import {
  StoredSnapshotError,
  type StoredChunk,
  type StoredSnapshot,
  type StoredSnapshotChange,
} from "./stored.ts";

/** Unused codes that are carried along before the dictionary begins anew. */
const SPARE_CODES = 1_000;

/** The checksum of a chunk starts from when its dictionary began, and from its id. */
export function seedOf(began: string, id: string): number {
  return crc32(id, crc32(`${began}\n`));
}

/** CRC-32 of the checksums of all chunks, in order. */
export function checksumOfAll(written: readonly number[]): number {
  const checksums = Buffer.alloc(written.length * 4);
  written.forEach((checksum, i) => checksums.writeUInt32LE(checksum, i * 4));
  return crc32(checksums);
}

/** What is stored already: digests by chunk. */
type Digests = ReadonlyMap<string, string>;

interface PackedChunk {
  readonly id: string;
  readonly checksum: number;
  /** Null for a chunk that is stored as it is. */
  readonly changed: StoredChunk | null;
}

function packChunks(
  snapshot: Snapshot,
  patchCodes: PatchCodes,
  began: string,
  stored: Digests,
): PackedChunk[] {
  const { devices } = snapshot;
  const starts = cutChunks(devices.id);
  const writer = new ByteWriter();
  const seed = crc32(`${began}\n`);
  return starts.slice(0, -1).map((from, chunk) => {
    const id = devices.id[from]!;
    const run = joinFacts(snapshot, from, starts[chunk + 1]!);
    packFacts(writer, run.facts, run.start, run.count, patchCodes);
    const blob = writer.finish(crc32(id, seed));
    const digest = hash("sha256", blob, "base64");
    const checksum = writtenChecksum(blob);
    if (stored.get(id) === digest) return { id, checksum, changed: null };
    return { id, checksum, changed: { id, digest, blob: Buffer.from(blob) } };
  });
}

interface FactRun {
  readonly facts: FactColumns;
  readonly start: number;
  readonly count: number;
}

/** The facts of devices that stand together; copied when their segments do not follow each other. */
function joinFacts({ devices, facts, patches }: Snapshot, from: number, to: number): FactRun {
  const { factStart, factCount } = devices;
  let count = 0;
  let inOrder = true;
  for (let row = from; row < to; row++) {
    if (factCount[row] !== 0 && factStart[row] !== factStart[from]! + count) inOrder = false;
    count += factCount[row]!;
  }
  if (inOrder) return { facts, start: factStart[from]!, count };
  const joined = new FactBuilder(count, patches.length);
  for (let row = from; row < to; row++) copyFacts(joined, facts, factStart[row]!, factCount[row]!);
  return { facts: joined.build(), start: 0, count };
}

function copyFacts(to: FactBuilder, facts: FactColumns, start: number, count: number): void {
  const end = start + count;
  to.patch.set(facts.patch.subarray(start, end), to.length);
  to.state.set(facts.state.subarray(start, end), to.length);
  to.detectedAt.set(facts.detectedAt.subarray(start, end), to.length);
  to.approvedAt.set(facts.approvedAt.subarray(start, end), to.length);
  to.installedAt.set(facts.installedAt.subarray(start, end), to.length);
  to.lastAttemptAt.append(to.length, facts.lastAttemptAt.slice(start, end));
  to.attempts.append(to.length, facts.attempts.slice(start, end));
  to.installedBy.set(facts.installedBy.subarray(start, end), to.length);
  for (let i = start; i < end && facts.errors.size > 0; i++) {
    const error = facts.errors.get(i);
    if (error !== undefined) to.errors.set(to.length + i - start, error);
  }
  to.length += count;
}

/** What the stored chunks share; null when it is damaged: everything is then packed anew. */
function knownCommon(before: StoredSnapshot | null): StoredCommon | null {
  if (before === null) return null;
  try {
    return unpackCommon(before.common).common;
  } catch (error) {
    if (error instanceof StoredSnapshotError) return null;
    throw error;
  }
}

/**
 * What has to be stored so that `snapshot` is, when `before` is what is stored now (null for
 * nothing). Chunks whose bytes stay the same are not in it. Never throws for damage of `before`.
 */
export function packSnapshot(snapshot: Snapshot, before: StoredSnapshot | null): StoredSnapshotChange {
  const { digest, header, patches, devices } = snapshot;
  const ids = patches.map((patch) => patch.id);
  let began = digest;
  let dictionary = new Dictionary([]);
  const known = knownCommon(before);
  if (known !== null) {
    const kept = new Dictionary(known.patchIds);
    const codes = kept.codesOf(ids);
    if (kept.values.length <= 2 * codes.length + SPARE_CODES) [began, dictionary] = [known.began, kept];
  }
  const stored = new Map(before?.chunks.map(({ id, digest: known }) => [id, known]));
  const codes = dictionary.codesOf(ids);
  const patchCodes = dictionary.values.length <= NARROW_CODES ? Uint16Array.from(codes) : codes;
  const chunks = packChunks(snapshot, patchCodes, began, stored);
  const common = packCommon(
    {
      header,
      patches,
      stamp: snapshot.stamp ?? null,
      began,
      facts: devices.factCount.reduce((sum, count) => sum + count, 0),
      chunks: checksumOfAll(chunks.map(({ checksum }) => checksum)),
      patchIds: dictionary.values,
    },
    devices,
  );
  const changed = chunks.flatMap((chunk) => chunk.changed ?? []);
  return { digest, takenAt: header.takenAt, common, changed, order: orderOf(chunks, before) };
}

function orderOf(chunks: readonly PackedChunk[], before: StoredSnapshot | null): readonly string[] | null {
  const same =
    before?.chunks.length === chunks.length && chunks.every(({ id }, i) => before.chunks[i]!.id === id);
  return same ? null : chunks.map(({ id }) => id);
}
