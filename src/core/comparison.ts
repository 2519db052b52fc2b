/** What a change of policy would do: two policies on one snapshot at one instant, as plain data (design 4.4). */
import type { Severity } from "./diagnostic.ts";
import type { Action, Obstacle, Reason, Verdict } from "./model.ts";
import type { GuardRow, Plan, PolicyIdentity } from "./plan.ts";

/**
 * How dangerous a group is, worst first. `removal`: an uninstall. `removal-retry`: one more try of
 * it. `release`: a do-nothing. `removal-dropped`: the base would do one of these and the head would
 * not. `take-back`: an ignore where an approval is in force. `ban-lifted`: the base keeps the patch
 * away and the head does not. `gone`: another action of the base disappears. `verdict`: no action
 * changes now.
 */
export const CHANGE_DANGERS = [
  "removal",
  "removal-retry",
  "release",
  "removal-dropped",
  "take-back",
  "ban-lifted",
  "ignore",
  "approve",
  "reprocess",
  "gone",
  "verdict",
] as const;
export type ChangeDanger = (typeof CHANGE_DANGERS)[number];

/** From `removal` to `ban-lifted`: what `summary.dangerous` counts. */
export const DANGEROUS_CHANGES: ReadonlySet<ChangeDanger> = new Set(
  CHANGE_DANGERS.slice(0, CHANGE_DANGERS.indexOf("ban-lifted") + 1),
);

/** `none`: the same action, or none, on both sides; only the verdict is another one. */
export const ACTION_CHANGES = ["appears", "disappears", "changes", "none"] as const;
export type ActionChange = (typeof ACTION_CHANGES)[number];

/** When an action would be sent: in the next run, when its obstacle is gone, or not at all. */
export const SENDINGS = ["now", "scheduled", "blocked"] as const;
export type Sending = (typeof SENDINGS)[number];

export interface PlannedAction {
  readonly action: Action;
  readonly sending: Sending;
  /** Null when it is sent now. */
  readonly obstacle: Obstacle | null;
}

/** What one of the two policies says. */
export interface ComparedSide {
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly ring: string | null;
  readonly source: string | null;
  /** `file:line` of the source; null where there is none. */
  readonly place: string | null;
  readonly action: PlannedAction | null;
}

/** Facts with the same change. A device has one fact a patch, so `devices` counts both. */
export interface ChangeGroup {
  readonly danger: ChangeDanger;
  readonly change: ActionChange;
  readonly patch: string;
  /** Of the patch; hostile text. */
  readonly title: string | null;
  readonly devices: number;
  /** The first device of the group by id, for `why`. */
  readonly example: string;
  readonly base: ComparedSide;
  readonly head: ComparedSide;
}

/** The same verdict and action, but what it waits for ends at another time. */
export interface TimingGroup {
  /** `gate`: the verdict waits. `window`: the action is scheduled. */
  readonly kind: "gate" | "window";
  readonly patch: string;
  readonly title: string | null;
  readonly ring: string | null;
  readonly source: string | null;
  readonly devices: number;
  readonly base: { readonly reason: Reason | Obstacle; readonly until: string | null };
  readonly head: { readonly reason: Reason | Obstacle; readonly until: string | null };
}

/** A site with a change. */
export interface SiteChanges {
  /** Hostile text; null where the device has none. */
  readonly client: string | null;
  readonly site: string | null;
  /** Devices with a change; they add up to `summary.devices`. */
  readonly devices: number;
  /** Of these, without news for longer than `staleAfter`: the change reaches them later. */
  readonly stale: number;
  /** Facts with a change; they add up to `summary.changed`. */
  readonly changed: number;
  /** They add up to `summary.dangerous`. */
  readonly dangerous: number;
}

/** A finding of the head that the base does not have. */
export interface NewFinding {
  readonly severity: Severity;
  readonly code: string;
  readonly summary: string;
  readonly detail: string;
  /** `file:line:column`; null when it belongs to no place. */
  readonly place: string | null;
}

export interface ComparisonSummary {
  /** `facts` = `changed` + `unchanged`; `changed` is the sum of `devices` over `changes`. */
  readonly facts: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Distinct devices with a change. */
  readonly devices: number;
  /** Actions of the head that the base does not have at all, by action. */
  readonly appears: Readonly<Record<Action, number>>;
  /** Actions of the base that the head does not have at all, by action. */
  readonly disappears: Readonly<Record<Action, number>>;
  /** Facts where both have an action, but not the same one, or not sent at the same time. */
  readonly changes: number;
  /** Facts where only the verdict changes. */
  readonly verdictOnly: number;
  /** Facts whose verdict changes, with or without an action. */
  readonly verdicts: number;
  /** Facts with a danger from `removal` to `ban-lifted`. */
  readonly dangerous: number;
  /** Unchanged facts that wait for something else, or until another time. */
  readonly retimed: number;
  /** Unchanged facts that another statement or another ring decides. */
  readonly otherStatement: number;
  /** What each would send in its next run. */
  readonly baseActions: Readonly<Record<Action, number>>;
  readonly headActions: Readonly<Record<Action, number>>;
}

export interface ComparedPolicy extends PolicyIdentity {
  /** As it was named: a revision; null for the work tree. Hostile text. */
  readonly ref: string | null;
}

/** `patchring.compare/1`. Sorted: groups by danger, devices, patch and ring; sites by danger and changes. */
export interface Comparison {
  readonly format: "patchring.compare/1";
  readonly at: string;
  readonly base: ComparedPolicy;
  readonly head: ComparedPolicy;
  readonly snapshot: Plan["snapshot"];
  readonly summary: ComparisonSummary;
  readonly changes: readonly ChangeGroup[];
  readonly timing: readonly TimingGroup[];
  /** Sites with a change. */
  readonly sites: readonly SiteChanges[];
  /** Of the head. */
  readonly guards: readonly GuardRow[];
  readonly findings: readonly NewFinding[];
  /** How many findings of the base the head does not have. */
  readonly resolved: number;
}
