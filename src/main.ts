/** The wiring: this file and `wiring/` name products, and nothing else does (design 6). */
import { readFileSync } from "node:fs";
import type { ExitCode } from "./cli/exit-codes.ts";
import { EXIT_CODES } from "./cli/exit-codes.ts";
import type { Io, TextSink } from "./cli/io.ts";
import { refuse } from "./cli/refusal.ts";
import { runCommand } from "./cli/run.ts";
import type { Opened, ProviderSettings, WritingPorts } from "./cli/invocation.ts";
import type { ChannelSettings } from "./core/notice-settings.ts";
import type { NoticeChannel } from "./notify/notice.ts";
import type { PatchProvider } from "./provider/provider.ts";
import type { FileProviderOptions } from "./provider/file/options.ts";
import { createForgePorts } from "./wiring/forge.ts";
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
  async openReader(provider, folder) {
    const opened = await openProvider(provider, folder);
    return opened.port === null ? opened : { port: opened.port.reader };
  },
  ...createForgePorts(),
  openStoreReader,
  openStore,
  restoreStore,
  async writePolicyFile(directory, written) {
    (await import("./cli/statement/write-file.ts")).writePolicyFile(directory, written);
  },
  async openWriter(provider, folder) {
    const opened = await openProvider(provider, folder);
    return opened.port === null ? opened : { port: opened.port.writer };
  },
  openChannels: (channels, folder, env) =>
    Promise.all(channels.map((settings) => openChannel(settings, folder, env))),
  async simulate(source, output, { actions, at }) {
    const { simulate } = await import("./provider/file/simulate.ts");
    if (source.kind === "file") return simulate(source.path, output, actions, at);
    const options = await fileOptions(source.provider, source.folder);
    if (options.port === null) return { diagnostics: options.diagnostics, changed: 0 };
    return simulate(options.port.path, output, actions, at);
  },
};

/** The backend that the policy names. */
async function openProvider(provider: ProviderSettings, folder: string): Promise<Opened<PatchProvider>> {
  switch (provider["kind"]) {
    case "file": {
      const options = await fileOptions(provider, folder);
      if (options.port === null) return options;
      const { openFileProvider } = await import("./provider/file/file-provider.ts");
      return { port: openFileProvider(options.port) };
    }
    case "apt": {
      const { parseAptOptions, readInventory } = await import("./provider/apt/options.ts");
      const { options, diagnostics } = parseAptOptions(provider, folder);
      if (options === null) return { port: null, diagnostics };
      const inventory = await readInventory(options.inventory);
      if (inventory.hosts === null) return { port: null, diagnostics: inventory.diagnostics };
      const { openAptProvider } = await import("./provider/apt/apt-provider.ts");
      return { port: openAptProvider({ hosts: inventory.hosts, settings: options.settings }) };
    }
    default:
      throw refuse(
        "policy",
        "cli/unknown-provider",
        "Unknown provider",
        `The Fleet names a provider of kind ${JSON.stringify(provider["kind"])}. This version has: apt, file.`,
        "write `kind: file` with the path of a snapshot file, or give `--snapshot FILE`.",
      );
  }
}

async function openChannel(
  settings: ChannelSettings,
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<NoticeChannel> {
  switch (settings.kind) {
    case "mail":
      return (await import("./notify/mail/mail-channel.ts")).openMailChannel(settings, { env });
    case "file":
      return (await import("./notify/file/file-channel.ts")).openFileChannel(settings, folder);
    default:
      return (await import("./notify/webhook/webhook-channel.ts")).openWebhookChannel(settings, { env });
  }
}

async function fileOptions(provider: ProviderSettings, folder: string): Promise<Opened<FileProviderOptions>> {
  if (provider["kind"] !== "file") {
    throw refuse(
      "usage",
      "cli/usage",
      "Wrong command line",
      "`--simulate` writes the state after the actions of a snapshot file, and this policy has no provider of kind file.",
      "take a snapshot with `patchring snapshot --out FILE` and give `--snapshot FILE`.",
    );
  }
  const { parseFileOptions } = await import("./provider/file/options.ts");
  const { options, diagnostics } = parseFileOptions(provider, folder);
  return options === null ? { port: null, diagnostics } : { port: options };
}

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
