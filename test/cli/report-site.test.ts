import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { git, hashTree, makeFolder, run } from "./cli.ts";
import { fleetYaml, makeFleet, snapshotText, type DeviceLine } from "./fleet.ts";

/** The three devices of the fleet, at two clients. */
function clientFleet(): string {
  const at = (client: string, id: string, facts: Record<string, string>): DeviceLine =>
    ({ id, tags: id === "ws-1" ? ["pilot"] : [], client, facts }) as DeviceLine;
  const lines = snapshotText().split("\n");
  const patches = lines.slice(0, 4);
  const device = (line: DeviceLine & { client?: string }): string =>
    JSON.stringify({
      record: "device",
      id: line.id,
      client: line.client,
      tags: line.tags,
      scannedAt: "2026-03-18T08:00:00Z",
      facts: Object.entries(line.facts).map(([patch, status]) => ({ patch, status })),
    });
  const devices = [
    at("acme", "ws-1", { KB1: "missing", KB2: "missing" }),
    at("Zeta & Co", "ws-2", { KB1: "missing", KB3: "installed" }),
    at("index", "ws-3", { KB1: "installed" }),
  ];
  return makeFleet({ "inventory/fleet.ndjson": [...patches, ...devices.map(device), ""].join("\n") });
}

const DEADLINES = fleetYaml().replace(
  "  provider:",
  "  deadlines: { profiles: [cyber-essentials] }\n  provider:",
);

describe("report site", () => {
  it("is one file, the same on stdout and with --out, and the same twice", async () => {
    const folder = makeFleet();
    const printed = await run(folder, ["report", "site"]);
    expect(printed).toMatchObject({ code: 0, stderr: "" });
    expect(printed.stdout).toMatch(/^<!doctype html>\n<html lang="en">/);
    const before = hashTree(folder);
    const out = join(makeFolder(), "site.html");
    expect(await run(folder, ["report", "site", "--out", out])).toMatchObject({ code: 0, stdout: "" });
    expect(readFileSync(out, "utf8")).toBe(printed.stdout);
    expect(hashTree(folder)).toEqual(before);
  });

  it("has a page for each question, and says what is not there and what to do", async () => {
    const { stdout } = await run(makeFleet(), ["report", "site"]);
    const titles = [...stdout.matchAll(/<h2 id="\w+-title" tabindex="-1">([^<]*)</g)].map(
      ([, title]) => title,
    );
    expect(titles).toEqual([
      "Today",
      "Deadlines",
      "Rings",
      "Patches",
      "Devices",
      "Failures",
      "Exceptions and holds",
      "Policy",
      "Changes",
      "Data quality",
      "Runs",
      "Help",
    ]);
    expect(stdout).toContain("No runs recorded.");
    expect(stdout).toContain("The policy names no deadline profile");
    expect(stdout).toContain("The policy stands in no Git repository");
  });

  it("shows deadlines where the policy names a profile, and changes where there is Git", async () => {
    const folder = makeFleet({ "fleet.yaml": DEADLINES });
    git(folder, "init", "-q");
    git(folder, "add", "-A");
    git(folder, "commit", "-qm", "First policy");
    const { stdout, code } = await run(folder, ["report", "site"]);
    expect(code).toBe(0);
    expect(stdout).not.toContain("The policy names no deadline profile");
    expect(stdout).toContain("Cyber Essentials");
    expect(stdout).toContain("<bdi>First policy</bdi>");
  });

  it("shows the runs that the store remembers, and with --snapshot opens no store", async () => {
    const folder = makeFleet({ "fleet.yaml": fleetYaml("apply") });
    const ran = await run(folder, ["reconcile"]);
    const id = /Run (run-\S+),/.exec(ran.stdout)![1]!;
    const reader = (await openSqliteStore({ path: join(folder, ".patchring/state.db"), scope: null })).reader;
    const unsettled = (await reader.listUnsettled()).length;
    await reader.close();
    expect(unsettled).toBe(4);
    const { stdout, code } = await run(folder, ["report", "site"]);
    expect(code).toBe(0);
    expect(stdout).toContain("1 of 1 run in the last 7 days ended well.");
    expect(stdout).toContain("4 accepted, 0 refused, 0 unknown");
    expect(stdout).toContain(
      "4 actions sent whose outcome no scan has shown yet, 0 of them of unknown outcome; 0 of the last day answered",
    );
    expect(stdout).toMatch(/The last run started .*ended with exit code 0/s);
    expect(stdout).toContain(id);
    const preview = await run(folder, ["report", "site", "--snapshot", "inventory/fleet.ndjson"]);
    expect(preview.stdout).toContain("No runs recorded.");
    expect(preview.stdout).not.toContain(id);
  });

  it("names no path of the machine", async () => {
    const folder = makeFleet();
    const { stdout } = await run("/", ["report", "site", "-C", folder]);
    expect(stdout).toContain("rules/microsoft.yaml:6");
    expect(stdout).not.toContain(folder);
  });

  it("with --client says nothing of the others", async () => {
    const { stdout, code } = await run(clientFleet(), ["report", "site", "--client", "acme"]);
    expect(code).toBe(0);
    expect(stdout).toContain("ws-1");
    expect(stdout).not.toMatch(/ws-2|ws-3|Zeta/);
  });

  it("with --split client writes a file a client and one that leads to them", async () => {
    const folder = clientFleet();
    const out = join(makeFolder(), "sites");
    const { code, stdout } = await run(folder, ["report", "site", "--split", "client", "--out", out]);
    expect(code).toBe(0);
    const files = readdirSync(out).sort();
    expect(stdout).toContain("Wrote index.html and 3 files of clients.");
    expect(files).toEqual([
      "acme.html",
      "client-index.html",
      "index.html",
      expect.stringMatching(/^zeta-co-[0-9a-f]{8}\.html$/),
    ]);
    const texts = Object.fromEntries(files.map((file) => [file, readFileSync(join(out, file), "utf8")]));
    expect(texts["acme.html"]).not.toMatch(/ws-2|ws-3|Zeta/);
    expect(texts["acme.html"]).toContain('<a href="index.html">All clients</a>');
    for (const file of files.filter((one) => one !== "index.html"))
      expect(texts["index.html"]).toContain(`<a href="${file}">`);
    expect(texts["index.html"]).toContain("3 of 3 devices measured");
    const alone = await run(folder, ["report", "site", "--client", "acme"]);
    expect(texts["acme.html"]!.replace('<p><a href="index.html">All clients</a></p>', "")).toBe(alone.stdout);
  });

  it.each([
    [["--format", "csv"], "--format"],
    [["--group-by", "device"], "--group-by"],
    [["--status", "failed"], "--status"],
    [["--superseded"], "--superseded"],
    [["--json"], "writes HTML"],
    [["--split", "client"], "no folder was named"],
    [["--client", "nobody"], "no client"],
    [["--client", "acme", "--client", "index"], "one client or all"],
  ])("refuses %j", async (words, said) => {
    const { code, stderr, stdout } = await run(clientFleet(), ["report", "site", ...words]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain(said);
    expect(stderr).not.toContain("    at ");
  });

  it("leaves a file as it was when the policy is wrong", async () => {
    const folder = makeFleet({ "rules/microsoft.yaml": "kind: Nonsense\n" });
    const out = join(folder, "site.html");
    expect((await run(folder, ["report", "site", "--out", out])).code).toBe(3);
    expect(existsSync(out)).toBe(false);
  });
});
