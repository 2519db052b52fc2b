import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findCheckout, readCurrentBranch } from "../../src/repo/checkout.ts";
import { cleanText } from "../../src/repo/git-process.ts";
import { isBranchName, splitPath } from "../../src/repo/names.ts";
import { readPerson } from "../../src/repo/person.ts";
import { openPlumbing } from "../../src/repo/plumbing.ts";
import { commitFiles, git, makeBare, makeWorkTree, open } from "./git-fixture.ts";

describe("work trees", () => {
  it("tells the branch, or that the head is detached", async () => {
    const directory = makeWorkTree();
    expect(await readCurrentBranch(await open(directory))).toBe("main");
    git(directory, "checkout", "-q", "--detach");
    await expect(readCurrentBranch(await open(directory))).rejects.toMatchObject({ code: "detached-head" });
  });

  it("finds the work tree of a branch, a linked one too, and none in a bare repository", async () => {
    const directory = makeWorkTree();
    git(directory, "worktree", "add", "-q", "-b", "other", join(directory, "..", `linked-${process.pid}`));
    const repository = await open(directory);
    expect((await findCheckout(repository, "main"))?.directory).toBe(directory);
    expect((await findCheckout(repository, "other"))?.directory).toContain("linked");
    git(directory, "worktree", "remove", join(directory, "..", `linked-${process.pid}`));
    expect(await findCheckout(await open(makeBare(directory)), "main")).toBeNull();
  });

  it("brings a clean work tree along and leaves a changed one alone", async () => {
    const directory = makeWorkTree({ "a.yaml": "1\n" });
    const before = git(directory, "rev-parse", "HEAD");
    const after = commitFiles(directory, { "a.yaml": "2\n", "b.yaml": "1\n" }, "second");
    git(directory, "reset", "-q", "--hard", before);
    const plumbing = openPlumbing(await open(directory));
    await plumbing.checkMovable("main", before, after);
    git(directory, "update-ref", "refs/heads/main", after);
    await plumbing.moveCheckout("main", before, after);
    expect(git(directory, "status", "--porcelain")).toBe("");
    expect(readFileSync(join(directory, "a.yaml"), "utf8")).toBe("2\n");
    await plumbing.moveCheckout("main", before, after);
    git(directory, "reset", "-q", "--hard", before);
    writeFileSync(join(directory, "a.yaml"), "mine\n");
    await expect(plumbing.checkMovable("main", before, after)).rejects.toMatchObject({ code: "dirty-tree" });
    git(directory, "checkout", "-q", "a.yaml");
    writeFileSync(join(directory, "b.yaml"), "in the way\n");
    await expect(plumbing.checkMovable("main", before, after)).rejects.toMatchObject({ code: "dirty-tree" });
    expect(readFileSync(join(directory, "b.yaml"), "utf8")).toBe("in the way\n");
  });

  it("knows who works here when Git does", async () => {
    const directory = makeWorkTree();
    const repository = await open(directory);
    expect(await readPerson(repository)).toBeNull();
    git(directory, "config", "user.name", "Ann Lee");
    git(directory, "config", "user.email", "ann@example.test");
    expect(await readPerson(repository)).toEqual({ name: "Ann Lee", email: "ann@example.test" });
  });
});

describe("names", () => {
  it.each(["main", "patchring/promote/production", "a.b", "größe", "a-b", "x@y"])(
    "takes %s for a branch",
    (name) => {
      expect(isBranchName(name)).toBe(true);
      expect(git(makeWorkTree(), "check-ref-format", "--branch", name)).toBe(name);
    },
  );

  it.each([
    "",
    "-x",
    "@",
    "HEAD",
    "a b",
    "a..b",
    "a~1",
    "a^",
    "a:b",
    "a?",
    "a*",
    "[a",
    "a\\b",
    "a.lock",
    "a.lock/b",
  ])("does not take %j for a branch", (name) => expect(isBranchName(name)).toBe(false));

  it.each([".a", "a/.b", "a//b", "/a", "a/", "a.", "a@{1}", "a\u0000", "a\u007f", "x".repeat(201)])(
    "does not take %j for a branch",
    (name) => expect(isBranchName(name)).toBe(false),
  );

  it.each([
    "",
    "/a",
    "a/",
    "a//b",
    ".",
    "a/../b",
    ".git/x",
    "a/.Git",
    "git~1",
    ".g\u200cit",
    "a\\b",
    "a\nb",
    "\ud800",
  ])("does not take %j for a path", (path) =>
    expect(() => splitPath(path)).toThrow(expect.objectContaining({ code: "unsafe-name" })),
  );

  it("takes credentials, queries and control characters out of what Git says", () => {
    expect(cleanText("fatal: https://bot:s3cret@host/x?token=s3cret not found\u001b[31m\n")).toBe(
      "fatal: https://host/x not found [31m\n",
    );
  });
});
