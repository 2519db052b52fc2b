/**
 * Asking Git. One process a question and no library: identity is on the critical path of `plan`,
 * and loading a client costs more than the question.
 */
import { spawn } from "node:child_process";

export interface GitAnswer {
  /** The exit code; null when there is no Git on this machine. */
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface GitOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
}

/** Nothing is written (no index refresh), nothing of the repository's configuration is run, no locale. */
const READ_ONLY = ["--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.untrackedCache=keep"];

/** Runs Git for reading. Never rejects. */
export function askGit(args: readonly string[], options: GitOptions): Promise<GitAnswer> {
  return new Promise((resolve) => {
    const child = spawn("git", [...READ_ONLY, ...args], {
      cwd: options.cwd,
      env: { ...options.env, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    const answer = (code: number | null): void =>
      resolve({ code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString("utf8") });
    child.on("error", () => answer(null));
    child.on("close", (code) => answer(code ?? 1));
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}
