import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { LocalTransport } from "../../../src/provider/apt/local-transport.ts";
import { parseScan } from "../../../src/provider/apt/parse-scan.ts";
import { scanScript } from "../../../src/provider/apt/scan-script.ts";
import { splitSections } from "../../../src/provider/apt/sections.ts";
import type { ScriptResult } from "../../../src/provider/apt/transport.ts";
import type { TestDevice } from "./device.ts";
import { describeWithApt } from "./tools.ts";
import { World } from "./world.ts";

const FORMAT =
  "${Package}\t${Architecture}\t${Version}\t${db:Status-Want}\t${db:Status-Status}\t${db:Status-Eflag}\t${source:Package}\t${source:Version}\n";

function stanza(name: string, more: Readonly<Record<string, string>> = {}): string {
  const fields = {
    Package: name,
    Status: "install ok installed",
    Maintainer: "Example <packages@example.org>",
    Architecture: "amd64",
    Version: "1.0-1",
    Description: "a package",
    ...more,
  };
  return `${Object.entries(fields)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join("")}\n`;
}

/** Folders with an `awk` each, of those that a Debian host may have. */
function awkFolders(folder: string): readonly string[] {
  const found = ["mawk", "gawk", "busybox", "original-awk"].flatMap((name) => {
    const path = [`/usr/bin/${name}`, `/bin/${name}`].find(existsSync);
    if (path === undefined) return [];
    const bin = mkdtempSync(join(folder, `${name}-`));
    // Busybox is what it is called as.
    symlinkSync(path, join(bin, "awk"));
    return [bin];
  });
  if (found.length < 2)
    process.stderr.write("SKIPPED: a scan by other awks: gawk or busybox is not installed\n");
  return found;
}

describeWithApt("dpkg's database as the scan reads it", () => {
  let world: World;
  let device: TestDevice;
  let original = "";
  const folder = mkdtempSync(join(tmpdir(), "patchring-awk-"));
  const paths = ["", ...awkFolders(folder)];
  beforeAll(() => {
    world = new World();
    device = world.device();
    original = device.read("var/lib/dpkg/status");
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
    world.dispose();
  });

  async function scan(bin = ""): Promise<ScriptResult> {
    const transport = new LocalTransport({ path: device.root, mode: "isolated" });
    const script = scanScript({ known: [], read: [], basis: [], refreshAfterSeconds: null });
    return transport.run(bin === "" ? script : `PATH='${bin}':$PATH\n${script}`, 20_000);
  }
  async function linesOf(name: string, bin: string): Promise<readonly string[]> {
    const result = await scan(bin);
    if (result.kind === "failed") throw new Error(result.reason);
    const lines = splitSections(result.stdout)?.get(name);
    if (lines === undefined) throw new Error(result.stderr);
    return lines.filter((line) => line !== "");
  }

  it.each([
    ["nothing special", ""],
    ["another source", stanza("acme-x", { Source: "acme-source" })],
    ["another source version", stanza("acme-x", { Source: "acme-source (1:2.0~rc1)" })],
    ["a hold", stanza("acme-x", { Status: "hold ok installed" })],
    ["a package half done", stanza("acme-x", { Status: "install reinstreq half-installed" })],
    ["configuration that was left", stanza("acme-x", { Status: "deinstall ok config-files" })],
    ["a package that is not there", stanza("acme-x", { Status: "unknown ok not-installed" })],
    [
      "two architectures",
      stanza("libacme", { "Multi-Arch": "same" }) +
        stanza("libacme", { Architecture: "i386", "Multi-Arch": "same" }),
    ],
    ["words of other fields", stanza("acme-x", { Description: "x\n Package: bad\n Version: 9\n @@end" })],
    ["marks of the scan", stanza("acme-x", { Description: "@@end", Maintainer: "@@policy" })],
    [
      "control characters",
      stanza("acme-x", { Description: "\u0001\u001b[2J\u007f\tx\r", Maintainer: "\u0007" }),
    ],
    ["bytes that are no text", stanza("acme-x", { Description: "\u00ff\u00fe" })],
    ["no last empty line", stanza("acme-x").trimEnd() + "\n"],
    ["empty lines more", `\n\n${stanza("acme-x")}\n\n`],
    ["small letters", stanza("acme-x").replace("Package:", "package:")],
    ["blanks around", stanza("acme-x").replace("Version: ", "Version:   ")],
    ["a field without a blank", stanza("acme-x").replace("Version: ", "Version:")],
  ])("says what dpkg says: %s", async (_, more) => {
    writeFileSync(device.path("var/lib/dpkg/status"), `${original.trimEnd()}\n\n${more}`, "latin1");
    const expected = device.run("dpkg-query", "-W", "-f", FORMAT).split("\n").slice(0, -1);
    expect(expected.length).toBeGreaterThan(5);
    for (const path of paths) expect(await linesOf("dpkg", path)).toEqual(expected);
  });

  it("says what dpkg says while it keeps changes beside the file", async () => {
    writeFileSync(device.path("var/lib/dpkg/status"), original);
    const change = stanza("acme-x", { Version: "2.0" }).trimEnd();
    writeFileSync(device.path("var/lib/dpkg/updates/0001"), `${change}\n`);
    const expected = device.run("dpkg-query", "-W", "-f", FORMAT).split("\n").slice(0, -1);
    expect(expected.join("\n")).toContain("acme-x\tamd64\t2.0");
    for (const path of paths) expect(await linesOf("dpkg", path)).toEqual(expected);
    rmSync(device.path("var/lib/dpkg/updates/0001"));
  });

  it.each([
    ["a line that is no field", "Package acme-x\n", /must be followed by colon/],
    ["the same package twice", stanza("acme-x") + stanza("acme-x", { Version: "2.0" }), /multiple/],
    ["zeros", "\0".repeat(64), /./],
  ])("is no answer where dpkg refuses its file: %s", async (_, more, reason) => {
    writeFileSync(device.path("var/lib/dpkg/status"), `${original.trimEnd()}\n\n${more}`);
    const result = await scan();
    if (result.kind === "failed") throw new Error(result.reason);
    expect([result.code, parseScan(result.stdout)]).toEqual([1, null]);
    expect(result.stderr).toMatch(/^dpkg-query: error: parsing file/);
    expect(result.stderr).toMatch(reason);
  });

  it("is no answer where dpkg knows no package, and where apt cannot answer", async () => {
    writeFileSync(device.path("var/lib/dpkg/status"), "");
    expect(await scan()).toMatchObject({ code: 4, stderr: "dpkg knows no package\n" });
    writeFileSync(device.path("var/lib/dpkg/status"), original);
    const sources = device.read("etc/apt/sources.list");
    device.write("etc/apt/sources.list", "deb nonsense\n");
    const result = await scan();
    expect(result).toMatchObject({ code: 5, stderr: expect.stringContaining("Malformed entry") as string });
    device.write("etc/apt/sources.list", sources);
  });

  it("asks apt about every package, however many", async () => {
    const many = Array.from({ length: 6000 }, (_, n) => stanza(`acme-${"x".repeat(20)}-${n}`)).join("");
    writeFileSync(device.path("var/lib/dpkg/status"), `${original.trimEnd()}\n\n${many}`);
    const result = await scan();
    if (result.kind === "failed") throw new Error(result.reason);
    const parsed = parseScan(result.stdout);
    expect(parsed?.packages.size).toBe(6010);
    expect(parsed?.versions.get("acme-agent")?.rows.map(({ version }) => version)).toEqual([
      "2.0",
      "1.1",
      "1.0",
    ]);
    expect(parsed?.details.map(({ package: name }) => name)).toContain("acme-third");
  });

  it("agrees between all awks of this machine on a whole answer", async () => {
    writeFileSync(device.path("var/lib/dpkg/status"), original);
    const answers = await Promise.all(paths.map((path) => scan(path)));
    const scans = answers.map((result) => (result.kind === "done" ? parseScan(result.stdout) : null));
    expect(scans[0]?.versions.size).toBe(10);
    for (const other of scans) expect(other).toEqual(scans[0]);
  });
});
