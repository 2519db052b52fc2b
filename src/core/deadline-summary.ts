/** Deadlines that need a person, by profile: for notices and for monitoring (interfaces b.9). */
import { riskOf, stateOf, type DeadlineAssessment } from "./deadlines.ts";
import { isLost } from "./deadline-risk.ts";
import type { Decided } from "./decide.ts";
import type { Instant } from "./model.ts";
import type { DeadlineState } from "./notice.ts";
import { compareCodeUnits } from "./order.ts";

/** What has no window left becomes urgent when it is due within 48 hours. */
export const NO_WINDOW_WITHIN: number = 48 * 3600;

export interface DeadlineSummary {
  /** Of the obligation that counts. */
  readonly profile: string;
  /** `no-window`: due within `NO_WINDOW_WITHIN`, and no window opens before; every other that cannot be kept is `lost`. */
  readonly state: DeadlineState;
  /** The first of its due dates. */
  readonly dueAt: Instant;
  readonly patches: number;
  readonly devices: number;
  /** Patches on devices. */
  readonly obligations: number;
}

interface Count {
  readonly profile: string;
  readonly state: DeadlineState;
  dueAt: Instant;
  readonly patches: Set<number>;
  devices: number;
  lastDevice: number;
  obligations: number;
}

/** Overdue and at risk, each fact once; by profile and state, sorted by due date. `scope`: devices by index. */
export function summarizeDeadlines(
  decided: Decided,
  assessment: DeadlineAssessment,
  scope: Iterable<number> = decided.snapshot.devices.id.keys(),
): DeadlineSummary[] {
  const counts = new Map<string, Count>();
  const { devices, facts } = decided.snapshot;
  for (const device of scope) {
    const start = devices.factStart[device]!;
    const end = start + devices.factCount[device]!;
    for (let fact = start; fact < end; fact += 1) {
      const state = summaryState(assessment, fact);
      if (state === null) continue;
      const profile = assessment.obligationsOf(fact)[0]!.profile.name;
      const key = `${state} ${profile}`;
      const dueAt = assessment.dueAt[fact]!;
      let count = counts.get(key);
      if (count === undefined) {
        count = { profile, state, dueAt, patches: new Set(), devices: 0, lastDevice: -1, obligations: 0 };
        counts.set(key, count);
      }
      count.dueAt = Math.min(count.dueAt, dueAt);
      count.patches.add(facts.patch[fact]!);
      count.obligations += 1;
      if (count.lastDevice !== device) count.devices += 1;
      count.lastDevice = device;
    }
  }
  return [...counts.values()]
    .map((count) => ({
      profile: count.profile,
      state: count.state,
      dueAt: count.dueAt,
      patches: count.patches.size,
      devices: count.devices,
      obligations: count.obligations,
    }))
    .sort((a, b) => a.dueAt - b.dueAt || compareCodeUnits(a.profile + a.state, b.profile + b.state));
}

function summaryState(assessment: DeadlineAssessment, fact: number): DeadlineState | null {
  const state = stateOf(assessment, fact);
  if (state !== "at-risk") return state === "overdue" ? state : null;
  const risk = riskOf(assessment, fact);
  const isSoon = assessment.dueAt[fact]! - assessment.now <= NO_WINDOW_WITHIN;
  if (isSoon && risk === "no-window") return "no-window";
  return isLost(risk) ? "lost" : "at-risk";
}
