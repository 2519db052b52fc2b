/** What people chose: decisions, holds, recalls, emergencies and freezes, with what they reach. */
import type { Bitset } from "../bitset.ts";
import { describeNode } from "../clause.ts";
import { emergencyEndsAt } from "../compile.ts";
import type { Decided } from "../decide.ts";
import type { Instant } from "../model.ts";
import { hasBit } from "../bitset.ts";
import { compareCodeUnits } from "../order.ts";
import type { DeviceSelector, PatchSelector, Statement } from "../policy.ts";
import { meets, within, type SiteScope } from "./scope.ts";
import type { SiteTally, SourceTally } from "./tally.ts";

export type StatementKind = "Decision" | "Hold" | "Recall" | "Emergency" | "Freeze";
export type StatementState = "in force" | "not yet" | "ended";

export interface SiteStatement {
  readonly kind: StatementKind;
  readonly name: string;
  /** `Decision/name`. */
  readonly source: string;
  /** What it does, in a word or two: `ignore`, `hold`, `uninstall`, `freeze`. */
  readonly effect: string;
  readonly owner: string | null;
  readonly reason: string | null;
  readonly ticket: string | null;
  readonly patches: string;
  /** Null in the site of one client: it may name others. */
  readonly devices: string | null;
  /** Rings that it is limited to; null for all. */
  readonly rings: readonly string[] | null;
  readonly from: Instant | null;
  /** Null for no end. */
  readonly until: Instant | null;
  readonly state: StatementState;
  /** Devices in scope that its selector reaches. */
  readonly reaches: number;
  /** Facts in scope that it decides now, those not installed, and devices that have one. */
  readonly decides: SourceTally;
  readonly place: string;
}

interface Written extends Statement {
  readonly devices: DeviceSelector;
  readonly patches?: PatchSelector;
  readonly rings?: readonly string[] | null;
  readonly reason?: string | null;
  readonly ticket?: string | null;
}

const NOTHING: SourceTally = { facts: 0, open: 0, devices: 0 };

/** Those in force first, then by end: the soonest first, endless ones last. */
export function listStatements(
  decided: Decided,
  scope: SiteScope,
  tally: SiteTally,
  prefix: string,
): SiteStatement[] {
  const { policy, now } = decided.compiled;
  const make = (
    kind: StatementKind,
    written: Written,
    effect: string,
    times: { from: Instant | null; until: Instant | null },
  ): SiteStatement[] => {
    const classes = decided.compiled.classes.select(written.devices);
    if (scope.client !== null && !meets(classes, scope.classes)) return [];
    const source = `${kind}/${written.name}`;
    return [
      {
        kind,
        name: written.name,
        source,
        effect,
        owner: written.owner,
        reason: written.reason ?? null,
        ticket: written.ticket ?? null,
        patches: written.patches === undefined ? "every patch" : describeNode(written.patches),
        devices: scope.client === null ? describeNode(written.devices) : null,
        rings: written.rings ?? null,
        ...times,
        state: stateAt(times, now),
        reaches: countReached(decided, scope, classes),
        decides: tally.sources.get(source) ?? NOTHING,
        place: within(`${written.place.file}:${written.place.line}`, prefix),
      },
    ];
  };
  return [
    ...policy.decisions.flatMap((one) =>
      make("Decision", one, one.action, { from: null, until: one.expires }),
    ),
    ...policy.holds.flatMap((one) => make("Hold", one, "hold", { from: null, until: one.until })),
    ...policy.recalls.flatMap((one) =>
      make("Recall", one, one.uninstall ? "uninstall" : "ignore", { from: null, until: null }),
    ),
    ...policy.emergencies.flatMap((one) =>
      make("Emergency", one, `skip ${one.skip.join(", ") || "nothing"}`, {
        from: one.requestedAt,
        until: emergencyEndsAt(one),
      }),
    ),
    ...policy.freezes.flatMap((one) =>
      make("Freeze", one, `freeze, pending: ${one.pending}`, { from: one.from, until: one.to }),
    ),
  ].sort(compareStatements);
}

function stateAt(
  { from, until }: { readonly from: Instant | null; readonly until: Instant | null },
  now: Instant,
): StatementState {
  if (until !== null && now >= until) return "ended";
  return from !== null && now < from ? "not yet" : "in force";
}

const STATES: readonly StatementState[] = ["in force", "not yet", "ended"];

function compareStatements(a: SiteStatement, b: SiteStatement): number {
  const end = ({ until }: SiteStatement): number => until ?? Number.MAX_SAFE_INTEGER;
  return (
    STATES.indexOf(a.state) - STATES.indexOf(b.state) ||
    end(a) - end(b) ||
    compareCodeUnits(a.source, b.source)
  );
}

function countReached(decided: Decided, scope: SiteScope, classes: Bitset): number {
  const { classOf } = decided.compiled.classes;
  let count = 0;
  for (const device of scope.devices) if (hasBit(classes, classOf[device]!)) count += 1;
  return count;
}
