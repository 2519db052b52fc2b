import { makePlan } from "../../core/make-plan.ts";
import type { Input } from "../arguments/input.ts";
import { resolve } from "node:path";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { readDecided } from "../inputs/decided.ts";
import { findKeptBack, keptBackNote } from "../inputs/kept-back.ts";
import { saveFile } from "../output.ts";
import type { PreviewInvocation } from "../invocation.ts";
import type { PlanFormat } from "../arguments/formats.ts";
import { showPlan } from "../views/plan.ts";

/** What would change. A tripped guard is shown and does not change the exit code (design 3.2). */
export async function plan(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const base = input.text("base");
  if (base !== null) return (await import("./plan-base.ts")).planBase(input, invocation, base);
  const given = input.text("format") as PlanFormat | null;
  const format = given ?? (invocation.globals.json ? "json" : "text");
  const { decided, earlier, identity, diagnostics } = await readDecided(invocation);
  const made = makePlan(decided, { identity, earlier });
  const save = input.text("save");
  if (save !== null) {
    const { writePlanJson } = await import("../../report/json/plan-json.ts");
    saveFile(resolve(invocation.io.cwd, save), (write) => {
      writePlanJson(made, write);
    });
    invocation.note(`patchring: plan saved to ${save}`);
  }
  await showPlan(invocation, format, made, decided, diagnostics);
  const note = keptBackNote(await findKeptBack(invocation, decided.compiled.policy, () => made));
  if (note !== null) invocation.note(note);
  const pending = input.flag("detailedExitCode") && made.actions.length > 0;
  return pending ? EXIT_CODES.pending : EXIT_CODES.done;
}
