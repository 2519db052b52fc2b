/** The wiring: this file and `wiring/` name products, and nothing else does (design 6). */
import { readFileSync } from "node:fs";
import type { ExitCode } from "./cli/exit-codes.ts";
import { EXIT_CODES } from "./cli/exit-codes.ts";
import type { Io, TextSink } from "./cli/io.ts";
import { runCommand } from "./cli/run.ts";
import type { WritingPorts } from "./cli/invocation.ts";
import { createForgePorts } from "./wiring/forge.ts";
import { openChannels } from "./wiring/notices.ts";
import { openReader, openWriter, simulateActions } from "./wiring/provider.ts";
import { openStore, openStoreReader, restoreStore } from "./wiring/store.ts";

/** Runs one command and gives its exit code. Touches the process only through `io`. `other`: ports to use instead. */
export function main(argv: readonly string[], io: Io, other: Partial<WritingPorts> = {}): Promise<ExitCode> {
  return runCommand(argv, io, readVersion(), { ...PORTS, ...other });
}

function readVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}

const PORTS: WritingPorts = {
  openReader,
  ...createForgePorts(),
  openStoreReader,
  openStore,
  restoreStore,
  async writePolicyFile(directory, written) {
    (await import("./cli/statement/write-file.ts")).writePolicyFile(directory, written);
  },
  openWriter,
  openChannels,
  simulate: simulateActions,
};

/** Starts the command of this process: used by `bin/patchring.js`. */
export async function start(): Promise<void> {
  const stop = new AbortController();
  const interrupt = (): void => {
    process.stderr.write("patchring: interrupted\n");
    process.exit(EXIT_CODES.interrupted);
  };
  process.once("SIGINT", interrupt);
  process.exitCode = await main(process.argv.slice(2), {
    stdout: processSink(process.stdout),
    stderr: processSink(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    now: () => Math.floor(Date.now() / 1000),
    catchStop: () => {
      process.off("SIGINT", interrupt);
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.on(signal, () => {
          if (stop.signal.aborted) interrupt();
          stop.abort();
        });
      }
      return stop.signal;
    },
  });
}

/** A reader that went away (`patchring verdicts | head`) ends the output, not the work. */
function processSink(stream: NodeJS.WriteStream): TextSink {
  let closed = false;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    closed = true;
  });
  return {
    write(text) {
      if (!closed) stream.write(text);
    },
    isTTY: stream.isTTY,
    columns: stream.isTTY ? stream.columns : undefined,
    get closed() {
      return closed;
    },
  };
}
