/**
 * The longest way of a patch to a ring, step by step: scan, delay, window, quorum, soak, review, window,
 * reboot. From policy alone; what policy cannot say is an assumption, and marked as one.
 */
import type { DeadlineAssumptions } from "./deadline-profile.ts";
import type { Instant, Seconds } from "./model.ts";
import type { PolicySet, Ring, Rule, Schedule, SoakClock, SourcePlace } from "./policy.ts";
import { mayOverlap } from "./selector-overlap.ts";
import { worstWait, type WorstWait } from "./window-wait.ts";
import type { ZoneRules } from "./zone.ts";

export type StepKind = "scan" | "delay" | "window" | "quorum" | "soak" | "review" | "reboot";

/** Where the length of a step comes from. */
export type StepSource =
  | { readonly kind: "assumption"; readonly key: keyof DeadlineAssumptions }
  | { readonly kind: "policy"; readonly place: SourcePlace; readonly value: Seconds }
  /** `schedule` null: always open, so that only the next run is waited for. */
  | { readonly kind: "schedule"; readonly schedule: Schedule | null; readonly wait: WorstWait | null };

export interface PathStep {
  readonly kind: StepKind;
  /** The ring that it happens in, or on the way to which. */
  readonly ring: string;
  /** Null when it never ends: no window opens. */
  readonly seconds: Seconds | null;
  readonly source: StepSource;
}

export interface DeadlinePath {
  readonly rule: Rule;
  readonly ring: Ring;
  readonly steps: readonly PathStep[];
  /** The ring in which no rule approves such patches, so that they never come here; null for none. */
  readonly blockedIn: string | null;
  /** Null when it never ends. */
  readonly total: Seconds | null;
}

export interface PathInput {
  readonly policy: PolicySet;
  readonly assume: DeadlineAssumptions;
  readonly now: Instant;
  readonly zones: ZoneRules;
  /** Zones that devices of a ring are in, for schedules by the device's clock; at least one. */
  readonly deviceZones: (ring: string) => readonly string[];
}

/** What a fix would change. */
export interface PathChange {
  readonly soak?: Seconds;
  readonly delay?: Seconds;
  /** Every window opens every day. */
  readonly isDaily?: boolean;
  readonly clock?: SoakClock;
  readonly isAuto?: boolean;
}

/** Whether a rule could speak for some device of a ring. */
export function maySpeak(rule: Rule, ring: Ring): boolean {
  return (rule.rings === null || rule.rings.includes(ring.name)) && mayOverlap(rule.devices, ring.devices);
}

export function findPath(input: PathInput, rule: Rule, ring: Ring, change: PathChange = {}): DeadlinePath {
  const rings = chainTo(input.policy, ring);
  const rules = rings.map((one) => (maySpeak(rule, one) ? rule : slowestRule(input.policy, rule, one)));
  const missing = rules.indexOf(null);
  if (missing >= 0) {
    return { rule, ring, steps: [], blockedIn: rings[missing]!.name, total: null };
  }
  const walk = new Walk(input, change);
  walk.arrive(rules[0]!, rings[0]!);
  for (let i = 1; i < rings.length; i += 1) walk.hop(rules[i]!, rings[i]!);
  walk.assume("reboot", "reboot", ring);
  const { steps } = walk;
  const isEndless = steps.some(({ seconds }) => seconds === null);
  const total = isEndless ? null : steps.reduce((sum, { seconds }) => sum + seconds!, 0);
  return { rule, ring, steps, blockedIn: null, total };
}

/** From the first ring on. */
function chainTo({ rings }: PolicySet, ring: Ring): Ring[] {
  const chain = [ring];
  for (let next: Ring | undefined = ring; next !== undefined && chain.length <= rings.length;) {
    const { after }: Ring = next;
    next = after === null ? undefined : rings.find(({ name }) => name === after);
    if (next !== undefined) chain.unshift(next);
  }
  return chain;
}

/** In a ring where the rule does not speak: the approving rule for such patches that makes them wait longest. */
function slowestRule({ rules }: PolicySet, rule: Rule, ring: Ring): Rule | null {
  const speaking = rules.filter(
    (one) => one.then === "approve" && maySpeak(one, ring) && mayOverlap(one.patches, rule.patches),
  );
  const wait = (one: Rule): Seconds => (ring.after === null ? one.delay : (one.soak ?? ring.soak.for));
  return speaking.reduce<Rule | null>(
    (slowest, one) => (slowest === null || wait(one) > wait(slowest) ? one : slowest),
    null,
  );
}

class Walk {
  readonly steps: PathStep[] = [];
  readonly #input: PathInput;
  readonly #change: PathChange;

  constructor(input: PathInput, change: PathChange) {
    this.#input = input;
    this.#change = change;
  }

  /** Into the first ring. The delay runs from the release, so the scan is part of it. */
  arrive(rule: Rule, ring: Ring): void {
    this.assume("scan", "scan", ring);
    const delay = Math.min(rule.delay, this.#change.delay ?? Infinity);
    this.#stated("delay", ring, Math.max(0, delay - this.#input.assume.scan), rule.place, delay);
    this.#window(rule, ring);
  }

  /** From the ring before into this one. */
  hop(rule: Rule, ring: Ring): void {
    const clock = this.#change.clock ?? ring.soak.clock;
    const soak = Math.min(rule.soak ?? ring.soak.for, this.#change.soak ?? Infinity);
    const place = rule.soak === null ? ring.place : rule.place;
    const window = this.steps.at(-1)!.seconds ?? 0;
    if (clock !== "first-install") this.assume("quorum", "quorum", ring);
    const already = clock === "approved" ? window + this.#input.assume.quorum : 0;
    this.#stated("soak", ring, Math.max(0, soak - already), place, soak);
    if (ring.promotion.by === "auto" || this.#change.isAuto === true) this.assume("review", "run", ring);
    else this.assume("review", "review", ring);
    this.#window(rule, ring);
  }

  assume(kind: StepKind, key: keyof DeadlineAssumptions, ring: Ring): void {
    const seconds = this.#input.assume[key];
    this.steps.push({ kind, ring: ring.name, seconds, source: { kind: "assumption", key } });
  }

  #stated(kind: StepKind, ring: Ring, seconds: Seconds, place: SourcePlace, value: Seconds): void {
    this.steps.push({ kind, ring: ring.name, seconds, source: { kind: "policy", place, value } });
  }

  /** The longest gap, and the next run after it opens. */
  #window(rule: Rule, ring: Ring): void {
    const { policy, assume, now, zones, deviceZones } = this.#input;
    const name = rule.schedule ?? ring.schedule;
    const schedule = policy.schedules.find((one) => one.name === name) ?? null;
    const used = schedule !== null && this.#change.isDaily === true ? everyDay(schedule) : schedule;
    const wait = used === null ? null : worstWait(used, zonesOf(used, deviceZones(ring.name)), now, zones);
    const gap = wait === null ? 0 : wait.seconds;
    this.steps.push({
      kind: "window",
      ring: ring.name,
      seconds: gap === null ? null : gap + assume.run,
      source: { kind: "schedule", schedule, wait },
    });
  }
}

function zonesOf(schedule: Schedule, deviceZones: readonly string[]): readonly string[] {
  return schedule.timezone === "device" ? deviceZones : [schedule.timezone];
}

/** The same windows on all seven days. */
function everyDay(schedule: Schedule): Schedule {
  const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
  return {
    ...schedule,
    windows: schedule.windows.map((window) => ({ ...window, on: { kind: "weekly", days } })),
  };
}
