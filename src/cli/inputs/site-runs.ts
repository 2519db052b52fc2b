import type { PolicySet } from "../../core/policy.ts";
import type { SiteRuns } from "../../core/site/site-model.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { Refusal } from "../refusal.ts";

/** More than a quarter of half-hour runs; older ones are in the ledger. */
const RUNS = 5000;

/**
 * What the store of the policy remembers of runs; null while there is none, and with `--snapshot`, which
 * opens neither provider nor store (design 5.2). Throws `StoreError`.
 */
export async function readSiteRuns(
  { globals, ports }: PreviewInvocation,
  { fleet }: PolicySet,
): Promise<SiteRuns | null> {
  if (globals.snapshot !== null) return null;
  const opened = await ports.openStoreReader(fleet.store, globals.directory);
  if (opened.port === null) throw new Refusal(EXIT_CODES.policy, opened.diagnostics);
  const { reader } = opened.port;
  if (reader === null) return null;
  try {
    const [runs, unsettled, brakes] = await Promise.all([
      reader.listRuns({ limit: RUNS }),
      reader.listUnsettled(),
      reader.listBrakes(),
    ]);
    return { runs, unsettled: unsettled.length, brakes };
  } finally {
    await reader.close();
  }
}
