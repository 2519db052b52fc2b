/** Patches of a site, those that need somebody first. */
import type { Decided } from "../decide.ts";
import { FACT_STATES } from "../fact-states.ts";
import { isSecurity, type StateCounts } from "../fleet-totals.ts";
import type { Instant, Patch } from "../model.ts";
import { compareCodeUnits } from "../order.ts";
import type { PatchDateSource } from "../patch-date.ts";
import type { SiteTally } from "./tally.ts";

export interface SitePatch {
  readonly patch: Patch;
  readonly patchIndex: number;
  readonly isSecurity: boolean;
  /** The patch date of design 1.2; null when there is none. */
  readonly date: Instant | null;
  readonly dateSource: PatchDateSource | null;
  /** Devices by state; without those where a newer patch covers it. */
  readonly states: StateCounts;
  /** Devices where a newer patch covers it. */
  readonly superseded: number;
  /** Measured, not installed and not covered. */
  readonly open: number;
  /** The newer patches of the snapshot that replace it directly. */
  readonly supersededBy: readonly string[];
}

export function readStates(counts: Uint32Array, row: number): StateCounts {
  const width = FACT_STATES.length;
  return Object.fromEntries(
    FACT_STATES.map((state, code) => [state, counts[row * width + code]!]),
  ) as unknown as StateCounts;
}

/** Measured and not installed. */
export function openOf(states: StateCounts): number {
  return FACT_STATES.reduce(
    (sum, state) => (state === "installed" || state === "stale" ? sum : sum + states[state]),
    0,
  );
}

/** All of them. */
export function sumOf(states: StateCounts): number {
  return openOf(states) + states.installed + states.stale;
}

const SEVERITIES: readonly string[] = ["critical", "important", "moderate", "low"];

/** 0 is the worst; unknown stands after important, because it may be either. */
export function severityRank(severity: string): number {
  const known = SEVERITIES.indexOf(severity);
  return known < 0 ? 1.5 : known;
}

/** Exploited first, then failing, then security by severity, then by devices that lack it. */
export function comparePatches(a: SitePatch, b: SitePatch): number {
  return (
    Number(b.open > 0) - Number(a.open > 0) ||
    Number(b.patch.kev !== null) - Number(a.patch.kev !== null) ||
    Number(b.isSecurity) - Number(a.isSecurity) ||
    severityRank(a.patch.severity) - severityRank(b.patch.severity) ||
    b.states.failed - a.states.failed ||
    b.open - a.open ||
    compareCodeUnits(a.patch.id, b.patch.id)
  );
}

/** Every patch that some device of the scope has a fact for. */
export function listPatches(decided: Decided, tally: SiteTally): SitePatch[] {
  const { patches } = decided.snapshot;
  const { dates } = decided.compiled;
  const successors = new Map<string, string[]>();
  for (const { id, supersedes } of patches) {
    for (const old of supersedes) {
      const list = successors.get(old);
      if (list === undefined) successors.set(old, [id]);
      else list.push(id);
    }
  }
  const rows = patches.flatMap((patch, patchIndex): SitePatch[] => {
    const states = readStates(tally.patchStates, patchIndex);
    const superseded = tally.patchSuperseded[patchIndex]!;
    if (sumOf(states) + superseded === 0) return [];
    const date = dates.at[patchIndex]!;
    return [
      {
        patch,
        patchIndex,
        isSecurity: isSecurity(patch),
        date: Number.isNaN(date) ? null : date,
        dateSource: dates.source(patchIndex),
        states,
        superseded,
        open: openOf(states),
        supersededBy: successors.get(patch.id) ?? [],
      },
    ];
  });
  return rows.sort(comparePatches);
}

/** Open facts by the age of their patch; `unknown` are those without a patch date. */
export interface AgeBucket {
  readonly label: string;
  readonly patches: number;
  readonly facts: number;
}

const DAY = 86_400;
const AGES: readonly (readonly [string, number])[] = [
  ["0 to 7 days", 8],
  ["8 to 14 days", 15],
  ["15 to 30 days", 31],
  ["31 to 60 days", 61],
  ["61 to 90 days", 91],
  ["over 90 days", Infinity],
];

/** The histogram of design c.4 "Patch age": whole days since the patch date; a future date counts as 0. */
export function bucketAges(patches: readonly SitePatch[], now: Instant): AgeBucket[] {
  const open = patches.filter((one) => one.open > 0);
  const sum = (rows: readonly SitePatch[], label: string): AgeBucket => ({
    label,
    patches: rows.length,
    facts: rows.reduce((total, row) => total + row.open, 0),
  });
  const daysOf = ({ date }: SitePatch): number =>
    date === null ? NaN : Math.max(0, Math.floor((now - date) / DAY));
  let from = 0;
  const buckets = AGES.map(([label, until]) => {
    const start = from;
    from = until;
    return sum(
      open.filter((row) => daysOf(row) >= start && daysOf(row) < until),
      label,
    );
  });
  return [
    ...buckets,
    sum(
      open.filter(({ date }) => date === null),
      "date not known",
    ),
  ];
}
