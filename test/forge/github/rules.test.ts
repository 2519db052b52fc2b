/** Reviews, protection, merges and checks: what GitHub allows, and whom. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newRequest, Scene } from "./harness.ts";

const run = promisify(execFile);

let scene: Scene;
beforeAll(async () => (scene = await Scene.start()));
afterAll(() => scene.stop());
beforeEach(() => scene.reset());
afterEach(() => expect(scene.server.violations).toEqual([]));

async function open(): Promise<{ headSha: string; title: string; message: string }> {
  await scene.forge().writer.openRequest(newRequest());
  return { headSha: await scene.head(), title: "Merge KB1", message: "Patchring-Request: 1" };
}

function refusal(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "allowed",
    (error: unknown) => (error as Error).message.slice(0, 3),
  );
}

describe("the server refuses what GitHub refuses", () => {
  it.each<[string, string, string, string, unknown]>([
    [
      "a second request",
      "ada",
      "POST",
      "/pulls",
      { title: "x", head: "patchring/promote/production", base: "main" },
    ],
    ["approving one's own", "patch-bot", "POST", "/pulls/1/reviews", { event: "APPROVE" }],
    [
      "a status on no commit",
      "ada",
      "POST",
      `/statuses/${"0".repeat(40)}`,
      { state: "success", context: "x" },
    ],
    [
      "a description that is too long",
      "ada",
      "POST",
      "/statuses/HEAD",
      { state: "success", description: "x".repeat(141) },
    ],
  ])("%s: 422", async (_name, login, method, path, body) => {
    await open();
    const { server } = scene;
    expect(await refusal(server.as(login, method, path.replace("HEAD", await scene.head()), body))).toBe(
      "422",
    );
    server.violations.length = 0;
  });

  it("a wrong head 409, a blocked or conflicting merge 405", async () => {
    const { headSha } = await open();
    const merge = (sha: string): Promise<unknown> => scene.server.as("ada", "PUT", "/pulls/1/merge", { sha });
    expect(await refusal(merge("0".repeat(40)))).toBe("409");
    scene.server.world.protection["main"] = { approvals: 1, checks: [] };
    expect(await refusal(merge(headSha))).toBe("405");
    delete scene.server.world.protection["main"];
    await scene.server.git.push("main", { "promotions/kb1.yaml": "other\n" });
    expect(await refusal(merge(headSha))).toBe("405");
  });
});

describe("merging under protection", () => {
  it("is blocked until people have approved and the check is there", async () => {
    const order = await open();
    const { reader, writer } = scene.forge();
    scene.server.world.protection["main"] = { approvals: 1, checks: ["patchring / evidence"] };
    expect((await reader.readRequest(1)).mergeability).toBe("blocked");
    expect(await writer.mergeRequest(1, order)).toMatchObject({ kind: "refused", reason: "blocked" });
    await scene.server.as("stranger", "POST", "/pulls/1/reviews", { event: "APPROVE" });
    expect((await reader.readRequest(1)).mergeability).toBe("blocked");
    await scene.server.as("ada", "POST", "/pulls/1/reviews", { event: "APPROVE" });
    const check = {
      name: "patchring / evidence",
      description: "17 of 18",
      url: null,
      summary: null,
    } as const;
    await writer.setCheck(order.headSha, { ...check, state: "failure" });
    expect(await writer.mergeRequest(1, order)).toMatchObject({ kind: "refused", reason: "blocked" });
    await writer.setCheck(order.headSha, { ...check, state: "success" });
    expect((await reader.readRequest(1)).mergeability).toBe("clean");
    expect(await writer.mergeRequest(1, order)).toMatchObject({ kind: "merged" });
  });

  it("is not got around with an administrator's token", async () => {
    const order = await open();
    scene.server.admit("admin", { login: "patch-bot", right: "admin", isInstallation: false });
    scene.server.world.protection["main"] = { approvals: 1, checks: [] };
    const { writer } = scene.forge({ token: "admin" });
    expect(await writer.mergeRequest(1, order)).toMatchObject({ kind: "refused", reason: "blocked" });
    expect(scene.server.world.pulls[0]!.state).toBe("open");
  });

  it("gives GitHub's word when merge commits are forbidden, and squashes where policy says so", async () => {
    const order = await open();
    scene.server.world.allowsMergeCommits = false;
    expect(await scene.forge().writer.mergeRequest(1, order)).toEqual({
      kind: "refused",
      reason: "blocked",
      detail: "Merge commits are not allowed on this repository.",
    });
    const { writer } = scene.forge({ settings: { mergeMethod: "squash" } });
    const outcome = await writer.mergeRequest(1, order);
    expect(outcome).toEqual({ kind: "merged", commit: await scene.head("main") });
    const commit = await scene.server.git.commit(await scene.head("main"));
    expect(commit.message).toBe("Merge KB1\n\nPatchring-Request: 1");
    expect(commit.parents).toHaveLength(1);
  });

  it("does not merge a draft", async () => {
    const order = await open();
    scene.server.world.pulls[0]!.isDraft = true;
    expect(await scene.forge().writer.mergeRequest(1, order)).toMatchObject({ reason: "blocked" });
  });
});

describe("reviews", () => {
  it("tells strangers from insiders, keeps what was dismissed, leaves out what was not given", async () => {
    const { headSha } = await open();
    const { server } = scene;
    const review = (login: string, event?: string): Promise<unknown> =>
      server.as(login, "POST", "/pulls/1/reviews", event === undefined ? {} : { event });
    await review("stranger", "APPROVE");
    const approved = (await review("ada", "APPROVE")) as { id: number };
    await review("grace");
    await review("dependabot[bot]", "COMMENT");
    await server.as("grace", "PUT", `/pulls/1/reviews/${approved.id}/dismissals`, { message: "no" });
    const reviews = await scene.forge().reader.listReviews(1);
    expect(
      reviews.map(({ author, isInsider, state }) => [author.login, author.kind, isInsider, state]),
    ).toEqual([
      ["stranger", "person", false, "approved"],
      ["ada", "person", true, "dismissed"],
      ["dependabot[bot]", "bot", false, "commented"],
    ]);
    expect(reviews.every((given) => given.headSha === headSha)).toBe(true);
  });
});

describe("as an App", () => {
  const check = {
    name: "patchring / plan",
    url: "https://example.com/run/1",
    summary: "| a |\n| - |",
  } as const;

  it("signs in, finds its installation, writes as its bot, and tells its labels from those of people", async () => {
    const { reader, writer } = scene.appForge();
    expect((await reader.describe()).us).toEqual({ login: "patchring-app[bot]", kind: "bot", isUs: true });
    const { request } = await writer.openRequest(newRequest());
    expect(request.author).toEqual({ login: "patchring-app[bot]", kind: "bot", isUs: true });
    await scene.server.as("ada", "POST", "/issues/1/labels", { labels: ["urgent"] });
    expect(await writer.ensureLabels(1, ["promotion"])).toBe(true);
    expect((await reader.readRequest(1)).labels).toEqual(["promotion", "urgent"]);
  });

  it("sets check runs: pending is updated in place, a completed one is followed by another", async () => {
    const head = await scene.head();
    const { reader, writer } = scene.appForge({ installationId: 4242 });
    const set = (state: "pending" | "success" | "failure", description: string): Promise<boolean> =>
      writer.setCheck(head, { ...check, state, description });
    expect(await set("pending", "reading")).toBe(true);
    expect(await set("pending", "reading")).toBe(false);
    expect(await set("success", "no change")).toBe(true);
    expect(scene.server.world.runs).toHaveLength(1);
    expect(await set("failure", "x".repeat(200))).toBe(true);
    expect(await set("failure", "x".repeat(200))).toBe(false);
    expect(scene.server.world.runs).toHaveLength(2);
    expect(scene.server.world.statuses).toEqual([]);
    const [there] = await reader.listChecks(head);
    expect(there).toMatchObject({ name: check.name, state: "failure", url: check.url });
    expect(there!.description).toBe(`${"x".repeat(139)}…`);
  });

  it("reads statuses and check runs together, the later of a name", async () => {
    const head = await scene.head();
    await scene
      .appForge()
      .writer.setCheck(head, { ...check, url: null, state: "failure", description: "by App" });
    await scene.forge().writer.setCheck(head, { ...check, state: "success", description: "by token" });
    await scene
      .appForge()
      .writer.setCheck(head, { ...check, name: "a", url: null, state: "pending", description: "" });
    expect(await scene.forge().reader.listChecks(head)).toMatchObject([
      { name: "a", state: "pending", url: null },
      { name: check.name, state: "success", description: "by token" },
    ]);
  });

  it("knows itself with the token of a workflow, which may not ask who it is", async () => {
    scene.server.admit("ghs_WorkflowTokenCanary01234", {
      login: "github-actions[bot]",
      right: "write",
      isInstallation: true,
    });
    const { reader, writer } = scene.forge({ token: "ghs_WorkflowTokenCanary01234" });
    expect((await reader.describe()).us.login).toBe("github-actions[bot]");
    expect((await writer.openRequest(newRequest())).request.author.isUs).toBe(true);
    await writer.setCheck(await scene.head(), { ...check, state: "success", description: "ok" });
    // A workflow is given the right to set statuses; check runs are set by an App of our own.
    expect(scene.server.world.runs).toEqual([]);
    expect(scene.server.world.statuses).toHaveLength(1);
  });
});

describe("pushing", () => {
  it.each(["token", "App"])("goes to the same repository with the credential of the %s", async (kind) => {
    const forge = kind === "App" ? scene.appForge() : scene.forge();
    const { username, password } = await forge.readCredential();
    const folder = await mkdtemp(join(tmpdir(), "push-"));
    const basic = Buffer.from(`${username}:${password}`).toString("base64");
    const git = (...args: string[]): Promise<unknown> =>
      run("git", ["-C", folder, "-c", `http.extraHeader=Authorization: Basic ${basic}`, ...args]);
    await git("clone", "--quiet", forge.gitUrl, "work");
    await git("-C", "work", "push", "--quiet", "origin", "HEAD:refs/heads/pushed");
    await rm(folder, { recursive: true });
    expect(await scene.head("pushed")).toBe(await scene.head("main"));
    const wrong = run("git", ["ls-remote", forge.gitUrl], {
      env: { ...process.env, GIT_TERMINAL_PROMPT: "0" },
    });
    await expect(wrong).rejects.toThrow();
  });
});
