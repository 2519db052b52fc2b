/** Metrics from what is recorded and from the policy on the snapshot of now. Trouble with one does not hide the other. */
import type { Decided } from "../../core/decide.ts";
import { makePlan } from "../../core/make-plan.ts";
import { ProviderError } from "../../provider/provider.ts";
import { renderMetrics } from "../../report/metrics.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { instantOfDecision } from "../inputs/instant.ts";
import { readObserved } from "../inputs/observed.ts";
import { readUsablePolicy, type UsablePolicy } from "../inputs/policy.ts";
import { openStore } from "../inputs/remembered.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { countProfiles } from "../reconcile/run-deadlines.ts";
import { readMetrics } from "../metrics/read-metrics.ts";
import { Refusal, usage } from "../refusal.ts";

export async function metrics(_input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const { globals } = invocation;
  if (globals.json) throw usage("`metrics` prints OpenMetrics text only.", "leave `--json` out.");
  const reading = await readUsablePolicy(invocation);
  const decided = await readSnapshotDecided(invocation, reading);
  const plan = decided === null ? null : makePlan(decided, { identity: await reading.identity() });
  const deadlines = await countProfiles(decided);
  const store = globals.snapshot === null ? await openStore(invocation, reading.policy.fleet) : null;
  try {
    const { version } = invocation;
    const now = instantOfDecision(invocation);
    const { policy } = reading;
    const none = { undelivered: 0, requests: [] };
    const found = await readMetrics({ ...none, now, version, policy, plan, store, deadlines });
    invocation.output.write(await renderMetrics(found));
    return EXIT_CODES.done;
  } finally {
    await store?.close();
  }
}

/** Null, with a warning, where no snapshot can be read: monitoring wants to know of the rest all the more. */
async function readSnapshotDecided(
  invocation: PreviewInvocation,
  { policy, zones }: UsablePolicy,
): Promise<Decided | null> {
  try {
    const { snapshot } = await readObserved(invocation, policy.fleet);
    const { decide } = await import("../../core/decide.ts");
    const now = instantOfDecision(invocation);
    return decide(policy, snapshot, now, zones);
  } catch (error) {
    if (error instanceof Refusal) {
      await invocation.report(error.diagnostics.map((one) => ({ ...one, severity: "warning" })));
    } else if (!(error instanceof ProviderError)) throw error;
    invocation.note("patchring: without a snapshot there are no metrics of devices and patches");
    return null;
  }
}
