import { runCommand } from "./child-process.ts";
import type { RootDirectory } from "./host.ts";
import { scriptHead, shellCommand } from "./layout.ts";
import type { ScriptResult, Transport } from "./transport.ts";

/** This machine, or a root directory on it. */
export class LocalTransport implements Transport {
  readonly #root: RootDirectory | null;

  constructor(root: RootDirectory | null) {
    this.#root = root;
  }

  run(script: string, timeoutMs: number): Promise<ScriptResult> {
    return runCommand(shellCommand(this.#root, false), scriptHead(this.#root) + script, timeoutMs);
  }
}
