import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ForgeError } from "../../../src/forge/forge.ts";
import { markerOf, newRequest, OURS, Scene } from "./harness.ts";

let scene: Scene;
beforeAll(async () => (scene = await Scene.start()));
afterAll(() => scene.stop());
beforeEach(() => scene.reset());
afterEach(() => expect(scene.server.violations).toEqual([]));

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "no error",
    (error: unknown) => (error as ForgeError).code,
  );
}

describe("opening", () => {
  it("opens a request with its marker and labels, and finds it again", async () => {
    const { reader, writer } = scene.forge();
    const { request, isNew } = await writer.openRequest(newRequest());
    expect(isNew).toBe(true);
    expect(request).toMatchObject({
      number: 1,
      title: "Promote KB1 to production",
      body: "One patch.\n\nNo *failures*.",
      marker: markerOf(),
      author: { login: "patch-bot", kind: "bot", isUs: true },
      head: { branch: "patchring/promote/production", sha: await scene.head(), isSameRepository: true },
      base: "main",
      labels: ["promotion", "ring/production"],
      state: "open",
      closedAt: null,
    });
    expect(await reader.findOpenRequest({ kind: "promotion", key: "production" })).toEqual(request);
    expect(await reader.findOpenRequest({ kind: "promotion", key: "broad" })).toBeNull();
    expect(await reader.findOpenRequest({ kind: "plan", key: "production" })).toBeNull();
  });

  it("gives the standing one back, as it stands, when opened again", async () => {
    const { writer } = scene.forge();
    await writer.openRequest(newRequest());
    await scene.server.as("ada", "PATCH", "/pulls/1", { title: "Ada's title" });
    const again = await scene.forge().writer.openRequest(newRequest({ body: "other" }));
    expect(again.isNew).toBe(false);
    expect(again.request).toMatchObject({
      number: 1,
      title: "Ada's title",
      body: "One patch.\n\nNo *failures*.",
    });
    expect(scene.server.world.pulls).toHaveLength(1);
  });

  it("adopts a request that the listing does not show yet", async () => {
    const { writer } = scene.forge();
    await writer.openRequest(newRequest());
    scene.server.world.hiddenListings = 3;
    const again = await writer.openRequest(newRequest());
    expect(again.request.number).toBe(1);
    expect(scene.server.world.pulls).toHaveLength(1);
  });

  it.each([
    ["a head that is not there", { headBranch: "gone" }, "not-found"],
    ["a base that is not there", { base: "gone" }, "not-found"],
    ["a head with nothing new", { headBranch: "main", base: "other" }, "refused"],
    ["a body over the limit", { body: "x".repeat(65_537) }, "refused"],
    ["a title over the limit", { title: "x".repeat(257) }, "refused"],
  ])("refuses %s", async (_name, change, code) => {
    expect(await codeOf(scene.forge().writer.openRequest(newRequest(change)))).toBe(code);
    expect(scene.server.world.pulls).toEqual([]);
  });

  it("refuses a head and base that have a request with another marker", async () => {
    const { writer } = scene.forge();
    await writer.openRequest(newRequest());
    expect(await codeOf(writer.openRequest(newRequest({ marker: markerOf("broad") })))).toBe("exists");
  });

  it("takes no marker from a fork, whose owner may write what they like", async () => {
    const { reader, writer } = scene.forge();
    await writer.openRequest(newRequest());
    Object.assign(scene.server.world.pulls[0]!, { headRepo: "fork" });
    expect(await reader.findOpenRequest(markerOf())).toBeNull();
    expect(await reader.readRequest(1)).toMatchObject({ marker: null, head: { isSameRepository: false } });
  });
});

describe("listing", () => {
  it("reads every page, whatever their size, with and without links", async () => {
    const { reader } = scene.forge();
    const { git } = scene.server;
    for (let at = 0; at < 7; at++) {
      await git.push(`topic-${at}`, { [`t/${at}`]: "x" }, { from: "main" });
      await scene.server.as("ada", "POST", "/pulls", { title: `T${at}`, head: `topic-${at}`, base: "main" });
    }
    scene.server.largestPage = 2;
    const all = await reader.listRequests({ states: ["open"], kind: null, closedSince: null });
    expect(all.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await reader.listRequests({ states: ["open"], kind: "promotion", closedSince: null })).toEqual([]);
  });

  it("gives closed and merged ones since an instant", async () => {
    const { reader, writer } = scene.forge();
    await writer.openRequest(newRequest());
    await writer.closeRequest(1);
    const since = scene.server.world.now + 1;
    scene.server.world.now += 100;
    await writer.openRequest(newRequest({ marker: markerOf("b") }));
    await writer.mergeRequest(2, { headSha: await scene.head(), title: "t", message: "m" });
    const ended = { states: ["closed", "merged"] as const, kind: null };
    const numbers = async (closedSince: number | null): Promise<unknown> =>
      (await reader.listRequests({ ...ended, closedSince })).map(({ number, state }) => [number, state]);
    expect(await numbers(null)).toEqual([
      [1, "closed"],
      [2, "merged"],
    ]);
    expect(await numbers(since)).toEqual([[2, "merged"]]);
  });
});

describe("changing", () => {
  it("writes what differs and nothing else", async () => {
    const { reader, writer } = scene.forge();
    await writer.openRequest(newRequest());
    const content = { marker: markerOf("production", "sha256:2"), body: "Two patches." };
    expect(await writer.updateRequest(1, { content })).toBe(true);
    const updatedAt = scene.server.world.pulls[0]!.updatedAt;
    expect(await writer.updateRequest(1, { content, title: "Promote KB1 to production" })).toBe(false);
    expect(scene.server.world.pulls[0]!.updatedAt).toBe(updatedAt);
    expect(await reader.readRequest(1)).toMatchObject({ marker: content.marker, body: "Two patches." });
    expect(await writer.updateRequest(1, { title: "New" })).toBe(true);
    expect(await reader.readRequest(1)).toMatchObject({ title: "New", body: "Two patches." });
  });

  it("finds the body unchanged after GitHub's editor turned its line ends", async () => {
    const { writer } = scene.forge();
    await writer.openRequest(newRequest());
    scene.server.world.pulls[0]!.body = scene.server.world.pulls[0]!.body!.replaceAll("\n", "\r\n");
    const { marker, body } = newRequest();
    expect(await writer.updateRequest(1, { content: { marker, body } })).toBe(false);
  });

  it("closes, reopens, and says who closed", async () => {
    const { reader, writer } = scene.forge();
    await writer.openRequest(newRequest());
    await scene.server.as("ada", "PATCH", "/pulls/1", { state: "closed" });
    expect(await reader.readRequest(1)).toMatchObject({
      state: "closed",
      closedBy: { login: "ada", kind: "person", isUs: false },
      mergeability: "unknown",
    });
    expect(await codeOf(writer.updateRequest(1, { title: "x" }))).toBe("refused");
    expect(await writer.closeRequest(1)).toBe(false);
    expect(await writer.reopenRequest(1)).toBe(true);
    expect(await writer.reopenRequest(1)).toBe(false);
    expect(await writer.closeRequest(1)).toBe(true);
  });

  it("does not reopen without a branch, beside another, or after the merge", async () => {
    const { writer } = scene.forge();
    const head = await scene.head();
    await writer.openRequest(newRequest());
    await writer.closeRequest(1);
    await writer.openRequest(newRequest());
    expect(await codeOf(writer.reopenRequest(1))).toBe("refused");
    await writer.mergeRequest(2, { headSha: head, title: "t", message: "" });
    expect(await codeOf(writer.reopenRequest(2))).toBe("refused");
    expect(await codeOf(writer.closeRequest(2))).toBe("refused");
    await scene.server.git.setRef("refs/heads/patchring/promote/production", null);
    expect(await codeOf(writer.reopenRequest(1))).toBe("refused");
  });

  it("says not-found for a number that no request has", async () => {
    const { reader, writer } = scene.forge();
    const calls = [
      reader.readRequest(9),
      reader.listReviews(9),
      reader.listCommits(9),
      reader.listChangedFiles(9),
      writer.updateRequest(9, { title: "x" }),
      writer.ensureComment(9, markerOf(), "x"),
      writer.ensureLabels(9, ["x"]),
      writer.closeRequest(9),
      writer.mergeRequest(9, { headSha: "0".repeat(40), title: "", message: "" }),
    ];
    expect(await Promise.all(calls.map(codeOf))).toEqual(calls.map(() => "not-found"));
  });
});

describe("commits and files", () => {
  it("tells our commits from those of people, and lists files by path", async () => {
    const { reader, writer } = scene.forge();
    const { git } = scene.server;
    await writer.openRequest(newRequest());
    const branch = "patchring/promote/production";
    await git.push(
      branch,
      { "rules/a.yaml": "changed\n", "rules/b.yaml": null },
      { message: "By hand\n\nmore" },
    );
    await git.push(branch, { "promotions/kb2.yaml": "kb2\n" }, { person: OURS, message: "Add KB2" });
    const commits = await reader.listCommits(1);
    expect(commits.map(({ subject, isOurs, authorEmail }) => [subject, isOurs, authorEmail])).toEqual([
      ["Promote KB1", true, "patch-bot@example.com"],
      ["By hand", false, "ada@example.com"],
      ["Add KB2", true, "patch-bot@example.com"],
    ]);
    expect(await reader.listChangedFiles(1)).toEqual({
      isComplete: true,
      files: [
        { path: "promotions/kb1.yaml", previousPath: null, status: "added" },
        { path: "promotions/kb2.yaml", previousPath: null, status: "added" },
        { path: "rules/a.yaml", previousPath: null, status: "modified" },
        { path: "rules/b.yaml", previousPath: null, status: "removed" },
      ],
    });
    expect((await reader.readRequest(1)).head.sha).toBe(await scene.head());
  });

  it("says that a list of files was cut", async () => {
    const { reader, writer } = scene.forge();
    await scene.server.git.push("patchring/promote/production", { "promotions/kb2.yaml": "kb2\n" });
    await writer.openRequest(newRequest());
    scene.server.world.mostFiles = 1;
    expect(await reader.listChangedFiles(1)).toMatchObject({
      isComplete: false,
      files: [{ status: "added" }],
    });
  });

  it("lists commits against the base as it is now, and after the merge as it was before", async () => {
    const { reader, writer } = scene.forge();
    const { git } = scene.server;
    const branch = "patchring/promote/production";
    const first = await scene.head();
    const second = await git.push(branch, { "promotions/kb2.yaml": "kb2\n" }, { person: OURS });
    await writer.openRequest(newRequest());
    await git.setRef("refs/heads/main", first);
    expect((await reader.listCommits(1)).map(({ sha }) => sha)).toEqual([second]);
    await writer.mergeRequest(1, { headSha: second, title: "t", message: "" });
    expect((await reader.listCommits(1)).map(({ sha }) => sha)).toEqual([second]);
  });
});
