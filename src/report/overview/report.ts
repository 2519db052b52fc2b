/** The patch overview as every format shows it: the same totals by the same names, the same sentences. Pure; still unescaped. */
import { FACT_STATES } from "../../core/fact-states.ts";
import type { Seconds } from "../../core/model.ts";
import type { OverviewCells } from "../../core/overview-cells.ts";
import { OVERVIEW_COLUMNS, type Cell, type GroupCountName } from "../../core/overview-columns.ts";
import type { Overview, OverviewGroup } from "../../core/overview.ts";
import type { PolicyIdentity } from "../../core/plan.ts";
import { formatDuration } from "../../core/time.ts";
import { counted, formatCount, formatShare } from "../words.ts";

/** What was asked for, as it was asked. Hostile text. */
export interface OverviewFilters {
  readonly client: readonly string[];
  readonly site: readonly string[];
  readonly ring: readonly string[];
  readonly device: readonly string[];
  readonly patch: readonly string[];
  readonly status: readonly string[];
  readonly superseded: boolean;
}

export interface OverviewReport {
  readonly overview: Overview;
  readonly cells: OverviewCells;
  /** Instants are RFC 3339 text in UTC. */
  readonly at: string;
  readonly policy: PolicyIdentity;
  readonly snapshot: { readonly digest: string; readonly takenAt: string; readonly complete: boolean };
  readonly staleAfter: Seconds;
  readonly filters: OverviewFilters;
}

/** `patchring.overview/1`: minor versions only add. */
export const OVERVIEW_FORMAT = "patchring.overview/1";

/** The numbers that every format shows, in this order and by these names. */
export function overviewTotals({ overview }: OverviewReport): Readonly<Record<string, number>> {
  const { totals, fleet } = overview;
  return {
    devices: fleet.devices.all,
    measuredDevices: fleet.devices.measured,
    staleDevices: fleet.devices.stale,
    neverScannedDevices: fleet.devices.neverScanned,
    groups: overview.groups.length,
    facts: totals.facts,
    shown: totals.shown,
    ...Object.fromEntries(FACT_STATES.map((state) => [state, totals.states[state]])),
    superseded: totals.superseded,
    hidden: totals.hidden,
    installedBySuperseding: totals.installedBySuperseding,
    patchLevelDevices: fleet.patchLevel.part,
    decidedFacts: fleet.conformance.whole,
    conformingFacts: fleet.conformance.part,
  };
}

/** One count of a group, by the name of its column. */
export function groupCount(group: OverviewGroup, name: GroupCountName): number {
  switch (name) {
    case "devices":
    case "patches":
    case "shown":
    case "superseded":
    case "installedBySuperseding":
      return group[name];
    default:
      return group.states[name];
  }
}

const NONE = {
  device: "no device",
  patch: "no patch",
  client: "no client",
  site: "no site",
  ring: "no ring",
};

/** What a group is called on surfaces for people; hostile text. */
export function groupTitle(group: OverviewGroup, { overview }: OverviewReport): string {
  const name = group.name ?? NONE[overview.groupBy];
  return overview.groupBy === "site" && group.client !== null ? `${name} (${group.client})` : name;
}

/** The answer first, then what it rests on; a sentence each. Contains hostile text only in the filters, which come last. */
export interface OverviewSentences {
  readonly headline: string;
  readonly counts: readonly string[];
  /** What was asked for; null without a filter. */
  readonly filters: string | null;
}

export function overviewSentences(report: OverviewReport): OverviewSentences {
  const { overview } = report;
  const { totals, groups, groupBy } = overview;
  const facts = `${formatCount(totals.shown)} of ${counted(totals.facts, "fact")}`;
  return {
    headline: `Patch overview by ${groupBy}: ${facts}, in ${counted(groups.length, "group")}.`,
    counts: [
      `${FACT_STATES.map((state) => `${formatCount(totals.states[state])} ${state}`).join(", ")}.`,
      supersededSentence(report),
      deviceSentence(report),
      `Patch level: ${formatShare(overview.fleet.patchLevel)} measured devices have every security patch that they need installed.`,
      `Policy conformance: ${formatShare(overview.fleet.conformance)} facts that policy decides are at the backend as policy wants them. This says nothing of what is installed.`,
      ...(report.snapshot.complete
        ? []
        : ["The backend stopped half way when the snapshot was taken: devices or facts are missing."]),
    ],
    filters: filterSentence(report.filters),
  };
}

function supersededSentence({ overview, filters }: OverviewReport): string {
  const { superseded, hidden, installedBySuperseding } = overview.totals;
  const shown = filters.superseded
    ? `${formatCount(superseded)} superseded, shown too`
    : `${formatCount(hidden)} superseded hidden${hidden === superseded ? "" : ` of ${formatCount(superseded)}`} (--superseded shows them)`;
  return `${shown}: a newer patch is installed there or on its way. ${formatCount(installedBySuperseding)} installed by a superseding patch.`;
}

function deviceSentence({ overview, staleAfter, at }: OverviewReport): string {
  const { all, measured, stale, neverScanned } = overview.fleet.devices;
  return `Devices: ${formatShare({ part: measured, whole: all })} measured, ${formatCount(stale)} stale (last scan more than ${formatDuration(staleAfter)} before ${at}), ${formatCount(neverScanned)} never scanned. What is stale counts neither as installed nor as missing.`;
}

function filterSentence(filters: OverviewFilters): string | null {
  const { superseded, ...lists } = filters;
  const parts = Object.entries(lists)
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => `${name} ${values.join(", ")}`);
  if (superseded) parts.push("superseded ones too");
  return parts.length === 0 ? null : `Only: ${parts.join("; ")}.`;
}

/** Yes and no, where people read; an empty text for nothing. */
export function cellText(cell: Cell): string {
  return typeof cell === "boolean" ? (cell ? "yes" : "no") : String(cell ?? "");
}

export const COLUMN_NAMES: readonly string[] = OVERVIEW_COLUMNS.map(({ name }) => name);
