/** A device without a system: a root directory with a database of apt and dpkg, worked on by the real tools. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AptHost } from "../../../src/provider/apt/host.ts";
import { BASE_PACKAGES } from "./packages.ts";

const FOLDERS = [
  ...["info", "updates", "triggers", "parts", "alternatives"].map((name) => `var/lib/dpkg/${name}`),
  ...["var/lib/apt/lists/partial", "var/cache/apt/archives/partial", "var/log/apt", "run", "tmp"],
  ...["apt.conf.d", "preferences.d", "sources.list.d", "trusted.gpg.d"].map((name) => `etc/apt/${name}`),
];

function aptConfiguration(root: string): string {
  return `Dir "${root}/"; Dir::State "var/lib/apt/"; Dir::State::status "${root}/var/lib/dpkg/status";
Dir::Cache "var/cache/apt/"; Dir::Etc "etc/apt/"; Dir::Log "var/log/apt/";
Dir::Bin::dpkg "/usr/bin/dpkg"; Dir::Bin::methods "/usr/lib/apt/methods";
Dir::Bin::Planners { "/usr/lib/apt/planners"; }; Dir::Bin::Solvers { "/usr/lib/apt/solvers"; };
APT::Architecture "amd64"; APT::Architectures { "amd64"; }; APT::Sandbox::User ""; Acquire::Languages "none";
APT::Install-Recommends "false"; DPkg::Use-Pty "false";
DPkg::Path "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
DPkg::Options { "--root=${root}"; "--log=${root}/var/log/dpkg.log"; "--force-not-root"; "--force-script-chrootless"; "--force-confdef"; "--force-confold"; };
`;
}

export class TestDevice {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      APT_CONFIG: join(this.root, "apt.conf"),
      DPKG_ADMINDIR: join(this.root, "var/lib/dpkg"),
      DEBIAN_FRONTEND: "noninteractive",
      LC_ALL: "C.UTF-8",
    };
  }

  path(...parts: readonly string[]): string {
    return join(this.root, ...parts);
  }

  /** Runs a command as a person on the device would; throws when it fails. */
  run(command: string, ...args: readonly string[]): string {
    return execFileSync(command, args, { env: this.environment, stdio: "pipe", encoding: "utf8" });
  }

  /** The same for one that may fail. */
  try(command: string, ...args: readonly string[]): { readonly code: number | null; readonly text: string } {
    const result = spawnSync(command, args, { env: this.environment, encoding: "utf8" });
    return { code: result.status, text: result.stdout + result.stderr };
  }

  /** `ii 1.1`, say; empty for one that dpkg does not know. */
  stateOf(name: string): string {
    const { text } = this.try("dpkg-query", "-W", "-f", "${db:Status-Abbrev}${Version}", name);
    return text.startsWith("dpkg-query") ? "" : text;
  }

  write(path: string, content: string): void {
    writeFileSync(this.path(path), content);
  }

  read(path: string): string {
    return existsSync(this.path(path)) ? readFileSync(this.path(path), "utf8") : "";
  }

  host(id: string, more: Partial<AptHost> = {}): AptHost {
    return {
      ...{ id, name: null, client: "acme", site: "hq", type: "server", tags: [], apps: [] },
      ...{ timezone: null, critical: null, exposed: "unknown", contact: null, ssh: null },
      root: { path: this.root, mode: "isolated" },
      ...more,
    };
  }
}

/** A device with the first version of every package, before it has seen the updates. */
export function makeDevice(root: string, repository: string): TestDevice {
  for (const folder of FOLDERS) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, "var/lib/dpkg/status"), "");
  writeFileSync(join(root, "var/lib/dpkg/available"), "");
  mkdirSync(join(root, "etc"), { recursive: true });
  writeFileSync(join(root, "etc/os-release"), 'ID=debian\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n');
  const suites = ["stable", "stable-security", "vendor"];
  writeFileSync(
    join(root, "etc/apt/sources.list"),
    suites.map((suite) => `deb [trusted=yes] copy:${repository} ${suite} main\n`).join(""),
  );
  writeFileSync(join(root, "apt.conf"), aptConfiguration(root));
  const device = new TestDevice(root);
  device.run("apt-get", "-q", "update");
  const packages = BASE_PACKAGES.map(({ name, version }) => `${name}=${version}`);
  device.run("apt-get", "-y", "-q", "install", ...packages);
  // The installation of the device itself is no news.
  writeFileSync(join(root, "var/log/dpkg.log"), "");
  return device;
}

/** Another device like this one. */
export function copyDevice(from: TestDevice, root: string): TestDevice {
  cpSync(from.root, root, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  writeFileSync(join(root, "apt.conf"), aptConfiguration(root));
  return new TestDevice(root);
}
