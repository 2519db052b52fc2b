import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readFilesAt, readPolicyAt, type FileChoice } from "../../src/repo/files-at.ts";
import { openRepository, resolveCommit } from "../../src/repo/repository.ts";
import { commitFiles, git, GIT_ENV, makeBare, makeFolder, makeWorkTree, open } from "./git-fixture.ts";

const YAML: FileChoice = {
  folder: "",
  isWantedFolder: (path) => !path.startsWith("node_modules"),
  isWantedFile: (path) => path.endsWith(".yaml"),
  maxFileBytes: 1000,
};

const FILES = {
  "fleet.yaml": "kind: Fleet\n",
  "rings/10-pilot.yaml": "kind: Ring # größe\n",
  "rings/a/b/c.yaml": "kind: Ring\n",
  "rings.yaml": "",
  "node_modules/x.yaml": "no",
  "readme.md": "no",
};

describe("files at a commit", () => {
  it.each([
    ["a work tree", (source: string): string => source],
    ["a bare repository", makeBare],
    [
      "a shallow clone with a detached head",
      (source: string): string => {
        const clone = join(makeFolder(), "clone");
        git(source, "clone", "-q", "--depth=1", `file://${source}`, clone);
        git(clone, "checkout", "-q", "--detach");
        return clone;
      },
    ],
    [
      "a folder inside a work tree, with packed objects",
      (source: string): string => {
        git(source, "gc", "-q");
        return join(source, "rings");
      },
    ],
  ])("reads %s", async (_name, derive) => {
    const repository = await open(derive(makeWorkTree(FILES)));
    const { commit, files, refused } = await readPolicyAt(repository, "HEAD", YAML);
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
    expect(files).toEqual([
      { path: "fleet.yaml", text: "kind: Fleet\n" },
      { path: "rings.yaml", text: "" },
      { path: "rings/10-pilot.yaml", text: "kind: Ring # größe\n" },
      { path: "rings/a/b/c.yaml", text: "kind: Ring\n" },
    ]);
    expect(refused).toEqual([]);
  });

  it("reads a SHA-256 repository", async () => {
    const repository = await open(makeWorkTree(FILES, "--object-format=sha256"));
    const { commit, files } = await readPolicyAt(repository, "main", YAML);
    expect(commit).toHaveLength(64);
    expect(files).toHaveLength(4);
  });

  it("reads a commit as it was, whatever the work tree, the index and other commits hold", async () => {
    const directory = makeWorkTree(FILES);
    git(directory, "tag", "-a", "v1", "-m", "v1");
    commitFiles(directory, { "fleet.yaml": "second\n" }, "second");
    writeFileSync(join(directory, "fleet.yaml"), "uncommitted\n");
    git(directory, "add", "fleet.yaml");
    const repository = await open(directory);
    const read = async (revision: string): Promise<string | undefined> =>
      (await readPolicyAt(repository, revision, YAML)).files[0]?.text;
    expect(await read("main")).toBe("second\n");
    expect(await read("main~1")).toBe("kind: Fleet\n");
    expect(await read("v1")).toBe("kind: Fleet\n");
    expect(git(directory, "status", "--porcelain")).toBe("M  fleet.yaml");
  });

  it("reads a folder, and nothing from one that is not there", async () => {
    const repository = await open(makeWorkTree(FILES));
    const at = async (folder: string): Promise<string[]> =>
      (await readFilesAt(repository, "main", { ...YAML, folder })).files.map(({ path }) => path);
    expect(await at("rings/")).toEqual(["10-pilot.yaml", "a/b/c.yaml"]);
    expect(await at("none/")).toEqual([]);
    expect(await at("fleet.yaml/")).toEqual([]);
  });

  it("refuses what cannot be read as text and does not follow links", async () => {
    const directory = makeWorkTree(FILES);
    const id = git(directory, "rev-parse", "main:fleet.yaml");
    const commit = git(directory, "rev-parse", "main");
    git(directory, "update-index", "--add", "--cacheinfo", `120000,${id},link.yaml`);
    git(directory, "update-index", "--add", "--cacheinfo", `160000,${commit},module.yaml`);
    git(directory, "commit", "-q", "-m", "odd");
    writeFileSync(join(directory, "latin.yaml"), Buffer.from([0xe9, 0x0a]));
    writeFileSync(join(directory, "long.yaml"), "x".repeat(300_001));
    git(directory, "add", "latin.yaml", "long.yaml");
    git(directory, "commit", "-q", "-m", "odder");
    const { refused, files } = await readPolicyAt(await open(directory), "main", YAML);
    expect(refused).toEqual([
      { path: "latin.yaml", reason: "not-utf8" },
      { path: "link.yaml", reason: "link" },
      { path: "long.yaml", reason: "too-large" },
      { path: "module.yaml", reason: "submodule" },
    ]);
    expect(files).toHaveLength(4);
  });

  it("is not led astray by replaced objects", async () => {
    const directory = makeWorkTree(FILES);
    const real = git(directory, "rev-parse", "main:fleet.yaml");
    git(directory, "replace", real, git(directory, "rev-parse", "main:readme.md"));
    const { files } = await readPolicyAt(await open(directory), "main", YAML);
    expect(files[0]?.text).toBe("kind: Fleet\n");
  });

  it.each(["none", "HEAD:fleet.yaml", "0123456789012345678901234567890123456789", "main^9"])(
    "says that there is no commit %s",
    async (revision) => {
      const repository = await open(makeWorkTree(FILES));
      const wanted = { name: "RepoError", code: "unknown-revision", retryable: false };
      await expect(readPolicyAt(repository, revision, YAML)).rejects.toMatchObject(wanted);
      await expect(resolveCommit(repository, revision)).rejects.toMatchObject(wanted);
    },
  );

  it.each(["--all", "-h", "", "main\nfleet", "a\0b"])("does not hand %j to Git", async (revision) => {
    const repository = await open(makeWorkTree(FILES));
    expect(() => readFilesAt(repository, revision, YAML)).toThrow(
      expect.objectContaining({ code: "unsafe-name" }),
    );
    await expect(resolveCommit(repository, revision)).rejects.toMatchObject({ code: "unsafe-name" });
  });

  it("says that an older commit may be missing from a shallow clone", async () => {
    const source = makeWorkTree(FILES);
    const first = git(source, "rev-parse", "HEAD");
    commitFiles(source, { "x.yaml": "1\n" }, "second");
    const clone = join(makeFolder(), "clone");
    git(source, "clone", "-q", "--depth=1", `file://${source}`, clone);
    await expect(readPolicyAt(await open(clone), first, YAML)).rejects.toThrow(/shallow/);
  });

  it("stops at trees that pretend to hold a thousand million files", async () => {
    const directory = makeWorkTree(FILES);
    const write = (lines: string[]): string => {
      writeFileSync(join(directory, "tree.txt"), lines.join(""));
      return git(directory, "-c", "alias.make=!git mktree < tree.txt", "make");
    };
    const blob = git(directory, "rev-parse", "main:fleet.yaml");
    const digits = [...Array(10).keys()];
    let tree = write(digits.map((digit) => `100644 blob ${blob}\t${digit}.yaml\n`));
    for (let depth = 0; depth < 9; depth += 1) {
      tree = write(digits.map((digit) => `040000 tree ${tree}\t${digit}\n`));
    }
    const commit = git(directory, "commit-tree", tree, "-m", "bomb");
    await expect(readPolicyAt(await open(directory), commit, YAML)).rejects.toMatchObject({ code: "failed" });
  });
});

describe("opening a repository", () => {
  it("says what kind it is", async () => {
    const directory = makeWorkTree(FILES);
    expect(await open(join(directory, "rings"))).toMatchObject({
      isBare: false,
      isShallow: false,
      idBytes: 20,
      prefix: "rings/",
    });
    expect(await open(makeBare(directory))).toMatchObject({ isBare: true, prefix: "" });
  });

  it("says that there is none, and that the folder is not there", async () => {
    const folder = makeFolder();
    await expect(open(folder)).rejects.toMatchObject({ code: "no-repository" });
    await expect(open(join(folder, "none"))).rejects.toMatchObject({ code: "no-repository" });
    await expect(openRepository({ directory: folder, env: { PATH: "/nowhere" } })).rejects.toMatchObject({
      code: "no-git",
    });
  });

  it("is not led elsewhere by what a hook around it sets", async () => {
    const other = makeWorkTree({ "other.yaml": "x\n" });
    const env = {
      ...GIT_ENV,
      GIT_DIR: join(other, ".git"),
      GIT_WORK_TREE: other,
      GIT_INDEX_FILE: "/nowhere",
    };
    const repository = await openRepository({ directory: makeWorkTree(FILES), env });
    expect((await readPolicyAt(repository, "HEAD", YAML)).files[0]?.path).toBe("fleet.yaml");
  });
});
