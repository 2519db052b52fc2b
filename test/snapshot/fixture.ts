import { Buffer } from "node:buffer";
import { readSnapshotBytes, type SnapshotResult } from "../../src/snapshot/read.ts";

export const HEADER = `{"record":"header","format":"patchring.snapshot/1","takenAt":"2026-03-18T08:30:00Z"}`;
export const PATCH = `{"record":"patch","id":"KB1","title":"One"}`;

/** A device line with these facts. */
export function device(id: string, ...facts: readonly string[]): string {
  return `{"record":"device","id":${JSON.stringify(id)},"facts":[${facts.join(",")}]}`;
}

export function readLines(...lines: readonly (string | Buffer)[]): SnapshotResult {
  return readSnapshotBytes(
    Buffer.concat(lines.map((line) => Buffer.concat([Buffer.from(line), Buffer.from("\n")]))),
  );
}

/** `line code` of every diagnostic. */
export function found(result: SnapshotResult): string[] {
  return result.diagnostics.map(
    (d) => `${String(d.place?.line)} ${d.code}${d.severity === "error" ? "" : ` (${d.severity})`}`,
  );
}
