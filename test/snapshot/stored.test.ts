/** What is packed comes back as it was, and damaged bytes never do. */
import fc from "../property.ts";
import { mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Snapshot } from "../../src/core/snapshot.ts";
import { FileReader } from "../../src/provider/file/file-provider.ts";
import { readCachedSnapshot, type SnapshotSource } from "../../src/snapshot/cached.ts";
import { readSnapshotBytes, readSnapshotFile } from "../../src/snapshot/read.ts";
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
      lastAttemptAt: [...facts.lastAttemptAt.slice(0, facts.length)],
      attempts: [...facts.attempts.slice(0, facts.length)],
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

  it("is written again for changed chunks alone, whatever became of the patches and their order", () => {
    const device = (i: number, patch = "KB2"): object => ({
      id: `d${String(i)}`,
      client: i % 7 === 0 ? "x" : "y",
      facts: [{ patch, status: "missing" }],
    });
    const fleet = (patches: readonly string[], devices: readonly object[]): Snapshot =>
      snapshotOf(
        patches.map((id) => ({ id })),
        devices,
      );
    const all = Array.from({ length: 1_000 }, (_, i) => device(i));
    const first = store(fleet(["KB1", "KB2"], all));
    expect(first.chunks.length).toBeGreaterThan(10);
    const place = (id: string): number => Number(id.slice(1));
    const holder = first.chunks.filter(({ id }) => place(id) <= 500).at(-1)!.id;

    const changed = fleet(["KB3", "KB2"], all.with(500, device(500, "KB3")));
    const second = packSnapshot(changed, first);
    expect(second.changed.map(({ id }) => id)).toEqual([holder]);
    expect(second.order).toBeNull();
    expect(content(unpackSnapshot(changeSnapshot(first, second)))).toEqual(content(changed));

    const shorter = fleet(["KB2"], all.toSpliced(place(holder) + 1, 1));
    const third = packSnapshot(shorter, first);
    expect(third.changed.length).toBeLessThanOrEqual(2);
    expect(content(unpackSnapshot(changeSnapshot(first, third)))).toEqual(content(shorter));

    const named = packSnapshot(fleet(["KB1", "KB2"], all.with(3, { ...device(3), name: "new" })), first);
    expect(named.changed).toEqual([]);
  });

  it("comes back with more patches than two bytes can number, and with columns of each shape", () => {
    const patches = Array.from({ length: 70_000 }, (_, i) => ({ id: `p${String(i)}` }));
    const fact = (i: number): object => ({
      patch: `p${String(i * 69)}`,
      status: "missing",
      ...(i % 9 === 0 ? { attempts: i + 1, lastAttemptAt: T, error: `e${String(i)}` } : {}),
      ...(i % 13 === 0 ? { approvedAt: T } : {}),
      ...(i % 4 === 0 ? {} : { detectedAt: T }),
    });
    const facts = Array.from({ length: 1_001 }, (_, i) => fact(i));
    const many = snapshotOf(patches, [
      { id: "a", facts },
      { id: "b" },
      { id: "c", facts: facts.slice(7, 8) },
    ]);
    expect(content(unpackSnapshot(store(many)))).toEqual(content(many));
  });

  it("comes back in the order of the devices when its segments are in another one", () => {
    const facts = (patch: string, count: number): object[] =>
      Array.from({ length: count }, () => ({ patch, status: "failed", error: patch }));
    const whole = snapshotOf(
      [{ id: "KB1" }, { id: "KB2" }],
      [{ id: "a", facts: facts("KB1", 1) }, { id: "b" }, { id: "c", facts: facts("KB2", 1) }],
    );
    const swapped = {
      ...whole,
      devices: { ...whole.devices, factStart: Uint32Array.of(1, 0, 0) },
    };
    const { facts: found } = unpackSnapshot(store(swapped));
    expect([...found.patch.subarray(0, 2)]).toEqual([1, 0]);
    expect([...found.errors]).toEqual([
      [0, "KB2"],
      [1, "KB1"],
    ]);
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
    chunks: whole.chunks.map((chunk, i) => (i === row ? { ...chunk, blob } : chunk)),
  });

  it("is found at every byte, whatever stands there instead", () => {
    const damage = (bytes: Uint8Array, at: number, bit: number): Uint8Array =>
      bytes.map((byte, i) => (i === at ? byte ^ bit : byte));
    whole.chunks.forEach(({ blob }, row) => {
      for (let at = 0; at < blob.length; at++) {
        for (const bit of [1, 16, 128, 255]) refuse(withBlob(row, damage(blob, at, bit)));
      }
    });
    for (let at = 0; at < whole.common.length; at++) {
      refuse({ ...whole, common: damage(whole.common, at, 1 << (at % 8)) });
    }
  });

  it("is found where bytes are missing or too many", () => {
    whole.chunks.forEach(({ blob }, row) => {
      for (let length = 0; length < blob.length; length++) refuse(withBlob(row, blob.subarray(0, length)));
      refuse(withBlob(row, Buffer.concat([blob, Buffer.alloc(1)])));
    });
    refuse({ ...whole, common: whole.common.subarray(0, 3) });
    refuse({ ...whole, common: new Uint8Array(0) });
  });

  it("is found where whole blobs were swapped, lost, or left over from another time", () => {
    const devices = Array.from({ length: 400 }, (_, i) => ({
      id: `d${String(i)}`,
      facts: [{ patch: "KB1", status: "missing" }],
    }));
    const many = store(snapshotOf([{ id: "KB1" }], devices));
    const [first, second, ...others] = many.chunks;
    expect(others.length).toBeGreaterThan(0);
    refuse({ ...many, chunks: [second!, first!, ...others] });
    refuse({ ...many, chunks: [second!, ...others] });
    refuse({ ...many, chunks: [{ ...first!, blob: second!.blob }, second!, ...others] });
    const fact = { patch: "KB1", status: "installed" };
    const later = store(snapshotOf([{ id: "KB1" }], devices.with(0, { id: "d0", facts: [fact] })), many);
    refuse({ ...many, common: later.common });
    refuse({ ...later, chunks: many.chunks });
    const anew = store(snapshotOf([{ id: "KB1" }, { id: "KB2" }], devices));
    refuse({ ...many, chunks: [anew.chunks[0]!, second!, ...others] });
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

describe("the stamp of a snapshot file", () => {
  const text = `${JSON.stringify(HEADER)}\n{"record":"device","id":"a"}\n`;
  const later = (): number => Date.now() + 10_000;

  async function inFolder(work: (path: string) => Promise<void>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "patchring-stamp-"));
    try {
      writeFileSync(join(folder, "fleet.ndjson"), text);
      await work(join(folder, "fleet.ndjson"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** What was read from the file, stored under another digest: only who does not read the file takes it. */
  function disguised(snapshot: Snapshot): SnapshotSource {
    const stored = store({ ...snapshot, digest: "sha256:other" });
    return {
      readSnapshotDigest: () => Promise.resolve(stored.digest),
      readSnapshot: () => Promise.resolve(stored),
    };
  }

  it("spares reading it while it stays", () =>
    inFolder(async (path) => {
      const { snapshot } = await readSnapshotFile(path, later);
      expect(snapshot!.stamp).toMatch(/^\d+(:\d+){4}$/);
      const cached = await readCachedSnapshot(path, disguised(snapshot!));
      expect(cached).toMatchObject({ digest: "sha256:other", stamp: snapshot!.stamp });
    }));

  it.each<[string, (path: string) => void]>([
    [
      "written again, with the size and the time of before",
      (path) => {
        const { atime, mtime } = statSync(path);
        writeFileSync(path, text.replace('"a"', '"b"'));
        utimesSync(path, atime, mtime);
      },
    ],
    [
      "replaced",
      (path) => {
        writeFileSync(`${path}.new`, text);
        renameSync(`${path}.new`, path);
      },
    ],
    ["touched", (path) => utimesSync(path, 1, 1)],
  ])("spares nothing when it was %s", (_, change) =>
    inFolder(async (path) => {
      const { snapshot } = await readSnapshotFile(path, later);
      await new Promise((resolve) => setTimeout(resolve, 20));
      change(path);
      expect(await readCachedSnapshot(path, disguised(snapshot!))).toBeNull();
    }),
  );

  it("is not kept for a file that was changed less than two seconds before it was read", () =>
    inFolder(async (path) => {
      const changedAt = statSync(path).ctimeMs;
      const { snapshot } = await readSnapshotFile(path, () => changedAt + 1_900);
      expect(snapshot!.stamp).toBeUndefined();
      expect(await readCachedSnapshot(path, disguised(snapshot!))).toBeNull();
    }));

  it("is the new one when the same content was found by its digest", () =>
    inFolder(async (path) => {
      const { snapshot } = await readSnapshotFile(path, later);
      utimesSync(path, 1, 1);
      const stored = store(snapshot!);
      const source = {
        readSnapshotDigest: () => Promise.resolve(stored.digest),
        readSnapshot: () => Promise.resolve(stored),
      };
      const cached = await readCachedSnapshot(path, source, later);
      expect(cached!.stamp).toMatch(/:1000000000:/);
      expect(cached!.stamp).not.toBe(snapshot!.stamp);
    }));
});
