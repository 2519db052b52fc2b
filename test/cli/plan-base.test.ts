import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Comparison } from "../../src/core/comparison.ts";
import { git, hashTree, run, writeInto } from "./cli.ts";
import { fleetYaml, makeFleet, RECALL, RULES, snapshotText } from "./fleet.ts";

/** A policy repository whose first commit is tagged `base`. */
function makeRepository(files: Readonly<Record<string, string>> = {}): string {
  const folder = makeFleet(files);
  git(folder, "init", "-q");
  git(folder, "add", "-A");
  git(folder, "commit", "-qm", "First policy");
  git(folder, "tag", "base");
  return folder;
}

/** Drivers are approved instead of ignored, and the recall is gone. */
function change(folder: string): void {
  writeInto(folder, "rules/microsoft.yaml", RULES.replace("then: ignore", "then: approve"));
  rmSync(join(folder, "recalls"), { recursive: true });
}

const parse = (text: string): Comparison => JSON.parse(text) as Comparison;
const short = ({ changes }: Comparison): string[] =>
  changes.map(
    (one) =>
      `${one.danger} ${one.change} ${one.patch} ${one.base.verdict}>${one.head.verdict} ${one.base.action?.action ?? "-"}>${one.head.action?.action ?? "-"} ${one.devices} ${one.example}`,
  );

describe("plan --base", () => {
  it("compares the work tree with a commit, dangers first", async () => {
    const folder = makeRepository();
    change(folder);
    const ran = await run(folder, ["plan", "--base", "base", "--json"]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    const comparison = parse(ran.stdout);
    expect(Object.keys(comparison)[0]).toBe("format");
    expect(comparison).toMatchObject({
      format: "patchring.compare/1",
      at: "2026-03-18T09:00:00Z",
      base: { ref: "base", dirty: false, commit: git(folder, "rev-parse", "base") },
      head: { ref: null, dirty: true },
    });
    expect(short(comparison)).toMatchInlineSnapshot(`
      [
        "removal-dropped disappears KB3 uninstall>leave uninstall>- 1 ws-2",
        "ban-lifted changes KB2 ignore>approve ignore>approve 1 ws-1",
        "ban-lifted disappears KB3 uninstall>leave ignore>- 1 ws-3",
      ]
    `);
    expect(comparison.summary).toMatchObject({ facts: 6, changed: 3, unchanged: 3, devices: 3 });
  });

  it("says it in words", async () => {
    const folder = makeRepository();
    change(folder);
    const ran = await run(folder, ["plan", "--base", "base"]);
    const shown = ran.stdout.replace(/[0-9a-f]{12}/g, "<hash>");
    expect(shown).toMatchInlineSnapshot(`
      "Would change 3 decisions on 3 of 3 devices.
        Actions that appear: 0 approve, 0 ignore, 0 do-nothing, 0 reprocess, 0 uninstall.
        Actions that disappear: 0 approve, 1 ignore, 0 do-nothing, 0 reprocess, 1 uninstall.
        Actions that change: 1. Only the verdict changes: 0. Dangerous: 3.
        Unchanged: 3 of 6 decisions; of these 0 with another time and 0 by another statement or ring.
        The next run would send 2 actions; with the base policy 4 actions.

      Removals and releases: 0 uninstall, 0 do-nothing, 1 no longer
        change                 devices  patch  ring        verdict
        no longer ✗ uninstall        1  KB3    production  uninstall → leave
                                        Update KB3
                                        no statement (was Recall/pull-kb3 recalls/kb3.yaml:3)
                                        NO_RULE: no policy statement speaks of it (was RECALLED)

      No longer kept away: 2
        change                devices  patch  ring        verdict
        - ignore → + approve        1  KB2    pilot       ignore → approve
                                       Update KB2
                                       microsoft/drivers rules/microsoft.yaml:9
                                       APPROVED: the rule approves it (was RULE)
        no longer - ignore          1  KB3    production  uninstall → leave
                                       Update KB3
                                       no statement (was Recall/pull-kb3 recalls/kb3.yaml:3)
                                       NO_RULE: no policy statement speaks of it (was RECALLED)
        The base policy ignores or removes these patches here; this policy does not.

      Guards
        guard               state  value  limit  counts
        actionsPerRun       ok         2    500  actions in one run
        devicesPerRun       ok         1      3  devices to approve, retry or remove on
        uninstallsPerRun    ok         0     10  removals in one run
        emptySnapshot       ok         3      1  devices in the snapshot (at least 1)
        incompleteSnapshot  ok         0      0  1: the backend stopped half way

      New findings: 0; resolved: 0

      Base      base, <hash>, sha256:<hash>
      Head      work tree, <hash> with changes not committed, sha256:<hash>
      Snapshot  taken 2026-03-18T08:30:00Z (30 min earlier), 3 devices (0 stale), 3 patches, 6 facts,
                sha256:<hash>
      Seen from 2026-03-18T09:00:00Z

      Next
        patchring why ws-2 KB3
      "
    `);
  });

  it("is empty but complete where nothing changes", async () => {
    const folder = makeRepository();
    const ran = await run(folder, ["plan", "--base", "HEAD"]);
    expect(ran.stdout).toContain("Would change no decision.\n");
    expect(ran.stdout).toContain("\nRemovals and releases: none\n");
    expect(ran.stdout).toContain("Unchanged: 6 of 6 decisions;");
  });

  it("compares two commits and touches neither work tree nor repository", async () => {
    const folder = makeRepository();
    change(folder);
    git(folder, "add", "-A");
    git(folder, "commit", "-qm", "Second policy");
    const head = git(folder, "rev-parse", "HEAD");
    writeInto(folder, "rings.yaml", "kind: [");
    const before = hashTree(folder);
    const ran = await run(folder, ["plan", "--base", "base", "--ref", "HEAD", "--json"]);
    expect(ran.code).toBe(0);
    const comparison = parse(ran.stdout);
    expect(comparison.head).toMatchObject({ ref: "HEAD", commit: head, dirty: false });
    expect(comparison.summary.changed).toBe(3);
    expect(hashTree(folder)).toEqual(before);
  });

  it("the other way round gives the same facts, and appears and disappears change places", async () => {
    const folder = makeRepository();
    change(folder);
    git(folder, "add", "-A");
    git(folder, "commit", "-qm", "Second policy");
    const there = parse((await run(folder, ["plan", "--base", "base", "--json"])).stdout).summary;
    const back = parse(
      (await run(folder, ["plan", "--base", "HEAD", "--ref", "base", "--json"])).stdout,
    ).summary;
    expect(back).toMatchObject({
      changed: there.changed,
      devices: there.devices,
      appears: there.disappears,
      disappears: there.appears,
      baseActions: there.headActions,
      headActions: there.baseActions,
    });
  });

  it("reads the snapshot that is named and needs no provider", async () => {
    const folder = makeRepository({ "fleet.yaml": fleetYaml().replace(/ {2}provider.*\n/, "") });
    change(folder);
    const ran = await run(folder, ["plan", "--base", "base", "--snapshot", "inventory/fleet.ndjson"]);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain("Would change 3 decisions on 3 of 3 devices.");
    const none = await run(folder, ["plan", "--base", "base"]);
    expect(none.stderr).toContain("[cli/no-provider]");
  });

  it("saves the comparison, and exits 2 only when asked", async () => {
    const folder = makeRepository();
    const same = await run(folder, ["plan", "--base", "base", "--detailed-exit-code"]);
    expect(same.code).toBe(0);
    change(folder);
    const ran = await run(folder, [
      "plan",
      "--base",
      "base",
      "--detailed-exit-code",
      "--save",
      "compare.json",
    ]);
    expect(ran).toMatchObject({ code: 2, stderr: "patchring: comparison saved to compare.json\n" });
    expect(parse(readFileSync(join(folder, "compare.json"), "utf8")).summary.changed).toBe(3);
  });

  it("shows a guard that the head would trip, and exits as usual", async () => {
    const folder = makeRepository();
    writeInto(folder, "fleet.yaml", fleetYaml("observe", "actionsPerRun: 3"));
    const ran = await run(folder, ["plan", "--base", "base"]);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^Would change no decision\. A guard would stop the run\.\n/);
    expect(ran.stdout).toMatch(/actionsPerRun +TRIPPED +4 +3/);
  });

  it("lists findings that are new, and counts those that are gone", async () => {
    const folder = makeRepository({
      "recalls/kb9.yaml": RECALL.replace("pull-kb3", "pull-kb9").replace("[KB3]", "[KB9]"),
    });
    rmSync(join(folder, "recalls/kb9.yaml"));
    const rule = "    - name: nothing\n      patches: { category: no-such }\n      then: ignore\n";
    writeInto(folder, "rules/microsoft.yaml", RULES + rule);
    const { findings, resolved } = parse((await run(folder, ["plan", "--base", "base", "--json"])).stdout);
    expect(findings.map(({ code, place }) => `${code} ${place ?? "-"}`)).toEqual([
      "fleet/dead-rule rules/microsoft.yaml:12:13",
    ]);
    expect(resolved).toBe(1);
  });

  it.each([
    ["no-such", 1, "[cli/unknown-revision]"],
    ["--upload-pack=x", 1, "[cli/unknown-revision]"],
  ])("refuses the revision %s", async (ref, code, message) => {
    const ran = await run(makeRepository(), ["plan", `--base=${ref}`]);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(message);
    expect(ran.stdout).toBe("");
  });

  it("says that it is the base that is wrong", async () => {
    const folder = makeRepository({ "rules/microsoft.yaml": "kind: [" });
    change(folder);
    const ran = await run(folder, ["plan", "--base", "base"]);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(/^base:rules\/microsoft\.yaml:1:/);
  });

  it("refuses a wrong head with exit 3, and a format that a comparison does not have with 64", async () => {
    const folder = makeRepository();
    expect((await run(folder, ["plan", "--base", "base", "--format", "xml"])).code).toBe(64);
    writeInto(folder, "rules/microsoft.yaml", "kind: [");
    expect((await run(folder, ["plan", "--base", "base"])).code).toBe(3);
  });

  it("works on a bare clone", async () => {
    const folder = makeRepository();
    writeInto(folder, "rules/microsoft.yaml", RULES.replace("then: ignore", "then: approve"));
    git(folder, "commit", "-qam", "Second policy");
    git(folder, "clone", "-q", "--bare", ".", "bare.git");
    writeInto(folder, "snap.ndjson", snapshotText());
    const words = [
      "plan",
      "-C",
      "bare.git",
      "--base",
      "base",
      "--ref",
      "HEAD",
      "--snapshot",
      "snap.ndjson",
      "--json",
    ];
    const ran = await run(folder, words);
    expect(parse(ran.stdout).summary.changed).toBe(1);
  });
});
