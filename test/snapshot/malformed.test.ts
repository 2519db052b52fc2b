import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SNAPSHOT_CODES } from "../../src/snapshot/codes.ts";
import { LineSplitter, MAX_LINE_BYTES } from "../../src/snapshot/lines.ts";
import { readSnapshotBytes, readSnapshotFile } from "../../src/snapshot/read.ts";
import { device, found, HEADER, PATCH, readLines } from "./fixture.ts";

const FACT = `{"patch":"KB1","status":"missing"}`;
const header = (extra: string): string => `${HEADER.slice(0, -1)},${extra}}`;
const fact = (extra: string): string[] => [
  HEADER,
  PATCH,
  device("a", `{"patch":"KB1","status":"missing",${extra}}`),
];
const patch = (extra: string): string[] => [HEADER, `{"record":"patch","id":"KB1",${extra}}`];
const machine = (extra: string): string[] => [HEADER, PATCH, `{"record":"device","id":"a",${extra}}`];

describe("a malformed snapshot is refused", () => {
  it.each<[string, readonly (string | Buffer)[], readonly string[]]>([
    ["no bytes", [], ["1 snapshot/empty"]],
    ["only blank lines", ["", " "], ["1 snapshot/empty"]],
    ["the next major version", [HEADER.replace("snapshot/1", "snapshot/2")], ["1 snapshot/format"]],
    [
      "a major version that starts alike",
      [HEADER.replace("snapshot/1", "snapshot/10")],
      ["1 snapshot/format"],
    ],
    ["another format", [HEADER.replace("patchring.snapshot/1", "other/1")], ["1 snapshot/format"]],
    ["no format", [`{"record":"header","takenAt":"2026-03-18T08:30:00Z"}`], ["1 snapshot/format"]],
    ["no header", [PATCH], ["1 snapshot/header-missing"]],
    ["no record in line 1", ["{}"], ["1 snapshot/header-missing"]],
    ["a second header", [HEADER, HEADER], ["2 snapshot/header-again"]],
    ["a late header", [HEADER, PATCH, HEADER], ["3 snapshot/header-again"]],
    [
      "a header without takenAt",
      [`{"record":"header","format":"patchring.snapshot/1"}`],
      ["1 snapshot/missing-field"],
    ],
    ["a header whose takenAt is no instant", [HEADER.replace("08:30:00Z", "08:30")], ["1 snapshot/instant"]],
    ["a broken line", [HEADER, PATCH.slice(0, -1)], ["2 snapshot/broken-line"]],
    ["a broken line after a blank one", [HEADER, "", "{"], ["3 snapshot/broken-line"]],
    ["two objects on a line", [HEADER, PATCH + PATCH], ["2 snapshot/broken-line"]],
    ["a list", [HEADER, "[]"], ["2 snapshot/not-object"]],
    ["null", [HEADER, "null"], ["2 snapshot/not-object"]],
    ["a text", [HEADER, `"patch"`], ["2 snapshot/not-object"]],
    ["an unknown record", [HEADER, `{"record":"ring"}`], ["2 snapshot/unknown-record"]],
    ["no record", [HEADER, "{}"], ["2 snapshot/unknown-record"]],
    ["bytes that are not UTF-8", [HEADER, Buffer.from([0x7b, 0xff, 0x7d])], ["2 snapshot/not-utf8"]],
    ["a patch after a device", [HEADER, device("a"), PATCH], ["3 snapshot/order"]],
    ["a duplicate patch", [HEADER, PATCH, PATCH], ["3 snapshot/duplicate-patch"]],
    ["a duplicate device", [HEADER, device("a"), device("b"), device("a")], ["4 snapshot/duplicate-device"]],
    ["two facts for one patch", [HEADER, PATCH, device("a", FACT, FACT)], ["3 snapshot/duplicate-fact"]],
    [
      "two facts for one patch on a later device",
      [HEADER, PATCH, device("a"), device("b", FACT, FACT)],
      ["4 snapshot/duplicate-fact"],
    ],
    [
      "a fact that names no patch",
      [HEADER, PATCH, device("a", FACT.replace("KB1", "KB2"))],
      ["3 snapshot/unknown-patch"],
    ],
    [
      "a fact that names an alias",
      [HEADER, `{"record":"patch","id":"x","kb":"KB1"}`, device("a", FACT)],
      ["3 snapshot/unknown-patch"],
    ],
    ["fewer patches than counted", [header(`"counts":{"patches":2}`), PATCH], ["1 snapshot/counts"]],
    ["more devices than counted", [header(`"counts":{"devices":0}`), device("a")], ["1 snapshot/counts"]],
    [
      "fewer facts than counted",
      [header(`"counts":{"facts":2}`), PATCH, device("a", FACT)],
      ["1 snapshot/counts"],
    ],
    ["counts below zero", [header(`"counts":{"facts":-1}`)], ["1 snapshot/out-of-range"]],
    ["counts in halves", [header(`"counts":{"facts":0.5}`)], ["1 snapshot/out-of-range"]],
    ["an unknown action", [header(`"capabilities":{"actions":["install"]}`)], ["1 snapshot/unknown-word"]],
    ["an unknown scheduler", [header(`"capabilities":{"schedules":"cron"}`)], ["1 snapshot/unknown-word"]],
    ["complete as a text", [header(`"complete":"true"`)], ["1 snapshot/wrong-type"]],
    ["an empty id", [HEADER, `{"record":"patch","id":""}`], ["2 snapshot/invalid-id"]],
    ["a device id of 201 characters", [HEADER, device("x".repeat(201))], ["2 snapshot/invalid-id"]],
    ["an id with a line break", [HEADER, device("a\nb")], ["2 snapshot/invalid-id"]],
    ["an id with an invisible character", [HEADER, device("a\u202eb")], ["2 snapshot/invalid-id"]],
    ["no device id", [HEADER, `{"record":"device"}`], ["2 snapshot/missing-field"]],
    ["an id that is null", [HEADER, `{"record":"patch","id":null}`], ["2 snapshot/missing-field"]],
    ["an id that is a number", [HEADER, `{"record":"patch","id":7}`], ["2 snapshot/wrong-type"]],
    ["a fact without patch", [HEADER, device("a", `{"status":"missing"}`)], ["2 snapshot/missing-field"]],
    ["a fact without status", [HEADER, PATCH, device("a", `{"patch":"KB1"}`)], ["3 snapshot/missing-field"]],
    [
      "an unknown status",
      [HEADER, PATCH, device("a", FACT.replace("missing", "Missing"))],
      ["3 snapshot/unknown-word"],
    ],
    ["an unknown approval", fact(`"approval":"approved"`), ["3 snapshot/unknown-word"]],
    ["an unknown approvalBy", fact(`"approvalBy":"me"`), ["3 snapshot/unknown-word"]],
    ["an unknown installedBy", fact(`"installedBy":"me"`), ["3 snapshot/unknown-word"]],
    ["an approval that is no text", fact(`"approval":1`), ["3 snapshot/wrong-type"]],
    ["a detectedAt without zone", fact(`"detectedAt":"2026-03-11T06:12:00"`), ["3 snapshot/instant"]],
    ["an approvedAt on 30 February", fact(`"approvedAt":"2026-02-30T06:12:00Z"`), ["3 snapshot/instant"]],
    ["an installedAt at 24:00", fact(`"installedAt":"2026-03-11T24:00:00Z"`), ["3 snapshot/instant"]],
    ["an empty lastAttemptAt", fact(`"lastAttemptAt":""`), ["3 snapshot/instant"]],
    ["a detectedAt that is a number", fact(`"detectedAt":1773209520`), ["3 snapshot/wrong-type"]],
    ["attempts below zero", fact(`"attempts":-1`), ["3 snapshot/out-of-range"]],
    ["attempts in halves", fact(`"attempts":1.5`), ["3 snapshot/out-of-range"]],
    ["an error that is a number", fact(`"error":5`), ["3 snapshot/wrong-type"]],
    ["facts that are an object", machine(`"facts":{}`), ["3 snapshot/wrong-type"]],
    ["a fact that is a text", machine(`"facts":["KB1"]`), ["3 snapshot/wrong-type"]],
    ["a releasedAt that does not parse", patch(`"releasedAt":"2026-01-01"`), ["2 snapshot/instant"]],
    ["a firstSeenAt that does not parse", patch(`"firstSeenAt":"soon"`), ["2 snapshot/instant"]],
    ["a cvss above 10", patch(`"cvss":10.1`), ["2 snapshot/out-of-range"]],
    ["a cvss that is a text", patch(`"cvss":"9"`), ["2 snapshot/wrong-type"]],
    ["cves that are a text", patch(`"cves":"CVE-2026-1"`), ["2 snapshot/wrong-type"]],
    ["supersedes with a number", patch(`"supersedes":[1]`), ["2 snapshot/wrong-type"]],
    ["a kev that is true", patch(`"kev":true`), ["2 snapshot/wrong-type"]],
    [
      "a scannedAt that does not parse",
      machine(`"scannedAt":"2026-03-18 08:00:00Z"`),
      ["3 snapshot/instant"],
    ],
    ["a lastSeenAt that does not parse", machine(`"lastSeenAt":"x"`), ["3 snapshot/instant"]],
    ["critical as a text", machine(`"critical":"yes"`), ["3 snapshot/wrong-type"]],
    ["tags that are a text", machine(`"tags":"pilot"`), ["3 snapshot/wrong-type"]],
    ["an os that is a text", machine(`"os":"Windows"`), ["3 snapshot/wrong-type"]],
    [
      "several mistakes, each with its line",
      [HEADER, patch(`"cvss":11,"releasedAt":"x"`)[1] as string, "{", device("a", FACT, FACT)],
      [
        "2 snapshot/out-of-range",
        "2 snapshot/instant",
        "3 snapshot/broken-line",
        "4 snapshot/duplicate-fact",
      ],
    ],
  ])("%s", (_, lines, expected) => {
    const result = readLines(...lines);
    expect(found(result)).toEqual(expected);
    expect(result.snapshot).toBeNull();
    for (const d of result.diagnostics) expect(Object.keys(SNAPSHOT_CODES)).toContain(d.code);
  });

  it("stops after 20 errors", () => {
    expect(readLines(HEADER, ...Array<string>(50).fill("{")).diagnostics).toHaveLength(20);
  });

  it("on a line over 64 MiB", () => {
    let lines = 0;
    let tooLong = 0;
    const splitter = new LineSplitter(
      () => ++lines > 0,
      () => tooLong++,
    );
    const chunk = Buffer.alloc(MAX_LINE_BYTES / 4, "x");
    expect(splitter.push(Buffer.from("{}\n"))).toBe(true);
    expect([1, 2, 3, 4, 5].map(() => splitter.push(chunk))).toEqual([true, true, true, true, false]);
    expect([lines, tooLong]).toEqual([1, 1]);
  });
});

describe("what is tolerated", () => {
  const ok = `${HEADER}\n${PATCH}\n${device("a", FACT)}\n`;
  it.each([
    ["no final newline", ok.trimEnd()],
    ["CRLF", ok.replaceAll("\n", "\r\n")],
    ["a byte order mark", `\ufeff${ok}`],
    ["blank lines", ok.replaceAll("\n", "\n\n")],
    [
      "null for absent",
      ok.replace(`"title":"One"`, `"title":null,"cves":null,"cvss":null,"releasedAt":null,"kev":null`),
    ],
    ["unknown fields", ok.replace(`"facts":`, `"new":{"facts":[1]},"facts":`)],
    ["a later minor version", ok.replace("snapshot/1", "snapshot/1.3")],
    [
      "fractions of a second",
      ok.replace(`"missing"`, `"missing","detectedAt":"2026-03-11T06:12:00.999999999+01:00"`),
    ],
    ["an id of 200 characters", ok.replace(`"id":"a"`, `"id":"${"ä".repeat(200)}"`)],
  ])("%s", (_, text) => {
    const result = readSnapshotBytes(Buffer.from(text));
    expect(result.diagnostics).toEqual([]);
    expect(result.snapshot?.facts.length).toBe(1);
    expect(result.snapshot?.header.complete).toBe(true);
    expect(result.snapshot?.header.capabilities).toEqual({
      actions: [],
      holdIsSafe: false,
      schedules: "reconciler",
    });
  });

  it("a new kind of record in a later minor version, with a warning", () => {
    const result = readLines(HEADER.replace("snapshot/1", "snapshot/1.1"), `{"record":"app"}`, PATCH);
    expect(found(result)).toEqual(["2 snapshot/unknown-record (warning)"]);
    expect(result.snapshot?.patches).toHaveLength(1);
  });

  it("a word outside a list that decides nothing by itself, with one warning", () => {
    const result = readLines(
      HEADER,
      PATCH,
      `{"record":"device","id":"a","type":"tablet"}`,
      `{"record":"device","id":"b","type":"tablet"}`,
    );
    expect(found(result)).toEqual(["3 snapshot/unknown-word (warning)"]);
    expect(result.snapshot?.devices.type.values).toContain("tablet");
  });
});

describe("a file", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "malformed-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const packed = gzipSync(`${HEADER}\n${PATCH}\n`);

  it.each([
    ["that is gzip cut short", packed.subarray(0, packed.length - 12), "snapshot/compression"],
    [
      "that is gzip and damaged",
      Buffer.concat([packed.subarray(0, 20), Buffer.alloc(40, 0xff)]),
      "snapshot/compression",
    ],
    ["that is empty", Buffer.alloc(0), "snapshot/empty"],
  ])("%s", async (_, bytes, code) => {
    const path = join(folder, "file");
    writeFileSync(path, bytes);
    const { snapshot, diagnostics } = await readSnapshotFile(path);
    expect(snapshot).toBeNull();
    expect(diagnostics.map((d) => d.code)).toEqual([code]);
  });

  it.each([["missing"], ["."]])("that cannot be read (%s)", async (name) => {
    const { snapshot, diagnostics } = await readSnapshotFile(join(folder, name));
    expect(snapshot).toBeNull();
    expect(diagnostics.map((d) => [d.code, d.place?.file])).toEqual([
      ["snapshot/unreadable", join(folder, name)],
    ]);
  });
});
