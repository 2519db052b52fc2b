/** May the numbers be trusted: what the snapshot does not know. */
import type { Decided } from "../decide.ts";
import { STATUSES, type Instant } from "../model.ts";
import type { SitePatch } from "./patches.ts";
import type { SiteScope } from "./scope.ts";
import type { DeviceConcerns } from "./devices.ts";

/** One thing that weakens the numbers; `count` of `whole`. */
export interface QualityRow {
  readonly what:
    | "stale"
    | "never-scanned"
    | "no-ring"
    | "clock-ahead"
    | "no-patch-date"
    | "date-not-release"
    | "severity-unknown"
    | "installed-without-date"
    | "failed-without-text";
  readonly count: number;
  readonly whole: number;
  /** What `count` and `whole` count. */
  readonly of: "devices" | "patches" | "facts";
}

export interface SiteQuality {
  readonly rows: readonly QualityRow[];
  /** Devices by the age of their last scan. */
  readonly scanAges: readonly { readonly label: string; readonly devices: number }[];
  readonly isComplete: boolean;
}

const DAY = 86_400;
const SCAN_AGES: readonly (readonly [string, number])[] = [
  ["under 1 day", DAY],
  ["1 to 3 days", 3 * DAY],
  ["3 to 7 days", 7 * DAY],
  ["7 to 30 days", 30 * DAY],
  ["30 days and more", Infinity],
];

export function assessQuality(
  decided: Decided,
  scope: SiteScope,
  patches: readonly SitePatch[],
  devices: DeviceConcerns & { readonly stale: number; readonly neverScanned: number },
): SiteQuality {
  const all = scope.devices.length;
  const facts = countUndated(decided, scope);
  const device = (what: QualityRow["what"], count: number): QualityRow => ({
    what,
    count,
    whole: all,
    of: "devices",
  });
  const patch = (what: QualityRow["what"], wanted: (one: SitePatch) => boolean): QualityRow => ({
    what,
    count: patches.filter(wanted).length,
    whole: patches.length,
    of: "patches",
  });
  return {
    rows: [
      device("stale", devices.stale),
      device("never-scanned", devices.neverScanned),
      device("no-ring", devices.noRing),
      device("clock-ahead", devices.clockAhead),
      patch("no-patch-date", ({ date }) => date === null),
      patch("date-not-release", ({ dateSource }) => dateSource !== null && dateSource !== "release"),
      patch("severity-unknown", (one) => one.patch.severity === "unknown"),
      { what: "installed-without-date", count: facts.undated, whole: facts.installed, of: "facts" },
      { what: "failed-without-text", count: facts.silent, whole: facts.failed, of: "facts" },
    ],
    scanAges: bucketScans(decided, scope, decided.compiled.now),
    isComplete: decided.snapshot.header.complete,
  };
}

function bucketScans(decided: Decided, scope: SiteScope, now: Instant): SiteQuality["scanAges"] {
  const { scannedAt } = decided.snapshot.devices;
  const counts = new Array<number>(SCAN_AGES.length + 1).fill(0);
  for (const device of scope.devices) {
    const age = now - scannedAt[device]!;
    const bucket = Number.isNaN(age) ? SCAN_AGES.length : SCAN_AGES.findIndex(([, under]) => age < under);
    counts[bucket]! += 1;
  }
  const labels = [...SCAN_AGES.map(([label]) => label), "never scanned"];
  return labels.map((label, index) => ({ label, devices: counts[index]! }));
}

const INSTALLED = STATUSES.indexOf("installed");
const FAILED = STATUSES.indexOf("failed");

function countUndated(
  { snapshot }: Decided,
  scope: SiteScope,
): { installed: number; undated: number; failed: number; silent: number } {
  const { devices, facts } = snapshot;
  const found = { installed: 0, undated: 0, failed: 0, silent: 0 };
  for (const device of scope.devices) {
    const start = devices.factStart[device]!;
    const end = start + devices.factCount[device]!;
    for (let f = start; f < end; f += 1) {
      const status = facts.state[f]! & 7;
      if (status === INSTALLED) {
        found.installed += 1;
        if (facts.installedAt[f] === 0) found.undated += 1;
      } else if (status === FAILED) {
        found.failed += 1;
        if (!facts.errors.has(f)) found.silent += 1;
      }
    }
  }
  return found;
}
