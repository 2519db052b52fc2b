/** Rows as text: what is the same for a device or a patch is encoded once, so that a million rows cost little. */
import type { OverviewCells } from "../../core/overview-cells.ts";
import {
  OVERVIEW_COLUMNS,
  type Cell,
  type ColumnOwner,
  type OverviewColumn,
} from "../../core/overview-columns.ts";
import type { OverviewRow } from "../../core/overview-rows.ts";

interface Run {
  readonly of: ColumnOwner;
  readonly columns: OverviewColumn[];
}

/** Neighbouring columns that depend on the same. */
const RUNS: readonly Run[] = findRuns();

function findRuns(): Run[] {
  const runs: Run[] = [];
  for (const column of OVERVIEW_COLUMNS) {
    const last = runs.at(-1);
    if (last?.of === column.of) last.columns.push(column);
    else runs.push({ of: column.of, columns: [column] });
  }
  return runs;
}

export type EncodeCell = (column: OverviewColumn, cell: Cell) => string;

/** Devices and patches whose text is remembered. */
const REMEMBERED = 1 << 18;

/** A function that gives the cells of a row as text, joined. */
export function makeRowEncoder(
  cells: OverviewCells,
  encode: EncodeCell,
  joiner: string,
): (row: OverviewRow) => string {
  const encodeRun = (run: Run, values: Readonly<Partial<Record<string, Cell>>>): string =>
    run.columns.map((column) => encode(column, values[column.name] ?? null)).join(joiner);
  const encodeOf = (of: ColumnOwner, values: Readonly<Partial<Record<string, Cell>>>): string[] =>
    RUNS.map((run) => (run.of === of ? encodeRun(run, values) : ""));
  const devices = new Remembered((device) => encodeOf("device", cells.device(device)));
  const patches = new Remembered((patch) => encodeOf("patch", cells.patch(patch)));
  return (row) => {
    const device = devices.get(row.device);
    const patch = patches.get(row.patch);
    const fact = cells.fact(row);
    let text = "";
    for (let at = 0; at < RUNS.length; at += 1) {
      const run = RUNS[at]!;
      if (at > 0) text += joiner;
      if (run.of === "device") text += device[at]!;
      else if (run.of === "patch") text += patch[at]!;
      else text += encodeRun(run, fact);
    }
    return text;
  };
}

/** The cells of a row by name, for formats that show few rows. */
export function rowCells(cells: OverviewCells, row: OverviewRow): Readonly<Record<string, Cell>> {
  return { ...cells.device(row.device), ...cells.patch(row.patch), ...cells.fact(row) };
}

class Remembered {
  readonly #make: (index: number) => readonly string[];
  readonly #known = new Map<number, readonly string[]>();

  constructor(make: (index: number) => readonly string[]) {
    this.#make = make;
  }

  get(index: number): readonly string[] {
    let own = this.#known.get(index);
    if (own === undefined) {
      if (this.#known.size >= REMEMBERED) this.#known.clear();
      this.#known.set(index, (own = this.#make(index)));
    }
    return own;
  }
}
