/** A managed machine and the way to it, as the inventory file describes them. */

export interface SshAddress {
  /** A name or an address; never starts with a dash. */
  readonly host: string;
  readonly port: number | null;
  readonly user: string | null;
  /** Run as root through `sudo -n` (never with a password). */
  readonly sudo: boolean;
  /** A file with the private key; null leaves it to ssh. */
  readonly identityFile: string | null;
  /** The file with the host keys; null leaves it to ssh. Unknown and changed keys are refused. */
  readonly knownHostsFile: string | null;
}

/**
 * A root directory instead of the whole machine.
 * - `chroot`: a complete system; commands run inside it.
 * - `isolated`: only a database of apt and dpkg, served by the machine's own apt with the
 *   configuration file `apt.conf` in it. Scripts of packages run on the machine itself.
 */
export interface RootDirectory {
  /** Absolute, on the machine where commands run. */
  readonly path: string;
  readonly mode: "chroot" | "isolated";
}

export interface AptHost {
  readonly id: string;
  readonly name: string | null;
  readonly client: string | null;
  readonly site: string | null;
  readonly type: "server" | "workstation";
  readonly tags: readonly string[];
  readonly apps: readonly string[];
  readonly timezone: string | null;
  readonly critical: boolean | null;
  readonly exposed: "yes" | "no" | "unknown";
  readonly contact: string | null;
  /** Null: this machine. */
  readonly ssh: SshAddress | null;
  /** Null: the whole machine. */
  readonly root: RootDirectory | null;
}
