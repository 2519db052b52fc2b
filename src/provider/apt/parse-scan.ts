import { parseJournalLine } from "./journal.ts";
import { isPackageName, isVersion } from "./names.ts";
import { parseArchives } from "./parse-archives.ts";
import { parseChangelogs } from "./parse-changelog.ts";
import { parseDetails } from "./parse-details.ts";
import { packageName, parseDpkgLog } from "./parse-log.ts";
import { parsePolicy, parseReleases } from "./parse-policy.ts";
import { parsePins } from "./pins.ts";
import type { HostScan, InstalledPackage } from "./scan.ts";
import { splitSections } from "./sections.ts";
import { WallClock } from "./wall-time.ts";

interface StatEntry {
  readonly inode: string;
  readonly changedAt: number;
  readonly path: string;
  readonly target: string | null;
}

function parseStat(line: string): StatEntry | null {
  const match = /^(\d+) (-?\d+) '(.*?)'(?: -> '(.*)')?$/.exec(line);
  if (match === null) return null;
  return { inode: match[1]!, changedAt: Number(match[2]), path: match[3]!, target: match[4] ?? null };
}

/** The words after each kind in the section `files`. */
function groupFiles(lines: readonly string[]): (kind: string) => readonly string[] {
  const groups = new Map<string, string[]>();
  for (const line of lines) {
    const tab = line.indexOf("\t");
    if (tab < 0) continue;
    const group = groups.get(line.slice(0, tab)) ?? [];
    groups.set(line.slice(0, tab), group);
    group.push(line.slice(tab + 1));
  }
  return (kind) => groups.get(kind) ?? [];
}

function parseOs(lines: readonly string[]): HostScan["os"] {
  const values = new Map(
    lines.flatMap((line) => {
      const equals = line.indexOf("=");
      const value = line.slice(equals + 1).trim();
      return equals < 1 ? [] : [[line.slice(0, equals), value.replace(/^(["'])(.*)\1$/, "$2")] as const];
    }),
  );
  const id = values.get("ID");
  if (id === undefined) return null;
  const name = id === "debian" ? "Debian" : id === "ubuntu" ? "Ubuntu" : (values.get("NAME") ?? id);
  return {
    id,
    name,
    version: values.get("VERSION_ID") ?? "",
    codename: values.get("VERSION_CODENAME") ?? "",
  };
}

/** The architecture of dpkg itself, else the one that most packages have. */
function nativeArchitecture(lines: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const [name, arch = ""] = line.split("\t");
    if (name === "dpkg") return arch;
    if (arch !== "all" && arch !== "") counts.set(arch, (counts.get(arch) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "amd64";
}

function parsePackages(lines: readonly string[], native: string): ReadonlyMap<string, InstalledPackage> {
  const packages = new Map<string, InstalledPackage>();
  for (const line of lines) {
    const [binary = "", arch, version = "", want = "", status = "", flag, source = "", sourceVersion = ""] =
      line.split("\t");
    if (status === "not-installed" || status === "config-files") continue;
    const name = packageName(arch === undefined ? binary : `${binary.split(":")[0]!}:${arch}`, native);
    if (!isPackageName(name) || !isVersion(version)) continue;
    packages.set(name, {
      name,
      version,
      want,
      status,
      reinstall: flag !== "ok",
      source,
      sourceVersion: sourceVersion === "" ? version : sourceVersion,
    });
  }
  return packages;
}

/** Reads a host's answer to the scan script; null when it is cut short, or lacks what apt said. Never throws: hosts are not trusted. */
export function parseScan(text: string): HostScan | null {
  const sections = splitSections(text);
  if (sections === null || !sections.has("policy")) return null;
  const lines = (name: string): readonly string[] => (sections.get(name) ?? []).filter((line) => line !== "");
  const files = groupFiles(lines("files"));
  const stats = lines("stat").flatMap((line) => parseStat(line) ?? []);
  const stat = (path: string): StatEntry | undefined => stats.find((entry) => entry.path.endsWith(path));
  const locked = new Set(lines("locks").map((line) => line.split(/\s+/)[5]?.split(":")[2]));
  const timezone = /\/zoneinfo\/(?:posix\/)?(.+)$/.exec(stat("/etc/localtime")?.target ?? "")?.[1] ?? null;
  const arch = nativeArchitecture(lines("dpkg"));
  const archives = parseArchives(lines("archives"), arch);
  const updateErrors = sections.has("update") ? lines("update") : null;
  const listTimes = [
    stat("/var/lib/patchring/lists-ok")?.changedAt,
    updateErrors !== null && updateErrors.length > 0
      ? undefined
      : stat("/var/lib/apt/lists/partial")?.changedAt,
  ].filter((at) => at !== undefined);
  return {
    boot: files("boot")[0] ?? null,
    os: parseOs(files("os")),
    arch,
    timezone,
    listsAt: listTimes.length === 0 || files("release").length === 0 ? null : Math.max(...listTimes),
    updateErrors,
    locked: stats.some(({ path, inode }) => path.includes("/var/lib/dpkg/lock") && locked.has(inode)),
    unfinished: Number(lines("updates")[0] ?? 0),
    unattended: files("conf").some((line) => /"[^"0][^"]*"/.test(line)),
    packages: parsePackages(lines("dpkg"), arch),
    versions: parsePolicy(lines("policy"), parseReleases(files("release"))),
    details: parseDetails(sections.get("show") ?? [], arch),
    stanzas: [...parseChangelogs(lines("changelogs")), ...archives.flatMap(({ stanzas }) => stanzas)],
    archived: archives,
    upgrades: parseDpkgLog(files("log"), arch, new WallClock(timezone)),
    rebootPackages: stat("/run/reboot-required") === undefined ? null : files("reboot").map((l) => l.trim()),
    pins: parsePins(files("pin")),
    journal: files("journal").flatMap((line) => parseJournalLine(line) ?? []),
    runningJobs: lines("jobs").flatMap((l) =>
      l.startsWith("running\t") ? [l.slice("running\t".length)] : [],
    ),
    errors: lines("errors").map((line) => line.slice(0, 500)),
  };
}
