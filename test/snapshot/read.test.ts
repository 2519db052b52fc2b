import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approvalByOf, approvalOf, statusOf } from "../../src/core/snapshot.ts";
import { readSnapshotBytes, readSnapshotFile } from "../../src/snapshot/read.ts";
import { THREAD_BYTES } from "../../src/snapshot/reader-thread.ts";

const EXAMPLE = `{"record":"header","format":"patchring.snapshot/1","takenAt":"2026-03-18T08:30:00Z","provider":"file","complete":true,"capabilities":{"actions":["approve","ignore","do-nothing","reprocess","uninstall"],"holdIsSafe":true,"schedules":"reconciler"},"counts":{"patches":2,"devices":1,"facts":2}}
{"record":"patch","id":"KB2724197","title":"…","vendor":"Microsoft","product":"Windows 7","category":"security","severity":"important","bulletin":"MS12-068","releasedAt":"2012-10-09T00:00:00Z","supersedes":[]}
{"record":"patch","id":"KB2","revision":3,"cvss":9.8,"cves":["CVE-2026-1"],"kev":{"addedOn":"2026-01-02"},"supersedes":["KB2724197"],"future":{"a":[1]}}
{"record":"device","id":"ws-001","client":"acme","site":"hq","type":"workstation","os":{"family":"windows","name":"Windows 11","version":"24H2"},"tags":["pilot"],"critical":true,"scannedAt":"2026-03-18T08:00:00.987Z","facts":[{"patch":"KB2724197","status":"missing","detectedAt":"2026-03-11T06:12:00Z"},{"patch":"KB2","status":"failed","approvalBy":"patchring","attempts":70000,"error":"0x80070643","installedAt":null,"lastAttemptAt":"2300-01-01T00:00:00Z"}]}
`;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "snapshot-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("a snapshot file", () => {
  it("is read into columns", () => {
    const { snapshot, diagnostics } = readSnapshotBytes(Buffer.from(EXAMPLE));
    expect(diagnostics).toEqual([]);
    if (snapshot === null) throw new Error("not read");
    expect(snapshot.header).toEqual({
      takenAt: 1773822600,
      provider: "file",
      complete: true,
      capabilities: {
        actions: ["approve", "ignore", "do-nothing", "reprocess", "uninstall"],
        holdIsSafe: true,
        schedules: "reconciler",
      },
    });
    expect(snapshot.digest).toBe(`sha256:${createHash("sha256").update(EXAMPLE).digest("hex")}`);
    expect(snapshot.patches[0]).toMatchObject({
      id: "KB2724197",
      severity: "important",
      cvss: null,
      kev: null,
      reboot: "unknown",
    });
    expect(snapshot.patches[1]).toMatchObject({
      revision: 3,
      severity: "unknown",
      kev: { addedOn: "2026-01-02", dueOn: null },
      supersedes: ["KB2724197"],
    });
    const { devices, facts } = snapshot;
    expect(devices.count).toBe(1);
    expect(devices.os.values[devices.os.codes[0]!]).toBe("Windows 11 24H2");
    expect(devices.exposed.values[devices.exposed.codes[0]!]).toBe("unknown");
    expect(devices.tags.values[devices.tags.codes[0]!]).toEqual(["pilot"]);
    expect(devices.apps.codes[0]).toBe(0);
    expect(devices.critical[0]).toBe(2);
    expect(devices.scannedAt[0]).toBe(1773820800);
    expect(devices.lastSeenAt[0]).toBeNaN();
    expect([...devices.factStart, ...devices.factCount]).toEqual([0, 2]);
    expect(facts.length).toBe(2);
    expect(facts.patch.length).toBe(2);
    expect([statusOf(facts.state[0]!), approvalOf(facts.state[0]!), facts.state[0]! & 32]).toEqual([
      "missing",
      "none",
      0,
    ]);
    expect([approvalOf(facts.state[1]!), approvalByOf(facts.state[1]!)]).toEqual(["approve", "patchring"]);
    expect([facts.detectedAt[0], facts.detectedAt[1]]).toEqual([1773209520, 0]);
    expect([facts.attempts.at(0), facts.attempts.at(1)]).toEqual([0, 65535]);
    expect(facts.lastAttemptAt.at(1)).toBe(0xffffffff);
    expect([...facts.errors]).toEqual([[1, "0x80070643"]]);
  });

  it.each([
    ["plain", "fleet.ndjson", Buffer.from(EXAMPLE)],
    ["gzip", "fleet.ndjson.gz", gzipSync(EXAMPLE)],
    ["gzip under a plain name", "packed.ndjson", gzipSync(EXAMPLE)],
  ])("gives the same from a %s file as from bytes", async (_, name, bytes) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    const { snapshot, diagnostics } = await readSnapshotFile(path);
    expect(diagnostics).toEqual([]);
    expect(snapshot).toEqual(readSnapshotBytes(Buffer.from(EXAMPLE)).snapshot);
  });
});

describe("a large snapshot file", () => {
  const patches = Array.from({ length: 300 }, (_, i) => `p-${String(i).padStart(30, "0")}`);
  const lines = [
    `{"record":"header","format":"patchring.snapshot/1","takenAt":"2026-03-18T08:30:00Z"}`,
    ...patches.map((id) => JSON.stringify({ record: "patch", id })),
    ...Array.from({ length: 1300 }, (_, device) => {
      const facts = patches.map((patch, i) => ({
        patch,
        status: i % 3 === 0 ? "installed" : "missing",
        ...(i % 7 === device % 7 && { attempts: i, error: `0x${String(i)}` }),
        detectedAt: `2026-03-1${String(i % 9)}T08:00:${String(10 + (device % 50))}Z`,
      }));
      return JSON.stringify({ record: "device", id: `d${String(device)}`, facts });
    }),
  ];

  it("is read and hashed in a thread of its own, with the same result", async () => {
    const bytes = Buffer.from(lines.join("\n"));
    expect(bytes.length).toBeGreaterThan(THREAD_BYTES);
    const path = join(folder, "large.ndjson");
    writeFileSync(path, bytes);
    const { snapshot, diagnostics } = await readSnapshotFile(path);
    expect(diagnostics).toEqual([]);
    const expected = readSnapshotBytes(bytes).snapshot!;
    expect(snapshot!.digest).toBe(expected.digest);
    expect(snapshot!.devices).toEqual(expected.devices);
    const { facts } = expected;
    expect(facts.length).toBe(390_000);
    for (const key of ["patch", "state", "detectedAt", "attempts"] as const) {
      const [a, b] = [snapshot!.facts[key], facts[key]].map((column) =>
        Buffer.from(column.slice(0, facts.length).buffer),
      );
      expect(a!.equals(b!), key).toBe(true);
    }
    expect(snapshot!.facts.errors).toEqual(facts.errors);
  });

  it("waits for what comes before, and is left alone when that fails", async () => {
    const path = join(folder, "large-late.ndjson");
    writeFileSync(path, lines.join("\n"));
    let isRead = false;
    let begin: (value: unknown) => void = () => undefined;
    const late = readSnapshotFile(path, Date.now, new Promise((resolve) => (begin = resolve))).then(
      (result) => {
        isRead = true;
        return result;
      },
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isRead).toBe(false);
    begin(null);
    expect((await late).snapshot!.facts.length).toBe(390_000);
    const before = new Error("the policy is wrong");
    await expect(readSnapshotFile(path, Date.now, Promise.reject(before))).rejects.toBe(before);
  });

  it("is refused with the line where it is wrong", async () => {
    const path = join(folder, "large-broken.ndjson");
    writeFileSync(path, [...lines.slice(0, 1500), "{", ...lines.slice(1500)].join("\n"));
    const { snapshot, diagnostics } = await readSnapshotFile(path);
    expect(snapshot).toBeNull();
    expect(diagnostics.map(({ code, place }) => [code, place?.line])).toEqual([
      ["snapshot/broken-line", 1501],
    ]);
  });
});
