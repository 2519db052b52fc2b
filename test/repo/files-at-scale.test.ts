/** Issue: policy of 1,000 files at any commit of a history of 2,000 takes at most twice what Git alone takes. */
import { execFileSync, spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { readPolicyAt, type FileChoice } from "../../src/repo/files-at.ts";
import { readHistory } from "../../src/repo/history.ts";
import { git, GIT_ENV, makeFolder, MARCH, open } from "./git-fixture.ts";

const FILES = 1000;
const COMMITS = 2000;

const ALL: FileChoice = {
  folder: "",
  isWantedFolder: () => true,
  isWantedFile: (path) => path.endsWith(".yaml"),
  maxFileBytes: 5_000_000,
};

function ruleText(file: number, revision: number): string {
  const rules = Array.from(
    { length: 8 },
    (_, at) =>
      `    - id: vendor-${file}/rule-${at}\n      match: { patch: { product: "product ${file}-${at}" } }\n      verdict: approve\n`,
  );
  return `apiVersion: patchring/v1\nkind: ApprovalRules\nmetadata: { name: rules-${file}-${revision} }\nspec:\n  rules:\n${rules.join("")}`;
}

/** One commit with all files, then one changed file a commit. */
function makeHistory(): string {
  const directory = makeFolder();
  git(directory, "init", "-q", "--bare", "-b", "main");
  const put = (file: number, revision: number): string => {
    const text = ruleText(file, revision);
    return `M 100644 inline rules/group-${file % 25}/rule-${file}.yaml\ndata ${Buffer.byteLength(text)}\n${text}\n`;
  };
  const commits = Array.from({ length: COMMITS }, (_, at) => {
    const files =
      at === 0 ? Array.from({ length: FILES }, (_unused, file) => put(file, 0)) : [put((at * 7) % FILES, at)];
    const who = `Ann <ann@example.test> ${MARCH + at} +0000`;
    return `commit refs/heads/main\nauthor ${who}\ncommitter ${who}\ndata 4\nedit\n${files.join("")}`;
  });
  execFileSync("git", ["fast-import", "--quiet"], {
    cwd: directory,
    env: GIT_ENV,
    input: commits.join("\n"),
  });
  return directory;
}

/** What anybody can do by hand: one `ls-tree`, one `cat-file --batch`. */
function readByHand(directory: string, revision: string): number {
  const run = (args: readonly string[], input = ""): Buffer =>
    spawnSync("git", args, { cwd: directory, env: GIT_ENV, input, maxBuffer: 1 << 28 }).stdout;
  const ids = run(["ls-tree", "-r", "-z", revision])
    .toString("utf8")
    .split("\0")
    .map((line) => line.slice(12, 52))
    .filter((id) => id !== "");
  return run(["cat-file", "--batch"], ids.map((id) => `${id}\n`).join("")).length;
}

async function fastest(work: () => unknown): Promise<number> {
  let best = Infinity;
  for (let tried = 0; tried < 7; tried += 1) {
    const start = performance.now();
    await work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

it(
  "reads 1,000 files at a commit of 2,000 in at most twice the time that Git alone takes",
  { retry: 2 },
  async () => {
    const directory = makeHistory();
    const repository = await open(directory);
    for (const revision of ["main", `main~${COMMITS / 2}`]) {
      const { files } = await readPolicyAt(repository, revision, ALL);
      expect(files).toHaveLength(FILES);
      const byHand = await fastest(() => readByHand(directory, revision));
      const ours = await fastest(async () => {
        await open(directory);
        await readPolicyAt(repository, revision, ALL);
      });
      expect(ours, `${ours.toFixed(1)} ms, by hand ${byHand.toFixed(1)} ms`).toBeLessThanOrEqual(2 * byHand);
      if (process.env["PATCHRING_SHOW_TIMES"] !== undefined) {
        const parsing = await fastest(() => files.map(({ text }) => parse(text) as unknown));
        process.stderr.write(
          `${revision}: ours ${ours.toFixed(1)} ms, by hand ${byHand.toFixed(1)} ms, parsing ${parsing.toFixed(0)} ms\n`,
        );
      }
    }
    const [path] = (await readPolicyAt(repository, "main", ALL)).files.map((file) => file.path);
    const question = { revision: "main", without: null, paths: [path!], isFollowed: true, maxCommits: null };
    expect((await readHistory(repository, question)).length).toBeGreaterThanOrEqual(2);
  },
);
