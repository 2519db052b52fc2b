/** The comment on a request of a real repository with the local forge. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Comparison } from "../../src/core/comparison.ts";
import { parseInstant } from "../../src/core/time.ts";
import {
  openLocalReader,
  openLocalWriter,
  type LocalForgeOptions,
} from "../../src/forge/local/local-forge.ts";
import { openPlumbing } from "../../src/repo/plumbing.ts";
import { openRepository } from "../../src/repo/repository.ts";
import { git, hashTree, NOW, run, writeInto, type Ran } from "./cli.ts";
import { fleetYaml, makeFleet, RECALL, RULES } from "./fleet.ts";

const BOT = { name: "patchring", email: "patchring@localhost" };

async function forgeOf(folder: string): Promise<LocalForgeOptions> {
  const repository = await openRepository({ directory: folder, env: { PATH: process.env["PATH"] } });
  const git = openPlumbing(repository);
  return { git, defaultBranch: "main", bot: BOT, writeAs: BOT, now: () => parseInstant(NOW)! };
}

/** Request 1 asks to merge `change`, which is checked out; the comparison is saved in `compare.json`. */
async function makeRequest(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = makeFleet(files);
  git(folder, "init", "-q");
  writeInto(folder, ".gitignore", "compare.json\n");
  git(folder, "add", "-A");
  git(folder, "commit", "-qm", "First policy");
  git(folder, "checkout", "-qb", "change");
  await push(folder, RULES.replace("then: ignore", "then: approve"));
  const marker = { kind: "change", key: "drivers", data: {} };
  await openLocalWriter(await forgeOf(folder)).openRequest({
    marker,
    headBranch: "change",
    base: "main",
    title: "Approve drivers",
    body: "",
    labels: [],
  });
  return folder;
}

async function push(folder: string, rules: string): Promise<void> {
  writeInto(folder, "rules/microsoft.yaml", rules);
  git(folder, "commit", "-qam", "Change the rules");
  await compare(folder);
}

async function compare(folder: string, ...words: readonly string[]): Promise<void> {
  const ran = await run(folder, ["plan", "--base", "main", "--save", "compare.json", "--quiet", ...words]);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
}

const comment = (folder: string, ...words: readonly string[]): Promise<Ran> =>
  run(folder, ["comment", "compare.json", ...words]);

async function seen(folder: string): Promise<{ comments: string[]; checks: string[] }> {
  const reader = openLocalReader(await forgeOf(folder));
  const { head } = await reader.readRequest(1);
  const checks = await reader.listChecks(head.sha);
  return {
    comments: (await reader.listComments(1)).map(({ body }) => body),
    checks: checks.map(({ name, state, description }) => `${name}: ${state}: ${description}`),
  };
}

function edit(folder: string, change: (comparison: Comparison) => unknown): void {
  const comparison = JSON.parse(readFileSync(join(folder, "compare.json"), "utf8")) as Comparison;
  writeInto(folder, "compare.json", JSON.stringify(change(comparison)));
}

describe("comment", () => {
  it("posts one comment and three statuses on the request with that head", async () => {
    const folder = await makeRequest();
    const ran = await comment(folder);
    expect(ran).toEqual({
      code: 0,
      stdout:
        "Request 1: comment written; statuses set: patchring / policy, patchring / plan, patchring / guard.\n",
      stderr: "",
    });
    const { comments, checks } = await seen(folder);
    expect(comments).toHaveLength(1);
    expect(comments[0]).toContain("## Patch policy: Would change 1 decision on 1 of 3 devices.");
    expect(comments[0]).toContain("### No longer kept away: 1");
    expect(checks).toMatchInlineSnapshot(`
      [
        "patchring / guard: success: 6 guards, none tripped",
        "patchring / plan: success: Would change 1 decision on 1 of 3 devices.",
        "patchring / policy: success: 0 new errors, 0 other new findings, 0 findings resolved",
      ]
    `);
  });

  it("writes nothing when it says the same, also when it is computed again later", async () => {
    const folder = await makeRequest();
    await comment(folder);
    const before = hashTree(folder);
    await compare(folder, "--at", "2026-03-18T09:05:00Z");
    const ran = await comment(folder);
    expect(ran.stdout).toBe("Request 1: comment says so already; statuses say so already.\n");
    const after = hashTree(folder);
    expect({ ...after, "compare.json": "" }).toEqual({ ...before, "compare.json": "" });
  });

  it("edits the comment in place when the request is pushed to", async () => {
    const folder = await makeRequest();
    await comment(folder);
    await push(folder, RULES);
    expect((await comment(folder)).stdout).toContain("comment written");
    const { comments } = await seen(folder);
    expect(comments).toHaveLength(1);
    expect(comments[0]).toContain("Would change no decision.");
  });

  it("refuses a comparison of another head with exit 5, and posts nothing", async () => {
    const folder = await makeRequest();
    const old = readFileSync(join(folder, "compare.json"), "utf8");
    await push(folder, RULES);
    const head = git(folder, "rev-parse", "HEAD");
    writeInto(folder, "compare.json", old);
    const before = hashTree(folder);
    expect(await comment(folder, "--request", "1")).toMatchObject({ code: 5, stdout: "" });
    expect(await comment(folder, "--head", head)).toMatchObject({ code: 5, stdout: "" });
    expect(await comment(folder)).toMatchObject({ code: 64, stdout: "" });
    expect(hashTree(folder)).toEqual(before);
  });

  it("refuses the comparison of a work tree", async () => {
    const folder = await makeRequest();
    writeInto(folder, "recalls/kb1.yaml", RECALL.replace("pull-kb3", "pull-kb1"));
    await compare(folder);
    const ran = await comment(folder, "--request", "1");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("Comparison is of no commit [cli/comparison]");
  });

  it("fails the guard that the head would trip", async () => {
    const folder = await makeRequest();
    writeInto(folder, "fleet.yaml", fleetYaml("observe", "actionsPerRun: 1, devicesPerRun: 3"));
    git(folder, "commit", "-qam", "A lower limit");
    await compare(folder);
    await comment(folder);
    const { checks } = await seen(folder);
    expect(checks).toContain("patchring / guard: failure: Tripped: actionsPerRun 4 of 1");
    expect(checks.join("\n")).toContain("patchring / plan: success: Would change 1 decision");
  });

  it("sets failures where there is no comparison", async () => {
    const folder = await makeRequest();
    const head = git(folder, "rev-parse", "HEAD");
    const ran = await run(folder, ["comment", "--failed", "--head", head, "--url", "https://ci.example/1"]);
    expect(ran.code).toBe(0);
    const { comments, checks } = await seen(folder);
    expect(comments).toEqual([]);
    expect(checks.map((check) => check.split(": ").slice(0, 2).join(": "))).toEqual([
      "patchring / guard: failure",
      "patchring / plan: failure",
      "patchring / policy: failure",
    ]);
  });

  const bad: readonly (readonly [string, (one: Comparison) => unknown, string])[] = [
    ["no object", () => [], "`` is no object"],
    ["another format", (one) => ({ ...one, format: "patchring.plan/1" }), "`format` is no comparison"],
    [
      "a commit that is an option",
      (one) => ({ ...one, head: { ...one.head, commit: "--x" } }),
      "`head.commit`",
    ],
    [
      "an unknown verdict",
      (one) => ({ ...one, changes: one.changes.map((c) => ({ ...c, base: { ...c.base, verdict: "x" } })) }),
      "`changes[0].base.verdict` is none of",
    ],
    [
      "a text without end",
      (one) => ({ ...one, changes: one.changes.map((c) => ({ ...c, title: "x".repeat(5000) })) }),
      "`changes[0].title` is no text of at most 4096",
    ],
    ["totals that hide rows", (one) => ({ ...one, changes: [] }), "`summary.changed` is not the sum"],
    [
      "sites that hide devices",
      (one) => ({ ...one, sites: [] }),
      "`summary.devices` is not the sum of `sites`",
    ],
    ["no sites", (one) => ({ ...one, sites: undefined }), "`sites` is no list"],
    ["a negative count", (one) => ({ ...one, resolved: -1 }), "`resolved` is no count"],
    ["a missing list", (one) => ({ ...one, guards: undefined }), "`guards` is no list"],
    [
      "a prototype",
      (one) => ({ ...one, summary: { ...one.summary, appears: { toString: 1 } } }),
      "`summary.appears.approve` is no count",
    ],
    [
      "an action that does not fit",
      (one) => ({
        ...one,
        changes: one.changes.map((c) => ({ ...c, change: "appears", head: { ...c.head, action: null } })),
      }),
      "does not fit its actions",
    ],
  ];
  it("refuses a file that is not what it says, naming the field, before anything is written", async () => {
    const folder = await makeRequest();
    const good = readFileSync(join(folder, "compare.json"), "utf8");
    const before = hashTree(join(folder, ".git"));
    for (const [name, change, message] of bad) {
      writeInto(folder, "compare.json", good);
      edit(folder, change);
      const ran = await comment(folder);
      expect(ran, name).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr, name).toContain(message);
    }
    writeInto(folder, "compare.json", "{");
    expect((await comment(folder)).stderr).toContain("it is not JSON");
    expect((await run(folder, ["comment", "no-such.json"])).stderr).toContain("ENOENT");
    expect(hashTree(join(folder, ".git"))).toEqual(before);
  });

  it("never edits a comment of somebody else", async () => {
    const folder = await makeRequest();
    await comment(folder);
    const body = (await seen(folder)).comments[0]!;
    const { openLocalPerson } = await import("../../src/forge/local/local-forge.ts");
    const options = await forgeOf(folder);
    const ann = openLocalPerson({ ...options, writeAs: { name: "Ann", email: "ann@example.org" } });
    await ann.comment(1, body);
    await push(folder, RULES);
    await comment(folder);
    const { comments } = await seen(folder);
    expect(comments).toHaveLength(2);
    expect(comments[0]).not.toBe(body);
    expect(comments[1]).toBe(body);
  });

  it.each([
    [[]],
    [["compare.json", "--failed"]],
    [["--failed"]],
    [["compare.json", "--head", "main"]],
    [["compare.json", "--url", "javascript:x"]],
  ])("refuses the words %j", async (words) => {
    const folder = await makeRequest();
    expect((await run(folder, ["comment", ...words])).code).toBe(64);
  });

  it("says what is missing outside Git", async () => {
    const folder = await makeRequest();
    const saved = readFileSync(join(folder, "compare.json"), "utf8");
    const outside = makeFleet({ "compare.json": saved });
    const ran = await run(outside, ["comment", "compare.json"]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("[cli/git]");
  });
});
