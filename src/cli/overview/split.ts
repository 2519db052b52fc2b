import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { escapeTerminal } from "../../report/escape/terminal.ts";
import { counted } from "../../report/words.ts";
import type { OverviewFormat } from "../arguments/formats.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { FileOutput } from "../output.ts";
import { refuse } from "../refusal.ts";
import { nameClientFiles } from "./file-names.ts";
import type { OverviewMaker } from "./maker.ts";
import { writeOverview, type RowLimit } from "./write.ts";

const EXTENSIONS: Readonly<Record<OverviewFormat, string>> = {
  text: "txt",
  html: "html",
  csv: "csv",
  xml: "xml",
  json: "json",
  md: "md",
};

interface WrittenFile {
  /** In the folder. */
  readonly file: string;
  readonly client: string | null;
  readonly devices: number;
  readonly shown: number;
}

/** One file for each client, each whole or not at all; says what was written on stdout. */
export async function splitOverview(
  invocation: PreviewInvocation,
  maker: OverviewMaker,
  format: OverviewFormat,
  rows: RowLimit,
  folder: string,
): Promise<void> {
  makeFolder(folder);
  const names = nameClientFiles(maker.clients());
  const written: WrittenFile[] = [];
  for (const { client, report } of maker.byClient()) {
    const file = `${names[written.length]!}.${EXTENSIONS[format]}`;
    const output = new FileOutput(join(folder, file));
    try {
      await writeOverview({ ...invocation, output }, report, format, rows);
      output.commit();
    } finally {
      output.abandon();
    }
    const { fleet, totals } = report.overview;
    written.push({ file, client, devices: fleet.devices.all, shown: totals.shown });
  }
  list(invocation, folder, written);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw refuse(
      "error",
      "cli/not-written",
      "Folder cannot be made",
      `${folder} is to hold the files, but the system says ${JSON.stringify(String(error.code))}. Nothing was written.`,
      "name another folder with `--out`, or check who may write there.",
    );
  }
}

function list({ output, globals }: PreviewInvocation, folder: string, files: readonly WrittenFile[]): void {
  if (globals.json) {
    output.write(`${JSON.stringify({ format: "patchring.files/1", folder, files }, null, 2)}\n`);
    return;
  }
  const shown = files.reduce((sum, file) => sum + file.shown, 0);
  output.write(`Wrote ${counted(files.length, "file")} with ${counted(shown, "row")}:\n`);
  for (const { file, client, devices, shown: own } of files) {
    const name = client === null ? "no client" : escapeTerminal(client);
    output.write(`  ${file}  ${name}: ${counted(own, "row")}, ${counted(devices, "device")}\n`);
  }
}
