import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readHistory, type HistoryQuestion } from "../../src/repo/history.ts";
import { diffTrees, findArrivals, findMergeBase, isAncestor, mergeTrees } from "../../src/repo/merge.ts";
import { ANN, commitFiles, git, makeWorkTree, MARCH, open } from "./git-fixture.ts";

const QUESTION: HistoryQuestion = {
  revision: "main",
  without: null,
  paths: [],
  isFollowed: false,
  maxCommits: null,
};

const RULES = Array.from({ length: 20 }, (_, index) => `- id: rule-${index}\n`).join("");

/** main: first, second, a merge of `topic` (one commit), a rename. */
function makeStory(): { directory: string; topic: string; merge: string } {
  const directory = makeWorkTree({ "rules/a.yaml": RULES, "fleet.yaml": "1\n" });
  commitFiles(
    directory,
    { "fleet.yaml": "2\n" },
    "second\n\nWhy.\n\nPatchring-Run: r-1\nReviewed-by: Ben <b@c>\n",
  );
  git(directory, "checkout", "-q", "-b", "topic", "HEAD~1");
  const topic = commitFiles(directory, { "rules/a.yaml": `${RULES}# more\n` }, "topic");
  git(directory, "checkout", "-q", "main");
  git(directory, "merge", "-q", "--no-ff", "-m", "Merge request 1", "topic");
  const merge = git(directory, "rev-parse", "HEAD");
  git(directory, "mv", "rules/a.yaml", "rules/b.yaml");
  git(directory, "commit", "-q", "-m", "rename");
  return { directory, topic, merge };
}

describe("history", () => {
  it("gives commits with people, times, trailers and what they changed, newest first", async () => {
    const { directory, merge } = makeStory();
    const commits = await readHistory(await open(directory), { ...QUESTION, paths: ["fleet.yaml"] });
    expect(commits.map(({ subject }) => subject)).toEqual(["second", "first"]);
    const inside = await open(join(directory, "rules"));
    expect(await readHistory(inside, { ...QUESTION, paths: ["fleet.yaml"] })).toEqual(commits);
    expect(commits[0]).toMatchObject({
      author: ANN,
      committer: ANN,
      authoredAt: MARCH,
      committedAt: MARCH,
      message: "second\n\nWhy.\n\nPatchring-Run: r-1\nReviewed-by: Ben <b@c>\n",
      trailers: [
        { key: "Patchring-Run", value: "r-1" },
        { key: "Reviewed-by", value: "Ben <b@c>" },
      ],
      files: [{ status: "modified", path: "fleet.yaml", previousPath: null }],
    });
    expect(commits[1]!.parents).toEqual([]);
    expect(commits[1]!.files).toMatchObject([{ status: "added", before: null }]);
    const all = await readHistory(await open(directory), QUESTION);
    expect(all.find(({ commit }) => commit === merge)).toMatchObject({
      parents: [expect.any(String), expect.any(String)],
      files: [{ status: "modified", path: "rules/a.yaml" }],
    });
  });

  it("follows a file through its renaming, and stops at it otherwise", async () => {
    const { directory } = makeStory();
    const repository = await open(directory);
    const subjects = async (change: Partial<HistoryQuestion>): Promise<string[]> =>
      (await readHistory(repository, { ...QUESTION, paths: ["rules/b.yaml"], ...change })).map(
        ({ subject }) => subject,
      );
    expect(await subjects({ isFollowed: true })).toEqual(["rename", "topic", "first"]);
    expect(await subjects({})).toEqual(["rename"]);
    expect(await subjects({ paths: ["rules"], maxCommits: 1 })).toEqual(["rename"]);
    expect(await subjects({ paths: ["rules/a.yaml"] })).toEqual(["rename", "topic", "first"]);
    const [rename] = await readHistory(repository, {
      ...QUESTION,
      paths: ["rules/b.yaml"],
      isFollowed: true,
    });
    expect(rename!.files).toMatchObject([
      { status: "renamed", path: "rules/b.yaml", previousPath: "rules/a.yaml" },
    ]);
  });

  it("takes no pattern, option or magic for a path", async () => {
    const directory = makeWorkTree({ "a.yaml": "1\n", "*.yaml": "1\n" });
    commitFiles(directory, { "a.yaml": "2\n" }, "second");
    const repository = await open(directory);
    const count = async (path: string): Promise<number> =>
      (await readHistory(repository, { ...QUESTION, paths: [path] })).length;
    expect(await count("*.yaml")).toBe(1);
    expect(await count(":(glob)**")).toBe(0);
    expect(await count("--all")).toBe(0);
    await expect(count("../a.yaml")).rejects.toMatchObject({ code: "unsafe-name" });
    await expect(readHistory(repository, { ...QUESTION, revision: "--output=x" })).rejects.toMatchObject({
      code: "unsafe-name",
    });
    await expect(readHistory(repository, { ...QUESTION, revision: "none" })).rejects.toMatchObject({
      code: "unknown-revision",
    });
  });

  it("reads messages that look like its own format", async () => {
    const directory = makeWorkTree();
    git(directory, "commit", "-q", "--allow-empty", "-m", "\u0001abc\n\n:100644 100644 aa bb M\n\u0001x");
    commitFiles(directory, { "\u0001 odd\nname.yaml": "1\n" }, "odd");
    const commits = await readHistory(await open(directory), QUESTION);
    expect(commits.map(({ files }) => files.map(({ path }) => path))).toEqual([
      ["\u0001 odd\nname.yaml"],
      [],
      ["fleet.yaml"],
    ]);
  });
});

describe("commits to each other", () => {
  it("tells by which commit of the main line each one came in", async () => {
    const { directory, topic, merge } = makeStory();
    const arrivals = await findArrivals(await open(directory), "main");
    expect(arrivals.get(topic)).toBe(merge);
    expect(arrivals.get(merge)).toBe(merge);
    const first = git(directory, "rev-list", "--max-parents=0", "main");
    expect(arrivals.get(first)).toBe(first);
    expect(arrivals.size).toBe(Number(git(directory, "rev-list", "--count", "main")));
  });

  it("merges, finds bases and differences without a work tree", async () => {
    const directory = makeWorkTree({ "a.yaml": "1\n", "b.yaml": RULES });
    const repository = await open(directory);
    const first = git(directory, "rev-parse", "main");
    const left = commitFiles(directory, { "a.yaml": "2\n" }, "left");
    git(directory, "checkout", "-q", "-b", "right", first);
    git(directory, "mv", "b.yaml", "c.yaml");
    const right = commitFiles(directory, {}, "right");
    const clash = commitFiles(directory, { "a.yaml": "3\n" }, "clash");
    const merged = await mergeTrees(repository, left, right);
    expect(merged.kind).toBe("clean");
    expect(await mergeTrees(repository, left, clash)).toEqual({ kind: "conflict", paths: ["a.yaml"] });
    expect(await findMergeBase(repository, left, right)).toBe(first);
    expect(await isAncestor(repository, first, right)).toBe(true);
    expect(await isAncestor(repository, right, left)).toBe(false);
    const tree = merged.kind === "clean" ? merged.tree : "";
    expect(await diffTrees(repository, first, tree)).toMatchObject([
      { status: "modified", path: "a.yaml", previousPath: null },
      { status: "renamed", path: "c.yaml", previousPath: "b.yaml" },
    ]);
    git(directory, "checkout", "-q", "--orphan", "alone");
    const alone = commitFiles(directory, {}, "alone");
    expect(await findMergeBase(repository, left, alone)).toBeNull();
  });
});
