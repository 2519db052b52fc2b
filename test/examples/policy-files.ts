/** Reads the YAML of the shipped policy repositories, for tests that need no engine. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { parseAllDocuments } from "yaml";

export const root: string = fileURLToPath(new URL("../..", import.meta.url));

export interface PolicyDocument {
  /** Path from the root of the project. */
  readonly file: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

export function listYaml(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".yaml"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

export function readDocuments(file: string): readonly PolicyDocument[] {
  const text = readFileSync(join(root, file), "utf8");
  return parseAllDocuments(text, { version: "1.2", schema: "core", uniqueKeys: true }).map((document) => {
    if (document.errors[0] !== undefined) throw new Error(`${file}: ${document.errors[0].message}`);
    const value = document.toJS() as Omit<PolicyDocument, "file" | "name"> & { metadata: { name: string } };
    return {
      file,
      apiVersion: value.apiVersion,
      kind: value.kind,
      name: value.metadata.name,
      spec: value.spec,
    };
  });
}

export interface SnapshotLine {
  readonly record: string;
  readonly id: string;
  readonly [key: string]: unknown;
}

export interface DeviceLine extends SnapshotLine {
  readonly client: string;
  readonly facts: readonly {
    readonly patch: string;
    readonly status: string;
    readonly installedAt?: string;
  }[];
}

export function readInventoryText(folder: string): string {
  return gunzipSync(readFileSync(join(root, folder, "inventory/fleet.ndjson.gz"))).toString("utf8");
}

export function readInventory(folder: string): {
  readonly header: SnapshotLine;
  readonly patches: readonly SnapshotLine[];
  readonly devices: readonly DeviceLine[];
} {
  const lines = readInventoryText(folder)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as SnapshotLine);
  return {
    header: lines[0] as SnapshotLine,
    patches: lines.filter(({ record }) => record === "patch"),
    devices: lines.filter(({ record }) => record === "device") as DeviceLine[],
  };
}
