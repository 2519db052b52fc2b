import { execFileSync } from "node:child_process";
import fc from "../../property.ts";
import { describe, expect, it } from "vitest";
import { parseJournalLine, summarizeJournal } from "../../../src/provider/apt/journal.ts";
import { isPackageName, isVersion, parsePatchId, patchIdOf } from "../../../src/provider/apt/names.ts";
import { parseChangelogs } from "../../../src/provider/apt/parse-changelog.ts";
import { parseDpkgLog } from "../../../src/provider/apt/parse-log.ts";
import { parsePolicy, parseReleases } from "../../../src/provider/apt/parse-policy.ts";
import { parseScan } from "../../../src/provider/apt/parse-scan.ts";
import { formatPins, parsePins } from "../../../src/provider/apt/pins.ts";
import { quoteWord } from "../../../src/provider/apt/shell-text.ts";
import { WallClock } from "../../../src/provider/apt/wall-time.ts";

describe("names", () => {
  it.each(["openssl", "libstdc++6", "libc6:i386", "0ad", "g++-12"])("takes the package %s", (name) =>
    expect(isPackageName(name)).toBe(true),
  );
  it.each(["a", "-y", "Open", "a b", "a;b", "a=1", "libc6:", "é"])("refuses the package %s", (name) =>
    expect(isPackageName(name)).toBe(false),
  );
  it.each(["1.0", "1:2.30.2-1+deb11u2", "3.0.17-1~deb12u2", "2023c-5"])("takes the version %s", (text) =>
    expect(isVersion(text)).toBe(true),
  );
  it.each(["", "-1", "1 2", "1;2", "1$(x)", "a:1", "1/2", "1*", "1\n"])("refuses the version %j", (text) =>
    expect(isVersion(text)).toBe(false),
  );
  it("goes from an id to its parts and back", () => {
    expect(parsePatchId("apt:libc6:i386@2.36-9+deb12u1")).toEqual({
      package: "libc6:i386",
      version: "2.36-9+deb12u1",
    });
    expect(parsePatchId("apt:a@b@c")).toBeNull();
    expect(patchIdOf({ package: "openssl", version: "1".repeat(300) })).toBeNull();
  });
});

describe("text for a shell", () => {
  it("comes out of a shell as it went in", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }).filter((text) => !text.includes("\0") && !/\p{Cs}/u.test(text)),
        (text) => {
          const out = execFileSync("/bin/sh", ["-s"], { input: `printf '%s.' ${quoteWord(text)}\n` });
          expect(out.toString()).toBe(`${text}.`);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("wall-clock times", () => {
  it.each([
    ["UTC", null, "2026-07-01", "12:00:00", "2026-07-01T12:00:00Z"],
    ["summer in Berlin", "Europe/Berlin", "2026-07-01", "12:00:00", "2026-07-01T10:00:00Z"],
    ["winter in Berlin", "Europe/Berlin", "2026-12-01", "12:00:00", "2026-12-01T11:00:00Z"],
    ["an hour that comes twice", "Europe/Berlin", "2026-10-25", "02:30:00", "2026-10-25T00:30:00Z"],
    ["west of UTC", "America/New_York", "2026-07-01", "23:00:00", "2026-07-02T03:00:00Z"],
    ["an unknown zone", "Nowhere/Land", "2026-07-01", "12:00:00", "2026-07-01T12:00:00Z"],
  ])("%s", (_, zone, date, time, expected) => {
    expect(new WallClock(zone).instantOf(date, time)).toBe(Date.parse(expected) / 1000);
  });
  it("gives nothing for what is no time", () => {
    expect(new WallClock(null).instantOf("2026-13-40", "xx")).toBeNull();
  });
});

describe("apt-cache policy", () => {
  const releases = parseReleases([
    "deb.example_debian-security_dists_bookworm-security_InRelease\tOrigin: Debian",
    "deb.example_debian-security_dists_bookworm-security_InRelease\tLabel: Debian-Security",
    "deb.example_debian-security_dists_bookworm-security_InRelease\tSuite: oldstable-security",
  ]);
  it("reads versions, priorities and where they come from", () => {
    const lines = [
      "openssl:",
      "  Installed: 3.0.15-1~deb12u1",
      "  Candidate: 3.0.17-1~deb12u2",
      "  Version table:",
      "     3.0.18-1 -1",
      "        500 http://deb.example/other sid/main amd64 Packages",
      "     3.0.17-1~deb12u2 500 (phased 10%)",
      "        500 http://deb.example/debian-security bookworm-security/main amd64 Packages",
      " *** 3.0.15-1~deb12u1 100",
      "        100 /var/lib/dpkg/status",
      "libc6:i386:",
      "  Candidate: (none)",
    ];
    const table = parsePolicy(lines, releases).get("openssl")!;
    expect(table.candidate).toBe("3.0.17-1~deb12u2");
    expect(table.rows.map(({ version, priority, installed }) => [version, priority, installed])).toEqual([
      ["3.0.18-1", -1, false],
      ["3.0.17-1~deb12u2", 500, false],
      ["3.0.15-1~deb12u1", 100, true],
    ]);
    expect(table.rows.map((row) => row.releases)).toEqual([
      [{ origin: null, label: null, suite: "sid" }],
      [{ origin: "Debian", label: "Debian-Security", suite: "oldstable-security" }],
      [],
    ]);
    expect(parsePolicy(lines, releases).get("libc6:i386")).toEqual({ candidate: null, rows: [] });
  });
});

describe("dpkg.log", () => {
  it("pairs an upgrade with the first installed after it", () => {
    const upgrades = parseDpkgLog(
      [
        "2026-11-01 10:00:00 upgrade openssl:amd64 1.0 1.1",
        "2026-11-01 10:00:05 status installed openssl:amd64 1.1",
        "2026-11-02 10:00:00 status installed openssl:amd64 1.1",
        "2026-11-03 10:00:00 upgrade libc6:i386 2.0 2.1",
        "2026-11-03 10:00:00 upgrade bad;name 2.0 2.1",
      ],
      "amd64",
      new WallClock(null),
    );
    expect(upgrades).toEqual([
      { package: "openssl", from: "1.0", to: "1.1", installedAt: Date.parse("2026-11-01T10:00:05Z") / 1000 },
      { package: "libc6:i386", from: "2.0", to: "2.1", installedAt: null },
    ]);
  });
});

describe("changelogs", () => {
  it("reads urgency, date and CVE ids", () => {
    const lines = [
      "openssl (3.0.17-1~deb12u2) bookworm-security; urgency=medium",
      "CVE-2025-0001",
      "CVE-2025-0001",
      "CVE-2025-00",
      " -- Someone <s@example.org>  Sat, 27 Sep 2025 10:00:00 +0200",
    ];
    expect(parseChangelogs(lines)).toEqual([
      {
        source: "openssl",
        version: "3.0.17-1~deb12u2",
        urgency: "medium",
        at: Date.parse("2025-09-27T08:00:00Z") / 1000,
        cves: ["CVE-2025-0001"],
      },
    ]);
  });
});

describe("our journal", () => {
  const line = (event: string, at = 1_800_000_000, job = "j1", action = "approve"): string =>
    `${at}\t${job}\t${event}\t${action}\tacme-agent\t1.1\ttext`;
  const sum = (...lines: readonly string[]): unknown =>
    summarizeJournal(lines.map((l) => parseJournalLine(l)!)).get("acme-agent=1.1");

  it.each([
    "",
    "x",
    "1800000000\tj\tbegin\tapprove\tacme",
    line("exploded"),
    line("begin").replace("acme-agent", "a;b"),
  ])("leaves out %j", (text) => expect(parseJournalLine(text)).toBeNull());
  it("counts an attempt once, whether its end was written down or not", () => {
    expect(sum(line("begin"), line("failed"))).toMatchObject({ open: "approve", failures: 1, error: "text" });
    expect(sum(line("begin"), line("begin", 1_800_000_100, "j2"))).toMatchObject({
      failures: 2,
      error: null,
    });
  });
  it("forgets failures after a success and after a release", () => {
    expect(
      sum(
        line("begin"),
        line("failed"),
        line("begin", 1, "j2").replace(/^1\t/, "1800000001\t"),
        line("done", 1_800_000_002, "j2"),
      ),
    ).toMatchObject({
      open: null,
      failures: 0,
      doneAt: 1_800_000_002,
    });
    expect(sum(line("begin"), line("failed"), line("cleared", 1_800_000_003, "j3", "release"))).toMatchObject(
      {
        open: null,
        failures: 0,
      },
    );
  });
});

describe("our pin file", () => {
  it("comes back as it was written, sorted and without doubles", () => {
    const pins = [
      { package: "libc6:i386", version: "2.36-9" },
      { package: "acme", version: "1:1.0~rc1" },
    ];
    expect(parsePins(formatPins([...pins, pins[0]!]).split("\n"))).toEqual([pins[1], pins[0]]);
    expect(formatPins([])).toBe("");
  });
});

describe("a host's answer", () => {
  it("is refused when it is cut short, and never throws whatever it says", () => {
    expect(parseScan("@@dpkg\nacme\tall\t1.0\n")).toBeNull();
    const words = fc.constantFrom(
      "@@dpkg",
      "@@policy",
      "@@files",
      "@@stat",
      "@@end",
      "log\t2026 1 upgrade",
      "\t",
      " *** 1.0 5",
      "a:",
      "journal\t1",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string())), (lines) => {
        parseScan([...lines, "@@end"].join("\n"));
      }),
    );
  });
});
