/** From verdict, status and approval in force to the action (design 1.5), as a table that is built once. */
import type { Action, Approval, Obstacle, Status, Verdict } from "./model.ts";
import { ACTIONS, APPROVALS, STATUSES, VERDICTS } from "./model.ts";

/** What the table says before retries, capabilities, staleness, freezes and windows are looked at. */
export interface Transition {
  readonly action: Action;
  /**
   * `plain`: send it. `retry`: only under the retry rule. `in-progress` and `reboot-first`: blocked
   * by the status. `withdraw`: an approval taken back for the time of a freeze.
   */
  readonly kind: "plain" | "retry" | "in-progress" | "reboot-first" | "withdraw";
}

export interface TransitionRules {
  readonly holdIsSafe: boolean;
  readonly onUnmatched: "release" | "keep";
  /** The device is in a freeze with `pending: withdraw` (design 3.1). */
  readonly withdrawing: boolean;
}

/** Null: nothing is to be done. `byUs`: the approval in force was set by patchring. */
export function transitionFor(
  rules: TransitionRules,
  status: Status,
  approval: Approval,
  byUs: boolean,
  verdict: Verdict,
): Transition | null {
  switch (verdict) {
    case "leave": {
      const release =
        byUs && approval !== "none" && status !== "installing" && rules.onUnmatched === "release";
      return release ? { action: "do-nothing", kind: "plain" } : null;
    }
    case "approve":
      return transitionToApprove(rules, status, approval);
    case "ignore":
      return transitionToStay(status, approval, "ignore", "ignore");
    case "uninstall":
      return transitionToUninstall(status, approval);
    case "wait":
    case "manual":
    case "superseded":
      return rules.holdIsSafe
        ? transitionToStay(status, approval, "none", "do-nothing")
        : transitionToStay(status, approval, "ignore", "ignore");
  }
}

function transitionToApprove(rules: TransitionRules, status: Status, approval: Approval): Transition | null {
  switch (status) {
    case "missing":
    case "pending":
    case "ignored":
    case "failed":
      if (approval !== "approve") return { action: "approve", kind: "plain" };
      if (rules.withdrawing && status !== "ignored") {
        return { action: rules.holdIsSafe ? "do-nothing" : "ignore", kind: "withdraw" };
      }
      return status === "failed" ? { action: "reprocess", kind: "retry" } : null;
    case "installed":
      return approval === "uninstall" ? { action: "do-nothing", kind: "plain" } : null;
    case "reboot-required":
    case "installing":
      return null;
  }
}

/** `ignore`, and whatever "must not be installed yet" compiles to: the wanted approval and the action that gives it. */
function transitionToStay(
  status: Status,
  approval: Approval,
  wanted: Approval,
  action: Action,
): Transition | null {
  switch (status) {
    case "missing":
    case "pending":
    case "ignored":
    case "failed":
      return approval === wanted ? null : { action, kind: "plain" };
    case "installed":
      return approval === "uninstall" ? { action: "do-nothing", kind: "plain" } : null;
    case "reboot-required":
      return null;
    case "installing":
      return approval === wanted ? null : { action, kind: "in-progress" };
  }
}

function transitionToUninstall(status: Status, approval: Approval): Transition | null {
  switch (status) {
    case "missing":
    case "pending":
    case "ignored":
      return approval === "ignore" ? null : { action: "ignore", kind: "plain" };
    case "failed":
      if (approval === "uninstall") return { action: "reprocess", kind: "retry" };
      return approval === "ignore" ? null : { action: "ignore", kind: "plain" };
    case "installed":
      return approval === "uninstall" ? null : { action: "uninstall", kind: "plain" };
    case "reboot-required":
      return { action: "uninstall", kind: "reboot-first" };
    case "installing":
      return approval === "uninstall" ? null : { action: "uninstall", kind: "in-progress" };
  }
}

const KINDS = ["plain", "retry", "in-progress", "reboot-first", "withdraw"] as const;

/** 0 is "nothing"; otherwise 1 + the action's index in the low three bits, the kind above. */
export type TransitionCode = number;

function encodeTransition(transition: Transition | null): TransitionCode {
  if (transition === null) return 0;
  return (ACTIONS.indexOf(transition.action) + 1) | (KINDS.indexOf(transition.kind) << 3);
}

export function actionOfTransition(code: TransitionCode): Action {
  return ACTIONS[(code & 7) - 1] as Action;
}

export function kindOfTransition(code: TransitionCode): Transition["kind"] {
  return KINDS[code >> 3] as Transition["kind"];
}

/** The obstacle that the kind alone makes. */
export function obstacleOfKind(kind: Transition["kind"]): Obstacle | null {
  return kind === "in-progress" ? "IN_PROGRESS" : kind === "reboot-first" ? "REBOOT_FIRST" : null;
}

/**
 * Transition codes by `transitionIndex(verdict code, state byte)`: 7 verdicts × who set the
 * approval × 4 approvals × 8 status codes.
 */
export function buildTransitionTable(rules: TransitionRules): Uint8Array {
  const table = new Uint8Array(VERDICTS.length * 64);
  VERDICTS.forEach((verdict, v) => {
    for (const byUs of [false, true]) {
      APPROVALS.forEach((approval, a) => {
        STATUSES.forEach((status, s) => {
          const index = (v << 6) | (byUs ? 32 : 0) | (a << 3) | s;
          table[index] = encodeTransition(transitionFor(rules, status, approval, byUs, verdict));
        });
      });
    }
  });
  return table;
}

/** `state` is the packed byte of the fact columns; its bits 6-7 say who set the approval, 1 being patchring. */
export function transitionIndex(verdictCode: number, state: number): number {
  return (verdictCode << 6) | (state >> 6 === 1 ? 32 : 0) | (state & 31);
}
