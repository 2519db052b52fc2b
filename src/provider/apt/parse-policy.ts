import { isPackageName, isVersion } from "./names.ts";
import type { Release, VersionRow, VersionTable } from "./scan.ts";

/** Releases by the name of their list file, without `_InRelease` or `_Release`. */
export type ReleaseFiles = ReadonlyMap<string, Release>;

const HEADING = /^([^\s:]+(?::[a-z0-9-]+)?):$/;
const CANDIDATE = /^ {2}Candidate: (\S+)$/;
const VERSION_LINE = /^ (\*\*\*| {3}) (\S+) (-?\d+)(?: .*)?$/;
const SOURCE_LINE = /^ {8,}-?\d+ (\S+)(?: (\S+) (?:\S+ )?Packages)?$/;

/** Reads `Origin`, `Label` and `Suite` of release files: tab-separated file name and line. */
export function parseReleases(lines: readonly string[]): ReleaseFiles {
  const releases = new Map<string, { origin: string | null; label: string | null; suite: string | null }>();
  for (const line of lines) {
    const [file = "", text = ""] = line.split("\t");
    const key = file.replace(/_(In)?Release$/, "");
    const release = releases.get(key) ?? { origin: null, label: null, suite: null };
    releases.set(key, release);
    const colon = text.indexOf(": ");
    const value = text.slice(colon + 2).trim();
    if (text.startsWith("Origin: ")) release.origin = value;
    else if (text.startsWith("Label: ")) release.label = value;
    else if (text.startsWith("Suite: ")) release.suite = value;
  }
  return releases;
}

/** The name that apt gives to a file of a repository: characters it keeps for itself in percent form. */
function listFileName(uri: string): string {
  const path = uri.replace(/^[a-z0-9+.-]+:(?:\/\/)?(?:[^/@]*@)?/, "").replace(/\/+$/, "");
  const quoted = path.replaceAll(
    /[\\|{}[\]<>"^~_=!@#$%&*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return quoted.replaceAll("/", "_");
}

function releaseOf(uri: string, dist: string | undefined, releases: ReleaseFiles): Release | null {
  if (dist === undefined) return null;
  const suite = dist.replace(/\/[^/]*$/, "");
  const key = `${listFileName(uri)}_dists_${suite.replaceAll("/", "_")}`;
  return releases.get(key) ?? { origin: null, label: null, suite };
}

interface OpenTable {
  candidate: string | null;
  readonly rows: (VersionRow & { readonly releases: Release[] })[];
}

/** Reads what `apt-cache policy PACKAGE…` prints. Names and versions that Debian does not allow are left out. */
export function parsePolicy(
  lines: readonly string[],
  releases: ReleaseFiles,
): ReadonlyMap<string, VersionTable> {
  const tables = new Map<string, OpenTable>();
  // Thousands of lines name a few sources.
  const bySource = new Map<string, Release | null>();
  let table: OpenTable = { candidate: null, rows: [] };
  for (const line of lines) {
    const heading = HEADING.exec(line);
    if (heading !== null) {
      table = { candidate: null, rows: [] };
      if (isPackageName(heading[1]!)) tables.set(heading[1]!, table);
      continue;
    }
    const candidate = CANDIDATE.exec(line)?.[1];
    if (candidate !== undefined) {
      table.candidate = isVersion(candidate) && candidate !== "(none)" ? candidate : null;
      continue;
    }
    const version = VERSION_LINE.exec(line);
    if (version !== null) {
      const [, mark, name, priority] = version;
      const row = { version: name!, priority: Number(priority), installed: mark === "***", releases: [] };
      if (isVersion(name!)) table.rows.push(row);
      continue;
    }
    const source = SOURCE_LINE.exec(line);
    if (source === null) continue;
    let release = bySource.get(source[0]);
    if (release === undefined)
      bySource.set(source[0], (release = releaseOf(source[1]!, source[2], releases)));
    if (release !== null) table.rows.at(-1)?.releases.push(release);
  }
  return tables;
}
