/** Real repositories in temporary folders. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { BranchCommit, Person } from "../../src/repo/branch-writer.ts";
import { openRepository, type Repository } from "../../src/repo/repository.ts";

export const BOT: Person = { name: "patchring", email: "patchring@example.test" };
export const ANN: Person = { name: "Ann Lee", email: "ann@example.test" };
/** 2026-03-01T00:00:00Z. */
export const MARCH = 1_772_323_200;

export const GIT_ENV: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nowhere",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: ANN.name,
  GIT_AUTHOR_EMAIL: ANN.email,
  GIT_COMMITTER_NAME: ANN.name,
  GIT_COMMITTER_EMAIL: ANN.email,
  GIT_AUTHOR_DATE: `${MARCH} +0000`,
  GIT_COMMITTER_DATE: `${MARCH} +0000`,
};

export function git(directory: string, ...args: readonly string[]): string {
  return execFileSync("git", args, { cwd: directory, env: GIT_ENV, encoding: "utf8", stdio: "pipe" }).trim();
}

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "patchring-repo-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function writeFiles(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

/** A repository with a work tree and one commit of these files on `main`. */
export function makeWorkTree(
  files: Readonly<Record<string, string>> = { "fleet.yaml": "kind: Fleet\n" },
  ...options: readonly string[]
): string {
  const directory = makeFolder();
  git(directory, "init", "-q", "-b", "main", ...options);
  commitFiles(directory, files, "first");
  return directory;
}

export function commitFiles(
  directory: string,
  files: Readonly<Record<string, string>>,
  message: string,
): string {
  writeFiles(directory, files);
  git(directory, "add", "-A");
  git(directory, "commit", "-q", "-m", message);
  return git(directory, "rev-parse", "HEAD");
}

export function makeBare(source: string): string {
  const directory = join(makeFolder(), "bare.git");
  git(source, "clone", "-q", "--bare", source, directory);
  return directory;
}

export function open(directory: string): Promise<Repository> {
  return openRepository({ directory, env: GIT_ENV });
}

export function branchCommit(change: Partial<BranchCommit> & Pick<BranchCommit, "parent">): BranchCommit {
  return {
    branch: "patchring/promote/production",
    expected: null,
    changes: [{ kind: "put", path: "promotions/production/kb1.yaml", content: "kind: Promotion\n" }],
    subject: "Promote KB1 to production",
    body: "",
    trailers: [],
    author: BOT,
    at: MARCH,
    ...change,
  };
}
