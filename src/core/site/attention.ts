/** What needs somebody, as data: the words are the report's. */
import type { Instant, Reason } from "../model.ts";
import type { GuardRow } from "../plan.ts";
import { isLost, type DeadlineGroup } from "./deadlines.ts";
import type { FactKind } from "./fact-kind.ts";
import { firstMergeBy } from "./rings.ts";
import type { SiteModel } from "./site-model.ts";
import type { SiteStatement } from "./statements.ts";

/** `now`: somebody has to act. `soon`: within days. `watch`: time or another party will do it. */
export type AttentionLevel = "now" | "soon" | "watch";

export type AttentionItem = { readonly level: AttentionLevel } & (
  | { readonly kind: "incomplete" }
  | { readonly kind: "old-snapshot"; readonly takenAt: Instant }
  | { readonly kind: "guard"; readonly guard: GuardRow }
  | { readonly kind: "exploited"; readonly devices: number }
  | { readonly kind: "overdue"; readonly obligations: number; readonly devices: number }
  | { readonly kind: "lost"; readonly obligations: number; readonly devices: number; readonly due: Instant }
  | {
      readonly kind: "at-risk";
      readonly obligations: number;
      readonly devices: number;
      readonly due: Instant;
    }
  | {
      readonly kind: "ready";
      readonly ring: string;
      readonly patches: number;
      readonly devices: number;
      /** So that no deadline is missed; null where none asks. */
      readonly mergeBy: Instant | null;
    }
  | { readonly kind: "rejected"; readonly ring: string; readonly patches: number }
  | {
      readonly kind: "gate";
      readonly ring: string;
      readonly from: string;
      readonly reason: Reason;
      readonly patches: number;
    }
  | { readonly kind: "exhausted"; readonly devices: number; readonly patches: number }
  | { readonly kind: "manual"; readonly facts: number }
  | { readonly kind: "hands"; readonly facts: number }
  | { readonly kind: "undated"; readonly facts: number }
  | { readonly kind: "reboot"; readonly devices: number }
  | { readonly kind: "stale"; readonly devices: number; readonly neverScanned: number }
  | { readonly kind: "no-ring"; readonly devices: number }
  | { readonly kind: "ends"; readonly statement: SiteStatement }
  | { readonly kind: "unknown-outcomes"; readonly actions: number }
  | { readonly kind: "braked"; readonly ring: string; readonly patch: string }
  | { readonly kind: "run-failed"; readonly startedAt: Instant; readonly exitCode: number }
);

/** A statement that ends within this is announced. */
export const ENDS_SOON: number = 14 * 86_400;
/** A snapshot older than this is no basis for decisions of today. */
const SNAPSHOT_OLD = 24 * 3600;
/** An old wait for a gate is shown by reason; these are opened by nobody but a person. */
const NEEDS_PERSON: readonly Reason[] = ["INSTALLED_PERCENT", "FAILURES", "COVERAGE"];

const LEVELS: readonly AttentionLevel[] = ["now", "soon", "watch"];

type Facts = Omit<SiteModel, "attention" | "coming">;

/** Most urgent first; within a level in the order in which they are looked for. */
export function findAttention(model: Facts): AttentionItem[] {
  const found = [
    ...fromSnapshot(model),
    ...fromDeadlines(model),
    ...fromGuards(model),
    ...fromRuns(model),
    ...fromRings(model),
    ...fromFacts(model),
    ...fromDevices(model),
    ...fromStatements(model),
  ];
  return LEVELS.flatMap((level) => found.filter((item) => item.level === level));
}

function fromSnapshot({ at, snapshot }: Facts): AttentionItem[] {
  const items: AttentionItem[] = [];
  if (!snapshot.complete) items.push({ level: "now", kind: "incomplete" });
  if (at - snapshot.takenAt > SNAPSHOT_OLD) {
    items.push({ level: "now", kind: "old-snapshot", takenAt: snapshot.takenAt });
  }
  return items;
}

function fromDeadlines({ concerns, deadlines }: Facts): AttentionItem[] {
  const items: AttentionItem[] = [];
  const groups = deadlines?.groups ?? [];
  const add = (
    level: AttentionLevel,
    kind: "lost" | "at-risk",
    devices: number,
    wanted: (group: DeadlineGroup) => boolean,
  ): void => {
    const found = groups.filter((group) => group.state === "at-risk" && wanted(group));
    const [first] = found;
    if (first === undefined) return;
    const obligations = found.reduce((sum, group) => sum + group.devices, 0);
    items.push({ level, kind, obligations, devices, due: first.dueAt });
  };
  add("now", "lost", deadlines?.lostDevices ?? 0, isLost);
  if (deadlines !== null && deadlines.totals.overdue > 0) {
    const { overdue } = deadlines.totals;
    items.push({ level: "now", kind: "overdue", obligations: overdue, devices: deadlines.overdueDevices });
  }
  if (concerns.exploited > 0) items.push({ level: "now", kind: "exploited", devices: concerns.exploited });
  add("soon", "at-risk", deadlines?.riskDevices ?? 0, (group) => !isLost(group));
  return items;
}

function fromGuards({ plan }: Facts): AttentionItem[] {
  return (plan?.guards ?? [])
    .filter(({ tripped }) => tripped)
    .map((guard) => ({ level: "now" as const, kind: "guard" as const, guard }));
}

function fromRuns({ runs }: Facts): AttentionItem[] {
  if (runs === null) return [];
  const items: AttentionItem[] = [];
  const last = runs.runs[0];
  if (last?.summary !== null && last?.summary !== undefined && last.summary.exitCode !== 0) {
    const { exitCode } = last.summary;
    items.push({ level: "now", kind: "run-failed", startedAt: last.startedAt, exitCode });
  }
  if (runs.unsettled > 0) items.push({ level: "watch", kind: "unknown-outcomes", actions: runs.unsettled });
  for (const { ring, patch } of runs.brakes) items.push({ level: "now", kind: "braked", ring, patch });
  return items;
}

function fromRings({ rings }: Facts): AttentionItem[] {
  return rings.flatMap((own): AttentionItem[] => {
    const { ring, candidates } = own;
    const items: AttentionItem[] = [];
    const { name } = ring;
    const ready = candidates.filter(({ state }) => state.kind === "ready");
    if (ready.length > 0) {
      const devices = Math.max(...ready.map((one) => one.devices));
      items.push({
        level: "now",
        kind: "ready",
        ring: name,
        patches: ready.length,
        devices,
        mergeBy: firstMergeBy(own, ready),
      });
    }
    const rejected = candidates.filter((one) => one.hasRejectedFile).length;
    if (rejected > 0) items.push({ level: "now", kind: "rejected", ring: name, patches: rejected });
    for (const reason of NEEDS_PERSON) {
      const shut = candidates.filter(({ state }) => state.kind === "waiting" && state.reason === reason);
      if (shut.length === 0) continue;
      const from = ring.after ?? "";
      items.push({ level: "soon", kind: "gate", ring: name, from, reason, patches: shut.length });
    }
    return items;
  });
}

/** Facts that are not installed and of such a kind. */
export function countFacts({ kinds }: Pick<Facts, "kinds">, wanted: (kind: FactKind) => boolean): number {
  return kinds.reduce(
    (sum, { kind, facts }) => (kind.status !== "installed" && wanted(kind) ? sum + facts : sum),
    0,
  );
}

function fromFacts(model: Facts): AttentionItem[] {
  const items: AttentionItem[] = [];
  const exhausted = model.failures.filter((one) => one.exhausted > 0);
  if (exhausted.length > 0) {
    const devices = exhausted.reduce((sum, one) => sum + one.exhausted, 0);
    const patches = new Set(exhausted.map(({ patch }) => patch.id)).size;
    items.push({ level: "now", kind: "exhausted", devices, patches });
  }
  const manual = countFacts(model, ({ verdict }) => verdict === "manual");
  if (manual > 0) items.push({ level: "now", kind: "manual", facts: manual });
  const isHanded = ({ obstacle }: FactKind): boolean =>
    obstacle === "MANUAL_BACKEND" || obstacle === "NOT_UNINSTALLABLE";
  const hands = model.kinds.reduce((sum, { kind, facts }) => (isHanded(kind) ? sum + facts : sum), 0);
  if (hands > 0) items.push({ level: "soon", kind: "hands", facts: hands });
  const undated = countFacts(model, ({ reason }) => reason === "NO_DATE");
  if (undated > 0) items.push({ level: "soon", kind: "undated", facts: undated });
  return items;
}

function fromDevices({ concerns, totals }: Facts): AttentionItem[] {
  const { stale, neverScanned } = totals.devices;
  const items: AttentionItem[] = [];
  if (concerns.noRing > 0) items.push({ level: "soon", kind: "no-ring", devices: concerns.noRing });
  if (stale + neverScanned > 0) {
    items.push({ level: "soon", kind: "stale", devices: stale + neverScanned, neverScanned });
  }
  if (concerns.reboot > 0) items.push({ level: "watch", kind: "reboot", devices: concerns.reboot });
  return items;
}

function fromStatements({ statements, at }: Facts): AttentionItem[] {
  return statements
    .filter(({ state, until, kind }) => {
      const soon = state === "in force" && until !== null && until - at <= ENDS_SOON;
      return soon && (kind === "Decision" || kind === "Hold" || kind === "Emergency");
    })
    .map((statement) => ({ level: "soon" as const, kind: "ends" as const, statement }));
}
