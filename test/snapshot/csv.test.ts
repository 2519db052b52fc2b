import { describe, expect, it } from "vitest";
import { formatInstant } from "../../src/core/time.ts";
import { CSV_CODES } from "../../src/snapshot/csv-codes.ts";
import { parseCsvDate } from "../../src/snapshot/csv-date.ts";
import { importCsv, type CsvImport } from "../../src/snapshot/csv.ts";
import { readSnapshotBytes } from "../../src/snapshot/read.ts";
import { formatSnapshot } from "../../src/snapshot/write.ts";

const PATCHES =
  'ID,Title,Release Date,CVSS,CVEs\nKB1,One,31-Jul-2024,9.8,CVE-2024-1; CVE-2024-2\nKB2,"Two\nlines, ""quoted""",,,\n';
const FACTS =
  "Device,Client,OS,OS Version,Patch,Status,Detected,Installed by\nws-1,acme,Windows 11,24H2,KB1,Missing,2024-08-01 08:30,\nws-1,,,,KB2,Reboot required,,Other\nws-2,beta,,,KB1,installed,,\n";

function load(patches: string, facts: string): CsvImport {
  return importCsv(
    { name: "patches.csv", bytes: Buffer.from(patches) },
    { name: "facts.csv", bytes: Buffer.from(facts) },
    1773822600,
  );
}
const rows = (result: CsvImport): string[] =>
  result.diagnostics.map((d) => `${String(d.place?.file)}:${String(d.place?.line)} ${d.code}`);

describe("two spreadsheets", () => {
  it.each([
    ["with commas", PATCHES, FACTS],
    [
      "with semicolons, CRLF and a byte order mark",
      `\ufeff${PATCHES.replace("; ", " ").replace("lines,", "lines#").replaceAll(",", ";").replaceAll("#", ",").replaceAll("\n", "\r\n")}`,
      `\ufeff${FACTS.replaceAll(",", ";")}`,
    ],
  ])("%s become a snapshot", (_, patches, facts) => {
    const { document, diagnostics } = load(patches, facts);
    expect(diagnostics).toEqual([]);
    if (document === null) throw new Error("not imported");
    expect(document.patches[0]).toEqual({
      id: "KB1",
      title: "One",
      releasedAt: "2024-07-31T00:00:00Z",
      cvss: 9.8,
      cves: ["CVE-2024-1", "CVE-2024-2"],
    });
    expect(String(document.patches[1]?.["title"]).replace("\r", "")).toBe('Two\nlines, "quoted"');
    expect(document.devices[0]).toEqual({
      id: "ws-1",
      client: "acme",
      os: { name: "Windows 11", version: "24H2" },
      facts: [
        { patch: "KB1", status: "missing", detectedAt: "2024-08-01T08:30:00Z" },
        { patch: "KB2", status: "reboot-required", installedBy: "other" },
      ],
    });
    const read = readSnapshotBytes(Buffer.from([...formatSnapshot(document)].join("")));
    expect(read.diagnostics).toEqual([]);
    expect(read.snapshot?.facts.length).toBe(3);
  });

  it.each([
    ["no id column", "name\nx\n", "device,patch,status\n", ["patches.csv:1 csv/missing-column"]],
    ["no status column", "id\nKB1\n", "device,patch\na,KB1\n", ["facts.csv:1 csv/missing-column"]],
    ["an empty file", "", "device,patch,status\n", ["patches.csv:1 csv/missing-column"]],
    ["an open quote", 'id\n"KB1\n', "device,patch,status\n", ["patches.csv"]],
    ["a patch twice", "id\nKB1\nKB1\n", "device,patch,status\n", ["patches.csv:3 csv/duplicate"]],
    [
      "a date that means two days",
      "id,released\nKB1,7/8/2024\n",
      "device,patch,status\n",
      ["patches.csv:2 csv/date"],
    ],
    ["a number that is none", "id,cvss\nKB1,high\n", "device,patch,status\n", ["patches.csv:2 csv/number"]],
    [
      "rows after a cell of two lines",
      'id,title,cvss\nKB1,"a\nb",1\nKB2,c,11\n',
      "device,patch,status\n",
      ["patches.csv:4 csv/number"],
    ],
    ["an unknown status", "id\nKB1\n", "device,patch,status\na,KB1,todo\n", ["facts.csv:2 csv/word"]],
    ["an empty status", "id\nKB1\n", "device,patch,status\na,KB1,\n", ["facts.csv:2 csv/missing-cell"]],
    [
      "a fact twice",
      "id\nKB1\n",
      "device,patch,status\na,KB1,missing\na,KB1,missing\n",
      ["facts.csv:3 csv/duplicate"],
    ],
    [
      "an unknown patch",
      "id\nKB1\n",
      "device,patch,status\na,KB2,missing\n",
      ["facts.csv:2 csv/unknown-patch"],
    ],
    [
      "an id that is too long",
      "id\nKB1\n",
      `device,patch,status\n${"x".repeat(201)},KB1,missing\n`,
      ["facts.csv:2 csv/id"],
    ],
  ])("are refused for %s", (_, patches, facts, expected) => {
    const result = load(patches, facts);
    expect(result.document).toBeNull();
    for (const d of result.diagnostics) expect(Object.keys(CSV_CODES)).toContain(d.code);
    if (expected[0] === "patches.csv") expect(result.diagnostics[0]?.code).toBe("csv/broken");
    else expect(rows(result)).toEqual(expected);
  });

  it("are refused in another encoding", () => {
    const bytes = Buffer.from("id,title\nKB1,für\n", "latin1");
    const result = importCsv({ name: "patches.csv", bytes }, { name: "facts.csv", bytes }, 0);
    expect(result.document).toBeNull();
    expect(rows(result)).toContain("patches.csv:1 csv/not-utf8");
  });

  it("leave out a column that is not known, with a warning", () => {
    const result = load("id,colour\nKB1,red\n", "device,patch,status\na,KB1,missing\n");
    expect(rows(result)).toEqual(["patches.csv:1 csv/column"]);
    expect(result.document?.patches).toEqual([{ id: "KB1" }]);
  });
});

describe("a date in a spreadsheet", () => {
  it.each([
    ["2024-07-31", "2024-07-31T00:00:00Z"],
    ["31-Jul-2024", "2024-07-31T00:00:00Z"],
    ["1 August 2024 9:05", "2024-08-01T09:05:00Z"],
    ["2024-07-31 00:00", "2024-07-31T00:00:00Z"],
    ["2024-07-31 08:30:15 +0200", "2024-07-31T06:30:15Z"],
    ["2024-07-31T08:30:00Z", "2024-07-31T08:30:00Z"],
    ["2024-07-31T08:30:00.5+01:00", "2024-07-31T07:30:00Z"],
    ["31-Foo-2024", null],
    ["2024-02-30", null],
    ["7/31/2024", null],
    ["31.07.2024", null],
    ["2024-07-31 25:00", null],
    ["2024-07-31x", null],
  ])("%s is %s", (text, expected) => {
    const at = parseCsvDate(text);
    expect(at === null ? null : formatInstant(at)).toBe(expected);
  });
});
