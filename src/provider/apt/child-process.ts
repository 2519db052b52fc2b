import { spawn } from "node:child_process";
import type { ScriptResult } from "./transport.ts";

/** More than any host answers: a scan of 3,000 packages is below 2 MB. */
const MAX_OUTPUT = 64 * 1024 * 1024;
/** A shared ssh connection that lives on may keep the pipes open a little longer than the command. */
const PIPE_GRACE_MS = 2_000;

class Output {
  readonly #chunks: Buffer[] = [];
  size = 0;

  add(chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size <= MAX_OUTPUT) this.#chunks.push(chunk);
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString("utf8");
  }
}

/** Runs a command with `input` on its standard input. Never throws for what the command does. */
export function runCommand(
  command: readonly string[],
  input: string,
  timeoutMs: number,
): Promise<ScriptResult> {
  return new Promise((resolve) => {
    const [program, ...args] = command;
    const child = spawn(program!, args, { stdio: ["pipe", "pipe", "pipe"], env: quietEnvironment() });
    const [stdout, stderr] = [new Output(), new Output()];
    let grace: NodeJS.Timeout | undefined;
    const finish = (result: ScriptResult): void => {
      clearTimeout(timer);
      clearTimeout(grace);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      finish({ kind: "failed", reason: `no answer within ${Math.ceil(timeoutMs / 1000)} s` });
    }, timeoutMs);
    const end = (code: number | null, signal: string | null): void => {
      if (code === null)
        finish({ kind: "failed", reason: `${program!} was ended by ${signal ?? "a signal"}` });
      else finish({ kind: "done", code, stdout: stdout.text(), stderr: stderr.text() });
    };
    child.on("error", (error) =>
      finish({ kind: "failed", reason: `${program!} cannot be started: ${error.message}` }),
    );
    child.stdout.on("data", (chunk: Buffer) => stdout.add(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.add(chunk));
    child.on("exit", (code, signal) => {
      grace = setTimeout(() => end(code, signal), PIPE_GRACE_MS);
    });
    child.on("close", end);
    // A command that ends without reading its input closes the pipe; its exit code tells why.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

/** Hosts and tools answer in one language. */
function quietEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: "C.UTF-8" };
}
