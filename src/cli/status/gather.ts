/** Reads what the status is made of. Trouble with one part never hides the others: it is named in its place. */
import type { Diagnostic } from "../../core/diagnostic.ts";
import { makePlan } from "../../core/make-plan.ts";
import type { PolicyIdentity } from "../../core/plan.ts";
import { fillSeenTimes, type SeenTimes } from "../../core/seen-times.ts";
import type { OpenRequest, Remembered, StatusFacts, StatusInput } from "../../core/status.ts";
import { askedByMarker } from "../../reconcile/promote/closed.ts";
import { PROMOTION_MARKER } from "../../reconcile/promote/slot.ts";
import { compareFleet, countingGuards } from "../../reconcile/run/decide-run.ts";
import type { StatusTrouble, StoreState } from "../../report/status/trouble.ts";
import type { StoreReader } from "../../store/store.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { describeFailure } from "../failure.ts";
import { isWithoutRepository } from "../inputs/forge.ts";
import { instantOfDecision } from "../inputs/decided.ts";
import { readUsablePolicy, type UsablePolicy } from "../inputs/policy.ts";
import { readSnapshot, snapshotSource } from "../inputs/snapshot.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { recentlyUnverified } from "../metrics/read-metrics.ts";
import { Refusal } from "../refusal.ts";

/** Enough for a day of runs every five minutes, and the last success before that. */
const RUNS = 500;
const JOURNAL = 1000;

export interface Gathered {
  readonly input: StatusInput;
  readonly store: StoreState;
  readonly troubles: readonly StatusTrouble[];
}

/** Refuses with exit 3 for a policy that cannot be used. */
export async function gatherStatus(invocation: PreviewInvocation): Promise<Gathered> {
  const reading = await readUsablePolicy(invocation);
  const troubles: StatusTrouble[] = [];
  const attempt = async <T>(part: StatusTrouble["part"], work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      const failure = describeFailure(error, invocation.version, false);
      if (failure.diagnostics.some(isBug)) throw error;
      troubles.push({ part, diagnostics: failure.diagnostics });
      return null;
    }
  };
  const isAlone = invocation.globals.snapshot !== null;
  const store = isAlone ? null : await attempt("store", () => openStore(invocation, reading));
  try {
    const remembered =
      store === null ? null : await attempt("store", () => readRemembered(store, invocation));
    const memory = store === null ? null : await attempt("store", () => readMemory(store));
    const identity = await reading.identity();
    const facts = await attempt("snapshot", () => readFacts(invocation, reading, memory, identity));
    const requests = isAlone ? null : await attempt("forge", () => readRequests(invocation, reading));
    const now = facts?.decided.compiled.now ?? instantOfDecision(invocation);
    return {
      input: { now, policy: reading.policy, identity, facts, remembered, requests },
      store: isAlone
        ? "left-out"
        : troubles.some(({ part }) => part === "store")
          ? "unreadable"
          : store === null
            ? "none"
            : "read",
      troubles,
    };
  } finally {
    await store?.close();
  }
}

function isBug({ code }: Diagnostic): boolean {
  return code === "cli/bug";
}

async function openStore(
  { ports, globals }: PreviewInvocation,
  { policy }: UsablePolicy,
): Promise<StoreReader | null> {
  const opened = await ports.openStoreReader(policy.fleet.store, globals.directory);
  if (opened.port === null) throw new Refusal(EXIT_CODES.policy, opened.diagnostics);
  return opened.port.reader;
}

async function readRemembered(store: StoreReader, invocation: PreviewInvocation): Promise<Remembered> {
  const [runs, unsettled, unverified, brakes] = await Promise.all([
    store.listRuns({ limit: RUNS }),
    store.listUnsettled(),
    store.listJournal({ result: "unverified", limit: JOURNAL }),
    store.listBrakes(),
  ]);
  const now = instantOfDecision(invocation);
  return { runs, unsettled, unverified: recentlyUnverified(unverified, now), brakes };
}

/** What is remembered of the fleet, as the job decides with it. */
interface FleetMemory {
  readonly devices: readonly string[] | null;
  readonly seen: SeenTimes;
}

async function readMemory(store: StoreReader): Promise<FleetMemory> {
  return { devices: await store.readFleet(), seen: await store.readSeen() };
}

async function readFacts(
  invocation: PreviewInvocation,
  { policy, zones }: UsablePolicy,
  memory: FleetMemory | null,
  identity: PolicyIdentity,
): Promise<StatusFacts> {
  const read = await readSnapshot(invocation, snapshotSource(invocation, policy.fleet));
  const { decide } = await import("../../core/decide.ts");
  const now = instantOfDecision(invocation);
  const snapshot = memory === null ? read : fillSeenTimes(read, memory.seen, now).snapshot;
  const decided = decide(policy, snapshot, now, zones);
  const plan = makePlan(decided, { identity, earlier: compareFleet(memory?.devices ?? null, snapshot) });
  return { decided, plan, counting: countingGuards(plan.guards, policy.fleet.mode === "apply") };
}

/** Null where there is no repository: nothing can be asked for there. */
async function readRequests(
  { ports, globals, io, now }: PreviewInvocation,
  { policy }: UsablePolicy,
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
