import { resolve } from "node:path";
import { decide } from "../../core/decide.ts";
import { makePlan } from "../../core/make-plan.ts";
import type { Instant } from "../../core/model.ts";
import type { Plan, PolicyIdentity } from "../../core/plan.ts";
import { formatInstant, parseInstant } from "../../core/time.ts";
import type { ActionBatch } from "../../provider/provider.ts";
import { findMoved } from "../apply/moved.ts";
import { readPlanFile, type SavedPlan } from "../apply/plan-file.ts";
import { checkGuards, readOverrides, type GuardCheck } from "../apply/raised-guards.ts";
import { guardRefusal, modeRefusal, movedRefusal, policyRefusal, timeRefusal } from "../apply/refusals.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { readUsablePolicy, type UsablePolicy } from "../inputs/policy.ts";
import { readObserved } from "../inputs/observed.ts";
import { snapshotSource } from "../inputs/snapshot.ts";
import { Refusal, usage } from "../refusal.ts";
import type { SnapshotSource, WritingInvocation } from "../invocation.ts";
import { showApplied, showSimulated } from "../views/applied.ts";

/**
 * Sends exactly the actions of a saved plan. Decides nothing new: policy and facts are read and
 * planned again, at the plan's instant and now, only to refuse when something moved.
 */
export async function apply(input: Input, invocation: WritingInvocation): Promise<ExitCode> {
  const shown = input.argument(0)!;
  const simulateTo = input.text("simulate");
  const overrides = readOverrides(input);
  if (invocation.globals.snapshot !== null && simulateTo === null) {
    throw usage(
      "With `--snapshot` no provider is opened, so nothing can be sent.",
      "leave `--snapshot` out, or add `--simulate FILE`.",
    );
  }
  const saved = readPlanFile(resolve(invocation.io.cwd, shown), shown);
  const reading = await readUsablePolicy(invocation);
  const { fleet } = reading.policy;
  if (simulateTo === null && fleet.mode !== "apply") throw modeRefusal(fleet);
  const identity = await reading.identity();
  if (identity.digest !== saved.plan.policy.digest) throw policyRefusal(saved.plan.policy, identity);
  const source = snapshotSource(invocation, fleet);
  const current = await planAgain(invocation, reading, saved, identity);
  const guards = checkGuards(current.guards, overrides);
  if (guards.stopped.length > 0) throw guardRefusal(guards.stopped);
  const batch = makeBatch(saved, guards, invocation.now);
  if (simulateTo !== null) return simulate(invocation, source, batch, simulateTo);
  return send(invocation, source, batch);
}

/** The plan of now, at the saved plan's instant. Refuses with exit 5 when anything moved. */
async function planAgain(
  invocation: WritingInvocation,
  reading: UsablePolicy,
  { plan }: SavedPlan,
  identity: PolicyIdentity,
): Promise<Plan> {
  const at = parseInstant(plan.at)!;
  if (at > invocation.now) throw timeRefusal(plan.at, formatInstant(invocation.now));
  const { snapshot, earlier } = await readObserved(invocation, reading.policy.fleet);
  const planAt = (now: Instant): Plan =>
    makePlan(decide(reading.policy, snapshot, now, reading.zones), { identity, earlier });
  const then = planAt(at);
  const moved = findMoved(plan.actions, then, { added: true });
  if (moved.length > 0) throw movedRefusal(moved, plan.snapshot, then.snapshot);
  if (at < invocation.now) {
    const late = findMoved(plan.actions, planAt(invocation.now), { added: false });
    if (late.length > 0) throw movedRefusal(late, plan.snapshot, then.snapshot);
  }
  return then;
}

function makeBatch({ plan, run }: SavedPlan, guards: GuardCheck, at: Instant): ActionBatch {
  const actions = plan.actions.map(({ device, patch, action, reason, source }) => ({
    device,
    patch,
    action,
    reason,
    source,
  }));
  return { run, at, actions, raised: guards.raised };
}

async function simulate(
  invocation: WritingInvocation,
  source: SnapshotSource,
  batch: ActionBatch,
  to: string,
): Promise<ExitCode> {
  const from = source.kind === "file" ? { ...source, path: resolve(invocation.io.cwd, source.path) } : source;
  const result = await invocation.ports.simulate(from, resolve(invocation.io.cwd, to), batch);
  if (result.diagnostics.some((one) => one.severity === "error")) {
    throw new Refusal(EXIT_CODES.error, result.diagnostics);
  }
  showSimulated(invocation, batch, result.changed, to);
  return EXIT_CODES.done;
}

async function send(
  invocation: WritingInvocation,
  source: SnapshotSource,
  batch: ActionBatch,
): Promise<ExitCode> {
  if (source.kind !== "provider") throw new Error("apply without a provider");
  const opened = await invocation.ports.openWriter(source.provider, source.folder);
  if (opened.port === null) throw new Refusal(EXIT_CODES.policy, opened.diagnostics);
  const { port } = opened;
  const outcomes =
    batch.actions.length === 0
      ? []
      : await invocation.progress.during("sending actions", () => port.send(batch));
  showApplied(invocation, batch, outcomes);
  if (outcomes.some((one) => one.kind === "unknown")) return EXIT_CODES.outcomeUnknown;
  return outcomes.some((one) => one.kind === "refused") ? EXIT_CODES.partlyApplied : EXIT_CODES.done;
}
