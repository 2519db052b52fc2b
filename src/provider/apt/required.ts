/** What a host's package manager offers a package, and what it keeps away. Pure. */
import type { HostScan, InstalledPackage, Pin, VersionRow } from "./scan.ts";
import { compareVersions } from "./version.ts";

export function isClean({ status, reinstall }: InstalledPackage): boolean {
  return status === "installed" && !reinstall;
}

export function isPinned(pins: readonly Pin[], name: string, version: string): boolean {
  return pins.some((pin) => pin.package === name && pin.version === version);
}

/**
 * Versions that the host needs: newer than what is installed, up to apt's candidate, and
 * those that a pin keeps away. What apt would not choose by itself (backports, say) is none.
 */
export function requiredRows(scan: HostScan, installed: InstalledPackage): readonly VersionRow[] {
  const table = scan.versions.get(installed.name);
  if (table === undefined) return [];
  const { candidate } = table;
  return table.rows.filter(
    ({ version, priority, releases }) =>
      releases.length > 0 &&
      compareVersions(version, installed.version) > 0 &&
      (priority < 0 || (candidate !== null && compareVersions(version, candidate) <= 0)),
  );
}

/** The version that an unfinished dpkg run was about; null when nothing is unfinished. */
export function unfinishedVersion(scan: HostScan, installed: InstalledPackage): string | null {
  if (isClean(installed)) return null;
  const last = scan.upgrades.findLast((upgrade) => upgrade.package === installed.name);
  return last !== undefined && last.installedAt === null ? last.to : installed.version;
}

/**
 * Where an uninstall of `version` leads: the version that was there before when it is still
 * to be had, else the newest older one; never one of `unwanted`. Null: there is none.
 */
export function previousVersion(
  scan: HostScan,
  name: string,
  version: string,
  unwanted: readonly Pin[],
): string | null {
  const rows = (scan.versions.get(name)?.rows ?? []).filter(
    (row) =>
      row.releases.length > 0 &&
      compareVersions(row.version, version) < 0 &&
      !isPinned(unwanted, name, row.version),
  );
  const before = scan.upgrades.findLast(
    (upgrade) => upgrade.package === name && upgrade.to === version,
  )?.from;
  if (rows.some((row) => row.version === before)) return before!;
  const newest = rows.reduce<VersionRow | null>(
    (best, row) => (best === null || compareVersions(row.version, best.version) > 0 ? row : best),
    null,
  );
  return newest?.version ?? null;
}
