/** The facts of the example catalogue as the shared data has them, derived again from the sources. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import type { CataloguePatch } from "../../scripts/fleet/build.mjs";
import { dataPath } from "./data-folder.ts";

export interface Facts {
  readonly releasedAt?: string;
  readonly severity?: string;
  readonly cves?: readonly string[];
  readonly supersedes?: readonly string[];
  readonly cvss?: number;
  readonly reboot?: string;
  readonly version?: string;
  readonly sizeBytes?: number;
}

/** CVEs that were posted for a KB on or after this day are not yet part of the example fleets. */
const KNOWN_BEFORE = "20260617";
const WORST = ["critical", "important", "moderate", "low"];

function readJson(...parts: readonly string[]): unknown {
  const bytes = readFileSync(dataPath(...parts));
  return JSON.parse((parts.at(-1)?.endsWith(".gz") === true ? gunzipSync(bytes) : bytes).toString("utf8"));
}

function utc(text: string): string {
  return `${new Date(text).toISOString().slice(0, 19)}Z`;
}

function worst(severities: readonly string[]): string {
  return WORST.find((level) => severities.some((each) => each.toLowerCase() === level)) ?? "unknown";
}

type Row = Readonly<
  Record<"DatePosted" | "CVE" | "BulletinKB" | "AffectedProduct" | "Severity" | "Supersedes", string>
>;
let rowsByKey: Map<string, Row[]> | null = null;

function wesngRows(id: string, product: string): readonly Row[] {
  if (rowsByKey === null) {
    rowsByKey = new Map();
    const text = gunzipSync(readFileSync(dataPath("wesng", "definitions-5-products.csv.gz")));
    for (const row of parse<Row>(text, { columns: true })) {
      const key = `KB${row.BulletinKB} ${row.AffectedProduct}`;
      const rows = rowsByKey.get(key);
      if (rows === undefined) rowsByKey.set(key, [row]);
      else rows.push(row);
    }
  }
  return rowsByKey.get(`${id} ${product}`) ?? [];
}

/**
 * The release day is the one under which most rows of the KB were posted (the latest of equals): single
 * vulnerabilities are posted earlier or later than the update that fixes them.
 */
function wesngFacts(id: string, product: string): Facts {
  const rows = wesngRows(id, product);
  const days = new Map<string, number>();
  for (const { DatePosted } of rows) days.set(DatePosted, (days.get(DatePosted) ?? 0) + 1);
  const day = [...days].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? 1 : -1))[0]?.[0] ?? "";
  const known = rows.filter(({ DatePosted }) => DatePosted < KNOWN_BEFORE);
  const older = rows.flatMap(({ Supersedes }) => Supersedes.split(";")).filter((kb) => /^\d+$/.test(kb));
  return {
    releasedAt: `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00Z`,
    severity: worst(rows.map(({ Severity }) => Severity)),
    // Advisories (ADV…) stand in the same column.
    cves: [...new Set(known.map(({ CVE }) => CVE).filter((id) => id.startsWith("CVE-")))].sort(),
    supersedes: [...new Set(older.map((kb) => `KB${kb}`))].sort(),
  };
}

interface Cvrf {
  readonly DocumentTracking: { readonly InitialReleaseDate: string };
  readonly Vulnerability: readonly {
    readonly CVE: string;
    readonly CVSSScoreSets: readonly { readonly BaseScore: number; readonly ProductID: readonly string[] }[];
    readonly Threats: readonly {
      readonly Type: number;
      readonly Description: { readonly Value: string };
      readonly ProductID: readonly string[];
    }[];
    readonly Remediations: readonly {
      readonly Type: number;
      readonly Description: { readonly Value: string };
      readonly ProductID: readonly string[];
      readonly Supercedence?: string;
      readonly RestartRequired?: { readonly Value: string };
    }[];
  }[];
}

function cvrfFacts(kb: string, file: string, product: string): Facts {
  const cvrf = readJson("msrc-cvrf", `${file}.json`) as Cvrf;
  const fixes = cvrf.Vulnerability.flatMap((vulnerability) =>
    vulnerability.Remediations.filter(
      (fix) => fix.Type === 2 && `KB${fix.Description.Value}` === kb && fix.ProductID.includes(product),
    ).map((fix) => ({ vulnerability, fix })),
  );
  const here = (row: { readonly ProductID: readonly string[] }): boolean => row.ProductID.includes(product);
  const older = fixes.flatMap(({ fix }) => (fix.Supercedence === undefined ? [] : [`KB${fix.Supercedence}`]));
  return {
    releasedAt: `${cvrf.DocumentTracking.InitialReleaseDate.slice(0, 10)}T00:00:00Z`,
    severity: worst(
      fixes.flatMap(({ vulnerability }) =>
        vulnerability.Threats.filter((threat) => threat.Type === 3 && here(threat)).map(
          (t) => t.Description.Value,
        ),
      ),
    ),
    cves: [...new Set(fixes.map(({ vulnerability }) => vulnerability.CVE))].sort(),
    supersedes: [...new Set(older)].sort(),
    cvss: Math.max(
      ...fixes.flatMap(({ vulnerability }) =>
        vulnerability.CVSSScoreSets.filter(here).map((s) => s.BaseScore),
      ),
    ),
    reboot: fixes.every(({ fix }) => fix.RestartRequired?.Value === "Yes") ? "always" : "maybe",
  };
}

interface DebianPatch {
  readonly package: string;
  readonly toVersion: string;
  readonly urgency: string | null;
  readonly releasedAt: string | null;
  readonly cves: readonly string[];
  readonly size: number;
}

/** Urgency `high` is `important`, `medium` is `moderate`; none is `unknown`. */
function debianFacts(name: string): Facts {
  const lines = readFileSync(dataPath("debian", "bullseye-patches.jsonl"), "utf8").trimEnd().split("\n");
  const patch = lines.map((line) => JSON.parse(line) as DebianPatch).find((each) => each.package === name);
  if (patch === undefined) return {};
  const severity =
    patch.urgency === "high" ? "important" : patch.urgency === "medium" ? "moderate" : "unknown";
  return {
    ...(patch.releasedAt === null ? {} : { releasedAt: utc(patch.releasedAt) }),
    severity,
    cves: [...patch.cves].sort(),
    version: patch.toVersion,
    sizeBytes: patch.size,
    supersedes: [],
  };
}

interface AppVersion {
  readonly app: string;
  readonly version: string;
  readonly publishedAt: string;
}

/** A version replaces the one published before it. */
function scoopFacts(app: string, version: string): Facts {
  const versions = (readJson("scoop", "versions.json") as readonly AppVersion[])
    .filter((each) => each.app === app)
    .sort((a, b) => Date.parse(a.publishedAt) - Date.parse(b.publishedAt));
  const index = versions.findIndex((each) => each.version === version);
  const found = versions[index];
  const before = versions[index - 1];
  if (found === undefined || before === undefined) return {};
  return {
    version,
    releasedAt: utc(found.publishedAt),
    supersedes: [`app:${app}@${before.version}`],
    cves: [],
  };
}

function endOfLifeFacts(file: string, cycle: string): Facts {
  const text = readFileSync(dataPath("endoflife", `${file}.md`), "utf8");
  const block = text.slice(text.indexOf(`releaseCycle: "${cycle}"`));
  const day = /releaseDate: (\d{4}-\d{2}-\d{2})/.exec(block)?.[1] ?? "";
  const version = /releaseLabel: "\d+ (\w+) /.exec(block)?.[1] ?? "";
  return { version, releasedAt: `${day}T00:00:00Z`, cves: [], supersedes: [] };
}

/** What the source of a catalogue entry says of it; null for an invented one. */
export function factsFromSource(patch: CataloguePatch): Facts | null {
  const { source } = patch;
  if (source.set === "wesng") return wesngFacts(patch.id, source.product);
  if (source.set === "msrc-cvrf") return cvrfFacts(patch.id, source.file, source.product);
  if (source.set === "debian") return debianFacts(source.package);
  if (source.set === "scoop") return scoopFacts(source.app, patch.version ?? "");
  if (source.set === "endoflife") return endOfLifeFacts(source.file, source.cycle);
  return null;
}

/** Earliest dates of CISA's list for the CVEs named; null when it has none of them. */
export function readKev(
  cves: readonly string[],
): { readonly addedOn: string; readonly dueOn: string } | null {
  const list = readJson("kev", "known_exploited_vulnerabilities.json.gz") as {
    readonly vulnerabilities: readonly {
      readonly cveID: string;
      readonly dateAdded: string;
      readonly dueDate: string;
    }[];
  };
  const hits = list.vulnerabilities.filter(({ cveID }) => cves.includes(cveID));
  if (hits.length === 0) return null;
  const first = (days: readonly string[]): string => [...days].sort()[0] as string;
  return { addedOn: first(hits.map((h) => h.dateAdded)), dueOn: first(hits.map((h) => h.dueDate)) };
}
