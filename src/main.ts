/** The wiring: the one file that names products (design 6). */
import { readFileSync } from "node:fs";
import type { ExitCode } from "./cli/exit-codes.ts";
import { EXIT_CODES } from "./cli/exit-codes.ts";
import type { Io, TextSink } from "./cli/io.ts";
import { refuse } from "./cli/refusal.ts";
import { runCommand } from "./cli/run.ts";
import type { ForgeDesk, ForgePlace, Opened, ProviderSettings, WritingPorts } from "./cli/session.ts";
import type { FileProviderOptions } from "./provider/file/options.ts";

/** Runs one command and gives its exit code. Touches the process only through `io`. */
export function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  return runCommand(argv, io, readVersion(), PORTS);
}

function readVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}

const PORTS: WritingPorts = {
  async openReader(provider, folder) {
    const options = await fileOptions(provider, folder);
    if (options.port === null) return options;
    const { FileReader } = await import("./provider/file/file-provider.ts");
    return { port: new FileReader(options.port.path) };
  },
  openForgeDesk,
  async openWriter(provider, folder) {
    const options = await fileOptions(provider, folder);
    if (options.port === null) return options;
    const { FileWriter } = await import("./provider/file/file-provider.ts");
    return { port: new FileWriter(options.port.outbox) };
  },
  async simulate(source, output, { actions, at }) {
    const { simulate } = await import("./provider/file/simulate.ts");
    if (source.kind === "file") return simulate(source.path, output, actions, at);
    const options = await fileOptions(source.provider, source.folder);
    if (options.port === null) return { diagnostics: options.diagnostics, changed: 0 };
    return simulate(options.port.path, output, actions, at);
  },
};

async function fileOptions(provider: ProviderSettings, folder: string): Promise<Opened<FileProviderOptions>> {
  if (provider["kind"] !== "file") {
    throw refuse(
      "policy",
      "cli/unknown-provider",
      "Unknown provider",
      `The Fleet names a provider of kind ${JSON.stringify(provider["kind"])}. This version has: file.`,
      "write `kind: file` with the path of a snapshot file, or give `--snapshot FILE`.",
    );
  }
  const { parseFileOptions } = await import("./provider/file/options.ts");
  const { options, diagnostics } = parseFileOptions(provider, folder);
  return options === null ? { port: null, diagnostics } : { port: options };
}

/** Who the program is where it writes to the forge. */
const PROGRAM = { name: "patchring", email: "patchring@localhost" } as const;

async function openForgeDesk({ settings, directory, env, now }: ForgePlace): Promise<ForgeDesk> {
  const kind = settings === null ? "local" : settings["kind"];
  if (kind !== "local") {
    throw refuse(
      "policy",
      "cli/unknown-forge",
      "Unknown forge",
      `The Fleet names a forge of kind ${JSON.stringify(kind)}. This version has: local.`,
      "write `forge: { kind: local }`: requests then stand in the repository itself.",
    );
  }
  const [{ openLocalReader, openLocalWriter }, { openPlumbing }, { openRepository }] = await Promise.all([
    import("./forge/local/local-forge.ts"),
    import("./repo/plumbing.ts"),
    import("./repo/repository.ts"),
  ]);
  const options = {
    git: openPlumbing(await openRepository({ directory, env })),
    defaultBranch: "main",
    bot: PROGRAM,
    writeAs: PROGRAM,
    now: () => now,
  };
  const reader = openLocalReader(options);
  return {
    kind: "local",
    reader,
    writer: openLocalWriter(options),
    listComments: (number) => reader.listComments(number),
  };
}

/** Starts the command of this process: used by `bin/patchring.js`. */
export async function start(): Promise<void> {
  process.once("SIGINT", () => {
    process.stderr.write("patchring: interrupted\n");
    process.exit(EXIT_CODES.interrupted);
  });
  process.exitCode = await main(process.argv.slice(2), {
    stdout: processSink(process.stdout),
    stderr: processSink(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    now: () => Math.floor(Date.now() / 1000),
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
