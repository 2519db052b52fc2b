/** A run as it is shown: text for people, `patchring.run/1` for programs. */
import type { Instant } from "../../core/model.ts";
import { formatInstant } from "../../core/time.ts";
import type { RunReport } from "../../reconcile/run/report.ts";
import type { RunOutcome } from "../../reconcile/run/run.ts";
import { writeRowsJson } from "../../report/json/rows-json.ts";
import { roughly } from "../../report/relative-time.ts";
import { guardRefusal } from "../apply/refusals.ts";
import { describeFailure } from "../failure.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { refuse, type Refusal } from "../refusal.ts";
import { textLook } from "./look.ts";
import { runJson } from "./run-json.ts";
import { renderRunText } from "./run-text.ts";

/** The result on stdout; what stopped it or failed, with what to do about it, on stderr. */
export async function showRun(invocation: PreviewInvocation, report: RunReport): Promise<void> {
  const { globals, output, version } = invocation;
  if (globals.json) writeRowsJson(runJson(report), (text) => output.write(text));
  else output.write(renderRunText(report, { ...textLook(invocation), maxRows: globals.maxRows }));
  await invocation.report([
    ...report.diagnostics,
    ...(report.stopped.length === 0 ? [] : guardRefusal(report.stopped).diagnostics),
    ...report.failures.flatMap((error) => describeFailure(error, version, false).diagnostics),
  ]);
}

/** Exit 8: who holds it, since when, until when. */
export function lockedRefusal(outcome: Exclude<RunOutcome, { readonly kind: "ran" }>, now: Instant): Refusal {
  if (outcome.kind === "lost") {
    return refuse(
      "locked",
      "cli/lock",
      "Another run took over",
      `The lease of run ${outcome.run} ended before it did, and another run has it. Nothing more was sent or written; what was under way counts as unknown until the backend is read.`,
      "nothing: the run that took over reads the backend and goes on.",
    );
  }
  const { holder, acquiredAt, expiresAt } = outcome.lease;
  const left = expiresAt > now ? ` (in ${roughly(expiresAt - now)})` : "";
  return refuse(
    "locked",
    "cli/lock",
    "Another run writes",
    `${holder} holds the lease since ${formatInstant(acquiredAt)}, until ${formatInstant(expiresAt)}${left} if it is not renewed. Nothing was read or sent.`,
    "wait for it to end; if that process is gone, the lease ends at that instant and the next run takes over.",
  );
}
