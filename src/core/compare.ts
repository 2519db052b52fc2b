/**
 * Two policies on one snapshot at one instant (design 4.4): which actions appear, disappear or
 * change, and which verdicts. Pure; one pass over the facts, objects only for groups.
 */
import { addTiming, makeGroups, SideReader, sortTiming, type Combination } from "./compare-groups.ts";
import { intentsByFact, plannedAction, transitionOfIntent } from "./compare-intents.ts";
import type {
  ChangeDanger,
  ChangeGroup,
  ComparedPolicy,
  Comparison,
  ComparisonSummary,
  NewFinding,
  TimingGroup,
} from "./comparison.ts";
import type { Decided } from "./decide.ts";
import { formatOptional, ringName } from "./make-plan.ts";
import type { Action } from "./model.ts";
import { ACTIONS, VERDICTS } from "./model.ts";
import { isScheduling } from "./obstacle.ts";
import { compareCodeUnits } from "./order.ts";
import type { GuardRow } from "./plan.ts";
import { approvalOf } from "./snapshot.ts";
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

const WAIT = VERDICTS.indexOf("wait");
const IGNORE = ACTIONS.indexOf("ignore") + 1;
const DANGEROUS: ReadonlySet<ChangeDanger> = new Set([
  "removal",
  "removal-retry",
  "release",
  "removal-dropped",
  "take-back",
  "ban-lifted",
]);

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
    guards: parts.guards,
    findings: parts.findings,
    resolved: parts.resolved,
  };
}

class ComparePass {
  facts = 0;
  /** Distinct devices with a change. */
  devices = 0;
  retimed = 0;
  otherStatement = 0;
  readonly #base: Decided;
  readonly #head: Decided;
  readonly #baseIntents: Uint16Array;
  readonly #headIntents: Uint16Array;
  readonly #sides: { readonly base: SideReader; readonly head: SideReader };
  readonly #combinations = new Map<number, Combination>();
  /** Pairs of outcomes by their numbers, numbered as they come. */
  readonly #pairs = new Map<number, number>();
  /** By pair: 1 when another statement or ring decides. */
  readonly #isMoved: number[] = [];
  /** Waiting facts by pair and patch. */
  readonly #waits = new Map<number, { patch: number; base: number; head: number; devices: number }>();
  readonly #timing = new Map<string, TimingGroup>();

  constructor(base: Decided, head: Decided) {
    this.#base = base;
    this.#head = head;
    this.#baseIntents = intentsByFact(base);
    this.#headIntents = intentsByFact(head);
    this.#sides = { base: new SideReader(base), head: new SideReader(head) };
  }

  run(): { readonly changes: ChangeGroup[]; readonly timing: TimingGroup[] } {
    const { devices } = this.#head.snapshot;
    for (let device = 0; device < devices.count; device += 1) this.#compareDevice(device);
    for (const wait of this.#waits.values()) this.#compareWait(wait);
    return {
      changes: makeGroups(this.#combinations.values(), this.#head.snapshot.patches, this.#sides),
      timing: sortTiming(this.#timing),
    };
  }

  #compareDevice(device: number): void {
    const { devices, facts } = this.#head.snapshot;
    const start = devices.factStart[device]!;
    const end = start + devices.factCount[device]!;
    const [baseOutcomes, headOutcomes] = [this.#base.outcomes, this.#head.outcomes];
    const baseVerdicts = this.#base.table.verdictCodes;
    const headVerdicts = this.#head.table.verdictCodes;
    let isChanged = false;
    this.facts += end - start;
    for (let f = start; f < end; f += 1) {
      const b = baseOutcomes[f]!;
      const h = headOutcomes[f]!;
      const verdict = headVerdicts[h]!;
      const baseIntent = this.#baseIntents[f]!;
      const headIntent = this.#headIntents[f]!;
      const pair = this.#pairOf(b, h);
      if (baseVerdicts[b] === verdict && isSameAction(baseIntent, headIntent)) {
        if (this.#isMoved[pair] === 1) this.otherStatement += 1;
        if (verdict === WAIT) this.#countWait(pair, b, h, facts.patch[f]!);
        if (headIntent >> 6 !== 0) this.#compareWindow(device, f, baseIntent, headIntent);
        continue;
      }
      isChanged = true;
      this.#countChange(pair, device, f, baseIntent, headIntent);
    }
    if (isChanged) this.devices += 1;
  }

  #pairOf(base: number, head: number): number {
    const key = base * this.#head.table.rows.length + head;
    let pair = this.#pairs.get(key);
    if (pair === undefined) {
      pair = this.#pairs.size;
      this.#pairs.set(key, pair);
      const [b, h] = [this.#base.table.rows[base]!, this.#head.table.rows[head]!];
      const sameRing = ringName(this.#base, b.ring) === ringName(this.#head, h.ring);
      this.#isMoved.push(b.source === h.source && sameRing ? 0 : 1);
    }
    return pair;
  }

  #countChange(pair: number, device: number, fact: number, baseIntent: number, headIntent: number): void {
    const { snapshot } = this.#head;
    const patch = snapshot.facts.patch[fact]!;
    const asks = (baseIntent & 7) === IGNORE || (headIntent & 7) === IGNORE;
    const isApproved = asks && approvalOf(snapshot.facts.state[fact]!) === "approve";
    // Intents take ten bits each, so the low 21 bits are theirs; pairs and patches share the rest exactly.
    const intents = baseIntent * 2048 + headIntent * 2 + (isApproved ? 1 : 0);
    const key = (pair * snapshot.patches.length + patch) * 0x200000 + intents;
    const example = snapshot.devices.id[device]!;
    const known = this.#combinations.get(key);
    if (known !== undefined) {
      known.devices += 1;
      if (example < known.example) known.example = example;
      return;
    }
    if (key > Number.MAX_SAFE_INTEGER) throw new Error("a fleet of this size cannot be compared exactly");
    this.#combinations.set(key, {
      patch,
      base: this.#base.outcomes[fact]!,
      head: this.#head.outcomes[fact]!,
      baseIntent,
      headIntent,
      isApproved,
      devices: 1,
      example,
    });
  }

  #countWait(pair: number, base: number, head: number, patch: number): void {
    const key = pair * this.#head.snapshot.patches.length + patch;
    const known = this.#waits.get(key);
    if (known === undefined) this.#waits.set(key, { patch, base, head, devices: 1 });
    else known.devices += 1;
  }

  #compareWait(wait: { patch: number; base: number; head: number; devices: number }): void {
    const base = this.#sides.base.wait(wait.base, wait.patch);
    const head = this.#sides.head.wait(wait.head, wait.patch);
    if (base.reason === head.reason && base.until === head.until) return;
    this.#addTiming("gate", wait.patch, wait.head, wait.devices, {
      base: { reason: base.reason, until: formatOptional(base.until) },
      head: { reason: head.reason, until: formatOptional(head.until) },
    });
  }

  /** Both have the same action behind the same obstacle: does it open at another time? */
  #compareWindow(device: number, fact: number, baseIntent: number, headIntent: number): void {
    const reason = plannedAction(headIntent)?.obstacle ?? null;
    if (reason === null || !isScheduling(reason)) return;
    const [base, head] = [this.#base, this.#head].map((decided, side) =>
      decided.obstacles.opensAt(
        {
          device,
          fact,
          outcome: decided.outcomes[fact]!,
          transition: transitionOfIntent(side === 0 ? baseIntent : headIntent),
        },
        reason,
      ),
    );
    if (base === head) return;
    this.#addTiming("window", this.#head.snapshot.facts.patch[fact]!, this.#head.outcomes[fact]!, 1, {
      base: { reason, until: formatOptional(base ?? null) },
      head: { reason, until: formatOptional(head ?? null) },
    });
  }

  #addTiming(
    kind: TimingGroup["kind"],
    patch: number,
    outcome: number,
    devices: number,
    ends: Pick<TimingGroup, "base" | "head">,
  ): void {
    const { id, title } = this.#head.snapshot.patches[patch]!;
    const { ring, source } = this.#head.table.rows[outcome]!;
    this.retimed += devices;
    addTiming(this.#timing, {
      kind,
      patch: id,
      title,
      ring: ringName(this.#head, ring),
      source,
      devices,
      ...ends,
    });
  }
}

/** The same action, to be sent at the same moment; a retry and a first try are one. */
function isSameAction(base: number, head: number): boolean {
  return base === head || ((base & 7) === (head & 7) && base >> 6 === head >> 6);
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
    dangerous: sum(({ danger }) => DANGEROUS.has(danger)),
    retimed: pass.retimed,
    otherStatement: pass.otherStatement,
    baseActions: sentNow(base),
    headActions: sentNow(head),
  };
}

/** What tells two findings apart; the line may have moved. */
type FindingKey = Pick<NewFinding, "code" | "summary" | "detail">;

/** Findings of the head that the base lacks, and how many it is the other way round. Each counts as often as it stands there. */
export function compareFindings(
  base: readonly FindingKey[],
  head: readonly NewFinding[],
): { readonly findings: NewFinding[]; readonly resolved: number } {
  const keyOf = ({ code, summary, detail }: FindingKey): string => JSON.stringify([code, summary, detail]);
  const left = new Map<string, number>();
  for (const one of base) left.set(keyOf(one), (left.get(keyOf(one)) ?? 0) + 1);
  const findings = head.filter((one) => {
    const key = keyOf(one);
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count === 0;
  });
  const order = ["error", "warning", "info"];
  return {
    findings: findings.sort(
      (a, b) =>
        order.indexOf(a.severity) - order.indexOf(b.severity) ||
        compareCodeUnits(a.code, b.code) ||
        compareCodeUnits(a.place ?? "", b.place ?? ""),
    ),
    resolved: [...left.values()].reduce((sum, count) => sum + count, 0),
  };
}
