/** `evidence verify`: the same checks as `verify.py`, by another program (interfaces d.5). */
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../../core/canonical-json.ts";
import { drawSample, rowId, type SampleDocument } from "../../core/evidence-pack.ts";
import { NO_RECORD, type LedgerRecord } from "../../core/ledger.ts";
import { countCsvRecords } from "../../snapshot/csv-count.ts";
import { escapeTerminal } from "../../report/escape/terminal.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { digestFile, sha256Hex } from "./pack-folder.ts";
import { openPack, type Pack } from "./read-pack.ts";

interface Check {
  /** `finding`: the records are whole, and they tell of something that a person should look at. */
  readonly outcome: "passed" | "skipped" | "finding" | "FAILED";
  readonly name: string;
  readonly detail: string;
}

/** Ends with 1 when a check failed. */
export async function verifyEvidence(
  folder: string | null,
  invocation: PreviewInvocation,
): Promise<ExitCode> {
  const pack = openPack(folder, invocation);
  const checks: Check[] = await checkFiles(pack);
  if (checks.every(({ outcome }) => outcome === "passed")) {
    checks.push(...checkPopulations(pack));
    const ledger = checkLedger(pack);
    checks.push(ledger.check, ...checkCounts(pack, ledger.records), ...checkOrder(pack));
    checks.push(...(await checkSamples(pack)));
  }
  show(checks, invocation);
  return checks.some(({ outcome }) => outcome === "FAILED") ? EXIT_CODES.error : EXIT_CODES.done;
}

function show(checks: readonly Check[], { output, globals }: PreviewInvocation): void {
  const count = (wanted: Check["outcome"]): number =>
    checks.filter(({ outcome }) => outcome === wanted).length;
  if (globals.json) {
    output.write(`${JSON.stringify({ format: "patchring.evidence-check/1", checks })}\n`);
    return;
  }
  const lines = checks.map(
    ({ outcome, name, detail }) => `${outcome.padEnd(7)}  ${name}: ${escapeTerminal(detail)}`,
  );
  const summary = `${count("passed")} passed, ${count("skipped")} skipped, ${count("finding")} with findings, ${count("FAILED")} failed`;
  output.write(`${[...lines, summary].join("\n")}\n`);
}

const passed = (name: string, detail: string): Check => ({ outcome: "passed", name, detail });
const failed = (name: string, detail: string): Check => ({ outcome: "FAILED", name, detail });
const skipped = (name: string, detail: string): Check => ({ outcome: "skipped", name, detail });

function isInside(path: string): boolean {
  return !path.startsWith("/") && !path.includes("\\") && !path.split("/").includes("..");
}

async function checkFiles(pack: Pack): Promise<Check[]> {
  const listed = new Map(pack.manifest.files.map((file) => [file.path, file]));
  const outside = [...listed.keys()].find((path) => !isInside(path));
  if (outside !== undefined)
    return [failed("files", `the manifest names ${outside}, which is outside of the pack`)];
  const wrong: Check[] = [];
  for (const [path, { sha256, bytes }] of listed) {
    const target = join(pack.path, path);
    if (lstatSync(target, { throwIfNoEntry: false })?.isFile() !== true) {
      wrong.push(failed("files", `${path} is missing`));
      continue;
    }
    const digest = await digestFile(target);
    if (digest.sha256 !== sha256 || digest.bytes !== bytes)
      wrong.push(failed("files", `${path} was changed`));
  }
  for (const path of listFiles(pack.path, "")) {
    if (listed.has(path) || path.startsWith("MANIFEST.json") || path.startsWith("samples/")) continue;
    wrong.push(failed("files", `${path} is not in the manifest`));
  }
  if (wrong.length > 0) return wrong;
  return [passed("files", `${listed.size} files have the digests of the manifest, and there are no others`)];
}

function listFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? listFiles(root, path) : [path];
  });
}

function checkPopulations(pack: Pack): Check[] {
  const wrong: Check[] = [];
  let count = 0;
  for (const { path, rows } of pack.manifest.files) {
    const name = /^((?:populations|reconciliation)\/[a-z-]+)\.json$/.exec(path)?.[1];
    if (name === undefined) continue;
    count += 1;
    const population = pack.readTable(path);
    const lines = countCsvRecords(pack.readText(`${name}.csv`)) - 1;
    const { length } = population.rows;
    if (length !== lines || length !== rows) {
      const told = `${length} rows as JSON, ${lines} as CSV, ${String(rows)} in the manifest`;
      wrong.push(failed("populations", `${name}: ${told}`));
    }
    const ids = new Set(population.rows.map((row) => rowId(population, row)));
    if (ids.size !== length) wrong.push(failed("populations", `${name}: an id stands there twice`));
  }
  if (wrong.length > 0) return wrong;
  return [passed("populations", `${count} lists have as many rows as the manifest says, each id once`)];
}

function checkLedger(pack: Pack): {
  readonly check: Check;
  readonly records: readonly LedgerRecord[] | null;
} {
  const head = pack.manifest.ledger;
  if (head === null) return { check: skipped("ledger", "the pack has none"), records: null };
  let previous = NO_RECORD;
  const records: LedgerRecord[] = [];
  const lines = pack.readText("ledger/ledger.ndjson").split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const [index, line] of lines.entries()) {
    const record = parseRecord(line);
    const { hash, ...open } = record ?? { hash: "" };
    const digest = record === null ? "" : `sha256:${sha256Hex(canonicalJson(open))}`;
    if (record?.seq !== index + 1 || record.previous !== previous || hash !== digest) {
      const detail = `line ${index + 1} does not follow from the line before, or was edited`;
      return { check: failed("ledger", detail), records: null };
    }
    previous = digest;
    records.push(record);
  }
  if (head.seq !== records.length || head.hash !== previous) {
    const detail = `it ends at record ${records.length}, the manifest says ${head.seq}`;
    return { check: failed("ledger", detail), records: null };
  }
  return {
    check: passed("ledger", `${records.length} records, each holds the hash of the one before`),
    records,
  };
}

function parseRecord(line: string): LedgerRecord | null {
  try {
    const value = JSON.parse(line) as LedgerRecord | null;
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

function checkCounts(pack: Pack, records: readonly LedgerRecord[] | null): Check[] {
  if (records === null) {
    return [skipped("counts", "without a ledger that is whole nothing can be counted against it")];
  }
  const { from, to } = pack.manifest.period;
  return (["actions", "runs"] as const).map((name) => {
    const type = name === "actions" ? "action" : "run";
    const told = pack.readPopulation(name).rows.length;
    const counted = records.filter((one) => one.type === type && one.at >= from && one.at < to).length;
    const detail = `${name}: ${told} in the list, ${counted} in the ledger`;
    return told === counted ? passed("counts", detail) : failed("counts", detail);
  });
}

/** Nothing was sent before it was approved, nothing promoted before it was tested. */
function checkOrder(pack: Pack): Check[] {
  return (
    [
      ["obligations", "approved_before_sent"],
      ["promotions", "tested_before_approved"],
    ] as const
  ).map(([name, column]) => {
    const { rows } = pack.readPopulation(name);
    const wrong = rows.filter((row) => row[column] === false).length;
    const unknown = rows.filter((row) => row[column] === null).length;
    const detail = `${name}.${column}: ${wrong} no, ${unknown} cannot be told, of ${rows.length}`;
    return { outcome: wrong > 0 ? "finding" : "passed", name: "order", detail };
  });
}

async function checkSamples(pack: Pack): Promise<Check[]> {
  const folder = join(pack.path, "samples");
  const names = lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder).sort() : [];
  if (names.length === 0) return [skipped("samples", "none was drawn")];
  const checks: Check[] = [];
  for (const name of names) checks.push(await checkSample(pack, name));
  return checks;
}

async function checkSample(pack: Pack, name: string): Promise<Check> {
  const sample = pack.readJson(`samples/${name}/sample.json`) as SampleDocument;
  const population = pack.readPopulation(sample.population);
  const ids = population.rows.map((row) => rowId(population, row));
  const again = drawSample(ids, sample.seed, sample.n, sha256Hex);
  const isSame =
    sample.manifest === sha256Hex(pack.manifestText) &&
    again.length === sample.items.length &&
    again.every(
      ({ id, rank }, index) => sample.items[index]!.id === id && sample.items[index]!.rank === rank,
    );
  if (!isSame) return failed("samples", `${name}: the seed draws other items from this pack`);
  for (const { path, sha256 } of sample.items.flatMap(({ files }) => files)) {
    const target = join(pack.path, path);
    const isThere = isInside(path) && lstatSync(target, { throwIfNoEntry: false })?.isFile() === true;
    if (!isThere || (await digestFile(target)).sha256 !== sha256) {
      return failed("samples", `${name}: ${path} was changed`);
    }
  }
  return passed("samples", `${name}: ${again.length} items, drawn again from the seed`);
}
