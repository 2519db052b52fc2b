import { createHash } from "node:crypto";
import { join } from "node:path";
import { runCommand } from "./child-process.ts";
import type { RootDirectory, SshAddress } from "./host.ts";
import { scriptHead, shellCommand } from "./layout.ts";
import { quoteWord } from "./shell-text.ts";
import type { ScriptResult, Transport, TransportSettings } from "./transport.ts";

/** What ssh itself answers when there is no connection; our scripts never end so. */
const SSH_FAILED = 255;
const PERSIST_SECONDS = 15;

function option(name: string, value: string | number): readonly string[] {
  return ["-o", `${name}=${value}`];
}

/** Connections are shared by those alone that would check the same host key with the same identity. */
function socketName(address: SshAddress): string {
  return createHash("sha256").update(JSON.stringify(address)).digest("hex").slice(0, 20);
}

/** The command line of ssh: never a password or a question, host keys always checked, one connection for all. */
export function sshCommand(
  address: SshAddress,
  remote: readonly string[],
  settings: TransportSettings,
): readonly string[] {
  return [
    "ssh",
    "-T",
    ...option("BatchMode", "yes"),
    ...option("StrictHostKeyChecking", "yes"),
    ...option("PasswordAuthentication", "no"),
    ...option("KbdInteractiveAuthentication", "no"),
    ...option("ForwardAgent", "no"),
    ...option("ClearAllForwardings", "yes"),
    ...option("ConnectTimeout", settings.connectSeconds),
    ...option("ServerAliveInterval", 5),
    ...option("ServerAliveCountMax", 3),
    ...option("ControlMaster", "auto"),
    ...option("ControlPath", join(settings.socketFolder, socketName(address))),
    ...option("ControlPersist", PERSIST_SECONDS),
    ...option("LogLevel", "ERROR"),
    ...(address.knownHostsFile === null ? [] : option("UserKnownHostsFile", address.knownHostsFile)),
    ...(address.identityFile === null
      ? []
      : [...option("IdentityFile", address.identityFile), ...option("IdentitiesOnly", "yes")]),
    ...(address.port === null ? [] : ["-p", String(address.port)]),
    ...(address.user === null ? [] : ["-l", address.user]),
    "--",
    address.host,
    remote.map(quoteWord).join(" "),
  ];
}

/** A host over the system's OpenSSH client. */
export class SshTransport implements Transport {
  readonly #command: readonly string[];
  readonly #head: string;

  constructor(address: SshAddress, root: RootDirectory | null, settings: TransportSettings) {
    this.#command = sshCommand(address, shellCommand(root, address.sudo), settings);
    this.#head = scriptHead(root);
  }

  async run(script: string, timeoutMs: number): Promise<ScriptResult> {
    const result = await runCommand(this.#command, this.#head + script, timeoutMs);
    if (result.kind === "failed" || result.code !== SSH_FAILED) return result;
    return { kind: "failed", reason: `ssh: ${lastLine(result.stderr)}` };
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim().slice(0, 300) || "connection failed";
}
