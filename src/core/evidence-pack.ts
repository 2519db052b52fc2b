/** The parts of an evidence pack that are checked by two programs: its manifest and its samples (interfaces d.2, d.5). */
import type { AuditCell, AuditTable } from "./audit-table.ts";
import type { LedgerHead } from "./ledger.ts";
import type { PolicyIdentity } from "./plan.ts";

export const MANIFEST_FORMAT = "patchring.evidence/1";
export const POPULATION_FORMAT = "patchring.population/1";
export const SAMPLE_FORMAT = "patchring.sample/1";

/** Printed in every pack. */
export const INTEGRITY_STATEMENT =
  "These checks show the records have not changed since they were written and who signed them. They do not show that the backend reported the truth.";

export interface PackFile {
  /** From the folder of the pack, with `/`. */
  readonly path: string;
  /** Hex. */
  readonly sha256: string;
  readonly bytes: number;
  /** Of a population; null for other files. */
  readonly rows: number | null;
}

export interface PackManifest {
  readonly format: typeof MANIFEST_FORMAT;
  readonly period: { readonly name: string; readonly from: string; readonly to: string };
  readonly builtAt: string;
  readonly tool: string;
  readonly policy: PolicyIdentity;
  readonly snapshot: { readonly digest: string; readonly takenAt: string };
  /** Null without a ledger. */
  readonly ledger: LedgerHead | null;
  /** What is not in the pack, and why: one sentence each. */
  readonly gaps: readonly string[];
  readonly statement: string;
  /** Sorted by path; every file of the pack but the manifest, its signature and samples. */
  readonly files: readonly PackFile[];
}

/** A population as its JSON file has it. */
export interface Population {
  readonly format: typeof POPULATION_FORMAT;
  readonly name: string;
  readonly about: string;
  readonly columns: AuditTable["columns"];
  readonly rows: readonly Readonly<Record<string, AuditCell>>[];
}

export function asPopulation({ name, about, columns, rows }: AuditTable): Population {
  return {
    format: POPULATION_FORMAT,
    name,
    about,
    columns,
    rows: rows.map((row) =>
      Object.fromEntries(columns.map((column, index) => [column.name, row[index] ?? null])),
    ),
  };
}

/** The id of a row: its first column. */
export function rowId(population: Population, row: Population["rows"][number]): string {
  return String(row[population.columns[0]!.name]);
}

export interface Drawn {
  readonly id: string;
  readonly rank: string;
}

/**
 * The sample that a seed draws: the `n` ids with the smallest SHA-256 of seed, a line feed and id. Anybody can
 * draw it again; whoever names the seed chooses the sample. `sha256` gives hex.
 */
export function drawSample(
  ids: readonly string[],
  seed: string,
  n: number,
  sha256: (text: string) => string,
): readonly Drawn[] {
  return ids
    .map((id) => ({ id, rank: sha256(`${seed}\n${id}`) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0))
    .slice(0, n);
}

export interface SampleDocument {
  readonly format: typeof SAMPLE_FORMAT;
  readonly population: string;
  readonly method: string;
  readonly seed: string;
  readonly n: number;
  readonly populationRows: number;
  /** SHA-256 of the manifest of the pack, hex. */
  readonly manifest: string;
  readonly items: readonly (Drawn & { readonly files: readonly PackFile[] })[];
}

export const SAMPLE_METHOD =
  "the n ids of the population with the smallest SHA-256 of the seed, a line feed and the id, as UTF-8";
