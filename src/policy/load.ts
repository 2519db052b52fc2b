/** Policy text to a PolicySet, or to what is wrong with it. Opens no file. */
import type { Diagnostic } from "../core/diagnostic.ts";
import type { Fleet, PolicySet } from "../core/policy.ts";
import type { ZoneRules } from "../core/zone.ts";
import type { ConvertContext } from "./convert-context.ts";
import { convertFleet } from "./convert-fleet.ts";
import { brokenPromotion, convertPromotion } from "./convert-promotion.ts";
import { convertRing, convertRules } from "./convert-ring.ts";
import { convertSchedule } from "./convert-schedule.ts";
import {
  convertDecision,
  convertEmergency,
  convertFreeze,
  convertHold,
  convertRecall,
} from "./convert-statement.ts";
import { policyDigest } from "./digest.ts";
import { readEntry, type Entry } from "./entry.ts";
import { compareDiagnostics } from "./finding.ts";
import { checkPromotions, checkReferences, findFleet } from "./references.ts";
import { parsePolicyText } from "./yaml-document.ts";

export interface PolicyFile {
  /** Relative to the policy repository, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface LoadedPolicy {
  /** Null when there is an error outside Promotion documents: a bad promotion must not stop a fleet (design 4.2). */
  readonly policy: PolicySet | null;
  /** By file, line and column; the same whatever the order of the files. */
  readonly diagnostics: readonly Diagnostic[];
}

type Parts = { -readonly [K in Exclude<keyof PolicySet, "fleet" | "digest">]: PolicySet[K][number][] };

export function loadPolicy(
  files: readonly PolicyFile[],
  options: { readonly zones: ZoneRules },
): LoadedPolicy {
  const general: Diagnostic[] = [];
  const harmless: Diagnostic[] = [];
  const entries: Entry[] = [];
  for (const file of [...files].sort((a, b) => compare(a.path, b.path) || compare(a.text, b.text))) {
    const { documents, diagnostics } = parsePolicyText(file.path, file.text);
    if (diagnostics.length > 0) (isPromotionFile(file.text) ? harmless : general).push(...diagnostics);
    for (const document of documents) entries.push(readEntry(document));
  }
  const fleetEntry = findFleet(entries, general);
  checkReferences(entries);
  checkPromotions(entries);
  const { fleet, parts } = convertAll(entries, fleetEntry, options.zones);
  const diagnostics = [...general, ...harmless, ...entries.flatMap((entry) => entry.diagnostics)].sort(
    compareDiagnostics,
  );
  const stops =
    general.some(isError) ||
    entries.some((entry) => entry.kind !== "Promotion" && entry.diagnostics.some(isError));
  if (stops || fleet === null) return { policy: null, diagnostics };
  return { policy: { digest: digestOf(entries), fleet, ...sorted(parts) }, diagnostics };
}

/** A file that cannot be read at all stops nothing either when all that it says to be is a promotion. */
function isPromotionFile(text: string): boolean {
  const kinds = [...text.matchAll(/^kind:[ \t]*["']?([A-Za-z]*)/gm)];
  return kinds.length > 0 && kinds.every(([, kind]) => kind === "Promotion");
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === "error";
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function digestOf(entries: readonly Entry[]): string {
  return policyDigest(
    entries.map(({ kind, name, document }) => ({
      kind: kind ?? "",
      name: name ?? "",
      value: document.value,
    })),
  );
}

function convertAll(
  entries: readonly Entry[],
  fleetEntry: Entry | null,
  zones: ZoneRules,
): { fleet: Fleet | null; parts: Parts } {
  const timezone = fleetZone(fleetEntry, zones);
  const parts: Parts = {
    rings: [],
    rules: [],
    decisions: [],
    schedules: [],
    freezes: [],
    holds: [],
    recalls: [],
    emergencies: [],
    promotions: [],
  };
  const dayStarts = new Map<number, number>();
  let fleet: Fleet | null = null;
  for (const entry of entries) {
    const context: ConvertContext = {
      document: entry.document,
      out: entry.diagnostics,
      zones,
      timezone,
      dayStarts,
    };
    const made = convertEntry(entry, context, parts);
    if (entry === fleetEntry) fleet = made;
  }
  return { fleet, parts };
}

/** The fleet's zone as dates need it: UTC where the policy names none or an unknown one. */
function fleetZone(entry: Entry | null, zones: ZoneRules): string {
  const zone = entry?.written?.kind === "Fleet" ? entry.written.spec.timezone : undefined;
  return zone !== undefined && zones.isKnown(zone) ? zone : "UTC";
}

function convertEntry(entry: Entry, context: ConvertContext, parts: Parts): Fleet | null {
  const { written } = entry;
  if (written === null) {
    if (entry.kind === "Promotion") parts.promotions.push(brokenPromotion(context));
    return null;
  }
  switch (written.kind) {
    case "Fleet":
      return convertFleet(context, written);
    case "Ring":
      parts.rings.push(convertRing(context, written));
      break;
    case "ApprovalRules":
      parts.rules.push(...convertRules(context, written));
      break;
    case "Decision":
      parts.decisions.push(convertDecision(context, written));
      break;
    case "Schedule":
      parts.schedules.push(convertSchedule(context, written));
      break;
    case "Freeze":
      parts.freezes.push(convertFreeze(context, written));
      break;
    case "Hold":
      parts.holds.push(convertHold(context, written));
      break;
    case "Recall":
      parts.recalls.push(convertRecall(context, written));
      break;
    case "Emergency":
      parts.emergencies.push(convertEmergency(context, written));
      break;
    case "Promotion":
      parts.promotions.push(convertPromotion(context, written));
      break;
  }
  return null;
}

function sorted(parts: Parts): Parts {
  const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
    compare(a.name, b.name);
  parts.rules.sort((a, b) => compare(a.id, b.id));
  for (const list of [
    parts.rings,
    parts.decisions,
    parts.schedules,
    parts.freezes,
    parts.holds,
    parts.recalls,
    parts.emergencies,
    parts.promotions,
  ]) {
    (list as { readonly name: string }[]).sort(byName);
  }
  return parts;
}
