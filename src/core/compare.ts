/**
 * Two policies on one snapshot at one instant (design 4.4): which actions appear, disappear or
 * change, and which verdicts. Pure.
 */
import { ComparePass } from "./compare-pass.ts";
import {
  DANGEROUS_CHANGES,
  type ChangeGroup,
  type ComparedPolicy,
  type Comparison,
  type ComparisonSummary,
  type NewFinding,
} from "./comparison.ts";
import type { Decided } from "./decide.ts";
import type { Action } from "./model.ts";
import { ACTIONS } from "./model.ts";
import type { GuardRow } from "./plan.ts";
import { formatInstant } from "./time.ts";

/** What stands beside the decisions themselves. */
export interface ComparisonParts {
  readonly base: ComparedPolicy;
  readonly head: ComparedPolicy;
  /** Of the plan of the head. */
  readonly guards: readonly GuardRow[];
  readonly findings: readonly NewFinding[];
  readonly resolved: number;
}

/** Throws when the two were not decided on the same snapshot at the same instant. */
export function comparePolicies(base: Decided, head: Decided, parts: ComparisonParts): Comparison {
  const { snapshot, compiled } = head;
  if (base.snapshot !== snapshot || base.compiled.now !== compiled.now) {
    throw new Error("policies are compared on one snapshot at one instant");
  }
  const pass = new ComparePass(base, head);
  const found = pass.run();
  return {
    format: "patchring.compare/1",
    at: formatInstant(compiled.now),
    base: parts.base,
    head: parts.head,
    snapshot: {
      digest: snapshot.digest,
      takenAt: formatInstant(snapshot.header.takenAt),
      devices: snapshot.devices.count,
      stale: head.stale.reduce((sum, stale) => sum + stale, 0),
      patches: snapshot.patches.length,
      facts: pass.facts,
    },
    summary: summarize(pass, found.changes, base, head),
    changes: found.changes,
    timing: found.timing,
    sites: found.sites,
    guards: parts.guards,
    findings: parts.findings,
    resolved: parts.resolved,
  };
}

function countBy(
  groups: readonly ChangeGroup[],
  action: (group: ChangeGroup) => Action | null,
): Record<Action, number> {
  const counts = Object.fromEntries(ACTIONS.map((name) => [name, 0])) as Record<Action, number>;
  for (const group of groups) {
    const name = action(group);
    if (name !== null) counts[name] += group.devices;
  }
  return counts;
}

function sentNow({ intents }: Decided): Record<Action, number> {
  const counts = ACTIONS.map(() => 0);
  for (let at = 0; at < intents.length; at += 1) {
    if (intents.obstacle[at] === 0) counts[(intents.transition[at]! & 7) - 1]! += 1;
  }
  return Object.fromEntries(ACTIONS.map((name, at) => [name, counts[at]!])) as Record<Action, number>;
}

function summarize(
  pass: ComparePass,
  groups: readonly ChangeGroup[],
  base: Decided,
  head: Decided,
): ComparisonSummary {
  const sum = (holds: (group: ChangeGroup) => boolean): number =>
    groups.reduce((total, group) => total + (holds(group) ? group.devices : 0), 0);
  const changed = sum(() => true);
  return {
    facts: pass.facts,
    changed,
    unchanged: pass.facts - changed,
    devices: pass.devices,
    appears: countBy(groups, (group) => (group.change === "appears" ? group.head.action!.action : null)),
    disappears: countBy(groups, (group) =>
      group.change === "disappears" ? group.base.action!.action : null,
    ),
    changes: sum(({ change }) => change === "changes"),
    verdictOnly: sum(({ change }) => change === "none"),
    verdicts: sum((group) => group.base.verdict !== group.head.verdict),
    dangerous: sum(({ danger }) => DANGEROUS_CHANGES.has(danger)),
    retimed: pass.retimed,
    otherStatement: pass.otherStatement,
    baseActions: sentNow(base),
    headActions: sentNow(head),
  };
}
