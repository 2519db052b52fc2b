import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { BranchWriter } from "../../src/repo/branch-writer.ts";
import { openLocalBranches, openRemoteBranches } from "../../src/repo/git-branch-writer.ts";
import {
  branchCommit,
  commitFiles,
  git,
  makeBare,
  makeFolder,
  makeWorkTree,
  MARCH,
  open,
} from "./git-fixture.ts";

const BRANCH = "patchring/promote/production";

interface World {
  readonly writer: BranchWriter;
  /** The repository in which the branch counts. */
  readonly truth: string;
  readonly main: string;
}

async function makeLocal(...options: readonly string[]): Promise<World> {
  const directory = makeWorkTree(
    { "fleet.yaml": "kind: Fleet\n", "rings/a.yaml": "kind: Ring\n" },
    ...options,
  );
  return {
    writer: openLocalBranches(await open(directory)),
    truth: directory,
    main: git(directory, "rev-parse", "main"),
  };
}

async function makeBareWorld(): Promise<World> {
  const { truth, main } = await makeLocal();
  const bare = makeBare(truth);
  return { writer: openLocalBranches(await open(bare)), truth: bare, main };
}

async function makeRemote(...cloneOptions: readonly string[]): Promise<World> {
  const source = makeWorkTree({ "fleet.yaml": "kind: Fleet\n", "rings/a.yaml": "kind: Ring\n" });
  commitFiles(source, { "rings/b.yaml": "kind: Ring\n" }, "second");
  const bare = makeBare(source);
  const clone = join(makeFolder(), "clone");
  git(bare, "clone", "-q", ...cloneOptions, `file://${bare}`, clone);
  git(clone, "checkout", "-q", "--detach");
  const repository = await open(clone);
  return {
    writer: openRemoteBranches({ repository, name: "origin" }),
    truth: bare,
    main: git(bare, "rev-parse", "main"),
  };
}

const WORLDS: readonly (readonly [string, () => Promise<World>])[] = [
  ["a work tree", makeLocal],
  ["a bare repository", makeBareWorld],
  ["a SHA-256 repository", () => makeLocal("--object-format=sha256")],
  ["a remote", makeRemote],
  ["a remote of a shallow clone with a detached head", () => makeRemote("--depth=1")],
];

describe.each(WORLDS)("branches of %s", (_name, makeWorld) => {
  it("commits files on a new branch, with author, trailers and time", async () => {
    const { writer, truth, main } = await makeWorld();
    const outcome = await writer.writeBranch(
      branchCommit({
        parent: main,
        changes: [
          { kind: "put", path: "promotions/production/kb1.yaml", content: "größe: 1\n" },
          { kind: "put", path: "fleet.yaml", content: "kind: Fleet # new\n" },
          { kind: "delete", path: "rings/a.yaml" },
          { kind: "delete", path: "not/there.yaml" },
        ],
        body: "Because.",
        trailers: [{ key: "Patchring-Run", value: "run-1\nReviewed-by: nobody" }],
      }),
    );
    expect(outcome).toEqual({ kind: "written", commit: git(truth, "rev-parse", BRANCH) });
    expect(git(truth, "show", `${BRANCH}:promotions/production/kb1.yaml`)).toBe("größe: 1");
    expect(git(truth, "diff", "--name-status", main, BRANCH).split("\n")).toEqual(
      expect.arrayContaining(["M\tfleet.yaml", "A\tpromotions/production/kb1.yaml", "D\trings/a.yaml"]),
    );
    expect(git(truth, "log", "-1", "--format=%an|%ae|%cn|%ct|%P|%B", BRANCH)).toBe(
      `patchring|patchring@example.test|patchring|${MARCH}|${main}|Promote KB1 to production\n\nBecause.\n\nPatchring-Run: run-1 Reviewed-by: nobody`,
    );
    expect(git(truth, "log", "-1", "--format=%(trailers:key=Reviewed-by)", BRANCH)).toBe("");
    git(truth, "fsck", "--strict", "--no-dangling");
  });

  it("gives the same commit for the same input, and pushes nothing the second time", async () => {
    const { writer, main } = await makeWorld();
    const first = await writer.writeBranch(branchCommit({ parent: main }));
    const again = await writer.writeBranch(branchCommit({ parent: main, at: MARCH + 60 }));
    expect(first.kind).toBe("written");
    expect(again).toEqual({ ...first, kind: "unchanged" });
    expect(await writer.readBranch(BRANCH)).toBe("commit" in first ? first.commit : "");
  });

  it("refuses to move a branch that somebody else moved, and says where it is", async () => {
    const { writer, truth, main } = await makeWorld();
    await writer.writeBranch(branchCommit({ parent: main }));
    const theirs = git(truth, "rev-parse", BRANCH);
    const change = { changes: [{ kind: "put", path: "x.yaml", content: "1\n" }] } as const;
    expect(await writer.writeBranch(branchCommit({ parent: main, ...change }))).toEqual({
      kind: "moved",
      found: theirs,
    });
    expect(await writer.writeBranch(branchCommit({ parent: main, expected: main, ...change }))).toEqual({
      kind: "moved",
      found: theirs,
    });
    expect(git(truth, "rev-parse", BRANCH)).toBe(theirs);
  });

  it("replaces a branch, adds to it, lists and deletes it", async () => {
    const { writer, truth, main } = await makeWorld();
    await writer.writeBranch(branchCommit({ parent: main }));
    const first = git(truth, "rev-parse", BRANCH);
    const put = (path: string): { kind: "put"; path: string; content: string } => ({
      kind: "put",
      path,
      content: "1\n",
    });
    await writer.writeBranch(branchCommit({ parent: main, expected: first, changes: [put("b.yaml")] }));
    const second = git(truth, "rev-parse", BRANCH);
    expect(git(truth, "rev-list", "--count", `main..${BRANCH}`)).toBe("1");
    await writer.writeBranch(branchCommit({ parent: second, expected: second, changes: [put("c.yaml")] }));
    expect(git(truth, "log", "--format=%s", `main..${BRANCH}`).split("\n")).toHaveLength(2);
    const tip = git(truth, "rev-parse", BRANCH);
    expect(await writer.listBranches("patchring/")).toEqual([{ branch: BRANCH, commit: tip }]);
    expect(await writer.deleteBranch(BRANCH, second)).toBe("moved");
    expect(await writer.deleteBranch(BRANCH, tip)).toBe("deleted");
    expect(await writer.deleteBranch(BRANCH, tip)).toBe("gone");
    expect(await writer.readBranch(BRANCH)).toBeNull();
  });

  it("says that a change changes nothing", async () => {
    const { writer, main } = await makeWorld();
    const changes = [{ kind: "put", path: "fleet.yaml", content: "kind: Fleet\n" }] as const;
    expect(await writer.writeBranch(branchCommit({ parent: main, changes }))).toEqual({ kind: "empty" });
  });

  it.each([
    ["a branch that is an option", { branch: "--force" }, "unsafe-name"],
    ["a branch that climbs", { branch: "a/../b" }, "unsafe-name"],
    ["a branch with a refspec in it", { branch: "a:refs/heads/main" }, "unsafe-name"],
    ["HEAD", { branch: "HEAD" }, "unsafe-name"],
    ["a parent that is an option", { parent: "--all" }, "unsafe-name"],
    ["a parent that is not here", { parent: "0123456789012345678901234567890123456789" }, "missing-object"],
    ["a path into .git", { changes: [{ kind: "put", path: ".git/config", content: "" }] }, "unsafe-name"],
    ["a path into .GIT ", { changes: [{ kind: "put", path: "a/.GIT /config", content: "" }] }, "unsafe-name"],
    ["a path that climbs", { changes: [{ kind: "put", path: "../x", content: "" }] }, "unsafe-name"],
    ["an absolute path", { changes: [{ kind: "put", path: "/x", content: "" }] }, "unsafe-name"],
    ["a folder as a file", { changes: [{ kind: "put", path: "rings", content: "" }] }, "unsafe-name"],
    ["a file as a folder", { changes: [{ kind: "put", path: "fleet.yaml/x", content: "" }] }, "unsafe-name"],
  ] as const)("refuses %s", async (_what, change, code) => {
    const { writer, truth, main } = await makeWorld();
    await expect(writer.writeBranch(branchCommit({ parent: main, ...change }))).rejects.toMatchObject({
      code,
    });
    expect(git(truth, "for-each-ref", "--format=%(refname)", "refs/heads")).toBe("refs/heads/main");
  });
});

describe("branches of a work tree", () => {
  it("leaves index and files alone", async () => {
    const { writer, truth, main } = await makeLocal();
    await writer.writeBranch(branchCommit({ parent: main }));
    expect(git(truth, "status", "--porcelain")).toBe("");
    expect(existsSync(join(truth, "promotions"))).toBe(false);
  });

  it("refuses a branch that is checked out", async () => {
    const { writer, truth, main } = await makeLocal();
    await expect(
      writer.writeBranch(branchCommit({ branch: "main", parent: main, expected: main })),
    ).rejects.toMatchObject({ code: "dirty-tree" });
    expect(readFileSync(join(truth, "fleet.yaml"), "utf8")).toBe("kind: Fleet\n");
  });

  it("keeps modes, links and names that are not UTF-8", async () => {
    const { writer, truth } = await makeLocal();
    git(truth, "update-index", "--chmod=+x", "fleet.yaml");
    const blob = git(truth, "rev-parse", "main:fleet.yaml");
    git(truth, "update-index", "--add", "--cacheinfo", `120000,${blob},rings/link`);
    git(truth, "commit", "-q", "-m", "odd");
    const parent = git(truth, "rev-parse", "main");
    const changes = ["fleet.yaml", "rings/new.yaml"].map((path) => ({
      kind: "put" as const,
      path,
      content: "x\n",
    }));
    await writer.writeBranch(branchCommit({ parent, changes }));
    expect(
      git(truth, "ls-tree", "-r", BRANCH)
        .replace(/ [0-9a-f]{40}\t/g, " ")
        .split("\n"),
    ).toEqual([
      "100755 blob fleet.yaml",
      "100644 blob rings/a.yaml",
      "120000 blob rings/link",
      "100644 blob rings/new.yaml",
    ]);
  });
});

describe("branches of a remote", () => {
  it("says that a remote does not answer, without the password in its address", async () => {
    const { truth } = await makeLocal();
    git(truth, "remote", "add", "origin", "https://bot:canary-secret@127.0.0.1:1/x?token=canary-secret");
    const writer = openRemoteBranches({ repository: await open(truth), name: "origin" });
    const failure = await writer.readBranch(BRANCH).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "unreachable", retryable: true });
    expect(String(failure)).not.toContain("canary");
  });

  it("says that the remote refuses a branch that stands where it should", async () => {
    const { writer, truth, main } = await makeRemote();
    git(truth, "config", "receive.denyDeletes", "true");
    await writer.writeBranch(branchCommit({ parent: main }));
    const tip = git(truth, "rev-parse", BRANCH);
    await expect(writer.deleteBranch(BRANCH, tip)).rejects.toMatchObject({ code: "denied" });
  });

  it("fetches what somebody else pushed", async () => {
    const { writer, truth } = await makeRemote();
    const other = join(makeFolder(), "other");
    git(truth, "clone", "-q", `file://${truth}`, other);
    git(other, "checkout", "-q", "-b", BRANCH);
    const theirs = commitFiles(other, { "y.yaml": "1\n" }, "by hand");
    git(other, "push", "-q", "origin", BRANCH);
    expect(await writer.readBranch(BRANCH)).toBe(theirs);
    const outcome = await writer.writeBranch(branchCommit({ parent: theirs, expected: theirs }));
    expect(outcome.kind).toBe("written");
    expect(git(truth, "rev-list", "--count", `main..${BRANCH}`)).toBe("2");
  });
});
