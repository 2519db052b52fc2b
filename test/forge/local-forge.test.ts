import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ForgeError, type ForgeReader, type ForgeWriter } from "../../src/forge/forge.ts";
import {
  openLocalPerson,
  openLocalReader,
  openLocalWriter,
  type LocalForgeOptions,
} from "../../src/forge/local/local-forge.ts";
import { openLocalBranches } from "../../src/repo/git-branch-writer.ts";
import { openPlumbing } from "../../src/repo/plumbing.ts";
import { newRequest } from "../contract/forge-world.ts";
import { ANN, BOT, branchCommit, commitFiles, git, makeWorkTree, MARCH, open } from "../repo/git-fixture.ts";

const BRANCH = "patchring/promote/production";
const ALL = { states: ["open", "closed", "merged"], kind: null, closedSince: null } as const;

interface Setup {
  readonly directory: string;
  readonly options: LocalForgeOptions;
  readonly reader: ForgeReader;
  readonly writer: ForgeWriter;
  readonly head: string;
}

/** A repository whose `main` is checked out, and the request 1 for a branch with one promotion. */
async function setUp(): Promise<Setup> {
  const directory = makeWorkTree({ "fleet.yaml": "kind: Fleet\n" });
  const repository = await open(directory);
  const parent = git(directory, "rev-parse", "main");
  await openLocalBranches(repository).writeBranch(branchCommit({ parent }));
  const options = {
    git: openPlumbing(repository),
    defaultBranch: "main",
    bot: BOT,
    writeAs: BOT,
    now: () => MARCH,
  };
  const writer = openLocalWriter(options);
  await writer.openRequest(newRequest());
  return {
    directory,
    options,
    reader: openLocalReader(options),
    writer,
    head: git(directory, "rev-parse", BRANCH),
  };
}

function order(headSha: string): { headSha: string; title: string; message: string } {
  return { headSha, title: "Merge", message: "" };
}

describe("requests in Git", () => {
  it("can be read with Git alone, and touch no branch, index or file", async () => {
    const { directory } = await setUp();
    expect(git(directory, "show", "refs/patchring/requests/1:body.md")).toContain("Approve KB1.");
    expect(JSON.parse(git(directory, "show", "refs/patchring/requests/1:request.json"))).toMatchObject({
      format: "patchring.request/1",
      state: "open",
      author: { login: "patchring", kind: "bot" },
    });
    expect(git(directory, "log", "-1", "--format=%an: %s", "refs/patchring/requests/1")).toBe(
      "patchring: Request 1: opened",
    );
    expect(git(directory, "status", "--porcelain")).toBe("");
    expect(git(directory, "branch", "--format=%(refname:short)").split("\n")).toEqual(["main", BRANCH]);
    git(directory, "fsck", "--strict", "--no-dangling");
  });

  it("keeps a head that was replaced, so that its reviews can still be looked up after a clean-up", async () => {
    const { directory, options, writer, head } = await setUp();
    const ann = openLocalPerson({ ...options, writeAs: ANN });
    await ann.review(1, { state: "approved", headSha: head, body: "" });
    const branches = openLocalBranches(await open(directory));
    const changes = [{ kind: "put", path: "x.yaml", content: "1\n" }] as const;
    const parent = git(directory, "rev-parse", "main");
    await branches.writeBranch(branchCommit({ parent, expected: head, changes }));
    await writer.updateRequest(1, { title: "replaced" });
    git(directory, "reflog", "expire", "--expire=now", "--all");
    git(directory, "gc", "-q", "--prune=now");
    expect(git(directory, "cat-file", "-t", head)).toBe("commit");
  });

  it("says which ref is damaged instead of leaving it out", async () => {
    const { directory, reader, writer } = await setUp();
    git(directory, "update-ref", "refs/patchring/requests/2", git(directory, "rev-parse", "main"));
    const wanted = {
      name: "ForgeError",
      code: "storage",
      message: expect.stringContaining("requests/2") as string,
    };
    await expect(reader.listRequests(ALL)).rejects.toMatchObject(wanted);
    await expect(reader.readRequest(2)).rejects.toMatchObject(wanted);
    await expect(writer.openRequest(newRequest())).rejects.toMatchObject(wanted);
    expect((await reader.readRequest(1)).number).toBe(1);
  });

  it("passes over refs that are none of its own", async () => {
    const { directory, reader } = await setUp();
    git(directory, "update-ref", "refs/patchring/requests/notes", git(directory, "rev-parse", "main"));
    expect(await reader.listRequests(ALL)).toHaveLength(1);
  });

  it("says that somebody holds a lock, and that it may be tried again", async () => {
    const { directory, writer } = await setUp();
    writeFileSync(join(directory, ".git/refs/patchring/requests/1.lock"), "");
    await expect(writer.updateRequest(1, { title: "new" })).rejects.toMatchObject({
      code: "contended",
      retryable: true,
    });
  });

  it("refuses branch names that are none", async () => {
    const { writer, reader } = await setUp();
    for (const headBranch of ["--all", "a..b", "x\ny"]) {
      await expect(writer.openRequest(newRequest({ headBranch, marker: { kind: "x", key: "x", data: {} } })))
        .rejects //
        .toBeInstanceOf(ForgeError);
    }
    expect(await reader.listRequests(ALL)).toHaveLength(1);
  });
});

describe("merging with a work tree", () => {
  it("brings the work tree along", async () => {
    const { directory, writer, head } = await setUp();
    expect((await writer.mergeRequest(1, order(head))).kind).toBe("merged");
    expect(existsSync(join(directory, "promotions/production/kb1.yaml"))).toBe(true);
    expect(git(directory, "status", "--porcelain")).toBe("");
  });

  it("refuses while something is uncommitted, and leaves it as it is", async () => {
    const { directory, writer, reader, head } = await setUp();
    const main = git(directory, "rev-parse", "main");
    writeFileSync(join(directory, "fleet.yaml"), "mine\n");
    expect(await writer.mergeRequest(1, order(head))).toMatchObject({
      kind: "refused",
      reason: "blocked",
      detail: expect.stringContaining("uncommitted") as string,
    });
    expect(git(directory, "rev-parse", "main")).toBe(main);
    expect(git(directory, "status", "--porcelain")).toBe("M fleet.yaml");
    expect((await reader.readRequest(1)).state).toBe("open");
  });

  it("brings the work tree along that a crash after the merge left behind", async () => {
    const { directory, options, writer, head } = await setUp();
    const dead = { ...options.git, moveCheckout: () => Promise.reject(new Error("the process is gone")) };
    await expect(openLocalWriter({ ...options, git: dead }).mergeRequest(1, order(head))).rejects.toThrow(
      "gone",
    );
    expect(git(directory, "status", "--porcelain")).not.toBe("");
    expect((await writer.mergeRequest(1, order(head))).kind).toBe("merged");
    expect(git(directory, "status", "--porcelain")).toBe("");
  });

  it("ends well when only the base was moved before a crash", async () => {
    const { directory, options, writer, reader, head } = await setUp();
    const half = {
      ...options.git,
      moveRefs: async (...[moves, reason]: Parameters<typeof options.git.moveRefs>) => {
        await options.git.moveRefs(
          moves.filter(({ ref }) => ref.startsWith("refs/heads/")),
          reason,
        );
        throw new Error("the process is gone");
      },
    };
    await expect(openLocalWriter({ ...options, git: half }).mergeRequest(1, order(head))).rejects.toThrow(
      "gone",
    );
    const commit = git(directory, "rev-parse", "main");
    expect(await reader.readRequest(1)).toMatchObject({ state: "merged", mergeCommit: commit });
    expect(await writer.mergeRequest(1, order(head))).toEqual({ kind: "merged", commit });
    expect(JSON.parse(git(directory, "show", "refs/patchring/requests/1:request.json"))).toMatchObject({
      state: "merged",
      mergeCommit: commit,
    });
  });

  it("refuses while a check of the head failed", async () => {
    const { writer, reader, head } = await setUp();
    const check = { name: "patchring / evidence", description: "", url: null, summary: null } as const;
    await writer.setCheck(head, { ...check, state: "failure" });
    expect((await reader.readRequest(1)).mergeability).toBe("blocked");
    expect(await writer.mergeRequest(1, order(head))).toMatchObject({ reason: "blocked" });
    await writer.setCheck(head, { ...check, state: "success" });
    expect((await writer.mergeRequest(1, order(head))).kind).toBe("merged");
  });

  it("does not take a branch that was put back for a merged one", async () => {
    const { directory, reader, writer } = await setUp();
    git(directory, "branch", "-f", BRANCH, "main");
    const read = await reader.readRequest(1);
    expect(read).toMatchObject({ state: "open", mergeability: "blocked" });
    commitFiles(directory, { "y.yaml": "1\n" }, "main goes on");
    expect(await writer.mergeRequest(1, order(read.head.sha))).toMatchObject({ reason: "blocked" });
  });
});

describe("people", () => {
  it("cannot approve their own request, a head that has moved, or what is closed", async () => {
    const { directory, options, writer, head } = await setUp();
    git(directory, "branch", "-q", "by-hand", BRANCH);
    const asAnn = { ...options, writeAs: ANN };
    const { number } = (
      await openLocalWriter(asAnn).openRequest(
        newRequest({ headBranch: "by-hand", marker: { kind: "hold", key: "x", data: {} } }),
      )
    ).request;
    const ann = openLocalPerson(asAnn);
    const approve = { state: "approved", headSha: head, body: "" } as const;
    await expect(ann.review(number, approve)).rejects.toMatchObject({ code: "refused" });
    await ann.review(number, { ...approve, state: "commented" });
    const main = git(directory, "rev-parse", "main");
    await expect(ann.review(1, { ...approve, headSha: main })).rejects.toMatchObject({ code: "refused" });
    await writer.closeRequest(1);
    await expect(ann.review(1, approve)).rejects.toMatchObject({ code: "refused" });
  });

  it("are not the program", async () => {
    const { options } = await setUp();
    expect(() => openLocalPerson(options)).toThrow(expect.objectContaining({ code: "denied" }));
  });
});
