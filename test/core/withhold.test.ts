import { describe, expect, it } from "vitest";
import type { Action } from "../../src/core/model.ts";
import type { ActionRow } from "../../src/core/plan.ts";
import { orderActions } from "../../src/core/apply-order.ts";
import { withhold, type WithholdInput } from "../../src/core/withhold.ts";

const NOW = 1_772_000_000;

function row(action: Action, more: Partial<ActionRow> = {}): ActionRow {
  return {
    device: "ws-1",
    patch: "KB1",
    action,
    ring: "pilot",
    status: "missing",
    verdict: "approve",
    reason: "APPROVED",
    source: null,
    ...more,
  };
}

const NOTHING: WithholdInput = { now: NOW, onTheirWay: [], disappointed: [], backoff: 86_400, brakes: [] };

/** The reason an action is kept back for; null when it is sent. */
function reasonOf(action: ActionRow, input: Partial<WithholdInput>): string | null {
  return withhold([action], { ...NOTHING, ...input }).withheld[0]?.reason ?? null;
}

const way = (action: Action, result = "accepted") => ({
  onTheirWay: [{ device: "ws-1", patch: "KB1", action, result, intendedAt: NOW - 60 }],
});
const late = (action: Action, ...secondsAgo: readonly number[]) => ({
  disappointed: secondsAgo.map((ago) => ({
    device: "ws-1",
    patch: "KB1",
    action,
    resultAt: NOW - ago,
    detail: "busy",
  })),
});

describe("actions on their way", () => {
  it.each<[string, Action, Action, string | null]>([
    ["the same is not sent again", "approve", "approve", "UNSETTLED"],
    ["an install waits for any other", "approve", "ignore", "UNSETTLED"],
    ["a release waits for any other", "do-nothing", "approve", "UNSETTLED"],
    ["an ignore waits for nothing else", "ignore", "approve", null],
    ["an ignore is not sent twice", "ignore", "ignore", "UNSETTLED"],
  ])("%s", (_name, wanted, before, reason) => {
    expect(reasonOf(row(wanted), way(before))).toBe(reason);
    expect(reasonOf(row(wanted), way(before, "unknown"))).toBe(reason);
  });

  it("says nothing of other devices and patches", () => {
    expect(reasonOf(row("approve", { device: "ws-2" }), way("approve"))).toBeNull();
    expect(reasonOf(row("approve", { patch: "KB2" }), way("approve"))).toBeNull();
  });
});

describe("what was refused", () => {
  it.each<[string, readonly number[], string | null]>([
    ["half an hour after the first time it is tried again", [1800], null],
    ["not before", [1799], "TRY_LATER"],
    ["an hour after the second", [3599, 8000], "TRY_LATER"],
    ["and then again", [3600, 8000], null],
    [
      "never later than the backoff of the fleet",
      [86_399, 87_000, 88_000, 89_000, 90_000, 91_000, 92_000],
      "TRY_LATER",
    ],
    ["which ends", [86_400, 87_000, 88_000, 89_000, 90_000, 91_000, 92_000], null],
    ["what is long ago is forgotten", [172_800], null],
    ["a clock that went back keeps nothing back", [-500], null],
  ])("%s", (_name, ago, reason) => {
    expect(reasonOf(row("approve"), late("approve", ...ago))).toBe(reason);
  });

  it("what only stops an install does not wait", () => {
    expect(reasonOf(row("ignore"), late("ignore", 1))).toBeNull();
    expect(reasonOf(row("do-nothing"), late("do-nothing", 1))).toBeNull();
  });
});

describe("a brake", () => {
  const brakes = [{ ring: "pilot", patch: "KB1", detail: "3 of 4 failed" }];

  it("stops approvals in its ring, and nothing else", () => {
    expect(reasonOf(row("approve"), { brakes })).toBe("BRAKED");
    expect(reasonOf(row("approve", { ring: "production" }), { brakes })).toBeNull();
    expect(reasonOf(row("approve", { patch: "KB2" }), { brakes })).toBeNull();
    for (const action of ["ignore", "do-nothing", "reprocess", "uninstall"] as const) {
      expect(reasonOf(row(action), { brakes })).toBeNull();
    }
  });
});

it("sends what takes back or forbids first", () => {
  const rows = [
    row("reprocess"),
    row("approve"),
    row("uninstall"),
    row("do-nothing"),
    row("uninstall", { patch: "KB9", reason: "RECALLED" }),
    row("ignore"),
  ];
  expect(orderActions(rows).map(({ phase, rows: own }) => [phase, own.map((one) => one.patch)])).toEqual([
    ["recall and ignore", ["KB9", "KB1"]],
    ["do-nothing", ["KB1"]],
    ["uninstall", ["KB1"]],
    ["approve", ["KB1"]],
    ["reprocess", ["KB1"]],
  ]);
});
