import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeFileAtomically } from "../../src/snapshot/atomic-file.ts";
import { readSnapshotBytes, readSnapshotFile } from "../../src/snapshot/read.ts";
import {
  formatColumns,
  formatSnapshot,
  writeSnapshotFile,
  type SnapshotDocument,
} from "../../src/snapshot/write.ts";

const DOCUMENT: SnapshotDocument = {
  header: {
    takenAt: "2026-03-18T08:30:00Z",
    complete: false,
    capabilities: { actions: ["approve"], holdIsSafe: true, schedules: "backend" },
  },
  patches: [
    { id: "KB1", title: "„Eins“", releasedAt: "2026-01-01T00:00:00Z", cvss: 7.5, revision: 2, future: 1 },
    { id: "KB2", supersedes: ["KB1"] },
  ],
  devices: [
    {
      id: "a",
      facts: [
        {
          patch: "KB2",
          status: "failed",
          approval: "approve",
          approvalBy: "person",
          attempts: 2,
          error: "bad\n",
        },
        {
          patch: "KB1",
          status: "reboot-required",
          installedBy: "other",
          installedAt: "2026-03-01T00:00:00Z",
        },
      ],
      os: { family: "linux", name: "Debian", version: "13" },
      critical: false,
      tags: ["x", "y"],
    },
    { id: "b", exposed: "yes" },
  ],
};

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "snapshot-write-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("writing a snapshot", () => {
  it("fills the counts and puts facts last", () => {
    const lines = [...formatSnapshot(DOCUMENT)];
    expect(JSON.parse(lines[0] as string)).toMatchObject({
      format: "patchring.snapshot/1",
      counts: { patches: 2, devices: 2, facts: 2 },
    });
    expect(lines[3]).toMatch(/"facts":\[\{.*\}\]\}\n$/);
    expect(lines[4]).toBe('{"record":"device","id":"b","exposed":"yes","facts":[]}\n');
  });

  it.each(["fleet.ndjson", "fleet.ndjson.gz"])("leaves one whole file, %s", async (name) => {
    const path = join(folder, name);
    await writeSnapshotFile(path, DOCUMENT);
    expect(readFileSync(path)[0] === 0x1f).toBe(name.endsWith(".gz"));
    const { snapshot, diagnostics } = await readSnapshotFile(path);
    expect(diagnostics).toEqual([]);
    expect(snapshot?.facts.length).toBe(2);
    expect(snapshot?.header.complete).toBe(false);
    expect(readdirSync(folder).filter((file) => file.endsWith(".tmp"))).toEqual([]);
  });

  it("gives the same columns when columns are written and read again", () => {
    const first = readSnapshotBytes(Buffer.from([...formatSnapshot(DOCUMENT)].join(""))).snapshot;
    if (first === null) throw new Error("not read");
    const text = [...formatColumns(first)].join("");
    const second = readSnapshotBytes(Buffer.from(text)).snapshot;
    expect({ ...second, digest: "" }).toEqual({ ...first, digest: "" });
    expect(text).not.toContain("null");
  });

  it("keeps the old file and leaves nothing behind when writing fails", async () => {
    const path = join(folder, "kept.ndjson");
    await writeFileAtomically(path, ["old\n"]);
    function* broken(): Generator<string> {
      yield "new\n";
      throw new Error("the source broke");
    }
    await expect(writeFileAtomically(path, broken())).rejects.toThrow("the source broke");
    expect(readFileSync(path, "utf8")).toBe("old\n");
    expect(readdirSync(folder).filter((file) => file.includes("kept"))).toEqual(["kept.ndjson"]);
  });
});
