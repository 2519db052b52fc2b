import type { Capabilities, Patch } from "../core/model.ts";
import { INSTALLERS } from "../core/model.ts";
import type { FactColumns, Snapshot, TextColumn } from "../core/snapshot.ts";
import { approvalByOf, approvalOf, statusOf } from "../core/snapshot.ts";
import { formatInstant } from "../core/time.ts";
import { writeFileAtomically } from "./atomic-file.ts";
import type { JsonObject } from "./fields.ts";

export const SNAPSHOT_FORMAT = "patchring.snapshot/1";

/** A snapshot as plain objects in the words of design 1.6, without `record`; further fields are kept. */
export interface SnapshotDocument {
  readonly header: {
    /** RFC 3339. */
    readonly takenAt: string;
    readonly provider?: string;
    readonly complete?: boolean;
    readonly capabilities?: Capabilities;
  };
  readonly patches: readonly JsonObject[];
  /** Each with its `facts`. */
  readonly devices: readonly JsonObject[];
}

export interface SnapshotCounts {
  readonly patches: number;
  readonly devices: number;
  readonly facts: number;
}

function line(record: string, object: JsonObject): string {
  return `${JSON.stringify({ record, ...object })}\n`;
}

/** Facts go last: the reader is fast on lines that end with them. */
function deviceLine(device: JsonObject): string {
  const { facts, ...rest } = device as { readonly facts?: unknown };
  return line("device", { ...rest, facts: facts ?? [] });
}

function factCount(device: JsonObject): number {
  return Array.isArray(device["facts"]) ? device["facts"].length : 0;
}

function headerLine(header: JsonObject, counts: SnapshotCounts): string {
  return line("header", { format: SNAPSHOT_FORMAT, ...header, counts });
}

/** The lines of a snapshot file, each with its line end; `counts` are filled in. */
export function* formatSnapshot(document: SnapshotDocument): Generator<string> {
  const { header, patches, devices } = document;
  const facts = devices.reduce((sum, device) => sum + factCount(device), 0);
  yield headerLine({ ...header }, { patches: patches.length, devices: devices.length, facts });
  for (const patch of patches) yield line("patch", patch);
  for (const device of devices) yield deviceLine(device);
}

/** Writes a snapshot file, whole or not at all; gzip when the name ends in `.gz`. */
export async function writeSnapshotFile(path: string, document: SnapshotDocument): Promise<void> {
  await writeFileAtomically(path, formatSnapshot(document));
}

/** Drops what is absent, so that a line holds only what is known. */
function known(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(
      ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

function instant(at: number | null): string | null {
  return at === null || Number.isNaN(at) ? null : formatInstant(at);
}

function packed(at: number): string | null {
  return at === 0 ? null : formatInstant(at);
}

function patchObject(patch: Patch): JsonObject {
  return known({ ...patch, releasedAt: instant(patch.releasedAt), firstSeenAt: instant(patch.firstSeenAt) });
}

function factObject(facts: FactColumns, at: number, patches: readonly Patch[]): JsonObject {
  const state = facts.state[at]!;
  const by = approvalByOf(state);
  const installedBy = INSTALLERS[facts.installedBy[at]!]!;
  return known({
    patch: patches[facts.patch[at]!]!.id,
    status: statusOf(state),
    approval: (state & 32) === 0 ? null : approvalOf(state),
    approvalBy: by === "unknown" ? null : by,
    detectedAt: packed(facts.detectedAt[at]!),
    approvedAt: packed(facts.approvedAt[at]!),
    installedAt: packed(facts.installedAt[at]!),
    installedBy: installedBy === "unknown" ? null : installedBy,
    attempts: facts.attempts.at(at) || null,
    lastAttemptAt: packed(facts.lastAttemptAt.at(at)!),
    error: facts.errors.get(at) ?? null,
  });
}

function deviceObject(snapshot: Snapshot, index: number): JsonObject {
  const { devices, facts, patches } = snapshot;
  const text = (column: TextColumn): string | null => column.values[column.codes[index]!] || null;
  const [family, name] = [text(devices.osFamily), text(devices.os)];
  const start = devices.factStart[index]!;
  return {
    ...known({
      id: devices.id[index],
      name: devices.name[index] ?? null,
      client: text(devices.client),
      site: text(devices.site),
      type: text(devices.type),
      os: family === null && name === null ? null : known({ family, name }),
      tags: devices.tags.values[devices.tags.codes[index]!],
      apps: devices.apps.values[devices.apps.codes[index]!],
      timezone: text(devices.timezone),
      critical: [null, false, true][devices.critical[index]!],
      exposed: text(devices.exposed),
      contact: text(devices.contact),
      scannedAt: instant(devices.scannedAt[index]!),
      lastSeenAt: instant(devices.lastSeenAt[index]!),
    }),
    facts: Array.from({ length: devices.factCount[index]! }, (_, i) => factObject(facts, start + i, patches)),
  };
}

/**
 * The lines of a snapshot file from columns, each with its line end. What columns do not
 * hold is lost: unknown fields, `os.arch`, and where the name of a system ends and its
 * version begins (`os.name` takes both). Reading the lines gives the same columns again.
 */
export function* formatColumns(snapshot: Snapshot): Generator<string> {
  const { header, patches, devices } = snapshot;
  const facts = devices.factCount.reduce((sum, count) => sum + count, 0);
  yield headerLine(known({ ...header, takenAt: formatInstant(header.takenAt) }), {
    patches: patches.length,
    devices: devices.count,
    facts,
  });
  for (const patch of patches) yield line("patch", patchObject(patch));
  for (let index = 0; index < devices.count; index++) yield deviceLine(deviceObject(snapshot, index));
}
