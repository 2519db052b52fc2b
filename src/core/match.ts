/**
 * "Show matching patches" (design 5, `match`): which facts a rule speaks of now, what the policy as
 * a whole makes of them, near misses, and for an empty match where they went, clause by clause.
 * Nothing is changed by it, and nothing here can be applied.
 */
import type { Bitset } from "./bitset.ts";
import { addBit, emptyBitset, fullBitset, hasBit, intersect, isEmptyBitset } from "./bitset.ts";
import { clausesOf, describeNode } from "./clause.ts";
import type { Decided } from "./decide.ts";
import { narrow, ringClasses } from "./funnel.ts";
import type { NearValue } from "./match-hint.ts";
import type { Status } from "./model.ts";
import { STATUSES } from "./model.ts";
import { compareCodeUnits } from "./order.ts";
import type { PatchDateSource } from "./patch-date.ts";
import type { Rule } from "./policy.ts";
import { formatInstant } from "./time.ts";

export interface MatchedPatch {
  readonly patch: string;
  /** Hostile text of the backend, as are all titles. */
  readonly title: string | null;
  readonly severity: string;
  readonly date: string | null;
  readonly dateSource: PatchDateSource | null;
  /** Devices with a fact that the rule matches. */
  readonly devices: number;
  readonly statuses: Readonly<Record<Status, number>>;
  /** Devices on which this rule's word counts. */
  readonly decides: number;
  /** Devices on which something else decides, by its source and verdict, most first. */
  readonly elsewhere: readonly {
    readonly source: string;
    readonly verdict: string;
    readonly devices: number;
  }[];
}

export interface NearMiss {
  readonly patch: string;
  readonly title: string | null;
  /** The one clause that it fails. */
  readonly fails: string;
  /** Devices that the rule would match if the patch passed. */
  readonly devices: number;
}

/** How many facts are left after each clause, in order; the first entry is all facts. */
export interface FunnelStep {
  readonly clause: string;
  readonly facts: number;
  /** Where nothing is left: the value that was probably meant. */
  readonly near: NearValue | null;
}

export interface MatchReport {
  readonly format: "patchring.match/1";
  readonly at: string;
  readonly rule: string;
  readonly then: string;
  readonly place: { readonly file: string; readonly line: number };
  /** The rule in words. */
  readonly patchesClause: string;
  readonly devicesClause: string;
  readonly rings: readonly string[];
  readonly facts: number;
  readonly devices: number;
  /** Sorted by devices, most first, then by id. */
  readonly patches: readonly MatchedPatch[];
  /** At most `NEAR_MISSES`, most devices first. */
  readonly nearMisses: readonly NearMiss[];
  readonly funnel: readonly FunnelStep[];
}

const NEAR_MISSES = 5;

export function matchRule(decided: Decided, rule: Rule): MatchReport {
  const { compiled, snapshot } = decided;
  const classes = classesOf(decided, rule);
  const patches = compiled.patches.select(rule.patches);
  const tallies = tally(decided, rule, classes, patches);
  return {
    format: "patchring.match/1",
    at: formatInstant(compiled.now),
    rule: rule.id,
    then: rule.then,
    place: { file: rule.place.file, line: rule.place.line },
    patchesClause: describeNode(rule.patches),
    devicesClause: describeNode(rule.devices),
    rings: rule.rings ?? compiled.policy.rings.map((ring) => ring.name),
    facts: [...tallies.byPatch.values()].reduce((sum, entry) => sum + entry.devices, 0),
    devices: tallies.devices,
    patches: [...tallies.byPatch]
      .map(([patch, entry]) => viewPatch(decided, patch, entry))
      .sort((a, b) => b.devices - a.devices || compareCodeUnits(a.patch, b.patch)),
    nearMisses: findNearMisses(decided, rule, classes),
    funnel: snapshot.patches.length === 0 ? [] : buildFunnel(decided, rule),
  };
}

/** The classes that the rule speaks of: its devices, in its rings. */
function classesOf(decided: Decided, rule: Rule): Bitset {
  const { compiled } = decided;
  const classes = compiled.classes.select(rule.devices);
  intersect(classes, ringClasses(decided, rule.rings));
  return classes;
}

interface Tally {
  devices: number;
  decides: number;
  readonly statuses: number[];
  readonly elsewhere: Map<string, { source: string; verdict: string; devices: number }>;
}

function forEachFact(
  decided: Decided,
  classes: Bitset,
  patches: Bitset,
  visit: (device: number, fact: number) => void,
): void {
  const { devices, facts } = decided.snapshot;
  const { classOf } = decided.compiled.classes;
  for (let d = 0; d < devices.count; d += 1) {
    if (!hasBit(classes, classOf[d]!)) continue;
    const start = devices.factStart[d]!;
    const end = start + devices.factCount[d]!;
    for (let f = start; f < end; f += 1) if (hasBit(patches, facts.patch[f]!)) visit(d, f);
  }
}

function tally(
  decided: Decided,
  rule: Rule,
  classes: Bitset,
  patches: Bitset,
): { byPatch: Map<number, Tally>; devices: number } {
  const { facts } = decided.snapshot;
  const { table, outcomes } = decided;
  const byPatch = new Map<number, Tally>();
  const devices = new Set<number>();
  forEachFact(decided, classes, patches, (device, fact) => {
    devices.add(device);
    const patch = facts.patch[fact]!;
    let entry = byPatch.get(patch);
    if (entry === undefined) {
      entry = { devices: 0, decides: 0, statuses: STATUSES.map(() => 0), elsewhere: new Map() };
      byPatch.set(patch, entry);
    }
    entry.devices += 1;
    entry.statuses[facts.state[fact]! & 7]! += 1;
    const { source, verdict } = table.rows[outcomes[fact]!]!;
    if (source === rule.id) entry.decides += 1;
    else count(entry.elsewhere, source ?? "nothing", verdict);
  });
  return { byPatch, devices: devices.size };
}

function count(into: Tally["elsewhere"], source: string, verdict: string): void {
  const key = `${verdict} ${source}`;
  const entry = into.get(key) ?? { source, verdict, devices: 0 };
  entry.devices += 1;
  into.set(key, entry);
}

function viewPatch(decided: Decided, index: number, entry: Tally): MatchedPatch {
  const patch = decided.snapshot.patches[index]!;
  const date = decided.compiled.dates.at[index]!;
  return {
    patch: patch.id,
    title: patch.title,
    severity: patch.severity,
    date: Number.isNaN(date) ? null : formatInstant(date),
    dateSource: decided.compiled.dates.source(index),
    devices: entry.devices,
    statuses: Object.fromEntries(STATUSES.map((s, code) => [s, entry.statuses[code]!])) as Record<
      Status,
      number
    >,
    decides: entry.decides,
    elsewhere: [...entry.elsewhere.values()].sort(
      (a, b) => b.devices - a.devices || compareCodeUnits(a.source, b.source),
    ),
  };
}

/** Patches that fail exactly one clause and that devices of the rule have. */
function findNearMisses(decided: Decided, rule: Rule, classes: Bitset): NearMiss[] {
  const { compiled, snapshot } = decided;
  const clauses = clausesOf(rule.patches).map((clause) => ({
    text: clause.text,
    patches: compiled.patches.select(clause.node),
  }));
  if (clauses.length === 0) return [];
  const failed = new Map<number, string>();
  const close = emptyBitset(snapshot.patches.length);
  for (let patch = 0; patch < snapshot.patches.length; patch += 1) {
    const failing = clauses.filter((clause) => !hasBit(clause.patches, patch));
    if (failing.length !== 1) continue;
    failed.set(patch, failing[0]!.text);
    addBit(close, patch);
  }
  const devices = new Map<number, number>();
  forEachFact(decided, classes, close, (_, fact) => {
    const patch = snapshot.facts.patch[fact]!;
    devices.set(patch, (devices.get(patch) ?? 0) + 1);
  });
  return [...devices]
    .map(([patch, needed]) => ({
      patch: snapshot.patches[patch]!.id,
      title: snapshot.patches[patch]!.title,
      fails: failed.get(patch)!,
      devices: needed,
    }))
    .sort((a, b) => b.devices - a.devices || compareCodeUnits(a.patch, b.patch))
    .slice(0, NEAR_MISSES);
}

function buildFunnel(decided: Decided, rule: Rule): FunnelStep[] {
  const { compiled } = decided;
  const patches = fullBitset(compiled.patches.count);
  const classes = fullBitset(compiled.classes.count);
  const remaining = (): number => {
    if (isEmptyBitset(patches) || isEmptyBitset(classes)) return 0;
    let facts = 0;
    forEachFact(decided, classes, patches, () => (facts += 1));
    return facts;
  };
  const all = remaining();
  const funnel: FunnelStep[] = [{ clause: "all facts of the snapshot", facts: all, near: null }];
  let before = all;
  for (const step of narrow(decided, rule, patches, classes)) {
    const facts = before === 0 ? 0 : remaining();
    funnel.push({ clause: step.clause, facts, near: facts > 0 || before === 0 ? null : step.near() });
    before = facts;
  }
  return funnel;
}

/** The first clause after which nothing is left; null when something is. */
export function killingClause(funnel: readonly FunnelStep[]): FunnelStep | null {
  const last = funnel[funnel.length - 1];
  if (last === undefined || last.facts > 0) return null;
  return funnel.find((step) => step.facts === 0) ?? null;
}
