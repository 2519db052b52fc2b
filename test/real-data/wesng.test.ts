import { expect, it } from "vitest";
import { describeRealData } from "./data-folder.ts";
import { snapshotText } from "./snapshot-objects.ts";
import type { SnapshotObjects } from "./snapshot-objects.ts";
import { readMs12068 } from "./wesng-catalogue.ts";
import {
  importDevice,
  parseQfe,
  parseSystemInfo,
  REAL_DEVICES,
  readExpectedMissing,
  readQfeRows,
} from "./wesng-devices.ts";
import type { RealDevice } from "./wesng-devices.ts";

const TAKEN_AT = "2026-06-28T00:00:00Z";

/** For each patch all that supersede it, through any number of steps. */
function closure(snapshot: SnapshotObjects): ReadonlyMap<string, ReadonlySet<string>> {
  const direct = new Map<string, string[]>();
  for (const { id, supersedes } of snapshot.patches)
    for (const old of supersedes ?? []) direct.set(old, [...(direct.get(old) ?? []), id]);
  const all = new Map<string, ReadonlySet<string>>();
  for (const { id } of snapshot.patches) {
    const seen = new Set<string>();
    const open = [...(direct.get(id) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(direct.get(next) ?? []));
    }
    seen.delete(id);
    all.set(id, seen);
  }
  return all;
}

interface Classes {
  readonly installed: readonly string[];
  readonly bySuperseding: readonly string[];
  readonly supersededMissing: readonly string[];
  readonly missing: readonly string[];
}

/** Sorts the patches of the catalogue by what plain closure says of the only device. */
function classify(snapshot: SnapshotObjects): Classes {
  const status = new Map((snapshot.devices[0]?.facts ?? []).map((fact) => [fact.patch, fact.status]));
  const newer = closure(snapshot);
  const catalogue = snapshot.patches.filter(({ product }) => product !== undefined).map(({ id }) => id);
  const absent = catalogue.filter((id) => status.get(id) === "missing");
  const covered = (id: string): boolean =>
    [...(newer.get(id) ?? [])].some((q) => status.get(q) === "installed");
  const open = absent.filter((id) => !covered(id));
  return {
    installed: catalogue.filter((id) => status.get(id) === "installed"),
    bySuperseding: absent.filter(covered),
    supersededMissing: open.filter((id) => (newer.get(id)?.size ?? 0) > 0),
    missing: open.filter((id) => (newer.get(id)?.size ?? 0) === 0),
  };
}

describeRealData("real Windows devices", () => {
  const [windows7] = REAL_DEVICES as [RealDevice];

  it("reads installed updates and their dates from UTF-16 output", () => {
    const rows = readQfeRows(windows7);
    expect(rows.length).toBeGreaterThan(200);
    expect(rows[0]).toEqual({ id: "KB2849697", description: "Update", installedAt: "2015-05-22T00:00:00Z" });
  });

  it.each([
    [REAL_DEVICES[0] as RealDevice, { file: 274, beyond: 7 }],
    [REAL_DEVICES[1] as RealDevice, { file: 17, beyond: 0 }],
    [REAL_DEVICES[2] as RealDevice, { file: 22, beyond: 0 }],
    [REAL_DEVICES[3] as RealDevice, { file: 33, beyond: 1 }],
    [REAL_DEVICES[4] as RealDevice, { file: 53, beyond: 0 }],
  ])("closure and the other tool agree on %j", (device, expected) => {
    const oracle = readExpectedMissing(device);
    const classes = classify(importDevice(device, TAKEN_AT));
    expect(oracle.size).toBe(expected.file);
    expect(classes.missing.length).toBeGreaterThan(0);
    expect(classes.missing.filter((id) => !oracle.has(id))).toHaveLength(expected.beyond);
    expect([...classes.bySuperseding, ...classes.supersededMissing].filter((id) => oracle.has(id))).toEqual(
      [],
    );
  });

  it("sorts the whole Windows 7 device", () => {
    const classes = classify(importDevice(windows7, TAKEN_AT));
    const sizes = Object.values(classes).map((ids: readonly string[]) => ids.length);
    expect(sizes).toEqual([140, 139, 175, 205]);
  });

  it("finds MS12-068 missing on Windows 7 and covered by KB3031432 through four steps", () => {
    const snapshot = importDevice(windows7, TAKEN_AT);
    const seed = snapshot.patches.find(({ id }) => id === "KB2724197");
    expect(seed).toMatchObject({
      kb: "KB2724197",
      bulletin: "MS12-068",
      cves: ["CVE-2012-2529"],
      severity: "important",
      cvss: 7.2,
      reboot: "always",
      releasedAt: "2012-10-09T00:00:00Z",
    });
    const facts = new Map(snapshot.devices[0]?.facts.map((fact) => [fact.patch, fact.status]));
    const chain = readMs12068().supersedenceChainWindows7x64SP1;
    expect(chain.map((id) => facts.get(id))).toEqual([
      "missing",
      "missing",
      "missing",
      "missing",
      "installed",
    ]);
    const byId = new Map(snapshot.patches.map((patch) => [patch.id, patch]));
    for (const [older, newer] of chain.slice(0, -1).map((id, i) => [id, chain[i + 1] as string] as const))
      expect(byId.get(newer)?.supersedes).toContain(older);
    expect(classify(snapshot).bySuperseding).toContain("KB2724197");
  });

  it("writes a snapshot whose facts all name a patch", () => {
    const snapshot = importDevice(windows7, TAKEN_AT);
    const ids = new Set(snapshot.patches.map(({ id }) => id));
    expect(ids.size).toBe(snapshot.patches.length);
    const facts = snapshot.devices.flatMap((device) => device.facts);
    expect(facts.filter(({ patch }) => !ids.has(patch))).toEqual([]);
    expect(new Set(facts.map(({ patch }) => patch)).size).toBe(facts.length);
    const lines = snapshotText(snapshot).trimEnd().split("\n");
    expect(lines).toHaveLength(1 + ids.size + 1);
    expect(JSON.parse(lines[0] as string)).toMatchObject({
      counts: { patches: ids.size, devices: 1, facts: facts.length },
    });
  });
});

it("refuses text that is no systeminfo output", () => {
  expect(() => parseSystemInfo("KB123")).toThrow(/Host Name/);
});

it("takes a qfe row without a date", () => {
  expect(parseQfe("http://example.test/?kbid=1  HOST  Hotfix   KB1000001   \n")).toEqual([
    { id: "KB1000001", description: "Hotfix", installedAt: null },
  ]);
});
