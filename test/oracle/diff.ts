/** From verdict to action (design 1.5) and when it may be sent (design 3.1). */
import type { Action, Approval, Instant, Obstacle, Status } from "../../src/core/model.ts";
import type { Freeze, Schedule } from "../../src/core/policy.ts";
import { findEmergencies } from "./exceptions.ts";
import { matchesDevice } from "./match.ts";
import { isWindowOpen, nextWindowStart } from "./windows.ts";
import { DAY, type Device, type Fact, type Judgement, patchOf, type World } from "./world.ts";

/** A cell of the table of 1.5: an action, and what the table itself puts in its way. */
export interface Wish {
  readonly action: Action;
  readonly obstacles: readonly Obstacle[];
}

/** What becomes of a fact: a row of `actions`, `blocked` or `scheduled`; null is no row. */
export type Outcome =
  | { readonly kind: "action"; readonly action: Action; readonly withdrawn: boolean }
  | { readonly kind: "blocked"; readonly action: Action; readonly obstacle: Obstacle }
  | { readonly kind: "scheduled"; readonly action: Action; readonly obstacle: Obstacle };

const IN_ORDER = [
  "IN_PROGRESS",
  "REBOOT_FIRST",
  "NOT_UNINSTALLABLE",
  "RETRIES_USED",
  "MANUAL_BACKEND",
  "STALE_SCAN",
  "RETRY_BACKOFF",
  "FROZEN",
  "WINDOW",
] as const;
const SCHEDULING: readonly Obstacle[] = ["RETRY_BACKOFF", "FROZEN", "WINDOW"];

/** 3.1: "`approve`, `reprocess` and `uninstall` are actions only while …" */
const OPENING: readonly Action[] = ["approve", "reprocess", "uninstall"];

function wish(action: Action, ...obstacles: Obstacle[]): Wish {
  return { action, obstacles };
}

/** `A ≠ wanted` → action. */
function unless(approval: Approval, wanted: Approval, action: Action): Wish | null {
  return approval === wanted ? null : wish(action);
}

/** 1.5: "hold safe: `A≠none` → `do-nothing`; unsafe: `A≠ignore` → `ignore`". */
function holdWish(world: World, approval: Approval): Wish | null {
  return world.holdIsSafe ? unless(approval, "none", "do-nothing") : unless(approval, "ignore", "ignore");
}

/**
 * 1.5: "due when `attempts < retries.max` … and `now ≥ lastAttemptAt + retries.backoff` (no
 * `lastAttemptAt` counts as due)"; else `RETRIES_USED` or `RETRY_BACKOFF`.
 */
function retryWish(world: World, fact: Fact): Wish {
  const { max, backoff } = world.policy.fleet.retries;
  if (fact.attempts >= max) return wish("reprocess", "RETRIES_USED");
  if (fact.lastAttemptAt !== null && world.now < fact.lastAttemptAt + backoff) {
    return wish("reprocess", "RETRY_BACKOFF");
  }
  return wish("reprocess");
}

/** The table of 1.5, column `approve`. */
function wishToApprove(world: World, fact: Fact): Wish | null {
  const A = fact.approval;
  switch (fact.status) {
    case "missing":
    case "pending":
    case "ignored":
      return unless(A, "approve", "approve");
    case "failed":
      return A === "approve" ? retryWish(world, fact) : wish("approve");
    case "installed":
      return A === "uninstall" ? wish("do-nothing") : null;
    case "reboot-required":
    case "installing":
      return null;
  }
}

/** The table of 1.5, column `ignore`. */
function wishToIgnore(fact: Fact): Wish | null {
  const A = fact.approval;
  switch (fact.status) {
    case "missing":
    case "pending":
    case "ignored":
    case "failed":
      return unless(A, "ignore", "ignore");
    case "installed":
      return A === "uninstall" ? wish("do-nothing") : null;
    case "reboot-required":
      return null;
    case "installing":
      return A === "ignore" ? null : wish("ignore", "IN_PROGRESS");
  }
}

/** The table of 1.5, column `uninstall`. */
function wishToUninstall(world: World, fact: Fact): Wish | null {
  const A = fact.approval;
  switch (fact.status) {
    case "missing":
    case "pending":
    case "ignored":
      return unless(A, "ignore", "ignore");
    case "failed":
      return A === "uninstall" ? retryWish(world, fact) : unless(A, "ignore", "ignore");
    case "installed":
      if (A === "uninstall") return null;
      return patchOf(world, fact).uninstallable === "no"
        ? wish("uninstall", "NOT_UNINSTALLABLE")
        : wish("uninstall");
    case "reboot-required":
      return wish("uninstall", "REBOOT_FIRST");
    case "installing":
      return A === "uninstall" ? null : wish("uninstall", "IN_PROGRESS");
  }
}

/** The table of 1.5, column `wait, manual, superseded`. */
function wishToHold(world: World, fact: Fact): Wish | null {
  const A = fact.approval;
  switch (fact.status) {
    case "missing":
    case "pending":
    case "ignored":
    case "failed":
      return holdWish(world, A);
    case "installed":
      return A === "uninstall" ? wish("do-nothing") : null;
    case "reboot-required":
      return null;
    case "installing": {
      const hold = holdWish(world, A);
      return hold === null ? null : wish(hold.action, "IN_PROGRESS");
    }
  }
}

/**
 * 1.5, `leave`: "none, except that a decision in force that we set (`A ≠ none` … and `approvalBy:
 * patchring`) is released (`do-nothing`), whatever the status but `installing`, when
 * `Fleet.spec.onUnmatched` is `release`".
 */
function wishToLeave(world: World, fact: Fact): Wish | null {
  const ours = fact.approval !== "none" && fact.approvalBy === "patchring";
  const released = ours && fact.status !== "installing" && world.policy.fleet.onUnmatched === "release";
  return released ? wish("do-nothing") : null;
}

/** The cell of the table for a fact and its verdict. */
export function wishFor(world: World, fact: Fact, judgement: Judgement): Wish | null {
  switch (judgement.verdict) {
    case "approve":
      return wishToApprove(world, fact);
    case "ignore":
      return wishToIgnore(fact);
    case "uninstall":
      return wishToUninstall(world, fact);
    case "wait":
    case "manual":
    case "superseded":
      return wishToHold(world, fact);
    case "leave":
      return wishToLeave(world, fact);
  }
}

/** 3.1: "a `Freeze` that matches the device (`from ≤ now < to`)". */
function freezesAt(world: World, device: Device, at: Instant): readonly Freeze[] {
  return world.policy.freezes.filter(
    (freeze) => freeze.from <= at && at < freeze.to && matchesDevice(freeze.devices, device),
  );
}

/**
 * 3.1: "An emergency that skips `window` or `freeze` lifts just that, for actions whose verdict is
 * `approve`; a recall's `skip` does the same for its own actions."
 */
function isLifted(
  world: World,
  device: Device,
  fact: Fact,
  judgement: Judgement,
  what: "window" | "freeze",
): boolean {
  if (judgement.verdict === "approve") {
    const emergencies = findEmergencies(world, device, patchOf(world, fact));
    return emergencies.some((emergency) => emergency.skip.includes(what));
  }
  return judgement.recall?.skip.includes(what) ?? false;
}

/** 3.1: the freezes that stand in the way of a fact's actions now. */
function freezesFor(world: World, device: Device, fact: Fact, judgement: Judgement): readonly Freeze[] {
  return isLifted(world, device, fact, judgement, "freeze") ? [] : freezesAt(world, device, world.now);
}

/** 3.1: "The schedule is the winning rule's, else the ring's, else always open (for an uninstall: the ring's)." */
function scheduleFor(world: World, device: Device, judgement: Judgement): Schedule | null {
  const name = judgement.rule?.schedule ?? world.ringOf(device)?.schedule ?? null;
  return world.policy.schedules.find((schedule) => schedule.name === name) ?? null;
}

/** 3.1: for `schedules: reconciler`, only "while the device's window is open, else `scheduled`, `WINDOW`". */
function isWindowShut(world: World, device: Device, fact: Fact, judgement: Judgement): boolean {
  if (world.schedules === "backend" || isLifted(world, device, fact, judgement, "window")) return false;
  const schedule = scheduleFor(world, device, judgement);
  return schedule !== null && !isWindowOpen(world, schedule, device, world.now);
}

const WITHDRAWN_STATUSES: readonly Status[] = ["missing", "pending", "failed"];

/**
 * 3.1: "With `pending: withdraw`, a fact with verdict `approve`, status `missing`, `pending` or `failed` and
 * `A = approve` gets the hold's action for the time of the freeze". Null when nothing is withdrawn.
 */
function withdrawal(world: World, device: Device, fact: Fact, judgement: Judgement): Wish | null {
  const withdraws =
    judgement.verdict === "approve" &&
    WITHDRAWN_STATUSES.includes(fact.status) &&
    fact.approval === "approve" &&
    freezesFor(world, device, fact, judgement).some((freeze) => freeze.pending === "withdraw");
  return withdraws ? holdWish(world, fact.approval) : null;
}

/** Every obstacle that applies to a wish, in any order. */
function obstaclesTo(
  world: World,
  device: Device,
  fact: Fact,
  judgement: Judgement,
  { action, obstacles }: Wish,
): readonly Obstacle[] {
  const all: Obstacle[] = [...obstacles];
  // 1.5: "An action the provider does not list among its capabilities is blocked `MANUAL_BACKEND`."
  if (!world.actions.includes(action)) all.push("MANUAL_BACKEND");
  // 1.5: "A stale device gets only `ignore` and `do-nothing`; its other actions are blocked `STALE_SCAN`".
  if (device.stale && action !== "ignore" && action !== "do-nothing") all.push("STALE_SCAN");
  // 2: in a freeze "nothing is approved, reprocessed, uninstalled …; ignore and do-nothing go on".
  if (OPENING.includes(action)) {
    if (freezesFor(world, device, fact, judgement).length > 0) all.push("FROZEN");
    if (isWindowShut(world, device, fact, judgement)) all.push("WINDOW");
  }
  return all;
}

/** What becomes of a fact. 1.5: "If several obstacles apply, the first of this list is reported, alone". */
export function outcomeOf(world: World, device: Device, fact: Fact): Outcome | null {
  const judgement = world.judge(device, patchOf(world, fact));
  const withdrawn = withdrawal(world, device, fact, judgement);
  const wanted = withdrawn ?? wishFor(world, fact, judgement);
  if (wanted === null) return null;
  const { action } = wanted;
  const obstacles = obstaclesTo(world, device, fact, judgement, wanted);
  const obstacle = IN_ORDER.find((candidate) => obstacles.includes(candidate));
  if (obstacle === undefined) return { kind: "action", action, withdrawn: withdrawn !== null };
  return { kind: SCHEDULING.includes(obstacle) ? "scheduled" : "blocked", action, obstacle };
}

/** "All matching freezes together": the first instant after now that none of them covers. */
function freezesEnd(world: World, device: Device): Instant {
  let at = world.now;
  for (;;) {
    const covering = freezesAt(world, device, at);
    if (covering.length === 0) return at;
    at = Math.max(...covering.map((freeze) => freeze.to));
  }
}

/**
 * 3.1: "`opensAt` is the first instant after now at which the obstacle named (the backoff; all matching
 * freezes together; the window) is gone, null if that is more than 400 days away".
 */
export function opensAt(world: World, device: Device, fact: Fact, obstacle: Obstacle): Instant | null {
  let at: Instant | null;
  if (obstacle === "RETRY_BACKOFF") {
    at = (fact.lastAttemptAt as Instant) + world.policy.fleet.retries.backoff;
  } else if (obstacle === "FROZEN") {
    at = freezesEnd(world, device);
  } else {
    const schedule = scheduleFor(world, device, world.judge(device, patchOf(world, fact))) as Schedule;
    at = nextWindowStart(world, schedule, device, world.now);
  }
  return at !== null && at <= world.now + 400 * DAY ? at : null;
}
