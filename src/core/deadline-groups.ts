/** What is late or may become so, by patch: the work list of deadlines. */
import type { Obligation } from "./deadline-obligations.ts";
import type { Risk } from "./deadline-risk.ts";
import { riskOf, stateOf, type DeadlineAssessment } from "./deadlines.ts";
import type { Decided } from "./decide.ts";
import type { Patch } from "./model.ts";
import { compareCodeUnits } from "./order.ts";

export interface DeadlineGroup {
  readonly patch: Patch;
  readonly state: "overdue" | "at-risk";
  /** Null for `overdue`. */
  readonly risk: Risk | null;
  /** The one that counts first; the others are due later, or an exception put them aside. */
  readonly obligations: readonly Obligation[];
  readonly devices: number;
  /** The lowest device id, as an example. */
  readonly device: string;
}

/** Overdue and at risk, by the due date, then by patch. Devices with the same obligations and risk are one group. */
export function groupDeadlines({ snapshot }: Decided, assessment: DeadlineAssessment): DeadlineGroup[] {
  const groups = new Map<string, { -readonly [K in keyof DeadlineGroup]: DeadlineGroup[K] }>();
  const { devices, facts, patches } = snapshot;
  for (let d = 0; d < devices.count; d += 1) {
    const start = devices.factStart[d]!;
    const end = start + devices.factCount[d]!;
    for (let fact = start; fact < end; fact += 1) {
      const state = stateOf(assessment, fact);
      if (state !== "overdue" && state !== "at-risk") continue;
      const risk = riskOf(assessment, fact);
      const obligations = assessment.obligationsOf(fact);
      const tiers = obligations.map(({ profile, tier }) => [profile.name, tier.name]);
      const key = JSON.stringify([facts.patch[fact], state, risk, tiers]);
      const device = devices.id[d]!;
      const known = groups.get(key);
      if (known === undefined) {
        const patch = patches[facts.patch[fact]!]!;
        groups.set(key, { patch, state, risk, obligations, devices: 1, device });
        continue;
      }
      known.devices += 1;
      if (compareCodeUnits(device, known.device) < 0) known.device = device;
    }
  }
  return [...groups.values()].sort(
    (a, b) => a.obligations[0]!.dueAt! - b.obligations[0]!.dueAt! || compareCodeUnits(a.patch.id, b.patch.id),
  );
}
