/** What is not installed, by why: the rows behind many a number of the pages. */
import type { Action, Instant, Obstacle, Reason, Verdict } from "../model.ts";
import { compareCodeUnits } from "../order.ts";
import type { FactKind } from "./fact-kind.ts";

export interface OpenGroup {
  readonly verdict: Verdict;
  readonly reason: Reason;
  /** Null for no statement, and for what a newer patch covers: those would be as many as patches. */
  readonly source: string | null;
  readonly action: Action | null;
  readonly obstacle: Obstacle | null;
  facts: number;
  /** The earliest end of what it waits for; null where none is known. */
  until: Instant | null;
}

/** Facts that are not installed, those of most facts first; the sum of `facts` is all of them. */
export function groupOpen(
  kinds: readonly { readonly kind: FactKind; readonly facts: number }[],
): OpenGroup[] {
  const groups = new Map<string, OpenGroup>();
  for (const { kind, facts } of kinds) {
    if (kind.status === "installed") continue;
    const { verdict, reason, action, obstacle, until } = kind;
    const source = reason === "SUPERSEDED" ? null : kind.source;
    const key = JSON.stringify([verdict, reason, source, action, obstacle]);
    const known = groups.get(key);
    if (known === undefined) {
      groups.set(key, { verdict, reason, source, action, obstacle, facts, until });
      continue;
    }
    known.facts += facts;
    if (until !== null) known.until = Math.min(known.until ?? until, until);
  }
  return [...groups]
    .sort(([a, one], [b, other]) => other.facts - one.facts || compareCodeUnits(a, b))
    .map(([, group]) => group);
}
