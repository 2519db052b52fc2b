/** All patches that any host of the fleet needs or has got, from their scans. Pure. */
import { patchIdOf } from "./names.ts";
import { previousVersion, requiredRows, unfinishedVersion } from "./required.ts";
import type { HostScan, Release } from "./scan.ts";
import { compareVersions } from "./version.ts";

export interface CataloguePatch {
  readonly id: string;
  readonly package: string;
  readonly version: string;
  readonly source: string | null;
  readonly sourceVersion: string;
  /** The oldest source version that a host has which needs it; null when none needs it. */
  readonly from: string | null;
  /** Repositories that list it on some host. */
  readonly releases: readonly Release[];
  /** Operating systems on which it was offered or installed: id and version. */
  readonly systems: ReadonlySet<string>;
  readonly uninstallable: "yes" | "no" | "unknown";
  /** A host asked for a reboot because of the package, after it got this version. */
  readonly reboots: boolean;
}

/** By package, oldest version first. */
export type Catalogue = ReadonlyMap<string, readonly CataloguePatch[]>;

interface OpenPatch extends CataloguePatch {
  source: string | null;
  sourceVersion: string;
  from: string | null;
  readonly releases: Release[];
  readonly systems: Set<string>;
  readonly answers: Set<boolean>;
  reboots: boolean;
}

export function systemOf(scan: HostScan): string {
  return scan.os === null ? "" : `${scan.os.id} ${scan.os.version}`;
}

class CatalogueBuilder {
  readonly #patches = new Map<string, OpenPatch>();

  add(scan: HostScan, name: string, version: string, releases: readonly Release[]): void {
    const id = patchIdOf({ package: name, version });
    const installed = scan.packages.get(name);
    if (id === null || installed === undefined) return;
    const patch = this.#patches.get(id) ?? {
      ...{
        id,
        package: name,
        version,
        source: null,
        sourceVersion: version,
        from: null,
        uninstallable: "unknown" as const,
      },
      ...{ releases: [], systems: new Set<string>(), answers: new Set<boolean>(), reboots: false },
    };
    this.#patches.set(id, patch);
    patch.source ??= installed.source === "" ? null : installed.source;
    if (installed.version === version) {
      patch.sourceVersion = installed.sourceVersion;
      const flagged = scan.rebootPackages?.includes(name.split(":")[0]!) ?? false;
      patch.reboots ||= flagged;
    }
    patch.systems.add(systemOf(scan));
    patch.releases.push(...releases);
    const newer = compareVersions(version, installed.version) > 0;
    if (newer && (patch.from === null || compareVersions(installed.sourceVersion, patch.from) < 0)) {
      patch.from = installed.sourceVersion;
    }
    const here = scan.versions.get(name)?.rows.find((row) => row.version === installed.version);
    patch.answers.add(
      newer ? (here?.releases.length ?? 0) > 0 : previousVersion(scan, name, version, []) !== null,
    );
  }

  finish(): Catalogue {
    const catalogue = new Map<string, CataloguePatch[]>();
    for (const patch of this.#patches.values()) {
      const uninstallable = patch.answers.size > 1 ? "unknown" : patch.answers.has(true) ? "yes" : "no";
      const list = catalogue.get(patch.package) ?? [];
      catalogue.set(patch.package, list);
      list.push({ ...patch, uninstallable });
    }
    for (const list of catalogue.values()) list.sort((a, b) => compareVersions(a.version, b.version));
    return catalogue;
  }
}

function addHost(builder: CatalogueBuilder, scan: HostScan): void {
  for (const installed of scan.packages.values()) {
    for (const row of requiredRows(scan, installed)) {
      builder.add(scan, installed.name, row.version, row.releases);
    }
    const unfinished = unfinishedVersion(scan, installed);
    if (unfinished !== null) builder.add(scan, installed.name, unfinished, []);
  }
  const upgrades = scan.upgrades.filter(({ from, to }) => compareVersions(to, from) > 0);
  for (const { package: name, version } of [
    ...upgrades.map((upgrade) => ({ package: upgrade.package, version: upgrade.to })),
    ...scan.journal,
    ...scan.pins,
  ]) {
    const table = scan.versions.get(name)?.rows.find((row) => row.version === version);
    builder.add(scan, name, version, table?.releases ?? []);
  }
}

export function buildCatalogue(scans: readonly HostScan[]): Catalogue {
  const builder = new CatalogueBuilder();
  for (const scan of scans) addHost(builder, scan);
  return builder.finish();
}
