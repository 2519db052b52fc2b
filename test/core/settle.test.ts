import { describe, expect, it } from "vitest";
import { settleActions, type UnsettledAction } from "../../src/core/settle.ts";
import type { ActionResult } from "../../src/core/ledger.ts";
import type { Action } from "../../src/core/model.ts";
import { SimBackend, type SimFact } from "../reconcile/run/sim-backend.ts";

const SENT = 1_772_000_000;
const LATER = SENT + 1800;

function sent(action: Action, more: Partial<UnsettledAction> = {}): UnsettledAction {
  return {
    id: "run/1",
    device: "ws-1",
    patch: "KB1",
    action,
    ring: "pilot",
    verdict: "approve",
    reason: "APPROVED",
    source: null,
    intendedAt: SENT,
    result: "accepted",
    resultAt: SENT,
    detail: null,
    observations: 0,
    ...more,
  };
}

interface Look {
  readonly takenAt?: number;
  readonly beganAt?: number;
  readonly scannedAt?: number;
  readonly isComplete?: boolean;
  readonly fact?: Partial<SimFact> | null;
}

/** What an observation says of one action. */
function look(
  action: UnsettledAction,
  { takenAt = LATER, beganAt = LATER, scannedAt, isComplete, fact = {} }: Look,
) {
  const backend = new SimBackend([{ id: "ws-1", tag: "pilot" }], () => takenAt);
  backend.release({ id: "KB1" });
  backend.isComplete = isComplete ?? true;
  backend.scannedAt.set("ws-1", scannedAt ?? takenAt);
  if (fact === null) backend.retire("KB1");
  else Object.assign(backend.fact("ws-1", "KB1"), fact);
  return settleActions([action], backend.snapshot(), beganAt).map(({ result, observations }) => [
    result,
    observations,
  ]);
}

describe("an accepted action", () => {
  it.each<[string, Action, Partial<SimFact> | null]>([
    ["an approval in force", "approve", { status: "pending", approval: "approve" }],
    ["an install", "approve", { status: "installed" }],
    ["a failed install that is still approved", "approve", { status: "failed", approval: "approve" }],
    ["an ignore in force", "ignore", { status: "ignored", approval: "ignore" }],
    ["nothing in force", "do-nothing", { status: "missing", approval: "none" }],
    [
      "a retry that failed again",
      "reprocess",
      { status: "failed", approval: "approve", lastAttemptAt: SENT + 60 },
    ],
    ["a retry under way", "reprocess", { status: "pending", approval: "approve" }],
    ["a removal in force", "uninstall", { status: "installed", approval: "uninstall" }],
    ["a removal that is over", "uninstall", { status: "missing" }],
    ["a patch that is not needed any more", "approve", null],
  ])("is settled by %s", (_name, action, fact) => {
    expect(look(sent(action), { fact })).toEqual([["settled", 0]]);
  });

  it.each<[string, Action, Partial<SimFact>]>([
    ["a patch that is still missing", "approve", { status: "missing" }],
    ["an approval in force", "ignore", { status: "pending", approval: "approve" }],
    ["our approval in force", "do-nothing", { status: "pending", approval: "approve", byUs: true }],
    [
      "the failure from before",
      "reprocess",
      { status: "failed", approval: "approve", lastAttemptAt: SENT - 60 },
    ],
    ["an install without a removal", "uninstall", { status: "installed" }],
  ])("is not settled by %s, and unverified at the second look", (_name, action, fact) => {
    expect(look(sent(action), { fact })).toEqual([["accepted", 1]]);
    expect(look(sent(action, { observations: 1 }), { fact })).toEqual([["unverified", 2]]);
  });
});

describe("an action of unknown outcome", () => {
  const unknown = (more: Partial<UnsettledAction> = {}): UnsettledAction =>
    sent("approve", { result: "unknown", ...more });

  it("is undone at the first look that does not show it", () => {
    expect(look(unknown(), {})).toEqual([["undone", 1]]);
  });

  it("stays unknown while the device has not been scanned since, where approve means install now", () => {
    expect(look(unknown(), { scannedAt: SENT - 60 })).toEqual([]);
  });

  it("is settled by what shows it, however old the scan", () => {
    expect(look(unknown(), { scannedAt: SENT - 60, fact: { approval: "approve" } })).toEqual([
      ["settled", 0],
    ]);
  });
});

describe("what is no observation", () => {
  it.each<[string, Look]>([
    ["a snapshot from before the call", { takenAt: SENT - 60 }],
    ["a snapshot of the same second", { takenAt: SENT }],
    ["a reading that began before the call", { beganAt: SENT - 1 }],
    ["an incomplete snapshot", { isComplete: false }],
  ])("%s", (_name, seen) => {
    expect(look(sent("approve", { result: "unknown" }), seen)).toEqual([]);
    expect(look(sent("approve"), seen)).toEqual([]);
  });

  it("an incomplete snapshot still shows what it has", () => {
    expect(look(sent("approve"), { isComplete: false, fact: { status: "installed" } })).toEqual([
      ["settled", 0],
    ]);
  });
});

it("an answer from the future is recorded anew: the clock went back", () => {
  const action = sent("approve", { resultAt: LATER + 86_400 });
  expect(settleActions([action], new SimBackend([], () => LATER).snapshot(), LATER)).toMatchObject([
    { result: "accepted", observations: 0, isNew: false },
  ]);
});

it.each<ActionResult>(["settled", "undone", "unverified", "refused", "not-sent"])("%s is final", (result) => {
  expect(look(sent("approve", { result }), {})).toEqual([]);
});
