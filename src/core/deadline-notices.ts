/** Deadlines that need a person, as rows for notices: one for each profile and state. */
import { stateOf, riskOf, type DeadlineAssessment } from "./deadlines.ts";
import type { Decided } from "./decide.ts";
import type { DeadlineState as NoticeState } from "./notice.ts";
import type { DeadlineRow } from "./notices.ts";
import type { Instant } from "./model.ts";
import { compareCodeUnits } from "./order.ts";

interface Rows {
  readonly profile: string;
  readonly state: NoticeState;
  dueAt: Instant;
  readonly patches: Set<number>;
  devices: number;
  lastDevice: number;
}

/** Overdue, and at risk; of the latter those that no window or gate lets in before the due date apart. Sorted by due date. */
export function findDeadlineRows({ snapshot }: Decided, assessment: DeadlineAssessment): DeadlineRow[] {
  const rows = new Map<string, Rows>();
  const { devices, facts } = snapshot;
  for (let d = 0; d < devices.count; d += 1) {
    const start = devices.factStart[d]!;
    for (let fact = start; fact < start + devices.factCount[d]!; fact += 1) {
      const state = noticeState(assessment, fact);
      if (state === null) continue;
      const profile = assessment.obligationsOf(fact)[0]!.profile.name;
      const dueAt = assessment.dueAt[fact]!;
      const key = JSON.stringify([profile, state]);
      let row = rows.get(key);
      if (row === undefined) {
        rows.set(key, (row = { profile, state, dueAt, patches: new Set(), devices: 0, lastDevice: -1 }));
      }
      row.dueAt = Math.min(row.dueAt, dueAt);
      row.patches.add(facts.patch[fact]!);
      if (row.lastDevice !== d) row.devices += 1;
      row.lastDevice = d;
    }
  }
  return [...rows.values()]
    .map(({ profile, state, dueAt, patches, devices: count }) => ({
      profile,
      state,
      dueAt,
      patches: patches.size,
      devices: count,
    }))
    .sort((a, b) => a.dueAt - b.dueAt || compareCodeUnits(a.profile + a.state, b.profile + b.state));
}

function noticeState(assessment: DeadlineAssessment, fact: number): NoticeState | null {
  const state = stateOf(assessment, fact);
  if (state === "overdue") return "overdue";
  if (state !== "at-risk") return null;
  const risk = riskOf(assessment, fact);
  return risk === "no-window" || risk === "gate-late" ? "no-window" : "at-risk";
}
