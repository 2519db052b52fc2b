/** Real Windows devices: `systeminfo` and `wmic qfe` output, and what another tool found missing on them. */
import { existsSync, readFileSync } from "node:fs";
import { dataPath } from "./data-folder.ts";
import { composeSnapshot } from "./snapshot-objects.ts";
import type { DeviceObject, FactObject, PatchObject, SnapshotObjects } from "./snapshot-objects.ts";
import { readProduct, toPatchObject, withMs12068 } from "./wesng-catalogue.ts";
import type { ProductKey } from "./wesng-catalogue.ts";

export interface RealDevice {
  /** The stem of the files in `wesng/devices`. */
  readonly file: string;
  readonly product: ProductKey;
  readonly type: "server" | "workstation";
  readonly os: { readonly name: string; readonly version?: string };
}

export const REAL_DEVICES: readonly RealDevice[] = [
  {
    file: "7_sp1_x64_enterprise_en-us_20190305",
    product: "windows7",
    type: "workstation",
    os: { name: "Windows 7", version: "SP1" },
  },
  {
    file: "10_22H2_x64_enterprise_en-us",
    product: "windows10",
    type: "workstation",
    os: { name: "Windows 10", version: "22H2" },
  },
  {
    file: "11_24H2_x64_enterprise",
    product: "windows11",
    type: "workstation",
    os: { name: "Windows 11", version: "24H2" },
  },
  {
    file: "srv_2019_rtm_datacenter_en-us",
    product: "server2019",
    type: "server",
    os: { name: "Windows Server 2019" },
  },
  { file: "srv_2022", product: "server2022", type: "server", os: { name: "Windows Server 2022" } },
];

/** Text of a file that may be UTF-16 with a byte order mark, as `wmic` writes it. */
export function readWindowsText(path: string): string {
  const bytes = readFileSync(path);
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return utf16 ? bytes.toString("utf16le", 2) : bytes.toString("utf8");
}

/** Host name and installed KBs of `systeminfo` output. */
export function parseSystemInfo(text: string): {
  readonly hostName: string;
  readonly hotfixes: readonly string[];
} {
  const hostName = /^Host Name:\s*(\S+)/m.exec(text)?.[1];
  if (hostName === undefined) throw new Error("no systeminfo output: the line `Host Name:` is missing");
  const found = [...text.matchAll(/^\s*\[\d+\]:\s*(KB\d+)\s*$/gm)].map((match) => match[1] as string);
  return { hostName, hotfixes: [...new Set(found)].sort() };
}

export interface Qfe {
  readonly id: string;
  /** `Update`, `Security Update`, `Hotfix` … */
  readonly description: string;
  /** RFC 3339, or null where the column is empty. */
  readonly installedAt: string | null;
}

/** Rows of `wmic qfe` output: columns of fixed width, dates as month/day/year. */
export function parseQfe(text: string): readonly Qfe[] {
  const rows: Qfe[] = [];
  for (const line of text.split(/\r?\n/)) {
    const id = /\bKB\d+\b/.exec(line)?.[0];
    if (id === undefined) continue;
    const date = /\b(\d{1,2})\/(\d{1,2})\/(\d{4})\b/.exec(line);
    const description = /\b(?:Security Update|Update|Hotfix|Service Pack)\b/.exec(line)?.[0] ?? "";
    const day =
      date === null
        ? null
        : `${String(date[3])}-${String(date[1]).padStart(2, "0")}-${String(date[2]).padStart(2, "0")}`;
    rows.push({ id, description, installedAt: day === null ? null : `${day}T00:00:00Z` });
  }
  return rows;
}

/** What wes.py reports as missing on a device; the line without a number is rows without a KB. */
export function readExpectedMissing(device: RealDevice): ReadonlySet<string> {
  const text = readFileSync(dataPath("wesng", "devices", `${device.file}.expected-missing.txt`), "utf8");
  return new Set(
    text
      .split("\n")
      .map((line) => /^(KB\d+) \d+$/.exec(line.trim())?.[1])
      .filter((id) => id !== undefined),
  );
}

export function readHotfixes(device: RealDevice): {
  readonly hostName: string;
  readonly hotfixes: readonly string[];
} {
  return parseSystemInfo(readWindowsText(dataPath("wesng", "devices", `${device.file}_systeminfo.txt`)));
}

export function readQfeRows(device: RealDevice): readonly Qfe[] {
  const path = dataPath("wesng", "devices", `${device.file}_qfe.txt`);
  return existsSync(path) ? parseQfe(readWindowsText(path)) : [];
}

function factsOf(
  hotfixes: readonly string[],
  catalogue: readonly PatchObject[],
  qfe: readonly Qfe[],
): readonly FactObject[] {
  const installedAt = new Map(qfe.map((row) => [row.id, row.installedAt]));
  const installed = hotfixes.map((patch): FactObject => {
    const at = installedAt.get(patch) ?? null;
    return {
      patch,
      status: "installed",
      installedBy: "unknown",
      ...(at === null ? {} : { installedAt: at }),
    };
  });
  const has = new Set(hotfixes);
  const missing = catalogue
    .filter(({ id }) => !has.has(id))
    .map(({ id }): FactObject => ({ patch: id, status: "missing" }));
  return [...installed, ...missing];
}

/**
 * One real device as a snapshot: every installed KB is a fact (`installed`), every KB that the catalogue has
 * for its product and that is not there is `missing`. Which of those are superseded is the engine's to say.
 * Installed KBs that the catalogue lacks get a record with no more than their id.
 */
export function importDevice(device: RealDevice, takenAt: string): SnapshotObjects {
  const { hostName, hotfixes } = readHotfixes(device);
  const catalogue = withMs12068(readProduct(device.product).map(toPatchObject));
  const known = new Set(catalogue.map(({ id }) => id));
  const bare = hotfixes
    .filter((id) => !known.has(id))
    .map((id): PatchObject => ({ record: "patch", id, kb: id, vendor: "Microsoft", supersedes: [] }));
  const record: DeviceObject = {
    record: "device",
    id: hostName.toLowerCase(),
    name: hostName,
    client: "real",
    site: "validation",
    type: device.type,
    os: { family: "windows", arch: "x64", ...device.os },
    scannedAt: takenAt,
    facts: factsOf(hotfixes, catalogue, readQfeRows(device)),
  };
  return composeSnapshot(takenAt, [...catalogue, ...bare], [record]);
}
