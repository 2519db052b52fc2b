/** Reads what the status is made of. Trouble with one part never hides the others: it is named in its place. */
import type { Diagnostic } from "../../core/diagnostic.ts";
import { makePlan } from "../../core/make-plan.ts";
import type { PolicyIdentity } from "../../core/plan.ts";
import { fillSeenTimes } from "../../core/seen-times.ts";
import type { StatusFacts, StatusInput } from "../../core/status.ts";
import { compareFleet, countingGuards } from "../../reconcile/run/decide-run.ts";
import type { StatusTrouble, StoreState } from "../../report/status/trouble.ts";
import { describeFailure } from "../failure.ts";
import { instantOfDecision } from "../inputs/instant.ts";
import { readRequests } from "../inputs/open-requests.ts";
import { readUsablePolicy, type UsablePolicy } from "../inputs/policy.ts";
import { openStore, readFleetMemory, readRemembered, type FleetMemory } from "../inputs/remembered.ts";
import { readSnapshot, snapshotSource } from "../inputs/snapshot.ts";
import type { PreviewInvocation } from "../invocation.ts";

/** Enough for a day of runs every five minutes, and the last success before that. */
const RUNS = 500;

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
  const store = isAlone ? null : await attempt("store", () => openStore(invocation, reading.policy.fleet));
  try {
    const remembered =
      store === null
        ? null
        : await attempt("store", () => readRemembered(store, instantOfDecision(invocation), RUNS));
    const memory = store === null ? null : await attempt("store", () => readFleetMemory(store));
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
