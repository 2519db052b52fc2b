/** What `reconcile` would keep back of a plan: actions on their way, and braked patches, as the store has them. */
import type { Plan } from "../../core/plan.ts";
import { withhold, type WithheldRow } from "../../core/withhold.ts";
import type { PolicySet } from "../../core/policy.ts";
import { parseInstant } from "../../core/time.ts";
import { StoreError, type StoreReader } from "../../store/store.ts";
import type { PreviewInvocation } from "../invocation.ts";

/**
 * The plan is made only where there is a store. Empty with `--snapshot` (no store is
 * opened then, design 5.2), where nothing was ever recorded, and with a store that cannot be read: `readObserved` told of it.
 */
export async function findKeptBack(
  invocation: PreviewInvocation,
  policy: PolicySet,
  makePlan: () => Plan,
): Promise<readonly WithheldRow[]> {
  const { snapshot, directory } = invocation.globals;
  if (snapshot !== null || policy.fleet.provider === null) return [];
  try {
    const opened = await invocation.ports.openStoreReader(policy.fleet.store, directory);
    const reader = opened.port?.reader ?? null;
    return reader === null ? [] : await keepBack(reader, policy, makePlan);
  } catch (error) {
    if (error instanceof StoreError) return [];
    throw error;
  }
}

async function keepBack(
  reader: StoreReader,
  policy: PolicySet,
  makePlan: () => Plan,
): Promise<readonly WithheldRow[]> {
  try {
    const plan = makePlan();
    return withhold(plan.actions, {
      now: parseInstant(plan.at)!,
      onTheirWay: await reader.listUnsettled(),
      disappointed: [],
      backoff: policy.fleet.retries.backoff,
      brakes: await reader.listBrakes(),
    }).withheld;
  } finally {
    await reader.close();
  }
}

/** A line for stderr; null when nothing is kept back. */
export function keptBackNote(rows: readonly WithheldRow[]): string | null {
  if (rows.length === 0) return null;
  const of = (reason: WithheldRow["reason"]): number => rows.filter((row) => row.reason === reason).length;
  return `patchring: \`reconcile\` keeps ${rows.length} of these actions back: ${of("UNSETTLED")} on the way and not seen yet, ${of("BRAKED")} braked (\`patchring reconcile --dry-run\` names them)`;
}
