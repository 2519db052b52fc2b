import type { Decided } from "../../core/decide.ts";
import type { FactDeadline } from "../../core/fact-deadline.ts";
import { explain } from "../../core/explain.ts";
import { makePlan } from "../../core/make-plan.ts";
import { escapeTerminal } from "../../report/escape/terminal.ts";
import { makeWhyContext } from "../../report/why/context.ts";
import { deadlineJson } from "../../report/why/deadline.ts";
import { nameFact } from "../../report/why/not-found.ts";
import { renderWhyText } from "../../report/why/text.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { readDecided } from "../inputs/decided.ts";
import { findKeptBack } from "../inputs/kept-back.ts";
import { refuse } from "../refusal.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { textLook } from "../views/look.ts";

/** Why a patch is or is not installed on a device: the answer, the decision path, what would change it. */
export async function why(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const { decided, identity } = await readDecided(invocation);
  const named = nameFact(decided.snapshot, input.argument(0)!, input.argument(1)!);
  if (named.kind === "unknown") {
    throw refuse("usage", "cli/not-found", "Device or patch not found", named.message, null);
  }
  if (named.kind === "not-needed") {
    const answer = { format: "patchring.why/1", needed: false, message: named.message };
    invocation.output.write(
      invocation.globals.json ? `${JSON.stringify(answer, null, 2)}\n` : `${named.message}\n`,
    );
    return EXIT_CODES.done;
  }
  const [device, patch] = [
    decided.snapshot.devices.id[named.device],
    decided.snapshot.patches[named.patch]!.id,
  ];
  const kept = await findKeptBack(invocation, decided.compiled.policy, () => makePlan(decided, { identity }));
  for (const row of kept.filter((one) => one.device === device && one.patch === patch)) {
    invocation.note(`patchring: kept back by \`reconcile\` (${row.reason}): ${escapeTerminal(row.detail)}`);
  }
  const explanation = explain(decided, named.device, named.patch);
  if (explanation === null) throw new Error("a fact that was named is not there");
  const deadline = await findDeadline(decided, named.device, named.patch);
  if (invocation.globals.json) {
    const more = deadline === undefined ? {} : { deadline: deadlineJson(deadline) };
    invocation.output.write(`${JSON.stringify({ ...explanation, ...more }, null, 2)}\n`);
    return EXIT_CODES.done;
  }
  const { reason, source } = explanation.verdict;
  const successor = reason === "SUPERSEDED" ? source : null;
  const known = makeWhyContext(decided, named.device, named.patch, successor, identity.commit);
  const context = deadline === undefined ? known : { ...known, deadline };
  invocation.output.write(renderWhyText(explanation, context, textLook(invocation)));
  return EXIT_CODES.done;
}

/** Undefined where the Fleet names no profile; null when none asks for it. */
async function findDeadline(
  decided: Decided,
  device: number,
  patch: number,
): Promise<FactDeadline | null | undefined> {
  const { deadlines } = decided.compiled.policy.fleet;
  if (deadlines === undefined || deadlines.profiles.length === 0) return undefined;
  const [{ assessDeadlines }, { factDeadline }] = await Promise.all([
    import("../../core/deadlines.ts"),
    import("../../core/fact-deadline.ts"),
  ]);
  const assessment = assessDeadlines(decided, deadlines.profiles, deadlines.warnBefore);
  return factDeadline(decided, assessment, device, patch);
}
