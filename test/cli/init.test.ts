import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { githubRepository } from "../../src/cli/init/origin.ts";
import { git, hashTree, makeFolder, run, writeInto } from "./cli.ts";
import { snapshotText } from "./fleet.ts";

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(folder.length + 1))
    .sort();
}

describe("init", () => {
  it("writes a policy that validates without a word", async () => {
    const folder = makeFolder();
    const ran = await run(folder, ["init", "patch-policy"]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain("  fleet.yaml\n");
    const valid = await run(folder, ["validate", "-C", "patch-policy"]);
    expect(valid).toEqual({ code: 0, stdout: "5 files read, no findings.\n", stderr: "" });
  });

  it("writes a policy that decides", async () => {
    const folder = makeFolder({ "fleet.ndjson": snapshotText() });
    await run(folder, ["init", "p"]);
    const ran = await run(folder, ["plan", "-C", "p", "--snapshot", "fleet.ndjson", "--json"]);
    expect(ran.code).toBe(0);
    const { actions } = JSON.parse(ran.stdout) as {
      actions: { device: string; patch: string; action: string }[];
    };
    expect(actions.map(({ device, patch, action }) => `${device} ${patch} ${action}`)).toEqual([
      "ws-1 KB1 approve",
      "ws-1 KB2 ignore",
    ]);
  });

  it("points each policy file to a schema that is there, of its own kind", async () => {
    const folder = makeFolder();
    await run(folder, ["init"]);
    const files = listFiles(folder).filter((path) => path.endsWith(".yaml") && !path.startsWith("."));
    expect(files).toHaveLength(5);
    for (const path of files) {
      const text = readFileSync(join(folder, path), "utf8");
      const target = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)![1]!;
      const schema = JSON.parse(readFileSync(resolve(folder, dirname(path), target), "utf8")) as {
        title: string;
      };
      expect(schema.title, path).toBe((parse(text) as { kind: string }).kind);
    }
    expect(listFiles(join(folder, ".patchring/schemas"))).toHaveLength(10);
  });

  it("ships the two workflows: the one that reads a pull request has no right to write and no secret", async () => {
    const folder = makeFolder();
    await run(folder, ["init"]);
    const read = (name: string): { text: string; permissions: Record<string, string>; on: object } => {
      const text = readFileSync(join(folder, ".github/workflows", name), "utf8");
      return { text, ...(parse(text) as { permissions: Record<string, string>; on: object }) };
    };
    const review = read("policy.yaml");
    expect(Object.keys(review.on)).toEqual(["pull_request"]);
    expect(review.permissions).toEqual({ contents: "read" });
    expect(review.text).not.toMatch(/secrets\.|github\.token|GITHUB_TOKEN/);
    const post = read("policy-comment.yaml");
    expect(Object.keys(post.on)).toEqual(["workflow_run"]);
    expect(post.text).not.toMatch(/ref:|head_branch/);
    expect(post.text).toContain('--head "$HEAD"');
    for (const { text } of [review, post]) {
      for (const line of text.split("\n").filter((one) => /run:|^ {10}patchring/.test(one)))
        expect(line).not.toContain("${{");
    }
  });

  it("its pull-request workflow works: validate, then plan --base of two commits", async () => {
    const folder = makeFolder();
    await run(folder, ["init"]);
    writeInto(folder, "inventory/fleet.ndjson", snapshotText());
    git(folder, "init", "-q");
    git(folder, "add", "-A");
    git(folder, "commit", "-qm", "Patch policy");
    writeInto(
      folder,
      "rules/patches.yaml",
      readFileSync(join(folder, "rules/patches.yaml"), "utf8").replace("then: ignore", "then: approve"),
    );
    git(folder, "commit", "-qam", "Approve drivers");
    const words = [
      "plan",
      "--base",
      git(folder, "merge-base", "HEAD", "HEAD~1"),
      "--ref",
      "HEAD",
      "--format",
      "md",
    ];
    const ran = await run(folder, [...words, "--snapshot", "inventory/fleet.ndjson"]);
    expect(ran.stdout).toMatch(/^## Patch policy: Would change 1 decision /);
  });

  it.each(["fleet.yaml", ".github/CODEOWNERS", "README.md"])(
    "refuses where %s is, and writes nothing",
    async (path) => {
      const folder = makeFolder({ [path]: "mine" });
      const before = hashTree(folder);
      const ran = await run(folder, ["init"]);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain(`"." has "${path}". Nothing was written.`);
      expect(hashTree(folder)).toEqual(before);
    },
  );

  it("takes its name from the folder, whatever that is called", async () => {
    const folder = makeFolder();
    for (const [given, name] of [
      ["Acme Patch_Policy", "acme-patch-policy"],
      ["2026", "my-fleet"],
      ["null", "my-fleet"],
      ["x".repeat(90), "x".repeat(63)],
    ] as const) {
      const ran = await run(folder, ["init", given, "--json"]);
      expect(JSON.parse(ran.stdout)).toMatchObject({ format: "patchring.init/1" });
      expect(readFileSync(join(folder, given, "fleet.yaml"), "utf8")).toContain(`  name: ${name}\n`);
      expect((await run(folder, ["validate", "-C", given])).code).toBe(0);
    }
    expect(existsSync(join(folder, "fleet.yaml"))).toBe(false);
  });
});

describe("init in a clone", () => {
  const forgeIn = (path: string): unknown =>
    (parse(readFileSync(path, "utf8")) as { spec: { forge?: unknown } }).spec.forge;

  it("names the repository on GitHub that it stands in, at its root and below, and validates", async () => {
    const folder = makeFolder();
    git(folder, "init", "-q");
    git(folder, "remote", "add", "origin", "https://x:ghp_canary0123456789@github.com/acme/1e3.git");
    for (const [place, file] of [
      [".", "fleet.yaml"],
      ["new/policy", "new/policy/fleet.yaml"],
    ] as const) {
      expect(await run(folder, ["init", place])).toMatchObject({ code: 0, stderr: "" });
      const forge = { kind: "github", repository: "acme/1e3", tokenEnv: "GITHUB_TOKEN" };
      expect(forgeIn(join(folder, file))).toEqual(forge);
      expect(readFileSync(join(folder, file), "utf8")).not.toContain("canary");
    }
    const valid = await run(folder, ["validate", "-C", "new/policy"]);
    expect(valid).toEqual({ code: 0, stdout: "5 files read, no findings.\n", stderr: "" });
  });

  it("names no forge for a clone from elsewhere", async () => {
    const folder = makeFolder();
    git(folder, "init", "-q");
    git(folder, "remote", "add", "origin", "https://git.example.com/acme/policy.git");
    await run(folder, ["init"]);
    expect(forgeIn(join(folder, "fleet.yaml"))).toBeUndefined();
  });

  it.each([
    ["https://github.com/acme/policy.git", "acme/policy"],
    ["https://github.com/acme/policy/", "acme/policy"],
    ["git@github.com:acme/pol.icy.git", "acme/pol.icy"],
    ["ssh://git@github.com:22/acme/policy", "acme/policy"],
    ["https://github.com.evil.example/acme/policy", null],
    ["https://evil.example/github.com/acme/policy", null],
    ["https://evil.example/https://github.com/acme/policy", null],
    ["https://github.com/acme", null],
    ["https://github.com/acme/policy/tree/main", null],
    ["https://github.com/acme/..", null],
    ["https://github.com/acme/a%22b", null],
    ["../github.com/acme/policy", null],
  ])("reads %s as %s", (address, repository) => {
    expect(githubRepository(address)).toBe(repository);
  });
});
