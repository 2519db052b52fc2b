/** The rules of a policy with what they decide in a scope. */
import { describeNode } from "../clause.ts";
import type { Decided } from "../decide.ts";
import type { Rule } from "../policy.ts";
import { meets, within, type SiteScope } from "./scope.ts";
import type { SiteTally, SourceTally } from "./tally.ts";

export interface SiteRule {
  readonly rule: Rule;
  readonly patches: string;
  /** Null in the site of one client: it may name others. */
  readonly devices: string | null;
  readonly decides: SourceTally;
  readonly place: string;
}

/** Those that decide most first; equals as the policy lists them, by id. */
export function listRules(decided: Decided, scope: SiteScope, tally: SiteTally, prefix: string): SiteRule[] {
  const { policy, classes } = decided.compiled;
  return policy.rules
    .filter(({ devices }) => scope.client === null || meets(classes.select(devices), scope.classes))
    .map((rule) => ({
      rule,
      patches: describeNode(rule.patches),
      devices: scope.client === null ? describeNode(rule.devices) : null,
      decides: tally.sources.get(rule.id) ?? { facts: 0, open: 0, devices: 0 },
      place: within(`${rule.place.file}:${rule.place.line}`, prefix),
    }))
    .sort((a, b) => b.decides.facts - a.decides.facts);
}
