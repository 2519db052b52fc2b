/** The wiring: the one file that names products (design 6). */
import { readFileSync } from "node:fs";
import type { ExitCode } from "./cli/exit-codes.ts";
import { EXIT_CODES } from "./cli/exit-codes.ts";
import type { Io, TextSink } from "./cli/io.ts";
import { refuse, Refusal } from "./cli/refusal.ts";
import { runCommand } from "./cli/run.ts";
import type {
  ForgeDesk,
  ForgePlace,
  ForgeView,
  Opened,
  OpenedStore,
  ProviderSettings,
  StoreSettings,
  StoreView,
  WritingPorts,
} from "./cli/invocation.ts";
import type { ChannelSettings } from "./core/notice-settings.ts";
import type { NoticeChannel } from "./notify/notice.ts";
import type { LocalForgeOptions } from "./forge/local/local-forge.ts";
import { StoreError, type RestoredStore } from "./store/store.ts";
import type { PatchProvider } from "./provider/provider.ts";
import type { FileProviderOptions } from "./provider/file/options.ts";
import type { Person } from "./repo/branch-writer.ts";
import type { Repository } from "./repo/repository.ts";

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
    const opened = await openProvider(provider, folder);
    return opened.port === null ? opened : { port: opened.port.reader };
  },
  async openForge(place) {
    return (await openLocal(place, "program")).view;
  },
  openStoreReader,
  openStore,
  restoreStore,
  openForgeDesk,
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

async function openStoreReader(settings: StoreSettings, folder: string): Promise<Opened<StoreView>> {
  const { parseStoreOptions } = await import("./store/options.ts");
  const { options, diagnostics } = parseStoreOptions(settings, folder);
  if (options === null) return { port: null, diagnostics };
  if (options.kind === "memory") return { port: { reader: null, ledger: null } };
  const { hasSqliteStore, openSqliteStore } = await import("./store/sqlite/sqlite-store.ts");
  const { path, ledger } = options;
  if (!hasSqliteStore(path)) return { port: { reader: null, ledger } };
  return { port: { reader: (await openSqliteStore({ path, scope: null })).reader, ledger } };
}

async function openStore(
  settings: StoreSettings,
  folder: string,
  scope: string,
): Promise<Opened<OpenedStore>> {
  const { parseStoreOptions } = await import("./store/options.ts");
  const { options, diagnostics } = parseStoreOptions(settings, folder);
  if (options === null) return { port: null, diagnostics };
  if (options.kind === "memory") {
    const { openMemoryStore } = await import("./store/memory/memory-store.ts");
    return { port: { store: openMemoryStore(), ledger: null } };
  }
  const [{ openSqliteStore }, { openLedgerFile }] = await Promise.all([
    import("./store/sqlite/sqlite-store.ts"),
    import("./store/ledger-file/ledger-file.ts"),
  ]);
  const store = await openSqliteStore({ path: options.path, scope });
  return { port: { store, ledger: openLedgerFile(options.ledger) } };
}

async function restoreStore(settings: StoreSettings, folder: string, ledger: string): Promise<RestoredStore> {
  const [{ parseStoreOptions }, { readLedgerLines }, { restoreSqliteStore }] = await Promise.all([
    import("./store/options.ts"),
    import("./store/ledger-lines.ts"),
    import("./store/sqlite/restore.ts"),
  ]);
  const { options, diagnostics } = parseStoreOptions(settings, folder);
  if (options === null) throw new Refusal(EXIT_CODES.policy, diagnostics);
  if (options.kind !== "sqlite")
    throw new StoreError("storage", false, "a store of kind memory keeps no file");
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  return restoreSqliteStore(options.path, readLedgerLines(ledger), stamp);
}

/** Who the program is where it opens requests and commits. */
const PROGRAM = { name: "patchring", email: "patchring@localhost" } as const;

interface OpenedForge {
  readonly view: ForgeView;
  readonly options: LocalForgeOptions;
  readonly repository: Repository;
}

async function openLocal(place: ForgePlace, as: "program" | "person"): Promise<OpenedForge> {
  requireLocal(place);
  const [{ openForgeRepository }, { openLocalReader }, { openPlumbing }, { openLocalBranches }, git] =
    await Promise.all([
      import("./cli/inputs/forge-repository.ts"),
      import("./forge/local/local-forge.ts"),
      import("./repo/plumbing.ts"),
      import("./repo/git-branch-writer.ts"),
      import("./reconcile/promote/git.ts"),
    ]);
  const { repository, base, folder, readPolicy } = await openForgeRepository(place);
  const options: LocalForgeOptions = {
    git: openPlumbing(repository),
    defaultBranch: base.branch,
    bot: PROGRAM,
    writeAs: as === "program" ? PROGRAM : await findPerson(place),
    now: () => place.now,
  };
  const branches = openLocalBranches(repository);
  const reader = openLocalReader(options);
  const view: ForgeView = {
    kind: "local",
    reader,
    listComments: (number) => reader.listComments(number),
    branches: {
      readBranch: (branch) => branches.readBranch(branch),
      listBranches: (prefix) => branches.listBranches(prefix),
    },
    git: git.openPromoteGit(repository),
    base,
    folder,
    readPolicy,
  };
  return { view, options, repository };
}

async function openForgeDesk(place: ForgePlace, as: "program" | "person"): Promise<ForgeDesk> {
  const { view, options, repository } = await openLocal(place, as);
  const [{ openLocalPerson, openLocalWriter }, { openLocalBranches }] = await Promise.all([
    import("./forge/local/local-forge.ts"),
    import("./repo/git-branch-writer.ts"),
  ]);
  const person = as === "person" ? openLocalPerson(options) : null;
  return {
    ...view,
    writer: openLocalWriter(options),
    branches: openLocalBranches(repository),
    author: options.writeAs,
    review: person === null ? null : (number, review) => person.review(number, review),
  };
}

function requireLocal({ settings }: ForgePlace): void {
  const kind = settings === null ? "local" : settings["kind"];
  if (kind === "local") return;
  throw refuse(
    "policy",
    "cli/unknown-forge",
    "Unknown forge",
    `The Fleet names a forge of kind ${JSON.stringify(kind)}. This version has: local.`,
    "write `forge: { kind: local }`: requests then stand in the repository itself.",
  );
}

/** Whom Git is configured for, in the policy's folder. */
async function findPerson({ directory, env }: ForgePlace): Promise<Person> {
  const [{ openRepository }, { readPerson }] = await Promise.all([
    import("./repo/repository.ts"),
    import("./repo/person.ts"),
  ]);
  const person = await readPerson(await openRepository({ directory, env }));
  if (person !== null && person.name !== PROGRAM.name && person.email !== PROGRAM.email) return person;
  throw refuse(
    "denied",
    "cli/no-person",
    "Nobody to act as",
    person === null
      ? "What a person does is recorded with their name, and Git knows none here."
      : `Git is configured for ${JSON.stringify(person.name)}, the name of the program itself: it may not review, merge or ask as a person.`,
    'write `git config user.name "…"` and `git config user.email "…"`.',
  );
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
