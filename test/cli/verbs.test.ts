import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hashTree, makeFolder, run, writeInto } from "./cli.ts";
import { fleetYaml, makeFleet, RINGS, snapshotText } from "./fleet.ts";

describe("validate", () => {
  it("says what was read when all is well", async () => {
    const ran = await run(makeFleet(), ["validate"]);
    expect(ran).toEqual({ code: 0, stdout: "4 files read, no findings.\n", stderr: "" });
  });

  it("needs no snapshot and no provider", async () => {
    const folder = makeFleet({ "fleet.yaml": fleetYaml().replace(/path: [^ ]+/, "path: not-there") });
    expect((await run(folder, ["validate"])).code).toBe(0);
  });

  it("prints every error as its result and exits 3", async () => {
    const folder = makeFleet({ "rings.yaml": RINGS.replace("after: pilot", "after: pilt") });
    const ran = await run(folder, ["validate"]);
    expect(ran).toMatchObject({ code: 3, stderr: "" });
    expect(ran.stdout).toMatch(/^rings\.yaml:9:16: error: Unknown ring \[policy\/unknown-ring\]\n/);
    expect(ran.stdout).toMatch(/\n4 files read, 1 error\.\n$/);
  });

  it("does not fail on warnings, and shows their source line", async () => {
    const hold = `apiVersion: patchring/v1
kind: Hold
metadata: { name: old }
spec: { patches: [KB1], reason: "x", until: 2026-01-01 }
`;
    const ran = await run(makeFleet({ "hold.yaml": hold }), ["validate"]);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain(
      "warning: Hold has ended [policy/expired]\n    3 | metadata: { name: old }\n",
    );
  });

  it.each([
    ["json", (text: string) => expect(JSON.parse(text)).toMatchObject({ format: "patchring.diagnostics/1" })],
    ["sarif", (text: string) => expect(JSON.parse(text)).toMatchObject({ version: "2.1.0" })],
    ["github", (text: string) => expect(text).toMatch(/^::error file=rings\.yaml,line=9/m)],
  ] as const)("prints errors as %s", async (format, check) => {
    const folder = makeFleet({ "rings.yaml": RINGS.replace("after: pilot", "after: pilt") });
    const ran = await run(folder, ["validate", "--format", format]);
    expect(ran).toMatchObject({ code: 3, stderr: "" });
    check(ran.stdout);
  });

  it("refuses an empty folder", async () => {
    const ran = await run(makeFolder(), ["validate"]);
    expect(ran.code).toBe(3);
    expect(ran.stdout).toContain("[policy/no-fleet]");
  });
});

describe("verdicts", () => {
  interface Row {
    readonly device: string;
    readonly patch: string;
    readonly verdict: string;
  }
  const rows = (text: string): string[] =>
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Row)
      .map(({ device, patch, verdict }) => `${device} ${patch} ${verdict}`);

  it("prints all seven keys in order, sorted by device and patch", async () => {
    const ran = await run(makeFleet(), ["verdicts"]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout.split("\n")[0]).toBe(
      '{"device":"ws-1","patch":"KB1","ring":"pilot","verdict":"approve","reason":"APPROVED","source":"microsoft/security","until":null}',
    );
    expect(rows(ran.stdout)).toEqual([
      "ws-1 KB1 approve",
      "ws-1 KB2 ignore",
      "ws-2 KB1 wait",
      "ws-2 KB3 uninstall",
      "ws-3 KB1 wait",
      "ws-3 KB3 uninstall",
    ]);
  });

  it.each([
    [
      ["--device", "ws-2"],
      ["ws-2 KB1 wait", "ws-2 KB3 uninstall"],
    ],
    [["--patch", "kb2"], ["ws-1 KB2 ignore"]],
    [["--ring", "pilot", "--verdict", "approve,wait"], ["ws-1 KB1 approve"]],
    [
      ["--device", "ws-1", "--device", "ws-3", "--patch", "KB1"],
      ["ws-1 KB1 approve", "ws-3 KB1 wait"],
    ],
  ])("filters by %j", async (filter, expected) => {
    const ran = await run(makeFleet(), ["verdicts", ...filter]);
    expect(rows(ran.stdout)).toEqual(expected);
  });

  it("says that a name is not known, because an empty answer looks like none", async () => {
    const ran = await run(makeFleet(), ["verdicts", "--ring", "pilots"]);
    expect(ran).toEqual({
      code: 0,
      stdout: "",
      stderr: 'patchring: warning: the policy has no ring "pilots"\n',
    });
  });

  it("prints nothing for no facts", async () => {
    const folder = makeFleet({ "inventory/fleet.ndjson": snapshotText([]) });
    expect(await run(folder, ["verdicts"])).toEqual({ code: 0, stdout: "", stderr: "" });
  });
});

describe("why", () => {
  it("answers in its first sentence, and as JSON", async () => {
    const ran = await run(makeFleet(), ["why", "ws-2", "KB1"]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^WAIT \(/);
    const json = await run(makeFleet(), ["why", "ws-2", "KB1", "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      verdict: { device: "ws-2", patch: "KB1", verdict: "wait" },
    });
  });

  it("says when a device does not need a patch", async () => {
    const ran = await run(makeFleet(), ["why", "ws-2", "KB2"]);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^ws-2 does not need KB2/);
  });
});

describe("match", () => {
  it("shows what a rule matches, and as JSON", async () => {
    const ran = await run(makeFleet(), ["match", "microsoft/security"]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^1 patch on 3 of 3 devices match(es)? microsoft\/security/);
    const json = await run(makeFleet(), ["match", "microsoft/security", "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ format: "patchring.match/1", devices: 3 });
  });
});

const TWO_RINGS = RINGS.replace("{ not: { tags: pilot } }", "{}");

describe("fleet checks", () => {
  it("fail validate when a device is in two rings, only with a snapshot", async () => {
    const folder = makeFleet({ "rings.yaml": TWO_RINGS });
    expect((await run(folder, ["validate"])).code).toBe(0);
    const ran = await run(folder, ["validate", "--snapshot", "inventory/fleet.ndjson"]);
    expect(ran.code).toBe(3);
    expect(ran.stdout).toContain("[fleet/two-rings]");
  });

  it("let the other verbs go on with the earlier ring, and say so", async () => {
    const folder = makeFleet({ "rings.yaml": TWO_RINGS });
    const ran = await run(folder, ["verdicts", "--device", "ws-1", "--patch", "KB1"]);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('"ring":"pilot"');
    expect(ran.stderr).toContain("[fleet/two-rings]");
  });
});

describe("snapshot", () => {
  it("writes what the provider reports, so that it plans the same", async () => {
    const folder = makeFleet();
    expect(await run(folder, ["snapshot", "--out", "copy.ndjson.gz"])).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
    expect(gunzipSync(readFileSync(join(folder, "copy.ndjson.gz"))).toString()).toContain(
      '"record":"header"',
    );
    const direct = await run(folder, ["verdicts"]);
    const copied = await run(folder, ["verdicts", "--snapshot", "copy.ndjson.gz"]);
    expect(copied).toEqual(direct);
  });

  it("reads two spreadsheets", async () => {
    const folder = makeFleet({
      "patches.csv": "id,title,category,releasedAt\nKB1,Update,security,2026-03-01\n",
      "facts.csv": "device,tags,patch,status,scannedAt\nws-7,pilot,KB1,missing,2026-03-18T08:00:00Z\n",
    });
    const ran = await run(folder, [
      "snapshot",
      "--from-csv",
      "patches.csv",
      "facts.csv",
      "--out",
      "s.ndjson",
    ]);
    expect(ran.code).toBe(0);
    const verdicts = await run(folder, ["verdicts", "--snapshot", "s.ndjson"]);
    expect(verdicts.stdout).toContain('{"device":"ws-7","patch":"KB1","ring":"pilot","verdict":"approve"');
  });

  it.each([
    [["only.csv"], 64],
    [["a.csv", "b.csv", "c.csv"], 64],
    [["none.csv", "none.csv"], 1],
  ])("refuses --from-csv %j with %d", async (files, code) => {
    const ran = await run(makeFleet(), ["snapshot", "--from-csv", ...files]);
    expect(ran).toMatchObject({ code, stdout: "" });
  });
});

describe("schema", () => {
  it("lists the kinds, and prints one whatever its spelling", async () => {
    const folder = makeFolder();
    const list = await run(folder, ["schema"]);
    expect(list.stdout.trim().split("\n")).toContain("ApprovalRules");
    const one = await run(folder, ["schema", "approval-rules"]);
    expect(JSON.parse(one.stdout)).toMatchObject({ title: "ApprovalRules" });
  });

  it("offers the near one", async () => {
    const ran = await run(makeFolder(), ["schema", "rnig"]);
    expect(ran.code).toBe(64);
    expect(ran.stderr).toContain("did you mean `patchring schema Ring`?");
  });
});

describe("reading a policy directory", () => {
  it("skips dot folders, node_modules and schemas, and takes every other YAML file", async () => {
    const folder = makeFleet({
      ".github/workflows/ci.yml": "on: push",
      "node_modules/a/b.yaml": "x: 1",
      "schemas/c.yaml": "x: 1",
      "deep/er/hold.YML": "kind: Hold",
    });
    const ran = await run(folder, ["validate"]);
    expect(ran.stdout).toContain("5 files read");
    expect(ran.stdout).toContain("deep/er/hold.YML");
  });

  it("refuses a file that is not UTF-8, one that is too large, and a link out of the directory", async () => {
    const outside = makeFolder({ "secret.yaml": "x: 1" });
    const folder = makeFleet({
      "big.yaml": `# ${"x".repeat(5_300_000)}\n`,
      "bigger.yaml": `# ${"€".repeat(6_000_000)}\n`,
    });
    const { symlinkSync, writeFileSync } = await import("node:fs");
    symlinkSync(join(outside, "secret.yaml"), join(folder, "link.yaml"));
    symlinkSync(outside, join(folder, "linked-folder"));
    symlinkSync(join(folder, "rings.yaml"), join(folder, "inside.txt"));
    writeFileSync(join(folder, "latin.yaml"), Buffer.from([0x61, 0xe9, 0x0a]));
    const ran = await run(folder, ["validate"]);
    expect(ran.code).toBe(3);
    for (const head of [
      "big.yaml:1:1: error: Policy file is too large",
      "bigger.yaml:1:1: error: Policy file is too large",
      "latin.yaml:1:1: error: File is not UTF-8 [repo/not-utf8]",
      "link.yaml:1:1: error: Link is not followed [repo/symlink]",
      "linked-folder:1:1: error: Link is not followed [repo/symlink]",
    ]) {
      expect(ran.stdout).toContain(head);
    }
    expect(ran.stdout).not.toContain("inside.txt");
    expect((await run(folder, ["plan"])).code).toBe(3);
  });
});

it("writes nothing in any verb that previews", async () => {
  const folder = makeFleet();
  writeInto(folder, "plan.json", "{}");
  const before = hashTree(folder);
  for (const words of [
    ["validate"],
    ["validate", "--format", "sarif"],
    ["verdicts"],
    ["plan"],
    ["plan", "--format", "html"],
    ["plan", "--json", "--snapshot", "inventory/fleet.ndjson"],
    ["snapshot"],
    ["schema", "Ring"],
    ["explain", "SOAK"],
    ["why", "ws-1", "KB1"],
    ["match", "microsoft/security"],
    ["validate", "--snapshot", "inventory/fleet.ndjson"],
  ]) {
    const ran = await run(folder, words);
    expect({ words, code: ran.code }).toEqual({ words, code: 0 });
    expect(hashTree(folder)).toEqual(before);
  }
});
