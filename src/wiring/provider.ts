/** The backend that the policy names, opened for the command line. */
import type { Opened, ProviderSettings, Simulated, SnapshotSource } from "../cli/invocation.ts";
import { refuse } from "../cli/refusal.ts";
import type { ActionBatch, PatchProvider, PatchReader, PatchWriter } from "../provider/provider.ts";
import type { FileProviderOptions } from "../provider/file/options.ts";

export async function openReader(provider: ProviderSettings, folder: string): Promise<Opened<PatchReader>> {
  const opened = await openProvider(provider, folder);
  return opened.port === null ? opened : { port: opened.port.reader };
}

export async function openWriter(provider: ProviderSettings, folder: string): Promise<Opened<PatchWriter>> {
  const opened = await openProvider(provider, folder);
  return opened.port === null ? opened : { port: opened.port.writer };
}

/** Writes what a backend would report after these actions, as a snapshot file. */
export async function simulateActions(
  source: SnapshotSource,
  output: string,
  { actions, at }: ActionBatch,
): Promise<Simulated> {
  const { simulate } = await import("../provider/file/simulate.ts");
  if (source.kind === "file") return simulate(source.path, output, actions, at);
  const options = await fileOptions(source.provider, source.folder);
  if (options.port === null) return { diagnostics: options.diagnostics, changed: 0 };
  return simulate(options.port.path, output, actions, at);
}

async function openProvider(provider: ProviderSettings, folder: string): Promise<Opened<PatchProvider>> {
  switch (provider["kind"]) {
    case "file": {
      const options = await fileOptions(provider, folder);
      if (options.port === null) return options;
      const { openFileProvider } = await import("../provider/file/file-provider.ts");
      return { port: openFileProvider(options.port) };
    }
    case "apt": {
      const { parseAptOptions, readInventory } = await import("../provider/apt/options.ts");
      const { options, diagnostics } = parseAptOptions(provider, folder);
      if (options === null) return { port: null, diagnostics };
      const inventory = await readInventory(options.inventory);
      if (inventory.hosts === null) return { port: null, diagnostics: inventory.diagnostics };
      const { openAptProvider } = await import("../provider/apt/apt-provider.ts");
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
  const { parseFileOptions } = await import("../provider/file/options.ts");
  const { options, diagnostics } = parseFileOptions(provider, folder);
  return options === null ? { port: null, diagnostics } : { port: options };
}
