/** Metrics from what is recorded and from the policy on the snapshot of now. Trouble with one does not hide the other. */
import type { Plan } from "../../core/plan.ts";
import { makePlan } from "../../core/make-plan.ts";
import { ProviderError } from "../../provider/provider.ts";
import type { StoreReader } from "../../store/store.ts";
import { renderMetrics } from "../../report/metrics.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { readUsablePolicy, type UsablePolicy } from "../inputs/policy.ts";
import { readSnapshot, snapshotSource } from "../inputs/snapshot.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { readMetrics } from "../metrics/read-metrics.ts";
import { Refusal, usage } from "../refusal.ts";

export async function metrics(_input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const { globals } = invocation;
  if (globals.json) throw usage("`metrics` prints OpenMetrics text only.", "leave `--json` out.");
  const reading = await readUsablePolicy(invocation);
  const plan = await readPlan(invocation, reading);
  const store = globals.snapshot === null ? await openStore(invocation, reading) : null;
  try {
    const { version } = invocation;
    const now = globals.at ?? invocation.io.now();
    const found = await readMetrics({ now, version, policy: reading.policy, plan, store, undelivered: 0 });
    invocation.output.write(await renderMetrics(found));
    return EXIT_CODES.done;
  } finally {
    await store?.close();
  }
}

/** Null while nothing was recorded. Throws `StoreError`. */
async function openStore(
  { ports, globals }: PreviewInvocation,
  { policy }: UsablePolicy,
): Promise<StoreReader | null> {
  const opened = await ports.openStoreReader(policy.fleet.store, globals.directory);
  if (opened.port === null) throw new Refusal(EXIT_CODES.policy, opened.diagnostics);
  return opened.port.reader;
}

/** Null, with a warning, where no snapshot can be read: monitoring wants to know of the rest all the more. */
async function readPlan(
  invocation: PreviewInvocation,
  { policy, zones, identity }: UsablePolicy,
): Promise<Plan | null> {
  try {
    const snapshot = await readSnapshot(invocation, snapshotSource(invocation, policy.fleet));
    const { decide } = await import("../../core/decide.ts");
    const now = invocation.globals.at ?? invocation.io.now();
    return makePlan(decide(policy, snapshot, now, zones), { identity: await identity() });
  } catch (error) {
    if (error instanceof Refusal) {
      await invocation.report(error.diagnostics.map((one) => ({ ...one, severity: "warning" })));
    } else if (!(error instanceof ProviderError)) throw error;
    invocation.note("patchring: without a snapshot there are no metrics of devices and patches");
    return null;
  }
}
