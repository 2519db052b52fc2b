/** What is packed comes back as it was, and damaged bytes never do. */
import fc from "fast-check";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Snapshot } from "../../src/core/snapshot.ts";
import { FileReader } from "../../src/provider/file/file-provider.ts";
import { readSnapshotBytes } from "../../src/snapshot/read.ts";
import { packSnapshot } from "../../src/snapshot/stored-pack.ts";
import { unpackSnapshot } from "../../src/snapshot/stored-unpack.ts";
import { StoredSnapshotError, type StoredSnapshot } from "../../src/snapshot/stored.ts";
import { changeSnapshot } from "../../src/store/snapshot-change.ts";
import { toColumns } from "../core/worlds.ts";
import { arbitraryWorld } from "../oracle/arbitrary.ts";

/** Everything that a snapshot holds, without the spare room of its columns. */
function content({ facts, ...rest }: Snapshot): unknown {
  const cut = (column: Uint8Array | Uint16Array | Uint32Array): readonly number[] => [
    ...column.subarray(0, facts.length),
  ];
  return {
    ...rest,
    facts: {
      length: facts.length,
      patch: cut(facts.patch),
      state: cut(facts.state),
      detectedAt: cut(facts.detectedAt),
      approvedAt: cut(facts.approvedAt),
      installedAt: cut(facts.installedAt),
      lastAttemptAt: cut(facts.lastAttemptAt),
      attempts: cut(facts.attempts),
      installedBy: cut(facts.installedBy),
      errors: [...facts.errors],
    },
  };
}

function store(snapshot: Snapshot, before: StoredSnapshot | null = null): StoredSnapshot {
  return changeSnapshot(before, packSnapshot(snapshot, before));
}

const T = "2026-03-18T08:30:00Z";
const HEADER = { record: "header", format: "patchring.snapshot/1", takenAt: T };

function snapshotOf(patches: readonly object[], devices: readonly object[]): Snapshot {
  const lines = [
    HEADER,
    ...patches.map((patch) => ({ record: "patch", ...patch })),
    ...devices.map((device) => ({ record: "device", ...device })),
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  const { snapshot, diagnostics } = readSnapshotBytes(Buffer.from(text));
  if (snapshot === null) throw new Error(JSON.stringify(diagnostics));
  return snapshot;
}

const ODD = snapshotOf(
  [
    { id: "KB1", title: "half \ud800", revision: 2, cvss: 7.5, kev: { addedOn: "2026-01-01" } },
    { id: "KB2", revision: "2", supersedes: ["KB1"], sizeBytes: 5_000_000_000 },
  ],
  [
    {
      id: "ws-ß",
      name: "x\u0000\udc00",
      client: "acme",
      site: "acme",
      tags: ["a", "b"],
      apps: [],
      critical: false,
      scannedAt: "1969-12-31T23:59:59Z",
      facts: [
        { patch: "KB2", status: "failed", attempts: 70_000, error: "\ud800 \u0000 bad\n", lastAttemptAt: T },
        { patch: "KB1", status: "installed", approval: "none", installedAt: "2200-01-01T00:00:00Z" },
      ],
    },
    { id: "empty" },
    { id: "ws-3", os: { family: "linux", name: "Debian" }, facts: [{ patch: "KB1", status: "missing" }] },
  ],
);

describe("a packed snapshot", () => {
  it("comes back with half surrogates, NUL, NaN, large numbers and absences", () => {
    expect(content(unpackSnapshot(store(ODD)))).toEqual(content(ODD));
    const none = snapshotOf([], []);
    expect(content(unpackSnapshot(store(none)))).toEqual(content(none));
  });

  it("comes back equal on random worlds, also on top of another one", () => {
    fc.assert(
      fc.property(arbitraryWorld(), arbitraryWorld(), (first, second) => {
        const [a, b] = [toColumns(first.snapshot), toColumns(second.snapshot)];
        const stored = store(a);
        expect(content(unpackSnapshot(stored))).toEqual(content(a));
        const change = packSnapshot(b, stored);
        expect(content(unpackSnapshot(changeSnapshot(stored, change)))).toEqual(content(b));
        const again = store(b, changeSnapshot(stored, change));
        expect(content(unpackSnapshot(store(a, again)))).toEqual(content(a));
      }),
      { numRuns: 150, seed: 7 },
    );
  });

  it("is written again for changed devices alone, whatever became of the patches and their order", () => {
    const fact = (patch: string): object => ({ patch, status: "missing" });
    const [a, b] = [
      { id: "a", client: "x", facts: [fact("KB2")] },
      { id: "b", facts: [fact("KB1")] },
    ];
    const first = store(snapshotOf([{ id: "KB1" }, { id: "KB2" }], [a, b]));
    const changed = { ...b, facts: [fact("KB3")] };
    const second = packSnapshot(snapshotOf([{ id: "KB3" }, { id: "KB2" }], [a, changed]), first);
    expect(second.changed.map(({ id }) => id)).toEqual(["b"]);
    expect(second.order).toBeNull();
    const third = packSnapshot(snapshotOf([{ id: "KB1" }, { id: "KB2" }], [b, a]), first);
    expect(third.changed).toEqual([]);
    expect(third.order).toEqual(["b", "a"]);
  });

  it("begins its dictionaries anew when most of them is no longer used", () => {
    const patches = Array.from({ length: 1_500 }, (_, i) => ({ id: `KB${String(i)}` }));
    const device = { id: "a", facts: [{ patch: "KB7", status: "missing" }] };
    const many = store(snapshotOf(patches, [device]));
    const few = snapshotOf([{ id: "KB7" }], [device]);
    const stored = store(few, many);
    expect(stored.common.length).toBeLessThan(many.common.length / 20);
    expect(content(unpackSnapshot(stored))).toEqual(content(few));
  });
});

describe("damage of a packed snapshot", () => {
  const whole = store(ODD);
  const refuse = (stored: StoredSnapshot): void => {
    expect(() => unpackSnapshot(stored)).toThrow(StoredSnapshotError);
  };
  const withBlob = (row: number, blob: Uint8Array): StoredSnapshot => ({
    ...whole,
    devices: whole.devices.map((device, i) => (i === row ? { ...device, blob } : device)),
  });

  it("is found at every byte, whatever stands there instead", () => {
    const damage = (bytes: Uint8Array, at: number, bit: number): Uint8Array =>
      bytes.map((byte, i) => (i === at ? byte ^ bit : byte));
    whole.devices.forEach(({ blob }, row) => {
      for (let at = 0; at < blob.length; at++) {
        for (const bit of [1, 16, 128, 255]) refuse(withBlob(row, damage(blob, at, bit)));
      }
    });
    for (let at = 0; at < whole.common.length; at++) {
      refuse({ ...whole, common: damage(whole.common, at, 1 << (at % 8)) });
    }
  });

  it("is found where bytes are missing or too many", () => {
    whole.devices.forEach(({ blob }, row) => {
      for (let length = 0; length < blob.length; length++) refuse(withBlob(row, blob.subarray(0, length)));
      refuse(withBlob(row, Buffer.concat([blob, Buffer.alloc(1)])));
    });
    refuse({ ...whole, common: whole.common.subarray(0, 3) });
    refuse({ ...whole, common: new Uint8Array(0) });
  });

  it("is found where whole blobs were swapped, lost, or left over from another time", () => {
    const [first, second, third] = whole.devices;
    refuse({ ...whole, devices: [second!, first!, third!] });
    refuse({ ...whole, devices: [first!, second!] });
    refuse(withBlob(0, second!.blob));
    const later = store(
      snapshotOf([{ id: "KB1" }], [{ id: "ws-ß" }, { id: "empty" }, { id: "ws-3" }]),
      whole,
    );
    refuse({ ...whole, common: later.common });
    refuse({ ...later, devices: [whole.devices[0]!, later.devices[1]!, later.devices[2]!] });
  });

  it("is no reason to fail when the next snapshot is stored", () => {
    const broken = { ...whole, common: new Uint8Array(9) };
    expect(content(unpackSnapshot(store(ODD, broken)))).toEqual(content(ODD));
  });
});

describe("a snapshot file that is stored", () => {
  it.each(["fleet.ndjson", "fleet.ndjson.gz"])(
    "is not read again while %s has the same content",
    async (name) => {
      const folder = mkdtempSync(join(tmpdir(), "patchring-cached-"));
      const path = join(folder, name);
      const write = (text: string): void => writeFileSync(path, name.endsWith(".gz") ? gzipSync(text) : text);
      const text = `${JSON.stringify(HEADER)}\n{"record":"device","id":"a"}\n`;
      write(text);
      const reader = new FileReader(path);
      const { snapshot } = await reader.readSnapshot();
      const stored = store(snapshot!);
      const source = {
        readSnapshotDigest: () => Promise.resolve(stored.digest),
        readSnapshot: () => Promise.resolve(stored),
      };
      expect(content((await reader.readCached(source))!)).toEqual(content(snapshot!));
      const damaged = { ...stored, common: stored.common.subarray(1) };
      expect(await reader.readCached({ ...source, readSnapshot: () => Promise.resolve(damaged) })).toBeNull();
      expect(
        await reader.readCached({ ...source, readSnapshotDigest: () => Promise.resolve(null) }),
      ).toBeNull();
      write(text.replace('"a"', '"b"'));
      expect(await reader.readCached(source)).toBeNull();
      rmSync(folder, { recursive: true });
      expect(await reader.readCached(source)).toBeNull();
    },
  );
});
