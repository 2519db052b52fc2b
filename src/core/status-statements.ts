/** What people have put into policy that stops, lifts or excepts something now. */
import { emergencyEndsAt } from "./compile.ts";
import type { Instant } from "./model.ts";
import { compareCodeUnits } from "./order.ts";
import type { PolicySet, Statement } from "./policy.ts";

export type StandingKind = "Hold" | "Recall" | "Freeze" | "Emergency" | "Decision";

export interface StandingStatement {
  readonly kind: StandingKind;
  readonly name: string;
  readonly owner: string | null;
  readonly reason: string | null;
  /** `file:line`. */
  readonly place: string;
  /** Null: it has no end. */
  readonly until: Instant | null;
}

export interface StandingStatements {
  /** In force now: holds, recalls, freezes and emergencies; those that end first come first, those without an end last. */
  readonly stops: readonly StandingStatement[];
  /** Decisions to ignore, or to leave to a person, in force now, in the same order. */
  readonly exceptions: readonly StandingStatement[];
}

export function findStanding(policy: PolicySet, now: Instant): StandingStatements {
  const make = (
    kind: StandingKind,
    statement: Statement & { readonly reason?: string | null },
    until: Instant | null,
  ): StandingStatement => ({
    kind,
    name: statement.name,
    owner: statement.owner,
    reason: statement.reason ?? null,
    place: `${statement.place.file}:${statement.place.line}`,
    until,
  });
  const isOpen = ({ until }: StandingStatement): boolean => until === null || now < until;
  const stops = [
    ...policy.holds.map((one) => make("Hold", one, one.until)),
    ...policy.recalls.map((one) => make("Recall", one, null)),
    ...policy.freezes.filter(({ from }) => from <= now).map((one) => make("Freeze", one, one.to)),
    ...policy.emergencies
      .filter(({ requestedAt }) => requestedAt <= now)
      .map((one) => make("Emergency", one, emergencyEndsAt(one))),
  ];
  const exceptions = policy.decisions
    .filter(({ action }) => action !== "approve")
    .map((one) => make("Decision", one, one.expires));
  return {
    stops: stops.filter(isOpen).sort(compareEnds),
    exceptions: exceptions.filter(isOpen).sort(compareEnds),
  };
}

function compareEnds(a: StandingStatement, b: StandingStatement): number {
  const [endA, endB] = [a.until ?? Infinity, b.until ?? Infinity];
  if (endA !== endB) return endA < endB ? -1 : 1;
  return compareCodeUnits(a.kind, b.kind) || compareCodeUnits(a.name, b.name);
}
