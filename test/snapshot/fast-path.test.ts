import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import fc from "../property.ts";
import { describe, expect, it, vi } from "vitest";
import { DeviceHeads } from "../../src/snapshot/device-heads.ts";
import { FactScanner } from "../../src/snapshot/fact-scanner.ts";
import { parseInstant } from "../../src/core/time.ts";
import { readInstantText } from "../../src/snapshot/instant-text.ts";
import { readSnapshotBytes } from "../../src/snapshot/read.ts";
import { SCANNER_SOURCE } from "../../src/generated/scanner.ts";
import { HEADER } from "./fixture.ts";

const IDS = [
  "KB5063878",
  "KB5063879",
  "apt:openssl@3.0.17-1~deb12u2",
  "0f8fad5b-d9cb-469f-a165-70867728950e",
  "KB1",
  'q"uote',
  "back\\slash",
  "ümlaut-é",
];
const PATCHES = IDS.map((id) => JSON.stringify({ record: "patch", id }));
/** The same ids, filled up to one length. */
const EQUAL_IDS = IDS.map((id) => id.padEnd(40 - Buffer.byteLength(id) + id.length, "-"));
const EQUAL_PATCHES = EQUAL_IDS.map((id) => JSON.stringify({ record: "patch", id }));
const toEqualIds = (line: string): string =>
  IDS.reduce(
    (text, id, i) =>
      text.replaceAll(`"patch":${JSON.stringify(id)}`, `"patch":${JSON.stringify(EQUAL_IDS[i])}`),
    line,
  );

/** The same bytes through both paths must give the same result, to the last column. */
function expectSame(bytes: Buffer): void {
  const fast = readSnapshotBytes(bytes, "f", true);
  const slow = readSnapshotBytes(bytes, "f", false);
  expect(fast.diagnostics).toEqual(slow.diagnostics);
  if (slow.snapshot === null || fast.snapshot === null) {
    expect(fast.snapshot).toBe(slow.snapshot);
    return;
  }
  const { facts: a, ...restA } = fast.snapshot;
  const { facts: b, ...restB } = slow.snapshot;
  expect(restA).toEqual(restB);
  expect(a.length).toBe(b.length);
  for (const key of [
    "patch",
    "state",
    "detectedAt",
    "approvedAt",
    "installedAt",
    "lastAttemptAt",
    "attempts",
    "installedBy",
  ] as const) {
    expect(a[key].slice(0, a.length), key).toEqual(b[key].slice(0, b.length));
  }
  expect(a.errors).toEqual(b.errors);
}

const instant = fc.constantFrom(
  "2026-03-11T06:12:00Z",
  "1969-12-31T23:59:59Z",
  "2200-01-01T00:00:00Z",
  "2026-03-11T06:12:00.5Z",
  "2026-03-11T06:12:00+02:00",
  "2026-06-30T23:59:60Z",
  null,
);
const fields = fc.record(
  {
    status: fc.constantFrom(
      "missing",
      "pending",
      "installing",
      "installed",
      "failed",
      "ignored",
      "reboot-required",
    ),
    approval: fc.constantFrom("none", "approve", "ignore", "uninstall", null),
    approvalBy: fc.constantFrom("unknown", "patchring", "backend-policy", "person", null),
    detectedAt: instant,
    approvedAt: instant,
    installedAt: instant,
    lastAttemptAt: instant,
    attempts: fc.constantFrom(0, 1, 3, 70000, null),
    installedBy: fc.constantFrom("unknown", "backend", "other", null),
    error: fc.constantFrom("0x80070643", "", "é", 'a "b"', null),
    note: fc.constantFrom<unknown>("x", true, -5, null, { facts: [1] }, 1.5),
  },
  { requiredKeys: ["status"] },
);
/** Facts of a few shapes, keys in few orders, so that both paths are taken. */
const facts = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...IDS), { maxLength: 6 }),
    fc.array(fields, { minLength: 1, maxLength: 3 }),
    fc.boolean(),
  )
  .map(([ids, shapes, patchFirst]) =>
    ids.map((patch, i) => {
      const shape = shapes[i % shapes.length];
      return patchFirst ? { patch, ...shape } : { ...shape, patch };
    }),
  );
/** Heads of a few shapes, so that later devices are like earlier ones. */
const head = fc.record(
  {
    name: fc.constantFrom("pc-1", "pc-2", "é", "", 'a"b', null),
    site: fc.constantFrom("hq", "München", "?1"),
    os: fc.constantFrom<unknown>({ name: "Debian", scannedAt: "2026-03-11T06:12:00Z" }, null),
    scannedAt: instant,
    lastSeenAt: instant,
    tags: fc.constantFrom<unknown>(["a", "b"], []),
    type: fc.constantFrom("server", "toaster"),
    critical: fc.constantFrom<unknown>(true, null, 1),
  },
  { requiredKeys: [] },
);
const lines = fc
  .tuple(
    fc.array(facts, { minLength: 1, maxLength: 5 }),
    fc.array(head, { minLength: 1, maxLength: 3 }),
    fc.constantFrom("name", "site", "scannedAt", "lastSeenAt"),
  )
  .map(([all, heads, first]) =>
    all.map((list, i) => {
      const { [first]: value, ...rest } = heads[i % heads.length]! as Record<string, unknown>;
      const ordered = value === undefined ? rest : { [first]: value, ...rest };
      return JSON.stringify({ record: "device", id: `d${String(i)}`, ...ordered, facts: list });
    }),
  );
/** What a mutation writes: bytes that matter to JSON, and pieces that matter to the format. */
const piece = fc.constantFrom(
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  " ",
  "0",
  "x",
  "\r",
  "\n",
  "\u0000",
  "é",
  '"status":"failed",',
  '"patch":"KB5063878",',
  '"facts":[',
  "]}",
  "},{",
  "null",
  "Z",
  "\u007f",
);
const mutation = fc.record({ at: fc.nat(), cut: fc.nat({ max: 3 }), piece });

describe("the fast path", () => {
  it("was compiled from its sources", () => {
    const folder = new URL("../../scripts/assembly/", import.meta.url);
    const hash = createHash("sha256");
    for (const name of readdirSync(folder).sort()) hash.update(readFileSync(new URL(name, folder)));
    expect(SCANNER_SOURCE).toBe(hash.digest("hex"));
  });

  it("gives what JSON.parse gives for well-formed lines", () => {
    fc.assert(
      fc.property(lines, (devices) => {
        expectSame(Buffer.from([HEADER, ...PATCHES, ...devices].join("\n")));
        expectSame(Buffer.from([HEADER, ...EQUAL_PATCHES, ...devices.map(toEqualIds)].join("\n")));
      }),
      { numRuns: 150 },
    );
  });

  it("gives what JSON.parse gives when bytes are changed, added or cut", () => {
    fc.assert(
      fc.property(
        lines,
        fc.array(mutation, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        fc.boolean(),
        (given, mutations, raw, equal) => {
          const devices = equal ? given.map(toEqualIds) : given;
          const patches = equal ? EQUAL_PATCHES : PATCHES;
          const head = Buffer.from(`${[HEADER, ...patches, devices[0] ?? ""].join("\n")}\n`);
          let tail = Buffer.from(
            [...devices.slice(1), ...devices]
              .join("\n")
              .replaceAll(/"id":"d(\d)"/g, (_, n: string, at: number) => `"id":"e${n}${String(at)}"`),
          );
          for (const { at, cut, piece: text } of mutations) {
            const place = at % (tail.length + 1);
            tail = Buffer.concat([
              tail.subarray(0, place),
              raw ? Buffer.from([at & 255]) : Buffer.from(text),
              tail.subarray(place + cut),
            ]);
          }
          expectSame(Buffer.concat([head, tail]));
        },
      ),
      { numRuns: 600 },
    );
  });

  it.each([
    ["a nested list named facts", `{"record":"device","id":"b","x":{"facts":[FACT]}}`],
    ["facts nested, then an empty list", `{"record":"device","id":"b","x":{"facts":[FACT]},"facts":[]}`],
    ["facts twice", `{"record":"device","id":"b","facts":[FACT],"facts":[]}`],
    ["facts before other fields", `{"record":"device","id":"b","facts":[FACT],"site":"s"}`],
    [
      "a status twice",
      `{"record":"device","id":"b","facts":[{"patch":"KB5063878","status":"failed","status":"missing"}]}`,
    ],
    [
      "a patch twice in one fact",
      `{"record":"device","id":"b","facts":[{"patch":"KB5063878","status":"failed","patch":"KB5063879"}]}`,
    ],
    [
      "an instant twice",
      `{"record":"device","id":"b","facts":[{"patch":"KB5063878","detectedAt":"2026-03-11T06:12:00Z","status":"failed","detectedAt":"2026-03-12T06:12:00Z"}]}`,
    ],
    [
      "facts of a broken line",
      `{"record":"device","id":"b","facts":[FACT,{"patch":"KB5063879","status":"failed"]}`,
    ],
    ["facts after the head of a patch", `{"record":"patch","id":"b","facts":[FACT]}`],
    [
      "a key written with an escape",
      `{"record":"device","id":"b","facts":[{"p\\u0061tch":"KB5063878","status":"failed"}]}`,
    ],
    [
      "an id that is another one when unescaped",
      `{"record":"device","id":"b","facts":[{"patch":"back\\slash","status":"failed"}]}`,
    ],
    ["no facts", `{"record":"device","id":"b","facts":[]}`],
    ["facts and a blank at the end", `{"record":"device","id":"b","facts":[FACT]} `],
  ])("agrees on %s", (_, line) => {
    const fact = `{"patch":"KB5063878","status":"missing","detectedAt":"2026-03-11T06:12:00Z"}`;
    const first = `{"record":"device","id":"a","facts":[${fact}]}`;
    const again = first.replace(`"a"`, `"c"`);
    const last = `{"record":"device","id":"z","facts":[{"patch":"KB5063879","status":"installed"}]}`;
    expectSame(Buffer.from([HEADER, ...PATCHES, first, again, line.replace("FACT", fact), last].join("\n")));
  });

  it.each([
    ["names and instants", `"name":"N","scannedAt":"T","lastSeenAt":"T"`],
    ["instants in the other order", `"name":"N","lastSeenAt":"T","site":"s","scannedAt":"T"`],
    ["no name", `"site":"s","scannedAt":"T"`],
    ["a name further on", `"site":"s","name":"N","scannedAt":"T"`],
    ["a name twice", `"name":"N","name":"same","scannedAt":"T"`],
    ["a name of an object within", `"os":{"name":"N"},"scannedAt":"T"`],
    [
      "an instant of an object within",
      `"name":"N","os":{"name":"x","scannedAt":"T"},"scannedAt":"2026-01-01T00:00:00Z"`,
    ],
    ["an instant twice", `"name":"N","scannedAt":"T","scannedAt":"2026-01-01T00:00:00Z"`],
    ["a key written with an escape", `"name":"N","scannedAt":"T","n\\u0061me":"same"`],
    ["another record further on", `"name":"N","record":"device"`],
    ["an id twice", `"name":"N","id":"other-N"`],
    ["an id twice with a sample for a value", `"name":"N","id":"\\u2460"`],
    ["a name that stands for a sample", `"site":"s","name":"②"`],
    ["an unknown word", `"name":"N","type":"toaster"`],
    ["a wrong type", `"name":"N","critical":"yes"`],
    ["an instant cut short", `"name":"N","scannedAt":"2026"`],
    ["an empty instant before the facts", `"name":"N","scannedAt":""`],
  ])("agrees on heads that differ in id, name and instants: %s", (_, middle) => {
    const fact = `{"patch":"KB5063878","status":"missing"}`;
    const line = (i: number): string => {
      const own = middle
        .replaceAll('"N"', `"n${String(i)}"`)
        .replaceAll("other-N", `other-${String(i)}`)
        .replaceAll('"T"', `"2026-03-1${String(i)}T06:12:00Z"`);
      return `{"record":"device","id":"d${String(i)}",${own},"facts":[${fact}]}`;
    };
    const ids = [0, 1, 2, 3, 4, 2];
    for (const count of [3, ids.length]) {
      expectSame(Buffer.from([HEADER, ...PATCHES, ...ids.slice(0, count).map(line)].join("\n")));
    }
  });

  it("knows the heads of devices that differ in id, name and instants", () => {
    const text = Array.from({ length: 40 }, (_, i) => {
      const seen = `2026-03-18T08:30:${String(i).padStart(2, "0")}Z`;
      const own = {
        id: `d${String(i)}`,
        name: `pc-${String(i)}`,
        tags: ["a"],
        scannedAt: seen,
        lastSeenAt: seen,
      };
      return JSON.stringify({ record: "device", ...own, facts: [{ patch: "KB5063878", status: "missing" }] });
    });
    const find = vi.spyOn(DeviceHeads.prototype, "find");
    expectSame(Buffer.from([HEADER, ...PATCHES, ...text].join("\n")));
    const known = find.mock.results.filter((result) => result.value === 1).length;
    find.mockRestore();
    expect(known).toBe(38);
  });

  it.each([
    ["GUIDs", (i: number) => `0f8fad5b-d9cb-469f-a165-7086${String(i).padStart(8, "0")}`],
    [
      "ids that differ in the middle",
      (i: number) => `same-start-${String(i).padStart(4, "0")}-same-end-of-all`,
    ],
    ["ids of eight bytes", (i: number) => `KB${String(i).padStart(6, "0")}`],
    ["ids of several lengths", (i: number) => `KB-number-${String(i)}`],
    ["ids of one length with quotes", (i: number) => `"${String(i).padStart(7, "0")}`],
  ])("finds patches by %s", (_, id) => {
    const ids = Array.from({ length: 300 }, (_unused, i) => id(i));
    const patches = ids.map((text) => JSON.stringify({ record: "patch", id: text }));
    const text = Array.from({ length: 20 }, (_unused, d) => {
      const list = ids.filter((_id, i) => i % 20 >= d).map((patch) => ({ patch, status: "missing" }));
      return JSON.stringify({ record: "device", id: `d${String(d)}`, facts: list });
    });
    const unknown = text[3]!.replace('"d3"', '"x"').replace("00", "0Z").replace("KB-number-7", "KB-number-Z");
    expectSame(Buffer.from([HEADER, ...patches, ...text].join("\n")));
    expectSame(Buffer.from([HEADER, ...patches, ...text, unknown].join("\n")));
  });

  it("is taken by lines of the usual form", () => {
    const fact = (i: number): object => ({
      patch: IDS[i],
      status: "missing",
      approval: "none",
      detectedAt: "2026-03-11T06:12:00Z",
    });
    const text = Array.from({ length: 40 }, (_, i) =>
      JSON.stringify({ record: "device", id: `d${String(i)}`, facts: [fact(0), fact(2), fact(3)] }),
    );
    const scan = vi.spyOn(FactScanner.prototype, "scan");
    expectSame(Buffer.from([HEADER, ...PATCHES, ...text].join("\n")));
    const taken = scan.mock.results.filter((result) => result.value === true).length;
    scan.mockRestore();
    expect(taken).toBe(39);
  });

  it("reads instants as parseInstant does, or not at all", () => {
    const digit = fc.integer({ min: 0, max: 99 }).map((n) => String(n).padStart(2, "0"));
    const text = fc
      .tuple(fc.integer({ min: 1960, max: 2110 }), digit, digit, digit, digit, digit)
      .map(([y, m, d, h, i, s]) => `${String(y)}-${m}-${d}T${h}:${i}:${s}Z`);
    const broken = fc.tuple(text, fc.nat({ max: 19 }), fc.nat({ max: 255 })).map(([t, at, byte]) => {
      const bytes = Buffer.from(t);
      bytes[at] = byte;
      return bytes.toString("latin1");
    });
    fc.assert(
      fc.property(fc.oneof(text, broken), (t) => {
        const fromText = readInstantText(t);
        if (fromText >= 0) expect(fromText).toBe(parseInstant(t));
        const facts = [{ patch: "KB5063878", status: "missing", detectedAt: t }];
        const devices = ["a", "b", "c"].map((id) => JSON.stringify({ record: "device", id, facts }));
        expectSame(Buffer.from([HEADER, ...PATCHES, ...devices].join("\n")));
      }),
      { numRuns: 1000 },
    );
  });
});
