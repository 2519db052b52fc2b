import { describe, expect, it } from "vitest";
import type { Action, Approval, Status, Verdict } from "../../src/core/model.ts";
import { ACTIONS, APPROVALS, IMPLIED_APPROVAL, STATUSES, VERDICTS } from "../../src/core/model.ts";
import { nextFact, type FactObject } from "../../src/provider/file/next-fact.ts";

const AT = "2026-03-18T09:00:00Z";

function inForce(fact: FactObject): Approval {
  const implied = IMPLIED_APPROVAL[STATUSES.indexOf(fact["status"] as Status)] as Approval;
  return (fact["approval"] as Approval | undefined) ?? implied;
}

/** The table of design 1.5 as it is written, with every retry due; null where nothing is sent. */
function tableAction(fact: FactObject, verdict: Verdict, holdIsSafe: boolean): Action | null {
  const status = fact["status"] as Status;
  const a = inForce(fact);
  const differs = (approval: Approval, action: Action): Action | null => (a === approval ? null : action);
  if (status === "installing") return null;
  if (verdict === "leave") return fact["approvalBy"] === "patchring" ? differs("none", "do-nothing") : null;
  if (status === "reboot-required") return null;
  const isHold = verdict === "wait" || verdict === "manual" || verdict === "superseded";
  if (status === "installed") {
    if (verdict === "uninstall") return differs("uninstall", "uninstall");
    return a === "uninstall" ? "do-nothing" : null;
  }
  if (isHold) return holdIsSafe ? differs("none", "do-nothing") : differs("ignore", "ignore");
  if (verdict === "ignore") return differs("ignore", "ignore");
  if (verdict === "approve") {
    return status === "failed" && a === "approve" ? "reprocess" : differs("approve", "approve");
  }
  return status === "failed" && a === "uninstall" ? "reprocess" : differs("ignore", "ignore");
}

const CELLS = STATUSES.flatMap((status) =>
  [undefined, ...APPROVALS].flatMap((approval) =>
    ["patchring", "person", undefined].flatMap((approvalBy) =>
      VERDICTS.flatMap((verdict) =>
        [true, false].map((holdIsSafe) => ({ status, approval, approvalBy, verdict, holdIsSafe })),
      ),
    ),
  ),
);

function factOf(cell: (typeof CELLS)[number]): FactObject {
  return {
    patch: "KB1",
    status: cell.status,
    ...(cell.approval === undefined ? {} : { approval: cell.approval }),
    ...(cell.approvalBy === undefined ? {} : { approvalBy: cell.approvalBy }),
    attempts: 2,
    note: { kept: true },
  };
}

describe("a fact after an action", () => {
  it("leaves nothing to do in any cell of the table of actions", () => {
    const sent = new Set<Action>();
    for (const cell of CELLS) {
      const before = factOf(cell);
      const action = tableAction(before, cell.verdict, cell.holdIsSafe);
      if (action === null) continue;
      sent.add(action);
      const after = nextFact(before, action, AT);
      expect(
        tableAction(after, cell.verdict, cell.holdIsSafe),
        JSON.stringify({ cell, action, after }),
      ).toBeNull();
      expect(after).toMatchObject({ patch: "KB1", attempts: 2, note: { kept: true } });
    }
    expect([...sent].sort()).toEqual([...ACTIONS].sort());
  });

  it("says who decided exactly when a decision is in force", () => {
    for (const cell of CELLS) {
      for (const action of ACTIONS) {
        const after = nextFact(factOf(cell), action, AT);
        expect(after["approvalBy"]).toBe(inForce(after) === "none" ? undefined : "patchring");
      }
    }
  });

  it.each([
    ["approve", "missing", undefined, { status: "pending", approval: "approve", approvedAt: AT }],
    ["approve", "ignored", undefined, { status: "pending", approval: "approve", approvedAt: AT }],
    ["approve", "failed", "none", { status: "pending", approval: "approve", approvedAt: AT }],
    ["ignore", "failed", undefined, { status: "ignored", approval: "ignore" }],
    ["do-nothing", "pending", undefined, { status: "missing", approval: "none" }],
    ["do-nothing", "failed", undefined, { status: "failed", approval: "none" }],
    ["do-nothing", "installed", "uninstall", { status: "installed", approval: "none" }],
    ["do-nothing", "reboot-required", "approve", { status: "reboot-required", approval: "none" }],
    ["reprocess", "failed", undefined, { status: "pending", approval: "approve", attempts: 2 }],
    ["reprocess", "failed", "uninstall", { status: "installing", approval: "uninstall", attempts: 2 }],
    ["uninstall", "installed", undefined, { status: "installed", approval: "uninstall" }],
  ] as const)("%s on a patch that is %s (approval %s)", (action, status, approval, expected) => {
    const before = factOf({ status, approval, approvalBy: undefined, verdict: "leave", holdIsSafe: true });
    const copy = structuredClone(before);
    expect(nextFact(before, action, AT)).toMatchObject(expected);
    expect(before).toEqual(copy);
  });
});
