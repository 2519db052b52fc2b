/**
 * What is true of a package version on every host: details and changelog stanzas. Kept
 * between scans, so that a host is not asked for what another one has told already.
 */
import type { CataloguePatch } from "./catalogue.ts";
import type { ChangelogStanza, HostScan, PackageDetail } from "./scan.ts";
import { compareVersions } from "./version.ts";

export interface KnowledgeDocument {
  readonly details: readonly PackageDetail[];
  readonly stanzas: readonly ChangelogStanza[];
  /** `package old new` of upgrades whose changelog was read. */
  readonly read: readonly string[];
}

export class Knowledge {
  readonly #details = new Map<string, PackageDetail>();
  readonly #stanzas = new Map<string, Map<string, ChangelogStanza>>();
  readonly #read = new Set<string>();

  constructor(document: KnowledgeDocument | null = null) {
    for (const detail of document?.details ?? []) this.#addDetail(detail);
    for (const stanza of document?.stanzas ?? []) this.#addStanza(stanza);
    for (const upgrade of document?.read ?? []) this.#read.add(upgrade);
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
    for (const { package: name, from, to } of scan.upgrades) this.#read.add(`${name} ${from} ${to}`);
  }

  /** `package=version`, for the scan script. */
  get known(): readonly string[] {
    return [...this.#details.keys()];
  }

  get read(): readonly string[] {
    return [...this.#read];
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

  /** Only what concerns these packages, so that it does not grow for ever. */
  toDocument(packages: ReadonlySet<string>, sources: ReadonlySet<string>): KnowledgeDocument {
    return {
      details: [...this.#details.values()].filter((detail) => packages.has(detail.package)),
      stanzas: [...this.#stanzas].flatMap(([source, map]) => (sources.has(source) ? [...map.values()] : [])),
      read: [...this.#read].filter((upgrade) => packages.has(upgrade.split(" ")[0]!)),
    };
  }
}
