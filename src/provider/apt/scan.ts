/** What one look at a host found, parsed; times are instants in UTC. */
import type { Instant } from "../../core/model.ts";

export interface InstalledPackage {
  /** With `:arch` where it is not the host's own. */
  readonly name: string;
  /** What dpkg has in its database, complete or not. */
  readonly version: string;
  /** `dpkg-query`'s `db:Status-Want`, such as `install` or `hold`. */
  readonly want: string;
  /** `dpkg-query`'s `db:Status-Status`, such as `installed` or `half-configured`. */
  readonly status: string;
  /** Dpkg's flag `reinstreq`: nothing but a new installation helps. */
  readonly reinstall: boolean;
  readonly source: string;
  readonly sourceVersion: string;
}

/** One version that apt can get, or that is installed. */
export interface VersionRow {
  readonly version: string;
  /** Below 0: pinned away. */
  readonly priority: number;
  readonly installed: boolean;
  /** Releases that still list it; empty for one that is only installed. */
  readonly releases: readonly Release[];
}

export interface VersionTable {
  readonly candidate: string | null;
  /** As apt lists them, newest first. */
  readonly rows: readonly VersionRow[];
}

/** What the repository says of itself; null where it says nothing. */
export interface Release {
  readonly origin: string | null;
  readonly label: string | null;
  readonly suite: string | null;
}

export interface PackageDetail {
  readonly package: string;
  readonly version: string;
  readonly source: string;
  readonly sourceVersion: string;
  readonly sizeBytes: number | null;
  readonly section: string | null;
  readonly homepage: string | null;
  readonly title: string | null;
}

export interface ChangelogStanza {
  readonly source: string;
  readonly version: string;
  readonly urgency: string | null;
  readonly at: Instant | null;
  readonly cves: readonly string[];
}

/** An upgrade that dpkg's log tells of. */
export interface LoggedUpgrade {
  readonly package: string;
  readonly from: string;
  readonly to: string;
  /** When it was complete; null while it is not. */
  readonly installedAt: Instant | null;
}

export const JOURNAL_EVENTS = ["begin", "done", "failed", "cleared"] as const;
export type JournalEvent = (typeof JOURNAL_EVENTS)[number];

/** One line of our journal on the host. */
export interface JournalEntry {
  readonly at: Instant;
  readonly job: string;
  readonly event: JournalEvent;
  readonly action: "approve" | "uninstall" | "release";
  readonly package: string;
  readonly version: string;
  /** An error, or the id of the boot. */
  readonly text: string;
}

/** A version that we have pinned away. */
export interface Pin {
  readonly package: string;
  readonly version: string;
}

export interface HostScan {
  readonly boot: string | null;
  readonly os: {
    readonly id: string;
    readonly name: string;
    readonly version: string;
    /** Such as `bookworm`; "" where it says none. */
    readonly codename: string;
  } | null;
  readonly arch: string;
  readonly timezone: string | null;
  /** When apt last looked at its repositories; null when it never did. */
  readonly listsAt: Instant | null;
  /** Errors of `apt-get update`; null when it was not run. */
  readonly updateErrors: readonly string[] | null;
  /** A process holds a lock of dpkg. */
  readonly locked: boolean;
  /** Files of an unfinished dpkg run. */
  readonly unfinished: number;
  /** The host installs upgrades by itself. */
  readonly unattended: boolean;
  /** Installed, or in some state between; by name. */
  readonly packages: ReadonlyMap<string, InstalledPackage>;
  /** Of packages with more than one version; by name. */
  readonly versions: ReadonlyMap<string, VersionTable>;
  readonly details: readonly PackageDetail[];
  readonly stanzas: readonly ChangelogStanza[];
  readonly upgrades: readonly LoggedUpgrade[];
  /** Packages that are downloaded and not installed, whose changelogs are among the stanzas. */
  readonly archived: readonly Pick<LoggedUpgrade, "package" | "from" | "to">[];
  /** Packages that ask for a reboot; null when none is asked for. */
  readonly rebootPackages: readonly string[] | null;
  readonly pins: readonly Pin[];
  readonly journal: readonly JournalEntry[];
  /** Ids of our jobs that run now. */
  readonly runningJobs: readonly string[];
  /** What apt and dpkg said that is no answer. */
  readonly errors: readonly string[];
}
