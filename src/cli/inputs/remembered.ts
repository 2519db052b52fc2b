/** What status and site are told of between runs: what the store remembers, and what the forge has open. */
import type { Remembered } from "../../core/remembered.ts";
import type { SeenTimes } from "../../core/seen-times.ts";
import type { OpenRequest } from "../../core/waiting-requests.ts";
import { askedByMarker } from "../../reconcile/promote/closed.ts";
import { PROMOTION_MARKER } from "../../reconcile/promote/slot.ts";
import type { StoreReader } from "../../store/store.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { recentlyUnverified } from "../metrics/read-metrics.ts";
import { Refusal } from "../refusal.ts";
import { instantOfDecision } from "./instant.ts";
import { isWithoutRepository } from "./forge.ts";
import type { UsablePolicy } from "./policy.ts";

const JOURNAL = 1000;

/** The store of the policy; null while nothing was recorded. Throws `StoreError`. */
export async function openStore(
  { ports, globals }: PreviewInvocation,
  { policy }: Pick<UsablePolicy, "policy">,
): Promise<StoreReader | null> {
  const opened = await ports.openStoreReader(policy.fleet.store, globals.directory);
  if (opened.port === null) throw new Refusal(EXIT_CODES.policy, opened.diagnostics);
  return opened.port.reader;
}

/** `most`: runs at most, the newest. Throws `StoreError`. */
export async function readRemembered(
  store: StoreReader,
  invocation: PreviewInvocation,
  most: number,
): Promise<Remembered> {
  const [runs, unsettled, unverified, brakes] = await Promise.all([
    store.listRuns({ limit: most }),
    store.listUnsettled(),
    store.listJournal({ result: "unverified", limit: JOURNAL }),
    store.listBrakes(),
  ]);
  const now = instantOfDecision(invocation);
  return { runs, unsettled, unverified: recentlyUnverified(unverified, now), brakes };
}

/** What is remembered of the fleet, as the job decides with it. */
export interface FleetMemory {
  readonly seen: SeenTimes;
  readonly devices: readonly string[] | null;
}

/** Throws `StoreError`. */
export async function readFleetMemory(store: StoreReader): Promise<FleetMemory> {
  return { seen: await store.readSeen(), devices: await store.readFleet() };
}

/** Requests for promotion that are open; null where there is no repository: nothing can be asked for there. */
export async function readRequests(
  { ports, globals, io, now }: PreviewInvocation,
  { policy }: Pick<UsablePolicy, "policy">,
): Promise<readonly OpenRequest[] | null> {
  const place = { settings: policy.fleet.forge, directory: globals.directory, env: io.env, now };
  try {
    const { reader } = await ports.openForge(place);
    const open = await reader.listRequests({ states: ["open"], kind: PROMOTION_MARKER, closedSince: null });
    return open.flatMap(({ number, marker, url }): OpenRequest[] => {
      const patches = askedByMarker(marker).map(({ id }) => id);
      const ring = marker?.data["ring"];
      if (typeof ring !== "string" || patches.length === 0) return [];
      return [{ ring, number, version: patches.join(","), patches, url }];
    });
  } catch (error) {
    if (isWithoutRepository(error)) return null;
    throw error;
  }
}
