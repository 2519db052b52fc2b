import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writePolicyFile } from "../../src/cli/statement/write-file.ts";
import { hashTree, makeFolder, run, writeInto, type Ran } from "./cli.ts";
import { makeFleet } from "./fleet.ts";
import { fleetFile, ForgeWorld } from "./forge-world.ts";

/** The command refused or only looked, and nothing at all was written. */
async function untouched(folder: string, words: readonly string[]): Promise<Ran> {
  const before = hashTree(folder);
  const ran = await run(folder, words);
  expect(hashTree(folder)).toEqual(before);
  return ran;
}

const HELD = "holds/hold-kb1.yaml";

describe("a preview", () => {
  it("shows the file of a hold and what it would change, and writes nothing", async () => {
    const ran = await untouched(makeFleet(), [
      "hold",
      "KB1",
      "--reason",
      "Breaks printing",
      "--until",
      "2026-04-01",
    ]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatchInlineSnapshot(`
      "Would write holds/hold-kb1.yaml (Hold hold-kb1):

      --- /dev/null
      +++ b/holds/hold-kb1.yaml
      @@ -0,0 +1,7 @@
      +apiVersion: patchring/v1
      +kind: Hold
      +metadata: { name: hold-kb1 }
      +spec:
      +  patches: [KB1]
      +  until: "2026-04-01"
      +  reason: "Breaks printing"

      On the snapshot of 2026-03-18T08:30:00Z it would change:
        approve → wait  1 device
      Nothing was written. \`patchring hold … --write\` writes the file, \`--open\` asks for it by a request.
      "
    `);
  });

  it("of a recall says where it can be removed and where not", async () => {
    const files = { "recalls/kb3.yaml": "" };
    const ran = await untouched(makeFleet(files), ["recall", "KB3", "--uninstall", "--reason", "Data loss"]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatchInlineSnapshot(`
      "Would write recalls/pull-kb3.yaml (Recall pull-kb3):

      --- /dev/null
      +++ b/recalls/pull-kb3.yaml
      @@ -0,0 +1,7 @@
      +apiVersion: patchring/v1
      +kind: Recall
      +metadata: { name: pull-kb3 }
      +spec:
      +  patches: [KB3]
      +  uninstall: true
      +  reason: "Data loss"

      On the snapshot of 2026-03-18T08:30:00Z it would change:
        leave → uninstall  2 devices
      Would be removed: 1
        KB3 on ws-2
      Cannot be removed: 0
      Ignored where it is not installed: 1
      Nothing was written. \`patchring recall … --write\` writes the file, \`--open\` asks for it by a
            request.
      "
    `);
    const kept = await untouched(makeFleet(files), ["recall", "KB3", "--reason", "Data loss", "--json"]);
    expect(JSON.parse(kept.stdout)).toMatchObject({
      format: "patchring.statement/1",
      name: "pull-kb3",
      written: false,
      effect: {
        recall: { remove: [], cannot: [], keep: [{ device: "ws-2", patch: "KB3" }], ignoredFacts: 1 },
      },
    });
  });

  it("goes on without a snapshot, and says what it cannot say", async () => {
    const folder = makeFleet();
    writeInto(folder, "inventory/fleet.ndjson", "broken");
    const ran = await untouched(folder, ["recall", "KB1", "--reason", "r"]);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain("cannot be said without a snapshot");
    expect(ran.stdout).toContain("kind: Recall");
  });

  it("warns of a patch that nobody has", async () => {
    const ran = await untouched(makeFleet(), ["hold", "KB11", "--reason", "r", "--until", "2026-04-01"]);
    expect(ran.stderr).toContain('the snapshot has no patch "KB11"');
  });
});

describe("what is missing or wrong exits with 64 and says what to add", () => {
  it.each([
    ["a hold without a reason", ["hold", "KB1"], 'add `--reason "…"`'],
    ["a blank reason", ["recall", "KB1", "--reason", " "], 'add `--reason "…"`'],
    ["a decision without an action", ["decide", "KB1", "--reason", "r"], "add `--action approve`"],
    ["ignore without an end", ["decide", "KB1", "--reason", "r", "--action", "ignore"], "add `--expires"],
    ["an emergency without an end", ["emergency", "KB1", "--reason", "r"], "add `--for 24h`"],
    [
      "an emergency of four days",
      ["emergency", "KB1", "--reason", "r", "--for", "4d"],
      "policy/emergency-too-long",
    ],
    ["an end in the past", ["hold", "KB1", "--reason", "r", "--until", "2026-01-01"], "would do nothing"],
    ["an end that is no date", ["hold", "KB1", "--reason", "r", "--until", "soon"], "hold-kb1.yaml"],
    ["a ring that is not there", ["hold", "KB1", "--reason", "r", "--ring", "prod"], "policy/unknown-ring"],
    ["a name with a path in it", ["hold", "KB1", "--reason", "r", "--name", "../x"], "`--name` takes"],
    ["both ways", ["hold", "KB1", "--reason", "r", "--write", "--open"], "give one of them"],
    ["no patch", ["hold", "--reason", "r"], "missing required argument"],
  ])("%s", async (_situation, words, said) => {
    const ran = await untouched(makeFleet(), words);
    expect(ran).toMatchObject({ code: 64, stdout: "" });
    expect(ran.stderr).toContain(said);
  });

  it("a policy that is wrong without it exits with 3", async () => {
    const ran = await untouched(makeFleet({ "rings.yaml": "kind: Rin" }), ["hold", "KB1", "--reason", "r"]);
    expect(ran.code).toBe(3);
  });
});

describe("--write", () => {
  it.each([
    ["hold", ["hold", "KB1", "--reason", "r", "--ring", "pilot", "--until", "2026-04-01"], HELD],
    [
      "recall",
      ["recall", "KB2", "--uninstall", "--max-devices", "5", "--skip", "window", "--reason", "r"],
      "recalls/pull-kb2.yaml",
    ],
    [
      "decide",
      ["decide", "KB2", "--action", "approve", "--site", "hq", "--reason", "r"],
      "decisions/approve-kb2.yaml",
    ],
    [
      "emergency",
      ["emergency", "KB1", "--skip", "promotion,window", "--for", "24h", "--reason", "r"],
      "emergencies/emergency-kb1.yaml",
    ],
  ])("%s: the file is valid policy, and the same again changes nothing", async (_verb, words, path) => {
    const folder = makeFleet();
    const ran = await run(folder, [...words, "--write"]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain(`Wrote ${path}`);
    const valid = await run(folder, ["validate"]);
    expect(valid).toMatchObject({ code: 0 });
    const before = hashTree(folder);
    expect((await run(folder, [...words, "--write"])).stdout).toContain(`${path} says so already`);
    expect(hashTree(folder)).toEqual(before);
  });

  it("changes a document that says the same of the same patches, with its comments", async () => {
    const text = `# ours\napiVersion: patchring/v1\nkind: Hold\nmetadata: { name: hold-kb1 }\nspec:\n  patches: [KB1] # the bad one\n  reason: r\n  until: 2026-03-20\n`;
    const folder = makeFleet({ "holds/mine.yaml": text });
    const ran = await run(folder, ["hold", "KB1", "--reason", "r", "--until", "2026-04-01", "--write"]);
    expect(ran.stdout).toContain("-  until: 2026-03-20");
    expect(readFileSync(join(folder, "holds/mine.yaml"), "utf8")).toBe(
      text.replace("2026-03-20", '"2026-04-01"'),
    );
  });

  it("never turns a hold of one ring into a hold of another", async () => {
    const folder = makeFleet();
    const words = ["hold", "KB1", "--reason", "r", "--until", "2026-04-01", "--write", "--ring"];
    await run(folder, [...words, "pilot"]);
    expect((await run(folder, [...words, "production"])).stdout).toContain("Wrote holds/hold-kb1-2.yaml");
    expect(readFileSync(join(folder, HELD), "utf8")).toContain("rings: [pilot]");
  });

  it("adds patches to a document that is named, and takes none away", async () => {
    const folder = makeFleet();
    const words = ["--reason", "r", "--until", "2026-04-01", "--name", "printing", "--write"];
    await run(folder, ["hold", "KB1", ...words]);
    await run(folder, ["hold", "KB2", ...words]);
    expect(readFileSync(join(folder, "holds/printing.yaml"), "utf8")).toContain("patches: [KB1, KB2]");
  });

  it("derives a safe name from a hostile id", async () => {
    const folder = makeFleet();
    const id = "../../etc/passwd\u0007 KB #1: {x}";
    const ran = await run(folder, [
      "hold",
      id,
      "--reason",
      "a: b # c\n---\nkind: Fleet",
      "--until",
      "2026-04-01",
      "--write",
    ]);
    expect(ran.code).toBe(0);
    expect(existsSync(join(folder, "holds/hold-etc-passwd-kb-1-x.yaml"))).toBe(true);
    expect((await run(folder, ["validate"])).code).toBe(0);
    expect(ran.stdout).not.toContain("\u0007");
  });

  it("does not follow a folder that leads elsewhere", async () => {
    const folder = makeFleet();
    const elsewhere = makeFolder();
    mkdirSync(join(elsewhere, "in"));
    symlinkSync(join(elsewhere, "in"), join(folder, "emergencies"));
    const words = ["emergency", "KB1", "--reason", "r", "--for", "24h", "--write"];
    const ran = await run(folder, words);
    expect(ran.code).not.toBe(0);
    expect(Object.keys(hashTree(elsewhere))).toEqual([]);
  });
});

it("never writes over what somebody wrote meanwhile", () => {
  const folder = makeFolder({ "holds/a.yaml": "theirs" });
  for (const before of [null, "as it was read"]) {
    const write = (): void => writePolicyFile(folder, { path: "holds/a.yaml", before, after: "ours" });
    expect(write).toThrow("File was not written");
  }
  expect(readFileSync(join(folder, "holds/a.yaml"), "utf8")).toBe("theirs");
});

describe("--open", () => {
  const HOLD = ["hold", "KB1", "--reason", "Breaks label printing", "--until", "2026-04-01", "--open"];

  it("opens one request with the file, which holds the patch once it is merged", async () => {
    const world = new ForgeWorld().soak();
    const ran = await world.run(...HOLD);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain("Opened request 1, which would write holds/hold-kb1.yaml");
    expect(world.git("show", "--format=%an", "--name-only", "patchring/hold/hold-kb1")).toContain("Ann Lee");
    const before = hashTree(world.root);
    expect((await world.run(...HOLD)).stdout).toContain("Request 1 asks for holds/hold-kb1.yaml already");
    expect(hashTree(world.root)).toEqual(before);
    const own = await world.run("requests", "review", "1", "--approve");
    expect(own.code).toBe(4);
    expect(own.stderr).toContain("of their own");
    world.configure("Ben Fox");
    expect((await world.run("requests", "review", "1", "--approve")).code).toBe(0);
    expect((await world.run("requests", "merge", "1")).stdout).toContain("approved by Ben Fox");
    expect((await world.run("promote")).stdout).toContain("KB1  left out: Hold/hold-kb1 holds it");
  });

  it("goes on where it was stopped between the push and the request", async () => {
    const world = new ForgeWorld().soak();
    await world.run(...HOLD);
    const pushed = world.git("rev-parse", "patchring/hold/hold-kb1");
    world.git(
      "update-ref",
      "-d",
      world.git("for-each-ref", "--format=%(refname)", "refs/patchring/requests"),
    );
    const ran = await world.run(...HOLD);
    expect(ran.stdout).toContain("Opened request 1");
    expect(world.git("rev-parse", "patchring/hold/hold-kb1")).toBe(pushed);
  });

  it("does not push over a request that says something else", async () => {
    const world = new ForgeWorld().soak();
    await world.run(...HOLD);
    const before = hashTree(world.root);
    const ran = await world.run(...HOLD.map((word) => (word === "2026-04-01" ? "2026-05-01" : word)));
    expect(ran.code).toBe(5);
    expect(ran.stderr).toContain("Request 1 asks for a document named hold-kb1");
    expect(hashTree(world.root)).toEqual(before);
  });

  it("says what is missing, and writes nothing in mode observe", async () => {
    const world = new ForgeWorld({ "fleet.yaml": fleetFile("observe") }).soak();
    const before = hashTree(world.root);
    expect((await world.run("hold", "KB1", "--open")).code).toBe(64);
    const ran = await world.run(...HOLD);
    expect(ran.code).toBe(4);
    expect(ran.stderr).toContain("set `mode: propose` in the Fleet");
    expect(hashTree(world.root)).toEqual(before);
  });
});
