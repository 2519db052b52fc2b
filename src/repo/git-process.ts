/** Running Git: no shell, no prompt, no locale, nothing of the surrounding Git process taken over. */
import { Buffer } from "node:buffer";
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { existsSync } from "node:fs";
import { RepoError } from "./error.ts";

export interface GitPlace {
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface GitAnswer {
  readonly code: number;
  readonly stdout: Buffer;
  /** Without credentials and control characters. */
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  /** `magic`: paths of the question may be patterns (`:(glob)…`). Absent: each path is itself. */
  readonly pathspecs?: "literal" | "magic";
  /** Stops Git and throws `unreachable` after this time; absent: never. */
  readonly timeoutMs?: number;
}

/** What a hook or an alias sets for the repository around it; it would lead Git elsewhere than to `directory`. */
const FOREIGN: ReadonlySet<string> = new Set([
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_COMMON_DIR",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_NAMESPACE",
  "GIT_PREFIX",
  "GIT_SHALLOW_FILE",
  "GIT_GRAFT_FILE",
  "GIT_REPLACE_REF_BASE",
  "GIT_QUARANTINE_PATH",
  "GIT_EXTERNAL_DIFF",
  "GIT_GLOB_PATHSPECS",
  "GIT_NOGLOB_PATHSPECS",
  "GIT_ICASE_PATHSPECS",
  "GIT_TRACE",
]);

function environment(env: GitPlace["env"], pathspecs: "literal" | "magic"): NodeJS.ProcessEnv {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !FOREIGN.has(name)));
  return {
    ...own,
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_LITERAL_PATHSPECS: pathspecs === "literal" ? "1" : "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_OPTIONAL_LOCKS: "0",
  };
}

/** Starts Git with its three streams open. */
export function startGit(
  place: GitPlace,
  args: readonly string[],
  pathspecs: "literal" | "magic" = "literal",
): ChildProcessWithoutNullStreams {
  return spawn("git", ["-c", "core.fsmonitor=false", ...args], {
    cwd: place.directory,
    env: environment(place.env, pathspecs),
    stdio: ["pipe", "pipe", "pipe"],
  });
}

/** Why Git could not even be started. */
export function startFailure(place: GitPlace, cause: Error): RepoError {
  return existsSync(place.directory)
    ? new RepoError("no-git", "Git cannot be run; is it installed and on the PATH?", { cause })
    : new RepoError("no-repository", `there is no folder ${place.directory}`, { cause });
}

/** Runs Git to its end, whatever its exit code. Throws when it cannot be started or takes too long. */
export function askGit(
  place: GitPlace,
  args: readonly string[],
  options: RunOptions = {},
): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const child = startGit(place, args, options.pathspecs);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    let isLate = false;
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            isLate = true;
            child.kill("SIGKILL");
          }, options.timeoutMs);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(startFailure(place, error));
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      if (isLate) reject(new RepoError("unreachable", `git ${args[0] ?? ""} took too long`));
      else
        resolve({
          code: code ?? 1,
          stdout: Buffer.concat(stdout),
          stderr: cleanText(Buffer.concat(stderr).toString("utf8")),
        });
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}

/** Runs Git and gives what it printed; a failure is `failed` with Git's first line. */
export async function runGit(
  place: GitPlace,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Buffer> {
  const answer = await askGit(place, args, options);
  if (answer.code !== 0) throw gitFailure(args, answer);
  return answer.stdout;
}

export function gitFailure(args: readonly string[], answer: GitAnswer): RepoError {
  return new RepoError("failed", `git ${args[0] ?? ""} failed: ${firstLine(answer.stderr)}`);
}

/** The first line with something to say, at most 300 characters. */
export function firstLine(text: string): string {
  const line = text.split("\n").find((part) => part.trim() !== "") ?? "no message";
  return line.trim().slice(0, 300);
}

/** Takes user names, passwords and queries out of addresses, and control characters out of everything. */
export function cleanText(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]*@/gi, "$1")
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s?'"]*)\?[^\s'"]*/gi, "$1")
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, " ");
}
