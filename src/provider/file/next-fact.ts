import type { Action, Approval, Status } from "../../core/model.ts";
import { IMPLIED_APPROVAL, STATUSES } from "../../core/model.ts";

/** A fact as it stands in a snapshot file; fields that are not named here are kept. */
export type FactObject = Readonly<Record<string, unknown>>;

/** Statuses in which a decision to install or not changes the status at once. */
const OPEN: readonly unknown[] = ["missing", "pending", "ignored"] satisfies Status[];
const OPEN_OR_FAILED: readonly unknown[] = [...OPEN, "failed"];

function approvalInForce(fact: FactObject): unknown {
  return fact["approval"] ?? IMPLIED_APPROVAL[(STATUSES as readonly unknown[]).indexOf(fact["status"])];
}

function decided(fact: FactObject, status: unknown, approval: Approval): FactObject {
  return { ...fact, status, approval, approvalBy: "patchring" };
}

function released(fact: FactObject, status: unknown): FactObject {
  const next: Record<string, unknown> = { ...fact, status, approval: "none" };
  delete next["approvalBy"];
  return next;
}

/**
 * The fact that a backend reports right after it has taken an action, before it has
 * installed or removed anything. For every action that the table of design 1.5 sends, the
 * same table sends nothing for the result: a plan that was applied plans to nothing, unless a
 * verdict changes with it (a freeze takes back the approval that superseded an older patch).
 * A removal that is tried again is `installing` ("being installed or removed now", design 1.3): were it
 * `installed`, older patches would be superseded by what is on its way out.
 * `at` is the instant of the action, RFC 3339.
 */
export function nextFact(fact: FactObject, action: Action, at: string): FactObject {
  const status = fact["status"];
  switch (action) {
    case "approve":
      return {
        ...decided(fact, OPEN_OR_FAILED.includes(status) ? "pending" : status, "approve"),
        approvedAt: at,
      };
    case "ignore":
      return decided(fact, OPEN_OR_FAILED.includes(status) ? "ignored" : status, "ignore");
    case "do-nothing":
      return released(fact, OPEN.includes(status) ? "missing" : status);
    case "uninstall":
      return decided(fact, status, "uninstall");
    case "reprocess":
      return approvalInForce(fact) === "uninstall"
        ? decided(fact, status === "failed" ? "installing" : status, "uninstall")
        : decided(fact, status === "failed" ? "pending" : status, "approve");
  }
}
