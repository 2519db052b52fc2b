/** A comparison as a table of cells: one line a row, so that every total can be counted again. */
import { stringify } from "csv-stringify/sync";
import type { ComparedSide, Comparison } from "../../core/comparison.ts";
import { compareTotals } from "../compare/totals.ts";
import { neutralizeCell } from "../escape/csv.ts";

/**
 * `section` is `total` (`name`, `count`), `change` (`count` devices), `timing` (`count` devices), `guard`
 * (`name`, `count`, `limit`, `tripped`), `finding` (`name` its code) or `site` (`count` devices). Cells that say nothing are empty.
 */
export const COMPARE_CSV_COLUMNS = [
  "section",
  "name",
  "count",
  "limit",
  "tripped",
  "danger",
  "change",
  "patch",
  "title",
  "example",
  "baseRing",
  "baseVerdict",
  "baseReason",
  "baseAction",
  "baseSource",
  "basePlace",
  "baseUntil",
  "headRing",
  "headVerdict",
  "headReason",
  "headAction",
  "headSource",
  "headPlace",
  "headUntil",
  "severity",
  "summary",
  "place",
  "client",
  "site",
  "stale",
  "changed",
  "dangerous",
] as const;
type ColumnName = (typeof COMPARE_CSV_COLUMNS)[number];
type Line = Readonly<Partial<Record<ColumnName, string | number | null>>>;

function sideCells(
  side: "base" | "head",
  { ring, verdict, reason, action, source, place }: ComparedSide,
): Line {
  const cells = { Ring: ring, Verdict: verdict, Reason: reason, Action: action?.action ?? null };
  const all = { ...cells, Source: source, Place: place };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [`${side}${name}`, value]));
}

function* lines(comparison: Comparison): Generator<Line> {
  const { changes, timing, sites, guards, findings } = comparison;
  for (const [name, count] of Object.entries(compareTotals(comparison)))
    yield { section: "total", name, count };
  for (const { danger, change, patch, title, devices: count, example, base, head } of changes) {
    const sides = { ...sideCells("base", base), ...sideCells("head", head) };
    yield { section: "change", count, danger, change, patch, title, example, ...sides };
  }
  for (const { kind, patch, title, ring, source, devices: count, base, head } of timing) {
    yield {
      ...{ section: "timing", name: kind, count, patch, title, headRing: ring, headSource: source },
      ...{ baseReason: base.reason, baseUntil: base.until, headReason: head.reason, headUntil: head.until },
    };
  }
  for (const { devices: count, ...site } of sites) yield { section: "site", count, ...site };
  for (const { guard, value, limit, tripped } of guards) {
    yield { section: "guard", name: guard, count: value, limit, tripped: tripped ? "yes" : "no" };
  }
  for (const { severity, code, summary: text, place } of findings) {
    yield { section: "finding", name: code, severity, summary: text, place };
  }
}

function cell(value: string | number | null | undefined): string {
  return typeof value === "string" ? neutralizeCell(value) : String(value ?? "");
}

/** The comparison as CSV, by the rules of `renderPlanCsv`. */
export function renderCompareCsv(comparison: Comparison): string {
  const rows = [...lines(comparison)].map((line) => COMPARE_CSV_COLUMNS.map((column) => cell(line[column])));
  return stringify([[...COMPARE_CSV_COLUMNS], ...rows], { quoted_match: /[\r\n\t;]/ });
}
