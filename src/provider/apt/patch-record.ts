/** From a patch of the catalogue to its record in a snapshot (design 1.2). Pure. */
import type { Instant } from "../../core/model.ts";
import { formatInstant } from "../../core/time.ts";
import type { CataloguePatch } from "./catalogue.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Release } from "./scan.ts";

/** Debian's urgencies, lightest first, with the severity that each stands for. */
const SEVERITY_OF_URGENCY: readonly (readonly [string, string])[] = [
  ["low", "low"],
  ["medium", "moderate"],
  ["high", "important"],
  ["emergency", "critical"],
  ["critical", "critical"],
];
/** A kernel takes effect at the next start only. */
const KERNEL = /^linux-image-/;

function isSecurity({ origin, label, suite }: Release): boolean {
  return [origin, label, suite].some((text) => /(^|[-/])security$/i.test(text ?? ""));
}

function severityOf(urgencies: readonly (string | null)[]): string {
  const ranks = urgencies.map((urgency) => SEVERITY_OF_URGENCY.findIndex(([name]) => name === urgency));
  return SEVERITY_OF_URGENCY[Math.max(-1, ...ranks)]?.[1] ?? "unknown";
}

function rebootOf(patch: CataloguePatch): string {
  return patch.reboots || KERNEL.test(patch.package) ? "always" : "unknown";
}

export interface PatchRecordInput {
  readonly patch: CataloguePatch;
  /** The id of the next older version of the package, if any. */
  readonly older: string | null;
  readonly knowledge: Knowledge;
  readonly firstSeenAt: Instant | null;
}

/** The source package of a patch and its version there. */
export function sourceOf(
  patch: CataloguePatch,
  knowledge: Knowledge,
): { readonly source: string; readonly sourceVersion: string } {
  const detail = knowledge.detailOf(patch);
  return {
    source: detail?.source ?? patch.source ?? patch.package,
    sourceVersion: detail?.sourceVersion ?? patch.sourceVersion,
  };
}

export function patchRecord(input: PatchRecordInput): Readonly<Record<string, unknown>> {
  const { patch, older, knowledge, firstSeenAt } = input;
  const detail = knowledge.detailOf(patch);
  const { source, sourceVersion } = sourceOf(patch, knowledge);
  const stanzas = knowledge.stanzasOf(source, sourceVersion);
  const fixes = knowledge.fixesOf(source, sourceVersion);
  const own = stanzas.find(({ version }) => version === sourceVersion);
  const release = patch.releases.find(isSecurity) ?? patch.releases[0];
  const cves = [...new Set([...stanzas.flatMap((stanza) => stanza.cves), ...fixes.cves])].sort();
  return {
    id: patch.id,
    title: `${patch.package} ${patch.version}${detail?.title ? `: ${detail.title}` : ""}`,
    ...(release?.origin ? { vendor: release.origin } : {}),
    product: source,
    version: patch.version,
    category: patch.releases.some(isSecurity) ? "security" : "update",
    severity: severityOf([...stanzas.map(({ urgency }) => urgency), ...fixes.urgencies]),
    ...(cves.length > 0 ? { cves } : {}),
    ...(own?.at === undefined || own.at === null ? {} : { releasedAt: formatInstant(own.at) }),
    ...(firstSeenAt === null ? {} : { firstSeenAt: formatInstant(firstSeenAt) }),
    ...(older === null ? {} : { supersedes: [older] }),
    reboot: rebootOf(patch),
    uninstallable: patch.uninstallable,
    ...(detail?.homepage ? { url: detail.homepage } : {}),
    ...(detail?.sizeBytes === null || detail === null ? {} : { sizeBytes: detail.sizeBytes }),
    source,
    ...(release?.suite ? { suite: release.suite } : {}),
  };
}
