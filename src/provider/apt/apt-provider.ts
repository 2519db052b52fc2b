import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Instant } from "../../core/model.ts";
import type { PatchProvider } from "../provider.ts";
import { AptReader, type AptFleet } from "./apt-reader.ts";
import { AptWriter } from "./apt-writer.ts";
import type { AptHost } from "./host.ts";
import { openTransport } from "./open-transport.ts";
import { DEFAULT_SETTINGS, type AptSettings } from "./settings.ts";

export interface AptProviderOptions {
  readonly hosts: readonly AptHost[];
  readonly settings?: Partial<AptSettings>;
  /** Seconds since 1970; the system's clock when absent. */
  readonly clock?: () => Instant;
}

function systemClock(): Instant {
  return Math.floor(Date.now() / 1000);
}

let socketFolderOfProcess: string | null = null;

/** Sockets of shared connections: only this user may enter, the path is short, and it goes with the process. */
function openSocketFolder(): string {
  if (socketFolderOfProcess !== null) return socketFolderOfProcess;
  const folder = mkdtempSync(join(tmpdir(), "patchring-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  socketFolderOfProcess = folder;
  return folder;
}

/** The provider of kind apt: Debian and Ubuntu hosts, without an agent. `approve` means install now. */
export function openAptProvider(options: AptProviderOptions): PatchProvider {
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const socketFolder = options.hosts.some(({ ssh }) => ssh !== null) ? openSocketFolder() : tmpdir();
  const transport = { connectSeconds: settings.connectSeconds, socketFolder };
  const fleet: AptFleet = {
    hosts: options.hosts,
    settings,
    clock: options.clock ?? systemClock,
    transportOf: (host) => openTransport(host, transport),
  };
  return { reader: new AptReader(fleet), writer: new AptWriter(fleet) };
}
