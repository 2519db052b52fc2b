/** Comments, statements and requests against a GitHub of our own, and that no secret leaves with anything. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Ran } from "./cli.ts";
import { git, writeInto } from "./cli.ts";
import { POLICY } from "./forge-world.ts";
import { BOT_TOKEN, GithubWorld, type Choice } from "./github-world.ts";

let world: GithubWorld;
afterEach(() => world.stop());
const start = async (choice: Choice = {}): Promise<GithubWorld> => (world = await GithubWorld.start(choice));

/** Request 1 by a person changes a rule; the comparison of its head is saved. */
async function openChange(): Promise<string> {
  git(world.clone, "checkout", "-qb", "change");
  const head = await pushChange("then: ignore");
  await world.server.as("ada", "POST", "/pulls", { title: "Ignore all", head: "change", base: "main" });
  return head;
}

async function pushChange(then: string): Promise<string> {
  const rules = POLICY["rules/security.yaml"]!.replace("then: approve", then);
  writeInto(world.clone, "rules/security.yaml", rules);
  git(world.clone, "commit", "-qam", then);
  git(world.clone, "push", "-q", "--force", "origin", "HEAD:change");
  await compare();
  return git(world.clone, "rev-parse", "HEAD");
}

async function compare(): Promise<void> {
  const ran = await world.run("plan", "--base", "main", "--ref", "HEAD", "--save", "compare.json", "--quiet");
  expect(ran).toMatchObject({ code: 0, stderr: "" });
}

describe("patchring comment on GitHub", () => {
  it("posts one comment and three statuses; computed again later it writes nothing", async () => {
    await start();
    const head = await openChange();
    const url = "https://ci.example/run/1";
    const ran = await world.run("comment", "compare.json", "--head", head, "--url", url);
    expect(ran).toEqual({
      code: 0,
      stdout:
        "Request 1: comment written; statuses set: patchring / policy, patchring / plan, patchring / guard.\n",
      stderr: "",
    });
    expect(world.pulls[0]!.comments.map(({ login }) => login)).toEqual(["patch-bot"]);
    expect(world.pulls[0]!.comments[0]!.body).toContain("## Patch policy: Would change");
    expect(world.statuses(head).map(({ context, state, url: target }) => [context, state, target])).toEqual([
      ["patchring / policy", "success", url],
      ["patchring / plan", "success", url],
      ["patchring / guard", "success", url],
    ]);
    expect(world.pulls[0]!.labels).toEqual(["plan/ignore"]);
    world.now += 300;
    await compare();
    world.server.resetCalls();
    const again = await world.run("comment", "compare.json", "--head", head, "--url", url);
    expect(again.stdout).toBe("Request 1: comment says so already; statuses say so already.\n");
    expect(world.writes()).toEqual([]);
  });

  it("edits its comment in place, and refuses a comparison of an earlier head", async () => {
    await start();
    await openChange();
    await world.run("comment", "compare.json");
    const old = readFileSync(join(world.clone, "compare.json"), "utf8");
    const head = await pushChange("then: manual");
    expect((await world.run("comment", "compare.json")).code).toBe(0);
    expect(world.pulls[0]!.comments).toHaveLength(1);
    expect(world.pulls[0]!.labels.some((label) => label === "plan/ignore")).toBe(false);
    expect(world.statuses(head)).toHaveLength(3);
    writeInto(world.clone, "compare.json", old);
    expect(await world.run("comment", "compare.json", "--request", "1")).toMatchObject({ code: 5 });
  });

  it("fails the statuses where there is no comparison, without a Git repository", async () => {
    await start();
    const head = await openChange();
    rmSync(join(world.clone, ".git"), { recursive: true });
    const ran = await world.run("comment", "--failed", "--head", head);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(world.statuses(head).map(({ state }) => state)).toEqual(["failure", "failure", "failure"]);
  });

  it("sets check runs as an App", async () => {
    await start({ forge: "appId: 77, privateKeyEnv: APP_KEY" });
    const head = await openChange();
    expect((await world.run("comment", "compare.json")).code).toBe(0);
    expect(world.server.world.runs.map(({ name, conclusion, sha }) => [name, conclusion, sha])).toEqual([
      ["patchring / policy", "success", head],
      ["patchring / plan", "success", head],
      ["patchring / guard", "success", head],
    ]);
    expect(world.pulls[0]!.comments[0]!.login).toBe("patchring-app[bot]");
  });
});

describe("statements on GitHub", () => {
  it.each([
    ["hold", ["--reason", "breaks printing", "--until", "2026-04-01"], "holds/hold-kb1.yaml"],
    ["recall", ["--reason", "breaks printing", "--uninstall"], "recalls/pull-kb1.yaml"],
    ["decide", ["--reason", "not ours", "--action", "manual"], "decisions/manual-kb1.yaml"],
    ["emergency", ["--reason", "exploited", "--for", "24h"], "emergencies/emergency-kb1.yaml"],
  ])(
    "%s --open opens a request, as the person that Git knows; repeated it writes nothing",
    async (verb, words, path) => {
      (await start()).soak();
      const ran = await world.run(verb, "KB1", ...words, "--open");
      expect(ran).toMatchObject({ code: 0, stderr: "" });
      const [pull] = world.pulls;
      expect(pull!.labels).toEqual([verb]);
      expect(pull!.headRef).toMatch(`patchring/${verb}/`);
      expect(world.git("diff", "--name-only", "main", pull!.headRef)).toBe(path);
      expect(world.git("log", "-1", "--format=%an <%ae>", pull!.headRef)).toBe(
        "Ann Lee <ann.lee@example.test>",
      );
      world.forget();
      world.server.resetCalls();
      const again = await world.run(verb, "KB1", ...words, "--open");
      expect(again).toMatchObject({ code: 0, stderr: "" });
      expect(world.writes()).toEqual([]);
    },
  );
});

describe("patchring requests on GitHub", () => {
  it("lists and shows them, and says where they are decided", async () => {
    (await start()).soak();
    await world.run("promote", "--open");
    const listed = await world.run("requests");
    expect(listed.stdout).toContain("1  open  promote(production): KB1, KB2\n");
    expect(listed.stderr).toBe(
      `patchring: requests are reviewed, merged and closed at ${world.server.origin}/acme/patch-policy/pulls\n`,
    );
    const shown = await world.run("requests", "show", "1");
    expect(shown.stdout).toContain("✓ success patchring / evidence");
    expect(shown.stdout).toContain("/pull/1\n");
  });

  it.each(["merge", "close", "reopen", "review"])("does not %s as the program", async (action) => {
    (await start()).soak();
    await world.run("promote", "--open");
    world.server.resetCalls();
    const words = action === "review" ? ["--approve"] : [];
    const ran = await world.run("requests", action, "1", ...words);
    expect(ran).toMatchObject({ code: 4, stdout: "" });
    expect(ran.stderr).toContain("Requests are decided elsewhere [cli/unknown-forge]");
    expect(ran.stderr).toContain("/acme/patch-policy/pulls");
    expect(world.writes()).toEqual([]);
  });
});

const VERBS: readonly (readonly string[])[] = [
  ["promote"],
  ["promote", "--open"],
  ["requests"],
  ["requests", "show", "1"],
  ["requests", "merge", "1"],
  ["comment", "compare.json", "--request", "1"],
  ["hold", "KB1", "--reason", "r", "--open"],
  ["recall", "KB1", "--reason", "r", "--open"],
  ["decide", "KB1", "--reason", "r", "--action", "manual", "--open"],
  ["emergency", "KB1", "--reason", "r", "--for", "24h", "--open"],
  ["history", "--patch", "KB1"],
  ["validate"],
  ["plan", "--base", "main"],
];

/** Everything that was printed, and every file that was written outside the forge, holds no secret. */
function expectNoSecret(rans: readonly Ran[], token: string): void {
  const secrets = [token, Buffer.from(`x-access-token:${token}`).toString("base64")];
  const printed = rans.map(({ stdout, stderr }) => stdout + stderr).join("\n");
  for (const secret of secrets) {
    expect(printed).not.toContain(secret);
    const found = grepFolder(world.root, secret);
    expect(found).toEqual([]);
  }
  expect(existsSync(join(world.root, "kept-secrets"))).toBe(false);
}

function grepFolder(folder: string, text: string): string[] {
  const found = spawnSync("grep", ["-rlaF", "--", text, folder], { encoding: "utf8" });
  expect(found.status, found.stderr).toBeLessThan(2);
  return found.stdout.split("\n").filter((line) => line !== "");
}

async function runAll(): Promise<Ran[]> {
  const rans: Ran[] = [];
  for (const words of VERBS) rans.push(await world.run(...words, "--verbose"));
  return rans;
}

describe("no secret leaves", () => {
  it("when all goes well", async () => {
    (await start()).soak();
    await openChange();
    const rans = await runAll();
    expect(rans.map(({ code }) => code)).toEqual([0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0]);
    expectNoSecret(rans, BOT_TOKEN);
  });

  it.each<readonly [string, Choice, number, string]>([
    [
      "an unknown token (401)",
      { token: "ghp_WrongCanary0123456789abcdefABCDEF01" },
      4,
      "does not accept the token",
    ],
    ["a repository that is not there (404)", { repository: "acme/nothing-here" }, 1, "not there"],
    ["nobody at the address", { apiUrl: "http://127.0.0.1:9/api/v3" }, 1, "could not be reached"],
  ])("with %s", async (_situation, choice, code, said) => {
    (await start(choice)).soak();
    await compare();
    const rans = await runAll();
    const asked = rans.slice(0, 10);
    expect([...new Set(asked.map((ran) => ran.code))]).toEqual([code]);
    for (const { stderr } of asked) expect(stderr).toContain(said);
    expectNoSecret(rans, choice.token ?? BOT_TOKEN);
  });

  it("with a GitHub that has a fault of its own (500)", async () => {
    (await start()).soak();
    await compare();
    world.server.fault = { at: 1, kind: "500", when: "before", isLasting: true, token: null };
    const rans = await runAll();
    expect([...new Set(rans.slice(0, 10).map((ran) => ran.code))]).toEqual([1]);
    expectNoSecret(rans, BOT_TOKEN);
  });

  it("with a token that may not push", async () => {
    (await start({ token: "ghp_ReaderCanary0123456789abcdefABCDEF01" })).soak();
    world.server.admit(world.token, { login: "patch-bot", right: "read", isInstallation: false });
    const ran = await world.run("promote", "--open");
    expect(ran.code).toBe(4);
    expect(ran.stdout.replace(/\s+/g, " ")).toContain("GitHub refused patchring/promote/production: fatal:");
    expectNoSecret([ran], world.token);
  });
});
