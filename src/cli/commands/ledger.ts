import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { placeCheckpoint } from "../ledger/checkpoint.ts";
import { findKnown } from "../ledger/known-places.ts";
import { requireLedger, withLedger } from "../ledger/open-ledger.ts";
import { selectRecords } from "../ledger/select-records.ts";
import { usage } from "../refusal.ts";
import type { PreviewInvocation, WritingInvocation } from "../invocation.ts";
import { readLedgerLines } from "../../store/ledger-lines.ts";
import { verifyLedger, type LedgerReport } from "../../store/verify-ledger.ts";
import { showRecords, showReport } from "../views/ledger.ts";

/** `ledger show` and `ledger verify`. */
export function readLedger(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const action = input.argument(0);
  if (action === "show") return show(input, invocation);
  if (action === "verify") return verify(input, invocation);
  throw usage(
    `\`ledger\` knows no ${JSON.stringify(action)}. It knows: show, verify, checkpoint, restore.`,
    "`patchring ledger verify`",
  );
}

/** `ledger checkpoint` and `ledger restore`. */
export function actOnLedger(input: Input, invocation: WritingInvocation): Promise<ExitCode> {
  return input.argument(0) === "restore" ? restore(input, invocation) : checkpoint(input, invocation);
}

function show(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const { maxRows } = invocation.globals;
  return withLedger(input, invocation, async (opened) => {
    const path = requireLedger(opened);
    const wanted = {
      types: input.list("type"),
      runs: input.values("run"),
      devices: input.values("device"),
      patches: input.values("patch"),
    };
    showRecords(invocation, await selectRecords(readLedgerLines(path), wanted, maxRows));
    return EXIT_CODES.done;
  });
}

function verify(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  return withLedger(input, invocation, async (opened) => {
    const path = requireLedger(opened);
    const known = await findKnown(invocation, input.text("against"), opened.reader);
    const report = await verifyLedger(readLedgerLines(path), known);
    const problems = opened.reader === null ? [] : await opened.reader.check();
    showReport(invocation, { path, report, known, problems });
    return report.finding === null && problems.length === 0 ? EXIT_CODES.done : EXIT_CODES.error;
  });
}

function checkpoint(input: Input, invocation: WritingInvocation): Promise<ExitCode> {
  return withLedger(input, invocation, async (opened) => {
    const path = requireLedger(opened);
    const known = await findKnown(invocation, null, opened.reader);
    const report: LedgerReport = await verifyLedger(readLedgerLines(path), known);
    if (report.finding !== null) {
      showReport(invocation, { path, report, known, problems: [] });
      return EXIT_CODES.error;
    }
    const commit = await placeCheckpoint(invocation, report.head);
    const { seq, hash } = report.head;
    invocation.output.write(
      invocation.globals.json
        ? `${JSON.stringify({ format: "patchring.checkpoint/1", seq, hash, commit })}\n`
        : commit === null
          ? `The checkpoint stands at record ${String(seq)} already.\n`
          : `Checkpoint of record ${String(seq)} (${hash}): commit ${commit}.\n`,
    );
    return EXIT_CODES.done;
  });
}

function restore(input: Input, invocation: WritingInvocation): Promise<ExitCode> {
  return withLedger(input, invocation, async (opened) => {
    const path = requireLedger(opened);
    await opened.reader?.close();
    const answer = await invocation.ports.restoreStore(opened.settings, invocation.globals.directory, path);
    const { runs, actions, unsettled, seenPatches, aside } = answer;
    const seen = `first-seen times of ${String(seenPatches)} patches`;
    const counts = `${String(runs)} runs and ${String(actions)} actions, ${String(unsettled)} of them unsettled`;
    const kept = aside.length === 0 ? "" : ` What was there is kept: ${aside.join(", ")}.`;
    invocation.output.write(
      invocation.globals.json
        ? `${JSON.stringify({ format: "patchring.restored/1", ...answer })}\n`
        : `The store was built anew from ${path}: ${counts}; ${seen}.${kept}\n`,
    );
    return EXIT_CODES.done;
  });
}
