import type { AptHost } from "./host.ts";
import { LocalTransport } from "./local-transport.ts";
import { SshTransport } from "./ssh-transport.ts";
import type { Transport, TransportSettings } from "./transport.ts";

export function openTransport(host: AptHost, settings: TransportSettings): Transport {
  return host.ssh === null ? new LocalTransport(host.root) : new SshTransport(host.ssh, host.root, settings);
}
