import { describe, expect, it } from "vitest";
import { NO_IDENTITY, readIdentity, type TreeIdentity } from "../../src/repo/identity.ts";
import { commitFiles, git, GIT_ENV, makeFolder, makeWorkTree, writeFiles } from "./git-fixture.ts";

const identify = (directory: string, env: Readonly<Record<string, string>> = {}): Promise<TreeIdentity> =>
  readIdentity({ directory, env: { ...GIT_ENV, ...env } }, () => true);

describe("which commit a policy stands at", () => {
  it("is told by the repository around it, and only policy files make it dirty", async () => {
    const directory = makeWorkTree();
    const commit = git(directory, "rev-parse", "HEAD");
    writeFiles(directory, { "notes.txt": "no policy" });
    expect(await identify(directory)).toEqual({ commit, dirty: false });
    writeFiles(directory, { "rings/NEW.YML": "kind: Ring\n" });
    expect(await identify(directory)).toEqual({ commit, dirty: true });
  });

  it("counts the changes inside the directory alone", async () => {
    const directory = makeWorkTree({ "a/fleet.yaml": "kind: Fleet\n", "b/fleet.yaml": "kind: Fleet\n" });
    writeFiles(directory, { "b/fleet.yaml": "kind: Fleet # changed\n" });
    expect(await identify(`${directory}/a`)).toMatchObject({ dirty: false });
    expect(await identify(`${directory}/b`)).toMatchObject({ dirty: true });
  });

  it("is not what a hook's variables say of another repository", async () => {
    const directory = makeWorkTree();
    const other = makeWorkTree();
    commitFiles(other, { "fleet.yaml": "kind: Fleet # other\n" }, "second");
    const commit = git(directory, "rev-parse", "HEAD");
    const hook = { GIT_DIR: `${other}/.git`, GIT_WORK_TREE: other, GIT_INDEX_FILE: `${other}/.git/index` };
    expect(await identify(directory, hook)).toEqual({ commit, dirty: false });
  });

  it("is none outside a repository, before the first commit, and without Git", async () => {
    const directory = makeFolder();
    expect(await identify(directory)).toEqual(NO_IDENTITY);
    git(directory, "init", "-q");
    expect(await identify(directory)).toEqual(NO_IDENTITY);
    expect(await identify(makeWorkTree(), { PATH: makeFolder() })).toEqual(NO_IDENTITY);
  });
});
