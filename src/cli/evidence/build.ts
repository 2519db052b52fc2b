/** Builds an evidence pack: selects what was written while it happened, explains it, and seals it (interfaces d). */
import { resolve } from "node:path";
import { actionTable, gapTable, gatherActions, runTable, unknownTable } from "../../core/audit-actions.ts";
import { accessTable, exceptionTable, holdTable } from "../../core/audit-exceptions.ts";
import { deviceTable, patchTable, unapprovedTable } from "../../core/audit-facts.ts";
import { obligationTable } from "../../core/audit-obligations.ts";
import { parsePeriod, type AuditPeriod } from "../../core/audit-period.ts";
import {
  emergencyTable,
  indexApprovals,
  policyChangeTable,
  promotionTable,
} from "../../core/audit-policy.ts";
import type { AuditTable } from "../../core/audit-table.ts";
import { completenessTable } from "../../core/audit-completeness.ts";
import { assessDeadlines } from "../../core/deadlines.ts";
import {
  asPopulation,
  INTEGRITY_STATEMENT,
  MANIFEST_FORMAT,
  type PackManifest,
} from "../../core/evidence-pack.ts";
import { NO_RECORD, type LedgerRecord } from "../../core/ledger.ts";
import { formatInstant, parseDuration, parseInstant } from "../../core/time.ts";
import { verifierText } from "../../generated/verifier-text.ts";
import { populationCsv } from "../../report/evidence/population-csv.ts";
import { renderGuide } from "../../report/evidence/readme.tsx";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { readDecided, type DecidedInput } from "../inputs/decided.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { usage } from "../refusal.ts";
import { gatherSources, type PackSources } from "./gather-sources.ts";
import { PackFolder } from "./pack-folder.ts";

const HALF_HOUR = "30m";

export async function buildEvidence(
  input: Input,
  folder: string | null,
  invocation: PreviewInvocation,
): Promise<ExitCode> {
  const name = input.text("period");
  if (name === null) throw usage("`evidence build` needs a period.", "add `--period 2026Q1`.");
  const every = input.text("every") ?? HALF_HOUR;
  const interval = parseDuration(every);
  if (interval === null || interval === 0) {
    throw usage(`\`--every\` takes a duration such as 30m, but was given ${JSON.stringify(every)}.`);
  }
  const read = await readDecided(invocation);
  await invocation.report(read.diagnostics);
  const { decided } = read;
  const period = parsePeriod(name, decided.zones, decided.compiled.policy.fleet.timezone);
  if (period === null) {
    throw usage(
      `\`--period\` takes a year, a quarter, a month or two days, but was given ${JSON.stringify(name)}.`,
      "write it as 2026, 2026Q1, 2026-03 or 2026-01-15..2026-02-28.",
    );
  }
  const shown = folder ?? `evidence-${name}`;
  const pack = new PackFolder(resolve(invocation.io.cwd, shown), shown);
  const sources = await gatherSources(input, invocation, { period, pack, decided });
  const tables = makeTables(read, sources, period, 2 * interval);
  writePack(pack, { read, sources, tables, period, tool: `patchring ${invocation.version}` });
  return show(invocation, shown, pack, tables, sources.gaps);
}

interface Tables {
  readonly populations: readonly AuditTable[];
  readonly reconciliation: readonly AuditTable[];
}

function makeTables(
  { decided }: DecidedInput,
  sources: PackSources,
  period: AuditPeriod,
  allowedGap: number,
): Tables {
  const { ledger, entries, codeOwners } = sources;
  const { policy, now } = decided.compiled;
  const records = ledger?.records ?? [];
  const actions = gatherActions(records);
  const approvals = indexApprovals(entries);
  const { deadlines } = policy.fleet;
  const assessment = assessDeadlines(decided, deadlines?.profiles ?? [], deadlines?.warnBefore);
  return {
    populations: [
      obligationTable({ decided, assessment, actions, approvals, period }),
      deviceTable(decided),
      patchTable(decided),
      policyChangeTable(entries, period),
      promotionTable(entries, period),
      emergencyTable(entries, actions, period),
      actionTable(actions, period),
      exceptionTable(policy, entries, period, now),
      holdTable(policy, entries, records, now),
      runTable(records, period),
      accessTable(policy, entries, period, codeOwners),
      unapprovedTable(decided, actions, period, startOf(records)),
    ],
    reconciliation: [
      completenessTable(decided, records, period),
      gapTable(records, period, allowedGap, now),
      unknownTable(actions, period),
    ],
  };
}

function startOf(records: readonly LedgerRecord[]): number | null {
  return records[0] === undefined ? null : parseInstant(records[0].at);
}

interface Content {
  readonly read: DecidedInput;
  readonly sources: PackSources;
  readonly tables: Tables;
  readonly period: AuditPeriod;
  readonly tool: string;
}

function writePack(pack: PackFolder, { read, sources, tables, period, tool }: Content): void {
  const { decided, identity } = read;
  const { now, policy } = decided.compiled;
  const shownPeriod = { name: period.name, from: formatInstant(period.from), to: formatInstant(period.to) };
  for (const table of tables.populations) writeTable(pack, "populations", table);
  for (const table of tables.reconciliation) writeTable(pack, "reconciliation", table);
  const { header, digest } = decided.snapshot;
  const snapshot = { digest, takenAt: formatInstant(header.takenAt) };
  const profiles = (policy.fleet.deadlines?.profiles ?? []).map((profile) => profile.name);
  const scope = {
    format: "patchring.scope/1",
    period: shownPeriod,
    builtAt: formatInstant(now),
    tool,
    policy: identity,
    snapshot: { ...snapshot, provider: header.provider, complete: header.complete },
    devices: decided.snapshot.devices.count,
    clients: decided.snapshot.devices.client.values.filter((client) => client !== ""),
    deadlineProfiles: profiles,
    gaps: sources.gaps,
  };
  pack.write("scope.json", pretty(scope));
  pack.write("verify.py", verifierText);
  pack.write(
    "README.html",
    renderGuide({
      period: shownPeriod,
      builtAt: formatInstant(now),
      tool,
      commit: identity.commit,
      snapshotTakenAt: snapshot.takenAt,
      profiles,
      gaps: sources.gaps,
      tables: [...tables.populations, ...tables.reconciliation],
    }),
  );
  const last = sources.ledger?.records.at(-1);
  const manifest: PackManifest = {
    format: MANIFEST_FORMAT,
    period: shownPeriod,
    builtAt: formatInstant(now),
    tool,
    policy: identity,
    snapshot,
    ledger: sources.ledger === null ? null : { seq: last?.seq ?? 0, hash: last?.hash ?? NO_RECORD },
    gaps: sources.gaps,
    statement: INTEGRITY_STATEMENT,
    files: pack.files,
  };
  pack.write("MANIFEST.json", pretty(manifest));
}

function writeTable(pack: PackFolder, folder: string, table: AuditTable): void {
  const rows = table.rows.length;
  pack.write(`${folder}/${table.name}.csv`, populationCsv(table), rows);
  pack.write(`${folder}/${table.name}.json`, pretty(asPopulation(table)), rows);
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

function show(
  invocation: PreviewInvocation,
  shown: string,
  pack: PackFolder,
  { populations }: Tables,
  gaps: readonly string[],
): ExitCode {
  const { output, globals } = invocation;
  if (globals.json) {
    const counts = Object.fromEntries(populations.map(({ name, rows }) => [name, rows.length]));
    output.write(
      `${JSON.stringify({ format: "patchring.evidence-build/1", folder: shown, files: pack.files.length, populations: counts, gaps })}\n`,
    );
    return EXIT_CODES.done;
  }
  const width = Math.max(...populations.map(({ name }) => name.length));
  const safe = JSON.stringify(shown);
  output.write(
    [
      `Wrote ${pack.files.length} files to ${safe}:`,
      ...populations.map(({ name, rows }) => `  ${name.padEnd(width)}  ${String(rows.length).padStart(7)}`),
      "",
      ...(gaps.length === 0 ? [] : ["Not in it:", ...gaps.map((gap) => `  ${gap}`), ""]),
      "Next",
      `  patchring evidence verify ${safe}`,
      `  patchring evidence sample ${safe} --population obligations --n 25 --seed "words of the auditor"`,
      "",
    ].join("\n"),
  );
  return EXIT_CODES.done;
}
