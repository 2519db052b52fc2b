/** Comparisons of any size with any text in them; their sums are right. */
import fc from "fast-check";
import { changeOf, dangerOfChange } from "../../../src/core/compare-danger.ts";
import {
  CHANGE_DANGERS,
  SENDINGS,
  type ChangeGroup,
  type ComparedSide,
  type Comparison,
  type NewFinding,
  type SiteChanges,
  type TimingGroup,
} from "../../../src/core/comparison.ts";
import { ACTIONS, REASONS, VERDICTS, type Action } from "../../../src/core/model.ts";
import type { GuardRow } from "../../../src/core/plan.ts";
import { HOSTILE_STRINGS } from "../hostile-strings.ts";

const text = fc.oneof(
  fc.constantFrom("KB5063878", "microsoft/security", "production", "Recall/pull-kb5990160"),
  fc.constantFrom(...HOSTILE_STRINGS),
  fc.string({ unit: "binary", maxLength: 300 }),
);
const optional = fc.option(text);
const devices = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 100_000 }));

const side: fc.Arbitrary<ComparedSide> = fc.record({
  verdict: fc.constantFrom(...VERDICTS),
  reason: fc.constantFrom(...REASONS),
  ring: optional,
  source: optional,
  place: optional,
  action: fc.option(
    fc.tuple(fc.constantFrom(...ACTIONS), fc.constantFrom(...SENDINGS)).map(([action, sending]) => ({
      action,
      sending,
      obstacle:
        sending === "now" ? null : sending === "scheduled" ? ("WINDOW" as const) : ("STALE_SCAN" as const),
    })),
  ),
});

const group: fc.Arbitrary<ChangeGroup> = fc
  .record({
    patch: text,
    title: optional,
    devices,
    example: text,
    base: side,
    head: side,
    isApproved: fc.boolean(),
  })
  .map(({ isApproved, ...rest }) => ({
    danger: dangerOfChange(rest.base, rest.head, isApproved),
    change: changeOf(rest.base, rest.head),
    ...rest,
  }));

const end = fc.record({
  reason: fc.constantFrom(...REASONS),
  until: fc.option(fc.constant("2026-03-19T03:10:00Z")),
});
const timing: fc.Arbitrary<TimingGroup> = fc.record({
  kind: fc.constantFrom("gate" as const, "window" as const),
  patch: text,
  title: optional,
  ring: optional,
  source: optional,
  devices,
  base: end,
  head: end,
});

const finding: fc.Arbitrary<NewFinding> = fc.record({
  severity: fc.constantFrom("error" as const, "warning" as const, "info" as const),
  code: fc.constantFrom("fleet/dead-rule", "policy/expired"),
  summary: text,
  detail: text,
  place: optional,
});

const guard: fc.Arbitrary<GuardRow> = fc.record({
  guard: fc.oneof(
    fc.constant("actionsPerRun"),
    text.map((name) => `recallMaxDevices:${name}`),
  ),
  limit: fc.nat(),
  value: fc.nat(),
  tripped: fc.boolean(),
});

const sum = (groups: readonly { readonly devices: number }[]): number =>
  groups.reduce((total, one) => total + one.devices, 0);

function countBy(
  groups: readonly ChangeGroup[],
  action: (one: ChangeGroup) => Action | null,
): Record<Action, number> {
  return Object.fromEntries(
    ACTIONS.map((name) => [name, sum(groups.filter((one) => action(one) === name))]),
  ) as Record<Action, number>;
}

const isDangerous = ({ danger }: ChangeGroup): boolean => CHANGE_DANGERS.indexOf(danger) <= 5;

/** Everything at one site; none where nothing changes. */
function shareOut(changes: readonly ChangeGroup[], reached: number): SiteChanges[] {
  if (changes.length === 0) return [];
  const dangerous = sum(changes.filter(isDangerous));
  return [{ client: "Acme", site: null, devices: reached, stale: 1, changed: sum(changes), dangerous }];
}

export interface Drawn {
  readonly groups: readonly ChangeGroup[];
  readonly timing: readonly TimingGroup[];
  readonly findings: readonly NewFinding[];
  readonly guards: readonly GuardRow[];
  /** Where they are; absent: all at one site. */
  readonly sites?: readonly SiteChanges[];
}

/** A comparison of these rows, sorted, with the sums that they have. */
export function makeComparison({ groups, timing: times, findings, guards, sites }: Drawn): Comparison {
  const changes = [...groups].sort(
    (a, b) => CHANGE_DANGERS.indexOf(a.danger) - CHANGE_DANGERS.indexOf(b.danger) || b.devices - a.devices,
  );
  const changed = sum(changes);
  const digest = `sha256:${"7f3a".repeat(16)}`;
  const policy = { ref: null, commit: "4e1c".repeat(10), dirty: false, digest };
  const unchanged = sum(times) + 17;
  const none = Object.fromEntries(ACTIONS.map((name) => [name, 0])) as Record<Action, number>;
  return {
    format: "patchring.compare/1",
    at: "2026-03-18T09:00:00Z",
    base: { ...policy, ref: "origin/main" },
    head: policy,
    snapshot: {
      digest,
      takenAt: "2026-03-18T08:30:00Z",
      devices: changed + 5,
      stale: 2,
      patches: 9,
      facts: changed + unchanged,
    },
    summary: {
      facts: changed + unchanged,
      changed,
      unchanged,
      devices: Math.min(changed, 3),
      appears: countBy(changes, (one) => (one.change === "appears" ? one.head.action!.action : null)),
      disappears: countBy(changes, (one) => (one.change === "disappears" ? one.base.action!.action : null)),
      changes: sum(changes.filter(({ change }) => change === "changes")),
      verdictOnly: sum(changes.filter(({ change }) => change === "none")),
      verdicts: sum(changes.filter(({ base, head }) => base.verdict !== head.verdict)),
      dangerous: sum(changes.filter(isDangerous)),
      retimed: sum(times),
      otherStatement: 3,
      baseActions: none,
      headActions: { ...none, approve: 4 },
    },
    changes,
    timing: times,
    sites: sites ?? shareOut(changes, Math.min(changed, 3)),
    guards,
    findings,
    resolved: 2,
  };
}

/** Repeats what was drawn, so that thousands of rows cost little to draw. */
const repeat = <T>(items: readonly T[], times: number): T[] =>
  Array.from({ length: times }, () => items).flat();

export function arbitraryComparison(): fc.Arbitrary<Comparison> {
  return fc
    .record({
      groups: fc.array(group, { maxLength: 12 }),
      timing: fc.array(timing, { maxLength: 4 }),
      findings: fc.array(finding, { maxLength: 4 }),
      guards: fc.array(guard, { maxLength: 4 }),
      times: fc.constantFrom(1, 1, 3, 20, 100),
    })
    .map(({ groups, timing: times, findings, guards, times: n }) =>
      makeComparison({
        groups: repeat(groups, n),
        timing: repeat(times, n),
        findings: repeat(findings, n),
        guards: repeat(guards, n),
      }),
    );
}

/** One comparison in which a text stands in every place that takes foreign text. */
export function hostileComparison(hostile: string): Comparison {
  const one = (verdict: ComparedSide["verdict"], action: Action | null): ComparedSide => ({
    verdict,
    reason: "RULE",
    ring: hostile,
    source: hostile,
    place: hostile,
    action: action === null ? null : { action, sending: "now", obstacle: null },
  });
  const base = one("approve", "approve");
  const head = { ...one("uninstall", "uninstall"), ring: `${hostile}2`, source: `${hostile}2` };
  const ends = { reason: "SOAK", until: null } as const;
  const comparison = makeComparison({
    groups: [
      {
        danger: "removal",
        change: "changes",
        patch: hostile,
        title: `${hostile} title`,
        devices: 2,
        example: "ws-1",
        base,
        head,
      },
    ],
    timing: [
      {
        kind: "gate",
        patch: hostile,
        title: hostile,
        ring: hostile,
        source: hostile,
        devices: 1,
        base: ends,
        head: ends,
      },
    ],
    findings: [
      { severity: "warning", code: "fleet/dead-rule", summary: hostile, detail: hostile, place: hostile },
    ],
    guards: [{ guard: `recallMaxDevices:${hostile}`, limit: 1, value: 2, tripped: true }],
    sites: [{ client: hostile, site: `${hostile}2`, devices: 2, stale: 0, changed: 2, dangerous: 2 }],
  });
  return { ...comparison, base: { ...comparison.base, ref: hostile } };
}
