import type { Instant } from "../core/model.ts";
import { APPROVALS, APPROVAL_SOURCES, INSTALLERS, STATUSES } from "../core/model.ts";
import { formatInstant } from "../core/time.ts";
import { parseCsvDate } from "./csv-date.ts";
import { CsvProblems, readTable, type CsvColumns, type CsvFile, type CsvRow } from "./csv-table.ts";
import type { Diagnostic } from "../core/diagnostic.ts";
import { isValidId, type JsonObject } from "./fields.ts";
import { quote } from "./problems.ts";
import { ANSWERS, CATEGORIES, DEVICE_TYPES, OS_FAMILIES, REBOOTS, SEVERITIES } from "./records.ts";
import type { SnapshotDocument } from "./write.ts";

/** Columns of the sheet of patches: one row a patch; only `id` is needed. Lists are separated by commas, semicolons or spaces. */
export const PATCH_COLUMNS: CsvColumns = {
  id: ["id", "patch", "patchid"],
  title: ["title", "name", "description"],
  vendor: ["vendor", "manufacturer"],
  product: ["product"],
  version: ["version"],
  revision: ["revision"],
  category: ["category", "classification"],
  severity: ["severity"],
  kb: ["kb", "kbarticle", "article"],
  bulletin: ["bulletin"],
  cves: ["cves", "cve"],
  cvss: ["cvss", "cvssscore"],
  releasedAt: ["releasedat", "released", "releasedate", "published"],
  firstSeenAt: ["firstseenat", "firstseen"],
  supersedes: ["supersedes"],
  reboot: ["reboot"],
  uninstallable: ["uninstallable"],
  url: ["url", "link"],
  sizeBytes: ["sizebytes", "size"],
};

/** Columns of the sheet of facts: one row a patch on a device; `device`, `patch` and `status` are needed. A device takes the first value that a row gives. */
export const FACT_COLUMNS: CsvColumns = {
  device: ["device", "deviceid", "computer", "hostname"],
  name: ["name", "devicename", "computername"],
  client: ["client", "customer"],
  site: ["site", "location"],
  type: ["type", "devicetype"],
  osFamily: ["osfamily", "platform"],
  osName: ["os", "osname", "operatingsystem"],
  osVersion: ["osversion"],
  tags: ["tags"],
  apps: ["apps"],
  timezone: ["timezone"],
  critical: ["critical"],
  exposed: ["exposed"],
  contact: ["contact"],
  scannedAt: ["scannedat", "scanned", "lastscan"],
  lastSeenAt: ["lastseenat", "lastseen"],
  patch: ["patch", "patchid", "update"],
  status: ["status", "state"],
  approval: ["approval"],
  approvalBy: ["approvalby", "approvedby"],
  detectedAt: ["detectedat", "detected", "datedetected"],
  approvedAt: ["approvedat", "approved", "dateapproved"],
  installedAt: ["installedat", "installed", "installdate", "dateinstalled"],
  installedBy: ["installedby"],
  attempts: ["attempts"],
  lastAttemptAt: ["lastattemptat", "lastattempt"],
  error: ["error", "errormessage"],
};

type Kind =
  | "text"
  | "date"
  | "list"
  | "flag"
  | { readonly words: readonly string[] }
  | { readonly max: number; readonly whole: boolean };
const KINDS: Readonly<Record<string, Kind>> = {
  releasedAt: "date",
  firstSeenAt: "date",
  scannedAt: "date",
  lastSeenAt: "date",
  detectedAt: "date",
  approvedAt: "date",
  installedAt: "date",
  lastAttemptAt: "date",
  cves: "list",
  supersedes: "list",
  tags: "list",
  apps: "list",
  critical: "flag",
  category: { words: CATEGORIES },
  severity: { words: SEVERITIES },
  reboot: { words: REBOOTS },
  uninstallable: { words: ANSWERS },
  exposed: { words: ANSWERS },
  type: { words: DEVICE_TYPES },
  osFamily: { words: OS_FAMILIES },
  status: { words: STATUSES },
  approval: { words: APPROVALS },
  approvalBy: { words: APPROVAL_SOURCES },
  installedBy: { words: INSTALLERS },
  cvss: { max: 10, whole: false },
  attempts: { max: 1e9, whole: true },
  sizeBytes: { max: Number.MAX_SAFE_INTEGER, whole: true },
};
const DEVICE_FIELDS: readonly string[] = [
  "name",
  "client",
  "site",
  "type",
  "tags",
  "apps",
  "timezone",
  "critical",
  "exposed",
  "contact",
  "scannedAt",
  "lastSeenAt",
];
const FACT_FIELDS: readonly string[] = [
  "patch",
  "status",
  "approval",
  "approvalBy",
  "detectedAt",
  "approvedAt",
  "installedAt",
  "installedBy",
  "attempts",
  "lastAttemptAt",
  "error",
];
const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["yes", true],
  ["1", true],
  ["false", false],
  ["no", false],
  ["0", false],
]);

/** Turns the cells of one row into values; what is wrong is reported with its row. */
class RowReader {
  readonly #file: string;
  readonly #row: CsvRow;
  readonly #problems: CsvProblems;

  constructor(file: string, row: CsvRow, problems: CsvProblems) {
    this.#file = file;
    this.#row = row;
    this.#problems = problems;
  }

  report(code: Parameters<CsvProblems["add"]>[0], summary: string, detail: string): void {
    this.#problems.add(code, this.#file, this.#row.line, summary, detail);
  }

  /** A cell that must be there; null when it is empty, and that is reported. */
  id(field: string): string | null {
    const cell = this.#row.cells.get(field);
    if (cell === undefined)
      this.report("csv/missing-cell", "Cell is empty", `The row has no ${quote(field)}.`);
    else if (!isValidId(cell))
      this.report(
        "csv/id",
        "Invalid id",
        `${quote(field)} is ${quote(cell)}; an id is 1 to 200 printable characters.`,
      );
    else return cell;
    return null;
  }

  values(fields: readonly string[]): JsonObject {
    return Object.fromEntries(
      fields.flatMap((field) => {
        const cell = this.#row.cells.get(field);
        const value = cell === undefined ? undefined : this.#value(field, cell, KINDS[field] ?? "text");
        return value === undefined || value === null ? [] : [[field, value]];
      }),
    );
  }

  #value(field: string, cell: string, kind: Kind): unknown {
    if (kind === "text") return cell;
    if (kind === "list") return cell.split(/[,;\s]+/).filter((item) => item !== "");
    if (kind === "date") return this.#date(field, cell);
    if (kind === "flag")
      return FLAGS.get(cell.toLowerCase()) ?? this.#wrongWord(field, cell, [...FLAGS.keys()]);
    if ("words" in kind) {
      const word = cell.toLowerCase().replaceAll(/[\s_]+/g, "-");
      return kind.words.includes(word) ? word : this.#wrongWord(field, cell, kind.words);
    }
    const number = Number(cell);
    if (number >= 0 && number <= kind.max && (!kind.whole || Number.isInteger(number))) return number;
    this.report(
      "csv/number",
      "Number is wrong",
      `${quote(field)} is ${quote(cell)}; expected a ${kind.whole ? "whole " : ""}number from 0 to ${String(kind.max)}.`,
    );
    return undefined;
  }

  #date(field: string, cell: string): string | undefined {
    const at = parseCsvDate(cell);
    if (at !== null) return formatInstant(at);
    this.report(
      "csv/date",
      "Date does not parse",
      `${quote(field)} is ${quote(cell)}; expected 2024-07-31, 31-Jul-2024, either with a time, or RFC 3339.`,
    );
    return undefined;
  }

  #wrongWord(field: string, cell: string, words: readonly string[]): null {
    this.report(
      "csv/word",
      `Unknown ${field}`,
      `${quote(field)} is ${quote(cell)}. Known words: ${words.join(", ")}.`,
    );
    return null;
  }
}

function readPatches(file: CsvFile, problems: CsvProblems): ReadonlyMap<string, JsonObject> {
  const patches = new Map<string, JsonObject>();
  for (const row of readTable(file, PATCH_COLUMNS, ["id"], problems)) {
    const reader = new RowReader(file.name, row, problems);
    const id = reader.id("id");
    if (id === null) continue;
    if (patches.has(id))
      reader.report("csv/duplicate", "Duplicate patch", `The patch ${quote(id)} stands in an earlier row.`);
    patches.set(id, reader.values(Object.keys(PATCH_COLUMNS)));
  }
  return patches;
}

interface DeviceRows {
  device: JsonObject;
  readonly facts: Map<string, JsonObject>;
}

function readOs(row: CsvRow, reader: RowReader): JsonObject {
  const { osFamily: family } = reader.values(["osFamily"]) as { readonly osFamily?: string };
  const [name, version] = [row.cells.get("osName"), row.cells.get("osVersion")];
  return family === undefined && name === undefined ? {} : { os: { family, name, version } };
}

function readDevices(
  file: CsvFile,
  patches: ReadonlyMap<string, JsonObject>,
  problems: CsvProblems,
): ReadonlyMap<string, DeviceRows> {
  const devices = new Map<string, DeviceRows>();
  for (const row of readTable(file, FACT_COLUMNS, ["device", "patch", "status"], problems)) {
    const reader = new RowReader(file.name, row, problems);
    const [id, patch] = [reader.id("device"), reader.id("patch")];
    if (!row.cells.has("status"))
      reader.report("csv/missing-cell", "Cell is empty", `The row has no "status".`);
    if (id === null || patch === null) continue;
    const entry = devices.get(id) ?? { device: {}, facts: new Map<string, JsonObject>() };
    devices.set(id, entry);
    entry.device = { ...reader.values(DEVICE_FIELDS), ...readOs(row, reader), ...entry.device };
    if (!patches.has(patch))
      reader.report(
        "csv/unknown-patch",
        "Fact names no patch",
        `The patch ${quote(patch)} does not stand in the sheet of patches.`,
      );
    if (entry.facts.has(patch))
      reader.report(
        "csv/duplicate",
        "Duplicate fact",
        `An earlier row speaks of ${quote(patch)} on ${quote(id)}.`,
      );
    entry.facts.set(patch, reader.values(FACT_FIELDS));
  }
  return devices;
}

export interface CsvImport {
  /** Null when any diagnostic is an error. */
  readonly document: SnapshotDocument | null;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * A snapshot from two spreadsheets, one of patches and one of facts, for
 * `writeSnapshotFile`. A spreadsheet says nothing of what a backend can do, so
 * `capabilities` stay out: the snapshot can be planned on, never applied to.
 */
export function importCsv(patchFile: CsvFile, factFile: CsvFile, takenAt: Instant): CsvImport {
  const problems = new CsvProblems();
  const patches = readPatches(patchFile, problems);
  const devices = readDevices(factFile, patches, problems);
  if (problems.failed) return { document: null, diagnostics: problems.diagnostics };
  const document: SnapshotDocument = {
    header: { takenAt: formatInstant(takenAt), provider: "csv" },
    patches: [...patches.values()],
    devices: Array.from(devices, ([id, { device, facts }]) => ({
      id,
      ...device,
      facts: [...facts.values()],
    })),
  };
  return { document, diagnostics: problems.diagnostics };
}
