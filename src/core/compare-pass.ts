/** The pass over the facts of two decided policies: one loop, objects only for what differs. */
import { dangerOfChange } from "./compare-danger.ts";
import { addTiming, makeGroups, SideReader, sortTiming, type Combination } from "./compare-groups.ts";
import { intentsByFact, plannedAction, transitionOfIntent } from "./compare-intents.ts";
import { SiteTally } from "./compare-sites.ts";
import { DANGEROUS_CHANGES, type ChangeGroup, type SiteChanges, type TimingGroup } from "./comparison.ts";
import type { Decided } from "./decide.ts";
import { formatOptional, ringName } from "./make-plan.ts";
import { ACTIONS, VERDICTS } from "./model.ts";
import { isScheduling } from "./obstacle.ts";
import { approvalOf } from "./snapshot.ts";

const WAIT = VERDICTS.indexOf("wait");
const IGNORE = ACTIONS.indexOf("ignore") + 1;

/** What a pass finds beside its counts. */
export interface FoundChanges {
  readonly changes: ChangeGroup[];
  readonly timing: TimingGroup[];
  readonly sites: SiteChanges[];
}

export class ComparePass {
  facts = 0;
  /** Distinct devices with a change. */
  devices = 0;
  retimed = 0;
  otherStatement = 0;
  readonly #base: Decided;
  readonly #head: Decided;
  readonly #baseIntents: Uint16Array;
  readonly #headIntents: Uint16Array;
  readonly #sites: SiteTally;
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
    this.#sites = new SiteTally(head.snapshot.devices);
    this.#sides = { base: new SideReader(base), head: new SideReader(head) };
  }

  run(): FoundChanges {
    const { devices } = this.#head.snapshot;
    for (let device = 0; device < devices.count; device += 1) this.#compareDevice(device);
    for (const wait of this.#waits.values()) this.#compareWait(wait);
    return {
      changes: makeGroups(this.#combinations.values(), this.#head.snapshot.patches, this.#sides),
      timing: sortTiming(this.#timing),
      sites: this.#sites.list(),
    };
  }

  #compareDevice(device: number): void {
    const { devices, facts } = this.#head.snapshot;
    const start = devices.factStart[device]!;
    const end = start + devices.factCount[device]!;
    const [baseOutcomes, headOutcomes] = [this.#base.outcomes, this.#head.outcomes];
    const baseVerdicts = this.#base.table.verdictCodes;
    const headVerdicts = this.#head.table.verdictCodes;
    let changed = 0;
    let dangerous = 0;
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
      changed += 1;
      if (this.#countChange(pair, device, f, baseIntent, headIntent).isDangerous) dangerous += 1;
    }
    if (changed === 0) return;
    this.devices += 1;
    this.#sites.add(device, { isStale: this.#head.stale[device] === 1, changed, dangerous });
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

  #countChange(
    pair: number,
    device: number,
    fact: number,
    baseIntent: number,
    headIntent: number,
  ): Combination {
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
      return known;
    }
    if (key > Number.MAX_SAFE_INTEGER) throw new Error("a fleet of this size cannot be compared exactly");
    const outcomes = { base: this.#base.outcomes[fact]!, head: this.#head.outcomes[fact]! };
    const danger = dangerOfChange(
      this.#sides.base.read(outcomes.base, patch, baseIntent),
      this.#sides.head.read(outcomes.head, patch, headIntent),
      isApproved,
    );
    const isDangerous = DANGEROUS_CHANGES.has(danger);
    const own = { patch, ...outcomes, baseIntent, headIntent, danger, isDangerous, devices: 1, example };
    this.#combinations.set(key, own);
    return own;
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
