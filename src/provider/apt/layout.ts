import type { RootDirectory } from "./host.ts";
import { assignments } from "./shell-text.ts";

/** The command that reads a script and runs it as root of the host. */
export function shellCommand(root: RootDirectory | null, sudo: boolean): readonly string[] {
  const shell = root?.mode === "chroot" ? ["chroot", root.path, "/bin/sh", "-s"] : ["/bin/sh", "-s"];
  return sudo ? ["sudo", "-n", "--", ...shell] : shell;
}

/**
 * The head of every script. `R` is put before paths of the host, empty where they are real;
 * apt and dpkg are told of an isolated root through their own variables.
 */
export function scriptHead(root: RootDirectory | null): string {
  if (root?.mode !== "isolated") return "R=''\n";
  const path = root.path.replace(/\/+$/, "");
  return `${assignments({ R: path, APT_CONFIG: `${path}/apt.conf`, DPKG_ADMINDIR: `${path}/var/lib/dpkg` })}export APT_CONFIG DPKG_ADMINDIR\n`;
}
