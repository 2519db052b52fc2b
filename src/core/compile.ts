/**
 * A policy compiled for one snapshot and one instant: every selector a bitset over device classes
 * or patches, every list in the order in which its statements speak (design 3, 6.1).
 */
import type { Bitset } from "./bitset.ts";
import { addBit, emptyBitset, forEachBit, hasBit } from "./bitset.ts";
import type { DeviceClasses } from "./device-classes.ts";
import { classifyDevices } from "./device-classes.ts";
import type { Instant } from "./model.ts";
import { compareCodeUnits } from "./order.ts";
import type { PatchDates } from "./patch-date.ts";
import { datePatches } from "./patch-date.ts";
import type { PatchIndex } from "./patch-index.ts";
import { indexPatches } from "./patch-index.ts";
import type {
  Decision,
  DeviceSelector,
  Emergency,
  Freeze,
  Hold,
  PatchSelector,
  PolicySet,
  Recall,
  Ring,
  Rule,
  Schedule,
} from "./policy.ts";
import type { PromotionStanding } from "./promotion.ts";
import { standPromotions } from "./promotion.ts";
import { ringsInOrder } from "./rings.ts";
import { scopeOf } from "./selector.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Supersedence } from "./supersedence.ts";
import { buildSupersedence } from "./supersedence.ts";

/** A statement with the classes and patches it speaks of. */
export interface Compiled<T> {
  readonly statement: T;
  readonly classes: Bitset;
  readonly patches: Bitset;
}

export interface CompiledDecision extends Compiled<Decision> {
  /** Index into SCOPES; smaller is narrower. */
  readonly scope: number;
}

/** The rules that speak in one ring, in order of precedence there. */
export interface RingRules {
  readonly rules: readonly Compiled<Rule>[];
  /** Per patch the rules that match it: `words` words each, bit i for `rules[i]`. */
  readonly byPatch: Uint32Array;
  readonly words: number;
}

export interface CompiledRing {
  readonly ring: Ring;
  readonly schedule: Schedule | null;
  /** By patch index. */
  readonly promotions: ReadonlyMap<number, PromotionStanding>;
  readonly rules: RingRules;
  /** The classes that the ring's own selector matches, taken by an earlier ring or not. */
  readonly classes: Bitset;
}

/** When an emergency stops to be in force: its own end, and never later than 72 h after the request (design 3, step 4). */
export function emergencyEndsAt(emergency: Emergency): Instant {
  return Math.min(emergency.expiresAt, emergency.requestedAt + 72 * 3600);
}

export interface CompiledPolicy {
  readonly policy: PolicySet;
  readonly now: Instant;
  readonly classes: DeviceClasses;
  readonly patches: PatchIndex;
  readonly dates: PatchDates;
  readonly supersedence: Supersedence;
  readonly schedules: ReadonlyMap<string, Schedule>;
  /** In the order in which patches reach them. */
  readonly rings: readonly CompiledRing[];
  /** The ring of each class, as an index into `rings`; -1 for none. */
  readonly ringOfClass: Int16Array;
  /** Uninstalling ones first, equals by name. */
  readonly recalls: readonly Compiled<Recall>[];
  /** Those that have not expired, by name. */
  readonly decisions: readonly CompiledDecision[];
  /** Those in force, by name. */
  readonly emergencies: readonly Compiled<Emergency>[];
  /** Those in force; the one that ends last first, equals by name. */
  readonly holds: readonly Compiled<Hold>[];
  /** All, past and future ones too, by name, with the classes they speak of. */
  readonly freezes: readonly { readonly statement: Freeze; readonly classes: Bitset }[];
}

export function compilePolicy(policy: PolicySet, snapshot: Snapshot, now: Instant): CompiledPolicy {
  const supersedence = buildSupersedence(snapshot.patches);
  const dates = datePatches(snapshot.patches, snapshot.facts, now);
  const patches = indexPatches(snapshot.patches, dates, supersedence.superseded, now);
  const classes = classifyDevices(snapshot.devices, deviceSelectorsOf(policy));
  const compile = <T extends { devices: DeviceSelector; patches: PatchSelector }>(
    statement: T,
  ): Compiled<T> => ({
    statement,
    classes: classes.select(statement.devices),
    patches: patches.select(statement.patches),
  });
  const schedules = new Map(policy.schedules.map((schedule) => [schedule.name, schedule]));
  const rules = policy.rules.map(compile);
  const patchIndexOf = new Map(snapshot.patches.map((patch, index) => [patch.id, index]));
  const rings = ringsInOrder(policy.rings).map((ring) => ({
    ring,
    schedule: ring.schedule === null ? null : (schedules.get(ring.schedule) ?? null),
    promotions: standPromotions(policy.promotions, ring, snapshot.patches, patchIndexOf, now),
    rules: orderRules(rules, ring, patches.count),
    classes: classes.select(ring.devices),
  }));
  return {
    policy,
    now,
    classes,
    patches,
    dates,
    supersedence,
    schedules,
    rings,
    ringOfClass: assignRings(rings, classes.count),
    recalls: policy.recalls.map(compile).sort(compareRecalls),
    decisions: policy.decisions
      .filter((decision) => decision.expires === null || now < decision.expires)
      .map((decision) => ({ ...compile(decision), scope: scopeOf(decision.devices) }))
      .sort(compareNames),
    emergencies: policy.emergencies
      .filter((emergency) => emergency.requestedAt <= now && now < emergencyEndsAt(emergency))
      .map(compile)
      .sort(compareNames),
    holds: policy.holds
      .filter((hold) => hold.until === null || now < hold.until)
      .map(compile)
      .sort(compareHolds),
    freezes: policy.freezes.map((statement) => ({ statement, classes: classes.select(statement.devices) })),
  };
}

function deviceSelectorsOf(policy: PolicySet): DeviceSelector[] {
  return [
    ...policy.rings,
    ...policy.rules,
    ...policy.decisions,
    ...policy.freezes,
    ...policy.holds,
    ...policy.recalls,
    ...policy.emergencies,
  ].map((statement) => statement.devices);
}

function compareNames<T extends { readonly name: string }>(a: Compiled<T>, b: Compiled<T>): number {
  return compareCodeUnits(a.statement.name, b.statement.name);
}

function compareRecalls(a: Compiled<Recall>, b: Compiled<Recall>): number {
  return Number(b.statement.uninstall) - Number(a.statement.uninstall) || compareNames(a, b);
}

function compareHolds(a: Compiled<Hold>, b: Compiled<Hold>): number {
  const endOf = (hold: Hold): number => hold.until ?? Infinity;
  const [endA, endB] = [endOf(a.statement), endOf(b.statement)];
  if (endA !== endB) return endA > endB ? -1 : 1;
  return compareNames(a, b);
}

/** The first ring in order takes the class (design 2.2). */
function assignRings(rings: readonly CompiledRing[], classCount: number): Int16Array {
  const ringOfClass = new Int16Array(classCount).fill(-1);
  for (let cls = 0; cls < classCount; cls += 1) {
    ringOfClass[cls] = rings.findIndex((ring) => hasBit(ring.classes, cls));
  }
  return ringOfClass;
}

/** How strongly a rule speaks: deny wins at equal priority (design 3, step 5). */
const STRENGTH = { ignore: 0, manual: 1, approve: 2 } as const;

/** The soak in force for a fact whose winning rule this is. */
export function soakOf(rule: Rule | null, ring: Ring): number {
  return rule?.soak ?? ring.soak.for;
}

/** Highest priority; ignore, manual, approve; among approvals the most cautious; then by id. */
export function compareRulesIn(ring: Ring): (a: Rule, b: Rule) => number {
  const caution = (rule: Rule): number => (ring.after === null ? rule.delay : soakOf(rule, ring));
  return (a, b) =>
    b.priority - a.priority ||
    STRENGTH[a.then] - STRENGTH[b.then] ||
    (a.then === "approve" ? caution(b) - caution(a) : 0) ||
    compareCodeUnits(a.id, b.id);
}

export function speaksIn(statement: { readonly rings: readonly string[] | null }, ring: string): boolean {
  return statement.rings === null || statement.rings.includes(ring);
}

function orderRules(all: readonly Compiled<Rule>[], ring: Ring, patchCount: number): RingRules {
  const compare = compareRulesIn(ring);
  const rules = all
    .filter((rule) => speaksIn(rule.statement, ring.name))
    .sort((a, b) => compare(a.statement, b.statement));
  const words = (rules.length + 31) >>> 5;
  const byPatch = new Uint32Array(patchCount * words);
  rules.forEach((rule, position) => {
    forEachBit(rule.patches, (patch) => {
      byPatch[patch * words + (position >>> 5)]! |= 1 << (position & 31);
    });
  });
  return { rules, byPatch, words };
}

/** The set of positions whose statement speaks of a class. */
export function positionsForClass(list: readonly { readonly classes: Bitset }[], cls: number): Bitset {
  const bits = emptyBitset(list.length);
  list.forEach((item, position) => {
    if (hasBit(item.classes, cls)) addBit(bits, position);
  });
  return bits;
}
