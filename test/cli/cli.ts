/** Running the command in process, in a folder of its own. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach } from "vitest";
import type { Io, TextSink } from "../../src/cli/io.ts";
import type { WritingPorts } from "../../src/cli/invocation.ts";
import { main } from "../../src/main.ts";
import { parseInstant } from "../../src/core/time.ts";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly now?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly tty?: boolean;
  readonly ports?: Partial<WritingPorts>;
  /** Of the terminal; 100 when absent. */
  readonly columns?: number;
}

/** The clock of every test that does not say otherwise. */
export const NOW = "2026-03-18T09:00:00Z";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** What was made so far outlives the test, up to a call of what this gives. */
export function keepFolders(): () => void {
  const kept = folders.splice(0);
  return () => {
    for (const folder of kept) rmSync(folder, { recursive: true, force: true });
  };
}

/** A folder with these files, removed after the test. */
export function makeFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "patchring-cli-"));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) writeInto(folder, path, text);
  return folder;
}

export function writeInto(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function sink(into: string[], tty: boolean, columns = 100): TextSink {
  return {
    write: (text) => {
      into.push(text);
    },
    isTTY: tty,
    columns: tty ? columns : undefined,
    closed: false,
  };
}

export async function run(cwd: string, words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const io: Io = {
    stdout: sink(stdout, options.tty ?? false, options.columns),
    stderr: sink(stderr, options.tty ?? false),
    env: { PATH: process.env["PATH"], HOME: cwd, ...options.env },
    cwd,
    now: () => parseInstant(options.now ?? NOW)!,
  };
  const code = await main(words, io, options.ports);
  return { code, stdout: stdout.join(""), stderr: stderr.join("").replaceAll(cwd, "<cwd>") };
}

/** Every file of a folder with a hash of its bytes, `.git` included. */
export function hashTree(folder: string): Readonly<Record<string, string>> {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  const paths = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  return Object.fromEntries(
    paths
      .sort()
      .map((path) => [
        path.slice(folder.length + 1),
        createHash("sha256").update(readFileSync(path)).digest("hex"),
      ]),
  );
}

export function git(cwd: string, ...words: readonly string[]): string {
  const who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...who, "-c", "commit.gpgsign=false", ...words], {
    cwd,
    encoding: "utf8",
  }).trim();
}
