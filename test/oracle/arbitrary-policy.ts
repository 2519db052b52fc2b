/** Random rings, rules and schedules: few names, few values, so that ties and boundaries are common. */
import fc from "fast-check";
import type { Instant } from "../../src/core/model.ts";
import type * as P from "../../src/core/policy.ts";
import { devices, patches } from "./arbitrary-selectors.ts";
import { compareText, DAY } from "./world.ts";

/** Code-unit order differs from any locale's order (`-` before digits before letters). */
const NAMES = ["a", "a-b", "a1", "ab", "b", "z-9"] as const;
export const RING_NAMES: readonly string[] = ["pilot", "broad", "a-ring", "a1"];
export const HOUR: number = 3600;
const WEEK: P.Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** Seconds before (negative) or after now at which things happen; few, so that equalities are common. */
export const OFFSETS: readonly number[] = [
  -14 * DAY,
  -7 * DAY,
  -3 * DAY,
  -3 * DAY + 1,
  -2 * DAY,
  -DAY,
  -HOUR,
  -1,
  0,
  1,
  HOUR,
  DAY,
  2 * DAY,
  2 * DAY + 1,
];
export const SPANS: readonly number[] = [0, HOUR, DAY, 3 * DAY, 7 * DAY];
export const PERCENTS: readonly number[] = [0, 12.5, 33.3, 50, 66.7, 80, 90, 100];

export const offset: fc.Arbitrary<number> = fc.constantFrom(...OFFSETS);

export function statement(name: string): P.Statement {
  return { name, owner: null, description: null, place: { file: "policy.yaml", line: 1, column: 1 } };
}

/** Draws become statements once now and the names of the rings are known. */
export type Made<T> = (now: Instant, rings: readonly string[]) => T;

/** Up to `maxLength` statements with different names, sorted; `make` turns a draw into a statement. */
export function statements<D, T>(
  draw: fc.Arbitrary<D>,
  maxLength: number,
  make: (drawn: D, base: P.Statement, now: Instant, rings: readonly string[]) => T,
): fc.Arbitrary<Made<T[]>> {
  return fc
    .uniqueArray(fc.tuple(fc.constantFrom(...NAMES), draw), {
      maxLength,
      size: "max",
      selector: ([name]) => name,
    })
    .map((items) => {
      const sorted = items.toSorted(([a], [b]) => compareText(a, b));
      return (now, rings) => sorted.map(([name, drawn]) => make(drawn, statement(name), now, rings));
    });
}

const windowSpec: fc.Arbitrary<P.WindowSpec> = fc.record({
  on: fc.oneof(
    fc.subarray(WEEK, { minLength: 1 }).map((days) => ({ kind: "weekly" as const, days })),
    fc.record({
      kind: fc.constant("monthly" as const),
      weekday: fc.constantFrom(...WEEK),
      nth: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const, 5 as const, "last" as const),
      offsetDays: fc.constantFrom(0, 0, 1, 3, 10),
    }),
  ),
  startMinute: fc.constantFrom(0, 60, 90, 120, 150, 540, 600, 1320, 1439),
  duration: fc.constantFrom(60, HOUR, 4 * HOUR, DAY, 36 * HOUR, 7 * DAY),
});

export const schedules: fc.Arbitrary<Made<P.Schedule[]>> = statements(
  fc.record({
    timezone: fc.constantFrom("device", "device", "Europe/London", "America/New_York", "Asia/Kathmandu"),
    dst: fc.constantFrom("shift-forward" as const, "skip" as const),
    windows: fc.array(windowSpec, { minLength: 1, maxLength: 2 }),
  }),
  3,
  (drawn, base) => ({ ...base, ...drawn }),
);

/** In what a ring selects: mostly its own tag, sometimes something that overlaps with others. */
const ringDevices: fc.Arbitrary<P.DeviceSelector | null> = fc.oneof(
  { weight: 8, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: devices },
);

export interface RingDraw {
  readonly devices: P.DeviceSelector | null;
  readonly afterIndex: number | null;
  readonly scheduleIndex: number | null;
  readonly soak: P.Ring["soak"];
  readonly gates: P.Gates;
}

export const ringDraw: fc.Arbitrary<RingDraw> = fc.record({
  devices: ringDevices,
  afterIndex: fc.option(fc.nat(3), { freq: 5 }),
  scheduleIndex: fc.option(fc.nat(2), { freq: 2 }),
  soak: fc.record({
    for: fc.constantFrom(0, 0, ...SPANS),
    clock: fc.constantFrom(
      "quorum" as const,
      "quorum" as const,
      "first-install" as const,
      "approved" as const,
    ),
    quorum: fc.record({
      percent: fc.constantFrom(0, 0, 12.5, 33.3, ...PERCENTS),
      minDevices: fc.constantFrom(0, 1, 1, 2),
    }),
  }),
  gates: fc.record({
    installedPercent: fc.constantFrom(0, 0, 12.5, 12.5, 33.3, ...PERCENTS),
    failedDevices: fc.constantFrom(0, 0, 0, 1, 100),
    failedPercent: fc.constantFrom(0, 33.3, 50, 100, 100),
    coverage: fc.subarray(["os", "type", "site", "client", "app", "tag:vip"], { maxLength: 2 }),
  }),
});

export function makeRing(
  draw: RingDraw,
  index: number,
  names: readonly string[],
  schedules: readonly string[],
): P.Ring {
  const after = draw.afterIndex === null || index === 0 ? null : (names[draw.afterIndex % index] as string);
  const own: P.DeviceSelector = { kind: "key", key: "tags", values: [`r${index}`] };
  return {
    ...statement(names[index] as string),
    after,
    devices: draw.devices ?? own,
    schedule: pick(schedules, draw.scheduleIndex),
    soak: draw.soak,
    gates: draw.gates,
    promotion: { by: "pull-request", reviewers: [], maxPatches: 50 },
    brake: null,
  };
}

function pick(names: readonly string[], index: number | null): string | null {
  return index === null || names.length === 0 ? null : (names[index % names.length] as string);
}

export interface RuleDraw {
  readonly document: string;
  readonly name: string;
  readonly patches: P.PatchSelector;
  readonly devices: P.DeviceSelector;
  readonly ringIndexes: readonly number[] | null;
  readonly then: "approve" | "ignore" | "manual";
  readonly delay: number;
  readonly soak: number | null;
  readonly scheduleIndex: number | null;
  readonly priority: number;
}

const ruleDraw: fc.Arbitrary<RuleDraw> = fc.record({
  document: fc.constantFrom("a", "a-b", "ab"),
  name: fc.constantFrom("x", "x-1", "x1", "y"),
  patches: fc.oneof(
    { weight: 2, arbitrary: fc.constant({ kind: "all" as const, nodes: [] }) },
    { weight: 1, arbitrary: patches },
  ),
  devices: fc.oneof(
    { weight: 3, arbitrary: fc.constant({ kind: "all" as const, nodes: [] }) },
    { weight: 1, arbitrary: devices },
  ),
  ringIndexes: fc.option(fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 3 }), { freq: 2 }),
  then: fc.constantFrom(
    ...([
      "approve",
      "approve",
      "approve",
      "approve",
      "approve",
      "approve",
      "approve",
      "approve",
      "ignore",
      "manual",
    ] as const),
  ),
  delay: fc.constantFrom(0, 0, ...SPANS),
  soak: fc.option(fc.constantFrom(...SPANS), { freq: 2 }),
  scheduleIndex: fc.option(fc.nat(2), { freq: 2 }),
  priority: fc.constantFrom(0, 0, 0, 10, -1),
});

export const ruleDraws: fc.Arbitrary<RuleDraw[]> = fc.uniqueArray(ruleDraw, {
  minLength: 1,
  maxLength: 6,
  size: "max",
  selector: ({ document, name }) => `${document}/${name}`,
});

export function makeRule(draw: RuleDraw, rings: readonly string[], schedules: readonly string[]): P.Rule {
  const { ringIndexes, scheduleIndex, document, name, ...rest } = draw;
  return {
    ...rest,
    id: `${document}/${name}`,
    place: { file: "policy.yaml", line: 1, column: 1 },
    owner: null,
    rings: ringNames(ringIndexes, rings),
    schedule: pick(schedules, scheduleIndex),
    rationale: null,
  };
}

export function ringNames(indexes: readonly number[] | null, rings: readonly string[]): string[] | null {
  if (indexes === null) return null;
  return [...new Set(indexes.map((index) => rings[index % rings.length] as string))].toSorted(compareText);
}
