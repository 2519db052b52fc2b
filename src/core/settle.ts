/**
 * What an observation says of actions that were sent before (design 6.2): nothing is sent again
 * before the backend was read, and nothing is believed before it is seen.
 */
import type { ActionIntent, ActionResult } from "./ledger.ts";
import type { Action, Instant } from "./model.ts";
import { approvalByOf, approvalOf, statusOf, type Snapshot } from "./snapshot.ts";

/** An action whose effect has to be seen: as the journal has it. */
export interface UnsettledAction extends ActionIntent {
  readonly intendedAt: Instant;
  readonly result: ActionResult | null;
  readonly resultAt: Instant | null;
  readonly detail: string | null;
  readonly observations: number;
}

/** Observations that may pass without the effect of an accepted action before it is `unverified`. */
export const OBSERVATIONS_TO_VERIFY = 2;

/** A clock that is further back than this against what is recorded went back. */
const CLOCK_SKEW_SECONDS = 300;

export interface Settlement {
  readonly action: UnsettledAction;
  readonly result: ActionResult;
  readonly detail: string | null;
  readonly observations: number;
  /** False where only the count of observations moves. */
  readonly isNew: boolean;
}

/**
 * - Effect visible: `settled`.
 * - Not visible: an `unknown` one is `undone` after one observation; an `accepted` one is
 *   `unverified` after two.
 *
 * An observation counts when it was taken, and its reading was begun, after the answer of the call
 * was recorded, and when it is complete. Of a backend where `approve` means install now, the device
 * itself must have been scanned since, for an `unknown` one. An answer recorded later than now means that
 * the clock went back: it is recorded anew, and the next observation counts.
 */
export function settleActions(
  actions: readonly UnsettledAction[],
  snapshot: Snapshot,
  readingBeganAt: Instant,
): Settlement[] {
  if (actions.length === 0) return [];
  const facts = new FactFinder(snapshot, new Set(actions.map((one) => one.device)));
  return actions.flatMap((action): Settlement[] => {
    const { result, resultAt, observations, detail } = action;
    if (result !== "accepted" && result !== "unknown") return [];
    const since = resultAt ?? action.intendedAt;
    if (since > readingBeganAt + CLOCK_SKEW_SECONDS && resultAt !== null) {
      return [{ action, result, detail, observations, isNew: false }];
    }
    if (readingBeganAt < since || snapshot.header.takenAt <= since) return [];
    const found = facts.find(action.device, action.patch);
    if (found !== "no-device" && isVisible(action, found)) {
      return [{ action, result: "settled", detail: null, observations, isNew: true }];
    }
    if (!snapshot.header.complete) return [];
    if (result === "unknown") {
      if (found !== "no-device" && !facts.isScannedSince(action.device, since)) return [];
      return [{ action, result: "undone", detail: UNDONE, observations: observations + 1, isNew: true }];
    }
    const seen = observations + 1;
    if (seen < OBSERVATIONS_TO_VERIFY) {
      return [{ action, result, detail, observations: seen, isNew: false }];
    }
    const missing = found === "no-device" ? GONE : UNVERIFIED;
    return [{ action, result: "unverified", detail: missing, observations: seen, isNew: true }];
  });
}

const UNDONE = "the backend, read again, does not show it: it was not taken, and policy decides again";
const UNVERIFIED = "the backend said yes, and two observations do not show it";
const GONE = "the backend said yes, and the device is not in the fleet any more";

interface SeenFact {
  readonly status: ReturnType<typeof statusOf>;
  readonly approval: ReturnType<typeof approvalOf>;
  readonly approvalBy: ReturnType<typeof approvalByOf>;
  readonly lastAttemptAt: Instant;
}

/** Null: the device does not need the patch any more, so nothing is left to be done about it. */
function isVisible({ action, intendedAt }: UnsettledAction, fact: SeenFact | null): boolean {
  if (fact === null) return true;
  const { status, approval, approvalBy, lastAttemptAt } = fact;
  const checks: Readonly<Record<Action, () => boolean>> = {
    approve: () =>
      approval === "approve" ||
      status === "installing" ||
      status === "installed" ||
      status === "reboot-required",
    ignore: () => approval === "ignore",
    "do-nothing": () => approval === "none" || (approvalBy !== "patchring" && approvalBy !== "unknown"),
    reprocess: () => status !== "failed" || lastAttemptAt > intendedAt,
    uninstall: () =>
      approval === "uninstall" || status === "missing" || status === "pending" || status === "ignored",
  };
  return checks[action]();
}

/** Facts of a few devices, without an index of the whole fleet. */
class FactFinder {
  readonly #snapshot: Snapshot;
  readonly #devices = new Map<string, number>();
  readonly #patches: ReadonlyMap<string, number>;

  constructor(snapshot: Snapshot, wanted: ReadonlySet<string>) {
    this.#snapshot = snapshot;
    snapshot.devices.id.forEach((id, index) => {
      if (wanted.has(id)) this.#devices.set(id, index);
    });
    this.#patches = new Map(snapshot.patches.map((patch, index) => [patch.id, index]));
  }

  find(device: string, patch: string): SeenFact | null | "no-device" {
    const { devices, facts } = this.#snapshot;
    const index = this.#devices.get(device);
    if (index === undefined) return "no-device";
    const wanted = this.#patches.get(patch);
    const start = devices.factStart[index]!;
    for (let f = start; f < start + devices.factCount[index]!; f += 1) {
      if (facts.patch[f] !== wanted) continue;
      const state = facts.state[f]!;
      return {
        status: statusOf(state),
        approval: approvalOf(state),
        approvalBy: approvalByOf(state),
        lastAttemptAt: facts.lastAttemptAt.at(f)!,
      };
    }
    return null;
  }

  isScannedSince(device: string, since: Instant): boolean {
    const { devices, header } = this.#snapshot;
    if (header.capabilities.schedules === "backend") return true;
    const scannedAt = devices.scannedAt[this.#devices.get(device)!]!;
    return Number.isNaN(scannedAt) || scannedAt > since;
  }
}
