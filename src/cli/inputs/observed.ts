/** The snapshot as the scheduled job would see it: with what earlier runs remember of the fleet. */
import type { GuardInput } from "../../core/guard.ts";
import type { Fleet } from "../../core/policy.ts";
import { fillSeenTimes } from "../../core/seen-times.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { compareFleet } from "../../reconcile/run/decide-run.ts";
import { StoreError } from "../../store/store.ts";
import { describeFailure } from "../failure.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { instantOfDecision } from "./instant.ts";
import { readFleetMemory, type FleetMemory } from "./remembered.ts";
import { readSnapshot, snapshotSource } from "./snapshot.ts";

export interface Observed {
  readonly snapshot: Snapshot;
  /** What the fleet of the last recorded snapshot lacks now, for the guard `fleetShrink`; null without one. */
  readonly earlier: GuardInput["earlier"];
}

/**
 * As `readSnapshot`; and where runs have recorded something, with the times at which patches and installs
 * without a date were first seen, so that every verb decides as `reconcile` does. With `--snapshot` no
 * store is opened (design 5.2). A store that cannot be read is told on stderr, and left out.
 */
export async function readObserved(invocation: PreviewInvocation, fleet: Fleet): Promise<Observed> {
  const snapshot = await readSnapshot(invocation, snapshotSource(invocation, fleet));
  const remembered = invocation.globals.snapshot === null ? await recallFleet(invocation, fleet) : null;
  if (remembered === null) return { snapshot, earlier: null };
  const now = instantOfDecision(invocation);
  return {
    snapshot: fillSeenTimes(snapshot, remembered.seen, now).snapshot,
    earlier: compareFleet(remembered.devices, snapshot),
  };
}

/** Null where nothing was ever recorded, and where it cannot be read. */
async function recallFleet(invocation: PreviewInvocation, fleet: Fleet): Promise<FleetMemory | null> {
  const { ports, globals, version } = invocation;
  try {
    const opened = await ports.openStoreReader(fleet.store, globals.directory);
    const reader = opened.port?.reader ?? null;
    if (reader === null) return null;
    try {
      return await readFleetMemory(reader);
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const { diagnostics } = describeFailure(error, version, false);
    await invocation.report(diagnostics.map((one) => ({ ...one, severity: "warning" as const })));
    return null;
  }
}
