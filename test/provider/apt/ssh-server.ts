/** A real sshd on loopback, with its own port and host key; it lets one key in, as this user. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface SshKeys {
  readonly identityFile: string;
  readonly knownHostsFile: string;
}

function makeKey(path: string): void {
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path]);
}

export function makeKeys(folder: string): SshKeys {
  mkdirSync(folder, { recursive: true });
  makeKey(join(folder, "id"));
  writeFileSync(join(folder, "known_hosts"), "");
  return { identityFile: join(folder, "id"), knownHostsFile: join(folder, "known_hosts") };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** A server and its connections, not the commands that those have started. */
function serverProcesses(pid: number): readonly number[] {
  const children = spawnSync("ps", ["-o", "pid=,comm=", "--ppid", String(pid)], { encoding: "utf8" }).stdout;
  const connections = children.split("\n").flatMap((line) => /^\s*(\d+) sshd/.exec(line)?.[1] ?? []);
  return [pid, ...connections.flatMap((connection) => serverProcesses(Number(connection)))];
}

export class SshServer {
  readonly port: number;
  readonly #folder: string;
  #process: ChildProcess | null = null;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.port = port;
  }

  static async start(folder: string, keys: SshKeys): Promise<SshServer> {
    mkdirSync(folder, { recursive: true });
    const server = new SshServer(folder, await freePort());
    makeKey(join(folder, "host_key"));
    const hostKey = readFileSync(join(folder, "host_key.pub"), "utf8").split(" ").slice(0, 2).join(" ");
    appendFileSync(keys.knownHostsFile, `[127.0.0.1]:${server.port} ${hostKey}\n`);
    writeFileSync(join(folder, "authorized_keys"), readFileSync(`${keys.identityFile}.pub`));
    writeFileSync(
      join(folder, "sshd_config"),
      `Port ${server.port}
ListenAddress 127.0.0.1
HostKey ${join(folder, "host_key")}
AuthorizedKeysFile ${join(folder, "authorized_keys")}
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
StrictModes no
PidFile none
SetEnv HOME=${folder}
`,
    );
    await server.boot();
    return server;
  }

  get user(): string {
    return userInfo().username;
  }

  async boot(): Promise<void> {
    this.#process = spawn(
      "/usr/sbin/sshd",
      ["-D", "-f", join(this.#folder, "sshd_config"), "-E", join(this.#folder, "log")],
      { stdio: "ignore" },
    );
    for (let tries = 0; tries < 100; tries += 1) {
      const listens = spawnSync("ssh-keyscan", ["-p", String(this.port), "-T", "1", "127.0.0.1"], {
        encoding: "utf8",
      });
      if (listens.stdout.includes("ssh-ed25519")) return;
      await sleep(100);
    }
    throw new Error(`sshd did not start: ${readFileSync(join(this.#folder, "log"), "utf8")}`);
  }

  /** Cuts the host off: the server and every connection that it has. Jobs of their own live on. */
  cut(): void {
    const pid = this.#process?.pid;
    if (pid === undefined) return;
    for (const one of serverProcesses(pid)) {
      try {
        process.kill(one, "SIGKILL");
      } catch {
        // It has ended by itself meanwhile.
      }
    }
    this.#process = null;
  }
}
