import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PackManifest, Population, SampleDocument } from "../../src/core/evidence-pack.ts";
import { QUESTIONS } from "../../src/report/evidence/questions.ts";
import { keepFolders, makeFolder, run } from "./cli.ts";
import { firstQuarter, ok, sha256, type EvidenceWorld } from "./evidence-world.ts";

const PYTHON = spawnSync("python3", ["--version"]).status === 0;
if (!PYTHON && process.env["CI"]) throw new Error("python3 is needed for the verifier's tests");
if (!PYTHON) process.stderr.write("SKIPPED: verify.py: python3 is not installed\n");

interface Verified {
  readonly code: number | null;
  readonly text: string;
}

function python(pack: string): Verified {
  const { status, stdout, stderr } = spawnSync("python3", ["verify.py", "."], {
    cwd: pack,
    encoding: "utf8",
  });
  return { code: status, text: stdout + stderr };
}

async function ours(pack: string): Promise<Verified> {
  const { code, stdout, stderr } = await run(pack, ["evidence", "verify", pack]);
  return { code, text: stdout + stderr };
}

describe("an evidence pack", () => {
  let world: EvidenceWorld;
  let built = "";
  let release = (): void => undefined;
  beforeAll(async () => {
    world = await firstQuarter();
    built = await ok(world, "evidence", "build", "--period", "2026Q1", "--every", "1d");
    await ok(world, "evidence", "sample", world.pack, "--n", "3", "--seed", "auditor's words");
    release = keepFolders();
  }, 60_000);
  afterAll(() => {
    release();
  });

  function population(name: string, pack = world.pack): Population {
    return JSON.parse(readFileSync(join(pack, `populations/${name}.json`), "utf8")) as Population;
  }
  function rowsOf(name: string): Population["rows"] {
    return population(name).rows;
  }

  it("says what is in it and what is not", () => {
    expect(built.split("\n").slice(1, 20)).toEqual([
      "  obligations               14",
      "  devices                    7",
      "  patches                    2",
      "  policy-changes             8",
      "  promotions                 2",
      "  emergency-changes          1",
      "  actions                   14",
      "  exceptions                 1",
      "  holds                      0",
      "  runs                       5",
      "  access                     5",
      "  unapproved-installs        0",
      "",
      "Not in it:",
      "  The ledger begins at 2026-03-09T08:00:00Z, after the period began.",
      "",
      "Next",
      expect.stringContaining("evidence verify"),
      expect.stringContaining("evidence sample"),
    ]);
  });

  it("tells of each obligation who approved it before it was sent, and what a later scan showed", () => {
    const row = rowsOf("obligations").find(({ id }) => id === "w2/KB1")!;
    expect(row).toMatchObject({
      ring: "production",
      profile: "house",
      outcome: "met",
      due_at: "2026-03-23T08:00:00Z",
      rule: "microsoft/security",
      approval_ref: expect.stringContaining("1") as string,
      approved_by: ["Ann Lee"],
      approved_before_sent: true,
      sent_at: "2026-03-13T08:00:00Z",
      verified_at: "2026-03-13T08:30:00Z",
    });
    expect(rowsOf("obligations").find(({ id }) => id === "w3/KB2")).toMatchObject({
      outcome: "excepted",
      verdict: "ignore",
    });
    expect(rowsOf("obligations").every((one) => one["approved_before_sent"] !== false)).toBe(true);
  });

  it("tells of promotions and emergencies who let them in, on what evidence", () => {
    expect(rowsOf("promotions").map(({ id }) => String(id).slice(0, 15))).toEqual([
      "production/KB1/",
      "production/KB2/",
    ]);
    expect(rowsOf("promotions")[0]).toMatchObject({
      from: "pilot",
      eligible: 4,
      installed: 4,
      failed: 0,
      tested_before_approved: true,
      two_party: true,
    });
    expect(rowsOf("emergency-changes")[0]).toMatchObject({
      emergency: "Emergency/exploited",
      devices_sent: 1,
      two_party: false,
      approved_before_sent: true,
    });
    const approval = JSON.parse(readFileSync(join(world.pack, "approvals/request-1.json"), "utf8")) as Record<
      string,
      unknown
    >;
    expect(approval).toMatchObject({ merged_by: "Ann Lee", reviews: [{ covers_merged_head: true }] });
  });

  it("answers each question with a file that is there", () => {
    for (const { files } of QUESTIONS) {
      for (const file of files) {
        const path = join(world.pack, file);
        expect(existsSync(path), file).toBe(true);
        if (file.endsWith("/")) expect(readdirSync(path), file).not.toEqual([]);
        else expect(readFileSync(path, "utf8"), file).not.toBe("");
      }
    }
    const guide = readFileSync(join(world.pack, "README.html"), "utf8");
    for (const { question, files } of QUESTIONS) {
      expect(guide).toContain(question);
      for (const file of files) expect(guide).toContain(file);
    }
  });

  it("has the same rows as CSV, where no cell is a formula", () => {
    const csv = readFileSync(join(world.pack, "populations/exceptions.csv"), "utf8");
    expect(csv.split("\r\n")).toHaveLength(3);
    expect(csv).toContain("'=cmd");
    expect(JSON.stringify(rowsOf("exceptions"))).toContain(`"=cmd|' /C calc'!A0"`);
  });

  it("gives a gap for each time without a run", () => {
    const gaps = JSON.parse(readFileSync(join(world.pack, "reconciliation/gaps.json"), "utf8")) as Population;
    expect(gaps.rows.map(({ from }) => from)).toEqual([
      "2026-01-01T00:00:00Z",
      "2026-03-09T08:30:00Z",
      "2026-03-13T08:30:00Z",
    ]);
  });

  it("draws the sample that anybody can draw again, with a page each", () => {
    const folder = join(world.pack, "samples", readdirSync(join(world.pack, "samples"))[0]!);
    const sample = JSON.parse(readFileSync(join(folder, "sample.json"), "utf8")) as SampleDocument;
    const byHand = rowsOf("obligations")
      .map(({ id }) => ({ id: String(id), rank: sha256(`auditor's words\n${String(id)}`) }))
      .sort((a, b) => (a.rank < b.rank ? -1 : 1))
      .slice(0, 3);
    expect(sample.items.map(({ id, rank }) => ({ id, rank }))).toEqual(byHand);
    const page = readFileSync(join(folder, "1.html"), "utf8");
    const titles = [...page.matchAll(/<h2>(\d [^<]+)<\/h2>/g)].map((match) => match[1]);
    expect(titles).toEqual([
      "1 What and where",
      "2 Detected",
      "3 Rated and due",
      "4 Approved",
      "5 Tested and deployed",
      "6 Verified",
      "7 Exceptions",
      "8 Proofs",
    ]);
    expect(page).toContain("microsoft/security at ");
    expect(page).not.toContain("<script");
  });

  it.runIf(PYTHON)("is found whole by both programs", async () => {
    const [mine, theirs] = [await ours(world.pack), python(world.pack)];
    expect(theirs).toMatchObject({ code: 0 });
    expect(mine.code).toBe(0);
    for (const { text } of [mine, theirs]) {
      expect(text).toContain("passed   ledger: 48 records");
      expect(text).toContain("passed   counts: actions: 14 in the list, 14 in the ledger");
      expect(text).toContain("passed   counts: runs: 5 in the list, 5 in the ledger");
      expect(text).toContain("drawn again from the seed");
      expect(text).toMatch(/ 0 failed\n$/);
    }
    expect(theirs.text).toContain("skipped  signature: MANIFEST.json is not signed");
    expect(theirs.text).toContain("passed   history");
  });

  it("holds the ledger that runs wrote where the Fleet's store says, whole also to the store", async () => {
    const written = readFileSync(join(world.clone, "state/audit.ndjson"), "utf8");
    expect(readFileSync(join(world.pack, "ledger/ledger.ndjson"), "utf8")).toBe(written);
    expect(existsSync(join(world.clone, ".patchring"))).toBe(false);
    const report = await world.json("ledger", "verify");
    expect(JSON.stringify(report)).toContain(`"seq":48`);
  });

  /** Changes one thing in a copy of the pack. With `sealed` the manifest is made to fit, as a forger would. */
  function forge(change: (pack: string) => void, sealed: boolean): string {
    const copy = join(makeFolder(), "pack");
    cpSync(world.pack, copy, { recursive: true });
    change(copy);
    if (!sealed) return copy;
    const manifest = JSON.parse(readFileSync(join(copy, "MANIFEST.json"), "utf8")) as PackManifest;
    const files = manifest.files.map((file) => {
      const text = readFileSync(join(copy, file.path));
      return { ...file, bytes: text.length, sha256: digest(text) };
    });
    writeFileSync(join(copy, "MANIFEST.json"), JSON.stringify({ ...manifest, files }));
    return copy;
  }
  const edit =
    (path: string, from: string | RegExp, to: string) =>
    (pack: string): void => {
      const before = readFileSync(join(pack, path), "utf8");
      const after = before.replace(from, to);
      expect(after).not.toBe(before);
      writeFileSync(join(pack, path), after);
    };
  const ledger = "ledger/ledger.ndjson";

  it.runIf(PYTHON).each([
    ["a cell is edited", edit("populations/obligations.csv", "met", "late"), false, "was changed"],
    ["a file is taken away", (pack: string) => rmSync(join(pack, "scope.json")), false, "is missing"],
    ["a file is added", (pack: string) => appendFileSync(join(pack, "x"), "x"), false, "not in the manifest"],
    [
      "a row is taken out of a list",
      edit("populations/runs.json", /("rows": \[\s*)\{[^{}]*\},/, "$1"),
      true,
      "rows as JSON",
    ],
    ["a record of the ledger is edited", edit(ledger, '"accepted"', '"refused"'), true, "was edited"],
    ["a record is taken out of the ledger", edit(ledger, /\n[^\n]*\n/, "\n"), true, "does not follow"],
    ["the end of the ledger is cut off", edit(ledger, /\n[^\n]*\n$/, "\n"), true, "it ends at record 47"],
    ["a sample is drawn otherwise", swapSample, false, "draws other items"],
  ])("is not believed by either program when %s", async (_situation, change, sealed, said) => {
    const pack = forge(change, sealed);
    for (const verified of [await ours(pack), python(pack)]) {
      expect(verified.code).toBe(1);
      expect(verified.text).toContain("FAILED");
      expect(verified.text).toContain(said);
    }
  });

  it.each([
    ["no period", ["build"], "needs a period"],
    ["a period that is none", ["build", "x", "--period", "2026Q5"], "2026Q1"],
    ["no folder", ["verify"], "Name the folder"],
    ["a folder that is no pack", ["verify", "rings"], "MANIFEST.json could not be read (ENOENT)"],
    ["another action", ["sign"], "build, sample or verify"],
    ["no seed", ["sample", "evidence-2026Q1"], "drawn by a seed"],
    ["a list that is none", ["sample", "evidence-2026Q1", "--seed", "x", "--population", "pets"], "It has: "],
  ])("refuses %s", async (_situation, words, said) => {
    const ran = await world.run("evidence", ...words);
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toContain(said);
    expect(ran.stdout).toBe("");
  });

  it("is not mixed with other evidence", async () => {
    const before = readdirSync(world.pack);
    const ran = await world.run("evidence", "build", "--period", "2026Q1");
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("is not empty");
    expect(readdirSync(world.pack)).toEqual(before);
  });
});

function digest(bytes: Uint8Array): string {
  return spawnSync("sha256sum", { input: bytes, encoding: "utf8" }).stdout.slice(0, 64);
}

function swapSample(pack: string): void {
  const folder = join(pack, "samples", readdirSync(join(pack, "samples"))[0]!);
  const path = join(folder, "sample.json");
  const sample = JSON.parse(readFileSync(path, "utf8")) as SampleDocument;
  writeFileSync(path, JSON.stringify({ ...sample, seed: "words of my own" }));
}
