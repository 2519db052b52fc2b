/** What a site is told beside policy and snapshot: by the store and by the forge, as `status` reads them. */
import type { PolicySet } from "../../core/policy.ts";
import type { Remembered } from "../../core/remembered.ts";
import type { OpenRequest } from "../../core/waiting-requests.ts";
import { describeFailure } from "../failure.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { instantOfDecision } from "./instant.ts";
import { readRequests } from "./open-requests.ts";
import { openStore, readRemembered } from "./remembered.ts";

/** More than a quarter of half-hour runs; older ones are in the ledger. */
const RUNS = 5000;

export interface SiteMemory {
  /** Null while nothing was recorded. */
  readonly remembered: Remembered | null;
  /** Devices of the last recorded snapshot; null while none is. */
  readonly fleet: readonly string[] | null;
  /** Null where no forge was looked at. */
  readonly requests: readonly OpenRequest[] | null;
}

/**
 * Nothing with `--snapshot`, which opens neither provider nor store (design 5.2). A forge that cannot be asked
 * is reported, and the site is written without it. Throws `StoreError`.
 */
export async function readSiteMemory(invocation: PreviewInvocation, policy: PolicySet): Promise<SiteMemory> {
  if (invocation.globals.snapshot !== null) return { remembered: null, fleet: null, requests: null };
  const [memory, requests] = await Promise.all([
    readStore(invocation, policy),
    tryRequests(invocation, policy),
  ]);
  return { ...memory, requests };
}

async function readStore(
  invocation: PreviewInvocation,
  policy: PolicySet,
): Promise<Pick<SiteMemory, "remembered" | "fleet">> {
  const store = await openStore(invocation, policy.fleet);
  if (store === null) return { remembered: null, fleet: null };
  try {
    const [remembered, fleet] = await Promise.all([
      readRemembered(store, instantOfDecision(invocation), RUNS),
      store.readFleet(),
    ]);
    return { remembered, fleet };
  } finally {
    await store.close();
  }
}

async function tryRequests(
  invocation: PreviewInvocation,
  policy: PolicySet,
): Promise<SiteMemory["requests"]> {
  try {
    return await readRequests(invocation, { policy });
  } catch (error) {
    const { diagnostics } = describeFailure(error, invocation.version, false);
    if (diagnostics.some(({ code }) => code === "cli/bug")) throw error;
    await invocation.report(diagnostics.map((one) => ({ ...one, severity: "warning" })));
    invocation.note("patchring: without the forge the site does not know which requests are open");
    return null;
  }
}
