import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { readUsablePolicy } from "../inputs/policy.ts";
import { readSnapshot, snapshotSource } from "../inputs/snapshot.ts";
import { refuse, Refusal, usage } from "../refusal.ts";
import type { PreviewInvocation } from "../invocation.ts";

/** Writes what the provider reports, or two spreadsheets, as a snapshot file. */
export async function snapshot(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const tables = input.values("fromCsv");
  const lines = tables.length > 0 ? await fromCsv(invocation, tables) : await fromProvider(invocation);
  for (const line of lines) invocation.output.write(line);
  return EXIT_CODES.done;
}

async function fromProvider(invocation: PreviewInvocation): Promise<Iterable<string>> {
  const { formatColumns } = await import("../../snapshot/write.ts");
  const { policy } = await readUsablePolicy(invocation);
  return formatColumns(await readSnapshot(invocation, snapshotSource(invocation, policy.fleet)));
}

async function fromCsv(invocation: PreviewInvocation, tables: readonly string[]): Promise<Iterable<string>> {
  const [patches, facts, ...more] = tables;
  if (patches === undefined || facts === undefined || more.length > 0) {
    throw usage(
      "`--from-csv` takes two files: patches, then facts.",
      "`patchring snapshot --from-csv patches.csv facts.csv --out fleet.ndjson`",
    );
  }
  const [{ importCsv }, { formatSnapshot }] = await Promise.all([
    import("../../snapshot/csv.ts"),
    import("../../snapshot/write.ts"),
  ]);
  const read = (name: string): { name: string; bytes: Buffer } => ({
    name,
    bytes: readTable(invocation, name),
  });
  const { document, diagnostics } = importCsv(read(patches), read(facts), invocation.now);
  if (document === null) throw new Refusal(EXIT_CODES.error, diagnostics);
  await invocation.report(diagnostics);
  return formatSnapshot(document);
}

function readTable(invocation: PreviewInvocation, name: string): Buffer {
  try {
    return readFileSync(resolve(invocation.io.cwd, name));
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw refuse(
      "error",
      "cli/table",
      "Table cannot be read",
      `${JSON.stringify(name)} cannot be read: the system says ${JSON.stringify(String(error.code))}.`,
      "check the path and its permissions.",
    );
  }
}
