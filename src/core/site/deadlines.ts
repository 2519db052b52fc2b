/** Deadlines of a scope: what is late, what will be, and what can still be saved. */
import { DEADLINE_STATES } from "../deadline-states.ts";
import type { DeadlineProfile } from "../deadline-profile.ts";
import { isLost, RISKS, type Risk } from "../deadline-risk.ts";
import { addState, emptyTotals, type DeadlineTotals } from "../deadline-totals.ts";
import type { Obligation } from "../deadline-obligations.ts";
import type { DeadlineAssessment } from "../deadlines.ts";
import type { Decided } from "../decide.ts";
import type { Instant, Patch } from "../model.ts";
import { compareCodeUnits } from "../order.ts";
import { burnDown, type BurnDown } from "./burn-down.ts";
import type { SiteScope } from "./scope.ts";

/** Obligations on one patch in one ring that stand alike. */
export interface DeadlineGroup {
  readonly patch: Patch;
  readonly patchIndex: number;
  /** Null for no ring. */
  readonly ring: string | null;
  readonly state: "overdue" | "at-risk";
  readonly risk: Risk | null;
  readonly dueAt: Instant;
  /** The fewest on one device; 255 stands for more. */
  windowsLeft: number;
  devices: number;
  /** A device that has it, for an example. */
  readonly example: string;
  /** The obligation that counts first, then those that lose against it. */
  readonly obligations: readonly Obligation[];
}

/** Open obligations by days left and windows left. */
export interface DeadlineMatrix {
  readonly windows: readonly string[];
  readonly rows: readonly { readonly days: string; readonly counts: readonly number[] }[];
}

export interface SiteDeadlines {
  readonly profiles: readonly DeadlineProfile[];
  readonly totals: DeadlineTotals;
  /** Devices with an overdue obligation, and with one that cannot be kept any more. */
  readonly overdueDevices: number;
  readonly lostDevices: number;
  readonly riskDevices: number;
  /** What cannot be kept first, then what is due soon, then what is overdue, the longest first. */
  readonly groups: readonly DeadlineGroup[];
  readonly matrix: DeadlineMatrix;
  readonly burnDowns: readonly BurnDown[];
}

const DAY = 86_400;
const DAYS: readonly (readonly [string, number])[] = [
  ["up to 1 day", DAY],
  ["2 to 3 days", 3 * DAY],
  ["4 to 7 days", 7 * DAY],
  ["8 to 14 days", 14 * DAY],
  ["over 14 days", Infinity],
];
const WINDOWS = ["no window", "1 window", "2 windows", "3 and more"] as const;
const [OK, AT_RISK, OVERDUE] = (["ok", "at-risk", "overdue"] as const).map((state) =>
  DEADLINE_STATES.indexOf(state),
) as [number, number, number];
const MOST_BURN_DOWNS = 3;

export function gatherDeadlines(
  decided: Decided,
  assessment: DeadlineAssessment,
  scope: SiteScope,
): SiteDeadlines {
  const pass = new DeadlineGroups(decided, assessment);
  for (const device of scope.devices) pass.add(device);
  const groups = pass.groups();
  const urgent = [...new Set(groups.map(({ patchIndex }) => patchIndex))].slice(0, MOST_BURN_DOWNS);
  return {
    profiles: assessment.profiles,
    totals: pass.totals,
    overdueDevices: pass.overdueDevices,
    lostDevices: pass.lostDevices,
    riskDevices: pass.riskDevices,
    groups,
    matrix: { windows: WINDOWS, rows: DAYS.map(([days], row) => ({ days, counts: pass.matrix[row]! })) },
    burnDowns: urgent.flatMap((patch) => burnDown(decided, assessment, scope, patch) ?? []),
  };
}

class DeadlineGroups {
  readonly totals: DeadlineTotals;
  readonly matrix: number[][] = DAYS.map(() => WINDOWS.map(() => 0));
  overdueDevices = 0;
  lostDevices = 0;
  riskDevices = 0;
  readonly #decided: Decided;
  readonly #assessment: DeadlineAssessment;
  readonly #totals = emptyTotals();
  readonly #groups = new Map<string, DeadlineGroup>();

  constructor(decided: Decided, assessment: DeadlineAssessment) {
    this.#decided = decided;
    this.#assessment = assessment;
    this.totals = this.#totals;
  }

  add(device: number): void {
    const { devices } = this.#decided.snapshot;
    const { states } = this.#assessment;
    const start = devices.factStart[device]!;
    const end = start + devices.factCount[device]!;
    const seen = { overdue: false, lost: false, risk: false };
    for (let fact = start; fact < end; fact += 1) {
      const state = states[fact]!;
      if (state === 0) continue;
      addState(this.#totals, DEADLINE_STATES[state]!);
      if (state === OK || state === AT_RISK) this.#countLeft(fact);
      if (state !== AT_RISK && state !== OVERDUE) continue;
      const group = this.#groupOf(device, fact, state === OVERDUE ? "overdue" : "at-risk");
      if (state === OVERDUE) seen.overdue = true;
      else seen[isLost(group.risk) ? "lost" : "risk"] = true;
    }
    if (seen.overdue) this.overdueDevices += 1;
    if (seen.lost) this.lostDevices += 1;
    if (seen.risk) this.riskDevices += 1;
  }

  #countLeft(fact: number): void {
    const { dueAt, windowsLeft, now } = this.#assessment;
    const row = DAYS.findIndex(([, most]) => dueAt[fact]! - now <= most);
    this.matrix[row]![Math.min(windowsLeft[fact]!, WINDOWS.length - 1)]! += 1;
  }

  #groupOf(device: number, fact: number, state: DeadlineGroup["state"]): DeadlineGroup {
    const { snapshot, compiled } = this.#decided;
    const { dueAt, risks, windowsLeft, obligationsOf } = this.#assessment;
    const patch = snapshot.facts.patch[fact]!;
    const ring = compiled.ringOfClass[compiled.classes.classOf[device]!]!;
    const key = `${patch} ${ring} ${state} ${risks[fact]!} ${dueAt[fact]!}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = {
        patch: snapshot.patches[patch]!,
        patchIndex: patch,
        ring: compiled.rings[ring]?.ring.name ?? null,
        state,
        risk: RISKS[risks[fact]! - 1] ?? null,
        dueAt: dueAt[fact]!,
        windowsLeft: windowsLeft[fact]!,
        devices: 0,
        example: snapshot.devices.id[device]!,
        obligations: obligationsOf(fact),
      };
      this.#groups.set(key, group);
    }
    group.devices += 1;
    group.windowsLeft = Math.min(group.windowsLeft, windowsLeft[fact]!);
    return group;
  }

  groups(): DeadlineGroup[] {
    const order = (group: DeadlineGroup): number =>
      group.state === "overdue" ? 2 : isLost(group.risk) ? 0 : 1;
    return [...this.#groups.values()].sort(
      (a, b) =>
        order(a) - order(b) ||
        a.dueAt - b.dueAt ||
        b.devices - a.devices ||
        compareCodeUnits(a.patch.id, b.patch.id) ||
        compareCodeUnits(a.ring ?? "", b.ring ?? ""),
    );
  }
}
