/** `evidence sample`: draws items by the auditor's own words, and writes a dossier for each (interfaces d.4). */
import { Buffer } from "node:buffer";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  drawSample,
  rowId,
  SAMPLE_FORMAT,
  SAMPLE_METHOD,
  type Drawn,
  type PackFile,
  type Population,
  type SampleDocument,
} from "../../core/evidence-pack.ts";
import { renderDossier } from "../../report/evidence/dossier.tsx";
import { escapeTerminal } from "../../report/escape/terminal.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { refuse, usage } from "../refusal.ts";
import { DossierGatherer } from "./gather-dossier.ts";
import { sha256Hex } from "./pack-folder.ts";
import { openPack, type Pack } from "./read-pack.ts";

const USUAL = 25;

export function sampleEvidence(
  input: Input,
  folder: string | null,
  invocation: PreviewInvocation,
): Promise<ExitCode> {
  const pack = openPack(folder, invocation);
  const seed = input.text("seed") ?? "";
  if (seed === "")
    throw usage("A sample is drawn by a seed.", 'add `--seed "…"`: words of whoever asks for it.');
  const n = input.count("n") ?? USUAL;
  if (n === 0) throw usage("A sample has at least one item, but `--n` is 0.");
  const population = pack.readPopulation(input.text("population") ?? "obligations");
  const rows = new Map(population.rows.map((row) => [rowId(population, row), row]));
  const drawn = drawSample([...rows.keys()], seed, n, sha256Hex);
  const name = `${population.name}-${n}-${sha256Hex(seed).slice(0, 8)}`;
  const gatherer = new DossierGatherer(pack);
  const items = drawn.map((item, index) => {
    const dossier = gatherer.gather(population, rows.get(item.id)!, item);
    const path = `samples/${name}/${String(index + 1).padStart(String(n).length, "0")}`;
    const files = [
      writeSampleFile(pack, `${path}.json`, `${JSON.stringify(dossier, null, 1)}\n`),
      writeSampleFile(pack, `${path}.html`, renderDossier(dossier)),
    ];
    return { ...item, files };
  });
  const document: SampleDocument = {
    format: SAMPLE_FORMAT,
    population: population.name,
    method: SAMPLE_METHOD,
    seed,
    n,
    populationRows: population.rows.length,
    manifest: sha256Hex(pack.manifestText),
    items,
  };
  writeSampleFile(pack, `samples/${name}/sample.json`, `${JSON.stringify(document, null, 1)}\n`);
  show(invocation, { pack, name, population, drawn, document });
  return Promise.resolve(EXIT_CODES.done);
}

/** A sample that was drawn before is left as it is when it is the same, and refused when it is not. */
function writeSampleFile(pack: Pack, path: string, text: string): PackFile {
  const target = join(pack.path, path);
  if (existsSync(target)) {
    if (pack.readText(path) !== text) {
      throw refuse(
        "error",
        "cli/evidence",
        "The sample is there already",
        `${JSON.stringify(path)} of ${JSON.stringify(pack.shown)} was drawn before and says something else. It was not changed.`,
        "check the pack with `patchring evidence verify`, or take the folder of the sample away.",
      );
    }
  } else {
    try {
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text, { flag: "wx" });
    } catch (error) {
      if (!(error instanceof Error) || !("code" in error)) throw error;
      throw refuse(
        "error",
        "cli/not-written",
        "File cannot be written",
        `${path} could not be written: the system says ${JSON.stringify(String(error.code))}.`,
        "check that the folder of the pack may be written to.",
      );
    }
  }
  return { path, sha256: sha256Hex(text), bytes: Buffer.byteLength(text), rows: null };
}

interface Shown {
  readonly pack: Pack;
  readonly name: string;
  readonly population: Population;
  readonly drawn: readonly Drawn[];
  readonly document: SampleDocument;
}

function show({ output, globals }: PreviewInvocation, shown: Shown): void {
  const { pack, name, population, drawn, document } = shown;
  if (globals.json) {
    output.write(`${JSON.stringify(document)}\n`);
    return;
  }
  const lines = drawn.map(({ id, rank }) => `  ${rank.slice(0, 12)}…  ${escapeTerminal(id)}`);
  output.write(
    [
      `Drew ${drawn.length} of ${population.rows.length} items of ${population.name} into ${JSON.stringify(`${pack.shown}/samples/${name}`)}:`,
      ...lines,
      "",
      `The method: ${SAMPLE_METHOD}.`,
      "",
    ].join("\n"),
  );
}
