import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/core/plan.ts";
import { nameClientFiles } from "../../src/cli/overview/file-names.ts";
import { HOSTILE_STRINGS } from "../report/hostile-strings.ts";
import { hashTree, makeFolder, run, writeInto } from "./cli.ts";
import { makeFleet, snapshotText } from "./fleet.ts";

interface Json {
  readonly format: string;
  readonly totals: Readonly<Record<string, number>>;
  readonly groups: readonly {
    readonly name: string | null;
    readonly rows: readonly Readonly<Record<string, unknown>>[];
  }[];
}

async function overview(folder: string, ...words: readonly string[]): Promise<Json> {
  const ran = await run(folder, ["report", "overview", "--json", ...words]);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(ran.stdout) as Json;
}

const names = ({ groups }: Json): (string | null)[] => groups.map(({ name }) => name);
const rows = ({ groups }: Json): string[] =>
  groups.flatMap((group) => group.rows.map((row) => `${String(row["device"])} ${String(row["patch"])}`));

/** The devices of the fleet, at clients. */
function withClients(clients: readonly (string | null)[]): string {
  const lines = snapshotText().trimEnd().split("\n");
  let index = 0;
  const own = lines.map((line) => {
    const read = JSON.parse(line) as Record<string, unknown>;
    return read["record"] === "device" ? JSON.stringify({ ...read, client: clients[index++] ?? null }) : line;
  });
  return `${own.join("\n")}\n`;
}

describe("report overview", () => {
  it("groups by patch, the most open first, and by what it is told", async () => {
    const folder = makeFleet();
    const byPatch = await overview(folder);
    expect(byPatch.format).toBe("patchring.overview/1");
    expect(names(byPatch)).toEqual(["KB1", "KB2", "KB3"]);
    expect(rows(byPatch)).toEqual(["ws-1 KB1", "ws-2 KB1", "ws-3 KB1", "ws-1 KB2", "ws-2 KB3", "ws-3 KB3"]);
    expect(names(await overview(folder, "--group-by", "device"))).toEqual(["ws-1", "ws-2", "ws-3"]);
    expect(names(await overview(folder, "--group-by", "ring"))).toEqual(["pilot", "production"]);
    expect(names(await overview(folder, "--group-by", "client"))).toEqual([null]);
  });

  it.each([
    [
      ["--device", "WS-2"],
      ["ws-2 KB1", "ws-2 KB3"],
    ],
    [["--patch", "kb2"], ["ws-1 KB2"]],
    [
      ["--ring", "pilot", "--status", "missing"],
      ["ws-1 KB1", "ws-1 KB2"],
    ],
    [
      ["--status", "installed,failed"],
      ["ws-3 KB1", "ws-2 KB3"],
    ],
    [["--status", "stale"], []],
  ])("filters by %j", async (words, expected) => {
    expect(rows(await overview(makeFleet(), ...words))).toEqual(expected);
  });

  it("keeps the numbers of the scope when only some statuses are listed", async () => {
    const all = await overview(makeFleet());
    const some = await overview(makeFleet(), "--status", "installed");
    expect(some.totals).toEqual({ ...all.totals, shown: 2, groups: 2 });
  });

  it("says what is stale, and counts it as nothing else", async () => {
    const late = await overview(makeFleet(), "--at", "2026-05-01T00:00:00Z");
    expect(late.totals).toMatchObject({
      stale: 6,
      missing: 0,
      installed: 0,
      measuredDevices: 0,
      staleDevices: 3,
    });
    expect(late.groups[0]!.rows[0]).toMatchObject({ status: "missing", stale: true });
  });

  it("names the place of a rule at its commit", async () => {
    const [first] = (await overview(makeFleet())).groups[0]!.rows;
    expect(first).toMatchObject({ source: "microsoft/security", place: "rules/microsoft.yaml:6" });
  });

  it("warns of a name that nothing has", async () => {
    const ran = await run(makeFleet(), ["report", "overview", "--client", "acmee", "--ring", "pilots"]);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toBe(
      'patchring: warning: the snapshot has no client "acmee"\npatchring: warning: the policy has no ring "pilots"; the nearest is "pilot"\n',
    );
  });

  it.each([
    ["what", ["report", "overvew"], "write `patchring report overview`"],
    ["status", ["report", "overview", "--status", "gone"], '"gone" is no status. Statuses: missing, pending'],
    [
      "format",
      ["report", "overview", "--format", "pdf"],
      "Allowed choices are text, html, csv, xml, json, md",
    ],
    ["--out", ["report", "overview", "--split", "client"], "name it with `--out DIR`"],
  ])("refuses a wrong %s", async (_what, words, expected) => {
    const ran = await run(makeFleet(), words);
    expect(ran).toMatchObject({ code: 64, stdout: "" });
    expect(ran.stderr).toContain(expected);
  });

  it.each(["text", "html", "csv", "xml", "json", "md"])("writes %s to a file", async (format) => {
    const folder = makeFleet();
    const shown = await run(folder, ["report", "overview", "--format", format]);
    const ran = await run(folder, ["report", "overview", "--format", format, "--out", "overview"]);
    expect(ran).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(join(folder, "overview"), "utf8")).toBe(shown.stdout);
    expect(shown.stdout).toContain("KB1");
  });
});

describe("--split client", () => {
  it("writes one file for each client, says so, and touches no other", async () => {
    const folder = makeFleet({ "inventory/fleet.ndjson": withClients(["acme", "../../Evil: Ltd", null]) });
    writeInto(folder, "out/keep.txt", "kept");
    const ran = await run(folder, [
      "report",
      "overview",
      "--split",
      "client",
      "--format",
      "csv",
      "--out",
      "out",
    ]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatchInlineSnapshot(`
      "Wrote 3 files with 6 rows:
        evil-ltd-eceea3fa.csv  ../../Evil: Ltd: 2 rows, 1 device
        acme.csv  acme: 2 rows, 1 device
        no-client.csv  no client: 2 rows, 1 device
      "
    `);
    const files = readdirSync(join(folder, "out")).sort();
    expect(files).toEqual(["acme.csv", "evil-ltd-eceea3fa.csv", "keep.txt", "no-client.csv"]);
    expect(readFileSync(join(folder, "out/acme.csv"), "utf8")).toContain("ws-1");
    expect(readFileSync(join(folder, "out/acme.csv"), "utf8")).not.toContain("ws-2");
  });

  it("adds up to the whole, and lists the files as JSON", async () => {
    const folder = makeFleet({ "inventory/fleet.ndjson": withClients(["b", "a", "b"]) });
    const whole = await overview(folder);
    const ran = await run(folder, ["report", "overview", "--split", "client", "--json", "--out", "out"]);
    const listed = JSON.parse(ran.stdout) as { files: { file: string; client: string; shown: number }[] };
    expect(listed).toMatchObject({ format: "patchring.files/1" });
    expect(listed.files.map(({ file, client }) => [file, client])).toEqual([
      ["a.json", "a"],
      ["b.json", "b"],
    ]);
    const parts = listed.files.map(
      ({ file }) => JSON.parse(readFileSync(join(folder, "out", file), "utf8")) as Json,
    );
    for (const name of ["devices", "facts", "shown", "missing", "installed", "hidden"]) {
      expect([name, parts.reduce((sum, part) => sum + part.totals[name]!, 0)]).toEqual([
        name,
        whole.totals[name],
      ]);
    }
  });

  it("writes nothing where there is a file in the way", async () => {
    const folder = makeFleet({ out: "a file" });
    const before = hashTree(folder);
    const ran = await run(folder, ["report", "overview", "--split", "client", "--out", "out"]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("[cli/not-written]");
    expect(hashTree(folder)).toEqual(before);
  });

  it("gives every client a plain name of its own, whatever it is called", () => {
    const clients = [
      ...HOSTILE_STRINGS,
      "acme",
      "Acme",
      "ACME",
      "a/b",
      "a\\b",
      "..",
      "con",
      "no-client",
      null,
      "家",
      "族",
    ];
    const files = nameClientFiles(clients);
    for (const file of files) expect(file).toMatch(/^[a-z0-9][a-z0-9-]{0,140}$/);
    expect(new Set(files).size).toBe(clients.length);
    expect(files[clients.indexOf("acme")]).toBe("acme");
    expect(files[clients.indexOf(null)]).toBe("no-client");
    expect(files).not.toContain("con");
  });

  it("keeps two clients apart, one of which is called like the other's file", () => {
    const [first] = nameClientFiles(["Acme"]);
    expect(new Set(nameClientFiles(["Acme", first!])).size).toBe(2);
  });
});

it("agrees with plan and verdicts on the policies of this repository", async () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const where = ["-C", "policies", "--at", "2026-06-17T09:00:00Z", "--quiet"];
  const { totals, groups } = await overview(root, "--superseded", "--group-by", "device", ...where);
  const plan = JSON.parse((await run(root, ["plan", "--json", ...where])).stdout) as Plan;
  expect(totals["facts"]).toBe(plan.snapshot.facts);
  expect(totals["staleDevices"]! + totals["neverScannedDevices"]!).toBe(plan.snapshot.stale);
  const untold = [...plan.actions, ...plan.scheduled, ...plan.blocked].filter(
    (row) => row.verdict !== "leave",
  );
  expect(totals["decidedFacts"]! - totals["conformingFacts"]!).toBe(untold.length);
  const verdicts = (await run(root, ["verdicts", ...where])).stdout.trimEnd().split("\n");
  const own = groups
    .flatMap((group) => group.rows)
    .map(({ device, patch, ring, verdict, reason, source, until }) =>
      JSON.stringify({ device, patch, ring, verdict, reason, source, until }),
    );
  expect(own.sort()).toEqual(verdicts.sort());
});

it("needs a policy and a snapshot", async () => {
  expect((await run(makeFolder(), ["report", "overview"])).code).toBe(3);
});
