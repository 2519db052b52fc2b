import { mkdtempSync } from "node:fs";
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

/** The provider of kind apt: Debian and Ubuntu hosts, without an agent. `approve` means install now. */
export function openAptProvider(options: AptProviderOptions): PatchProvider {
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  // Sockets of shared connections: only this user may enter, and the path has to be short.
  const socketFolder = options.hosts.some(({ ssh }) => ssh !== null)
    ? mkdtempSync(join(tmpdir(), "patchring-"))
    : tmpdir();
  const transport = { connectSeconds: settings.connectSeconds, socketFolder };
  const fleet: AptFleet = {
    hosts: options.hosts,
    settings,
    clock: options.clock ?? systemClock,
    transportOf: (host) => openTransport(host, transport),
  };
  return { reader: new AptReader(fleet), writer: new AptWriter(fleet) };
}
