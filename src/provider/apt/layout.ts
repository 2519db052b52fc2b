import type { RootDirectory } from "./host.ts";
import { assignments } from "./shell-text.ts";

/** The command that reads a script and runs it as root of the host. */
export function shellCommand(root: RootDirectory | null, sudo: boolean): readonly string[] {
  const shell = root?.mode === "chroot" ? ["chroot", root.path, "/bin/sh", "-s"] : ["/bin/sh", "-s"];
  return sudo ? ["sudo", "-n", "--", ...shell] : shell;
}

/** Without its own configuration and database, apt would quietly work on the machine itself. */
const ISOLATED_CHECK = String.raw`
[ -r "$APT_CONFIG" ] && [ -r "$DPKG_ADMINDIR/status" ] || { echo "$R is no isolated root: it has no apt.conf, or no database of dpkg" >&2; exit 3; }
`;

/**
 * The head of every script. `R` is put before paths of the host, empty where they are real;
 * apt and dpkg are told of an isolated root through their own variables.
 */
export function scriptHead(root: RootDirectory | null): string {
  if (root?.mode !== "isolated") return "R=''\n";
  const path = root.path.replace(/\/+$/, "");
  const variables = { R: path, APT_CONFIG: `${path}/apt.conf`, DPKG_ADMINDIR: `${path}/var/lib/dpkg` };
  return `${assignments(variables)}export APT_CONFIG DPKG_ADMINDIR\n${ISOLATED_CHECK}`;
}
