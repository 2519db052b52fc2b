/** Promotion against a GitHub of our own, through the command line. */
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { REPOSITORY } from "../forge/github/server/github-server.ts";
import { GithubWorld, type Choice } from "./github-world.ts";

let world: GithubWorld;
afterEach(() => world.stop());
const start = async (choice: Choice = {}): Promise<GithubWorld> => (world = await GithubWorld.start(choice));
const BRANCH = "patchring/promote/production";

describe("patchring promote on GitHub", () => {
  it("shows candidates and what it would open, and writes nothing", async () => {
    (await start()).soak();
    const refs = await world.server.git.refs("refs/");
    const ran = await world.run("promote");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain(`would open  request on ${BRANCH}: KB1, KB2\n`);
    expect(await world.server.git.refs("refs/")).toEqual(refs);
    expect(world.writes()).toEqual([]);
  });

  it("opens one request with branch, labels and check; repeated it writes nothing", async () => {
    (await start()).soak();
    const ran = await world.run("promote", "--open");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain(`opened  request 1 on ${BRANCH}: KB1, KB2\n`);
    expect(world.git("ls-tree", "-r", "--name-only", BRANCH, "promotions/")).toBe(
      "promotions/production/kb1.yaml\npromotions/production/kb2.yaml",
    );
    const [pull] = world.pulls;
    expect(pull).toMatchObject({
      login: "patch-bot",
      title: "promote(production): KB1, KB2",
      labels: ["promotion", "ring/production"],
      base: "main",
    });
    expect(pull!.body).toContain("### Evidence from pilot");
    expect(world.statuses(pull!.headSha)).toMatchObject([
      { context: "patchring / evidence", state: "success" },
    ]);
    const refs = await world.server.git.refs("refs/");
    world.server.resetCalls();
    const again = await world.json("promote", "--open");
    expect(again["requests"]).toMatchObject([
      { number: 1, steps: [], outcome: { kind: "done", wrote: false } },
    ]);
    expect(world.writes()).toEqual([]);
    expect(await world.server.git.refs("refs/")).toEqual(refs);
    expect(existsSync(join(world.root, "kept-secrets"))).toBe(false);
  });

  it("takes a patch out of a request under review, in a clone that never saw its branch", async () => {
    (await start()).soak();
    await world.run("promote", "--open");
    const { headSha } = world.pulls[0]!;
    await world.server.as("ada", "POST", "/pulls/1/reviews", { event: "APPROVE", commit_id: headSha });
    Object.assign(world.backend.fact("p3", "KB2")!, { status: "failed", attempts: 3 });
    world.observe();
    world.forget();
    const ran = await world.run("promote", "--open");
    expect(ran.stdout).toContain(`updated  request 1 on ${BRANCH}: KB1 (taken out KB2)\n`);
    const pull = world.pulls[0]!;
    expect(pull.title).toBe("promote(production): KB1");
    expect(pull.comments.map(({ body }) => body).join("\n")).toContain(
      "**KB2 was taken out of this request**",
    );
    expect(world.git("rev-parse", `${BRANCH}^`)).toBe(headSha);
  });

  it("merges its own request where the ring says so, and history tells the request", async () => {
    const rings = (await import("./forge-world.ts")).POLICY["rings/rings.yaml"]!;
    const files = { "rings/rings.yaml": `${rings.trimEnd()}\n  promotion: { by: auto }\n` };
    (await start({ files })).soak();
    await world.run("promote", "--open");
    const ran = await world.run("promote", "--open");
    expect(ran.stdout).toContain("merged");
    expect(world.pulls[0]).toMatchObject({ state: "closed", mergedBy: "patch-bot" });
    world.pull();
    const found = await world.run("history", "--patch", "KB1");
    expect(found.stdout).toContain("request 1");
  });

  it("says for a closed request that its patches are held", async () => {
    (await start()).soak();
    await world.run("promote", "--open");
    world.day(5);
    await world.server.as("ada", "PATCH", "/pulls/1", { state: "closed" });
    const ran = await world.run("promote");
    expect(ran.stdout).toContain("request 1 was closed without merging");
  });

  it("judges what people ask for: a promotion by hand fails the check, a rule does not; once", async () => {
    await start();
    const { git } = world.server;
    const forged = { "promotions/production/kb1.yaml": "kind: Promotion\nspec: { patch: { id: KB1 } }\n" };
    await git.push("by-hand", forged, { from: "refs/heads/main" });
    await git.push("a-rule", { "rules/more.yaml": "# more\n" }, { from: "refs/heads/main" });
    await world.server.as("ada", "POST", "/pulls", { title: "Hurry", head: "by-hand", base: "main" });
    await world.server.as("ada", "POST", "/pulls", { title: "Rule", head: "a-rule", base: "main" });
    Object.assign(world.pulls[0]!, { headRepo: "fork" });
    const preview = await world.run("promote");
    expect(preview.stdout.replace(/\s+/g, " ")).toContain(
      "would check request 1: patchring / evidence: failure, 1 of 1 promotion would have no effect or do not hold today",
    );
    expect(world.writes()).toEqual([]);
    const ran = await world.run("promote", "--open");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    const of = (at: number): string[] => world.statuses(world.pulls[at]!.headSha).map(({ state }) => state);
    expect([of(0), of(1)]).toEqual([["failure"], ["success"]]);
    world.server.resetCalls();
    const again = await world.run("promote", "--open");
    expect(again.stdout).toContain("checked  request 1: patchring / evidence: failure");
    expect(again.stdout).not.toContain("request 2");
    expect(world.writes()).toEqual([]);
  });

  it("sets check runs as an App, with a token of its own for Git", async () => {
    (await start({ forge: "appId: 77, privateKeyEnv: APP_KEY" })).soak();
    const ran = await world.run("promote", "--open");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(world.pulls[0]!.login).toBe("patchring-app[bot]");
    expect(world.server.world.statuses).toEqual([]);
    expect(world.server.world.runs).toMatchObject([
      { name: "patchring / evidence", conclusion: "success", sha: world.pulls[0]!.headSha },
    ]);
  });

  it("names the secret that is not there; a preview goes on without the forge", async () => {
    (await start({ token: "" })).soak();
    const ran = await world.run("promote", "--open");
    expect(ran).toMatchObject({ code: 4, stdout: "" });
    expect(ran.stderr).toContain("environment variable PATCH_TOKEN, which is empty or not set");
    const preview = await world.run("promote");
    expect(preview.code).toBe(0);
    expect(preview.stderr).toContain("warning: Secret is not set [forge/github-token-missing]");
    expect(preview.stdout).toContain("KB1  ready: every gate is open");
  });
});

describe("patchring promote --open, stopped at a call that writes", () => {
  it("ends in the same state when it is run again", async () => {
    (await start()).soak();
    await world.run("promote", "--open");
    const writing = world.server.calls.flatMap(({ method }, at) => (method === "GET" ? [] : [at + 1]));
    expect(writing.length).toBeGreaterThan(2);
    const wanted = seen();
    for (const at of writing) {
      for (const when of ["before", "after"] as const) {
        await world.restart();
        world.server.fault = { at, kind: "reset", when, isLasting: true, token: null };
        const stopped = await world.run("promote", "--open");
        expect(stopped.code, `call ${at} ${when}`).not.toBe(0);
        world.server.fault = null;
        const ran = await world.run("promote", "--open");
        expect(ran.code, ran.stderr).toBe(0);
        expect(seen(), `call ${at} ${when}`).toEqual(wanted);
      }
    }
  }, 60_000);

  function seen(): unknown {
    return {
      pulls: world.pulls.map(({ state, title, body, labels, headRef, comments }) => ({
        ...{ state, title, body, labels, headRef },
        comments: comments.length,
      })),
      branches: world.git("for-each-ref", "--format=%(refname) %(tree)", "refs/heads"),
      statuses: world.statuses(world.pulls[0]!.headSha).map(({ context, state }) => ({ context, state })),
    };
  }
});

describe("patchring reconcile on GitHub", () => {
  it("tells of a request that waits for a person, with the address of its page", async () => {
    (await start()).soak();
    const fleet = join(world.clone, "fleet.yaml");
    appendFileSync(fleet, "  notices: { channels: [{ name: folder, kind: file, path: ../told }] }\n");
    world.commit("tell people");
    const told = join(world.root, "told");
    const links = (): unknown[] =>
      readdirSync(told)
        .filter((name) => name.endsWith(".json"))
        .flatMap((name) => (JSON.parse(readFileSync(join(told, name), "utf8")) as Told).notices)
        .filter(({ kind }) => kind === "promotion-waits")
        .map(({ link }) => link);
    expect(await world.run("reconcile")).toMatchObject({ code: 0 });
    expect(links()).toEqual([`https://example.invalid/${REPOSITORY}/pull/1`]);
    rmSync(told, { recursive: true });
    world.day(6);
    expect(await world.run("reconcile")).toMatchObject({ code: 0 });
    expect(links(), "of a request that stood before").toEqual([
      `https://example.invalid/${REPOSITORY}/pull/1`,
    ]);
  });
});

interface Told {
  readonly notices: readonly { readonly kind: string; readonly link: string | null }[];
}
