import { describeRecord } from "../../report/ledger/line.ts";
import type { StoreProblem } from "../../store/store.ts";
import type { KnownPlace, LedgerReport } from "../../store/verify-ledger.ts";
import type { PreviewInvocation } from "../invocation.ts";
import type { SelectedRecords } from "../ledger/select-records.ts";
import { escapeTerminal } from "../../report/escape/terminal.ts";

/** The records, oldest first. */
export function showRecords(
  invocation: PreviewInvocation,
  { records, older, unreadable }: SelectedRecords,
): void {
  const { output, globals } = invocation;
  if (globals.json) {
    output.write(`${JSON.stringify({ format: "patchring.ledger-records/1", older, unreadable, records })}\n`);
    return;
  }
  for (const record of records) output.write(`${describeRecord(record)}\n`);
  if (records.length === 0) output.write("No such records.\n");
  if (older > 0) invocation.note(`${String(older)} older ones are not shown; \`--max-rows 0\` shows all.`);
  if (unreadable.length > 0) {
    invocation.note(
      `${String(unreadable.length)} lines are no records, the first is line ${String(unreadable[0])}; \`patchring ledger verify\` says more.`,
    );
  }
}

export interface ShownReport {
  readonly path: string;
  readonly report: LedgerReport;
  readonly known: readonly KnownPlace[];
  /** Of the database beside it. */
  readonly problems: readonly StoreProblem[];
}

/** What `ledger verify` found. */
export function showReport({ output, globals }: PreviewInvocation, shown: ShownReport): void {
  const { path, report, known, problems } = shown;
  const { head, firstAt, lastAt, finding, behind } = report;
  if (globals.json) {
    const ok = finding === null && problems.length === 0;
    const checked = known.map(({ name, seq, hash }) => ({ name, seq, hash }));
    const body = { ok, path, records: head.seq, head, firstAt, lastAt, finding, behind, checked, problems };
    output.write(`${JSON.stringify({ format: "patchring.ledger-report/1", ...body }, null, 2)}\n`);
    return;
  }
  const span = firstAt === null ? "" : `, ${firstAt} to ${lastAt!}`;
  if (finding === null) {
    output.write(`${path}: ${String(head.seq)} records${span}. The chain is whole.\n`);
    output.write(`  ends with ${head.hash}\n`);
    for (const { name } of known) output.write(`  agrees with ${name}\n`);
    if (behind > 0) {
      output.write(`  the database has ${String(behind)} more; the next run appends them\n`);
    }
  } else {
    output.write(
      `${path}:${String(finding.line)}: ${escapeTerminal(finding.detail, 1_000)} [${finding.code}]\n`,
    );
    output.write(`  ${String(head.seq)} records before it are right. What follows cannot be judged.\n`);
  }
  for (const { code, message } of problems) output.write(`${escapeTerminal(message, 1_000)} [${code}]\n`);
}
