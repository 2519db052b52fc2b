/**
 * What is true of a package version on every host: details and changelog stanzas. Kept
 * between scans, so that a host is not asked for what another one has told already.
 */
import type { CataloguePatch } from "./catalogue.ts";
import type { Fixes } from "./security-tracker.ts";
import type { ChangelogStanza, HostScan, PackageDetail } from "./scan.ts";
import { compareVersions } from "./version.ts";

/** What Debian's security tracker said of a version against the oldest that a host had. */
export interface KnownFixes extends Fixes {
  readonly source: string;
  readonly version: string;
}

export interface KnowledgeDocument {
  readonly details: readonly PackageDetail[];
  readonly stanzas: readonly ChangelogStanza[];
  /** `package old new` of upgrades whose changelog was read. */
  readonly read: readonly string[];
  /** Absent in files of the first version. */
  readonly fixes?: readonly KnownFixes[];
}

export class Knowledge {
  readonly #details = new Map<string, PackageDetail>();
  readonly #stanzas = new Map<string, Map<string, ChangelogStanza>>();
  readonly #read = new Set<string>();
  readonly #fixes = new Map<string, KnownFixes>();

  constructor(document: KnowledgeDocument | null = null) {
    for (const detail of document?.details ?? []) this.#addDetail(detail);
    for (const stanza of document?.stanzas ?? []) this.#addStanza(stanza);
    for (const upgrade of document?.read ?? []) this.#read.add(upgrade);
    for (const fixes of document?.fixes ?? []) this.#fixes.set(`${fixes.source}=${fixes.version}`, fixes);
  }

  #addDetail(detail: PackageDetail): void {
    this.#details.set(`${detail.package}=${detail.version}`, detail);
  }

  #addStanza(stanza: ChangelogStanza): void {
    const ofSource = this.#stanzas.get(stanza.source) ?? new Map<string, ChangelogStanza>();
    this.#stanzas.set(stanza.source, ofSource.set(stanza.version, stanza));
  }

  learn(scan: HostScan): void {
    for (const detail of scan.details) this.#addDetail(detail);
    for (const stanza of scan.stanzas) this.#addStanza(stanza);
    for (const { package: name, from, to } of [...scan.upgrades, ...scan.archived])
      this.#read.add(`${name} ${from} ${to}`);
  }

  /** `package=version`, for the scan script. */
  get known(): readonly string[] {
    return [...this.#details.keys()];
  }

  get read(): readonly string[] {
    return [...this.#read];
  }

  hasDetail(name: string, version: string): boolean {
    return this.#details.has(`${name}=${version}`);
  }

  /** Whether the changelog of an upgrade was read. */
  hasRead(name: string, from: string, to: string): boolean {
    return this.#read.has(`${name} ${from} ${to}`);
  }

  detailOf(patch: CataloguePatch): PackageDetail | null {
    return this.#details.get(`${patch.package}=${patch.version}`) ?? null;
  }

  /** Stanzas of the patch's source package up to its version, newest first. */
  stanzasOf(source: string, sourceVersion: string): readonly ChangelogStanza[] {
    return [...(this.#stanzas.get(source)?.values() ?? [])]
      .filter(({ version }) => compareVersions(version, sourceVersion) <= 0)
      .sort((a, b) => compareVersions(b.version, a.version));
  }

  /** What is told once stays known, also when every host has the version. */
  learnFixes(source: string, version: string, { cves, urgencies }: Fixes): void {
    const before = this.fixesOf(source, version);
    this.#fixes.set(`${source}=${version}`, {
      source,
      version,
      cves: [...new Set([...before.cves, ...cves])],
      urgencies: [...new Set([...before.urgencies, ...urgencies])],
    });
  }

  fixesOf(source: string, version: string): Fixes {
    return this.#fixes.get(`${source}=${version}`) ?? { cves: [], urgencies: [] };
  }

  /** Only what concerns these packages, so that it does not grow for ever. */
  toDocument(packages: ReadonlySet<string>, sources: ReadonlySet<string>): KnowledgeDocument {
    return {
      details: [...this.#details.values()].filter((detail) => packages.has(detail.package)),
      stanzas: [...this.#stanzas].flatMap(([source, map]) => (sources.has(source) ? [...map.values()] : [])),
      read: [...this.#read].filter((upgrade) => packages.has(upgrade.split(" ")[0]!)),
      fixes: [...this.#fixes.values()].filter(({ source }) => sources.has(source)),
    };
  }
}
