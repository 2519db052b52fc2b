import fc from "../property.ts";
import { expect, it } from "vitest";
import { ACTIONS, STATUSES, type Action } from "../../src/core/model.ts";
import type { ActionRow } from "../../src/core/plan.ts";
import { DANGERS, groupActions, groupRows } from "../../src/report/group-actions.ts";
import { storyContext, storyPlan } from "./story.ts";

it("puts what belongs together into one group, dangers first", () => {
  const { actions } = groupActions(storyPlan, (device, patch) => storyContext.approval(device, patch));
  expect(
    actions.map(({ danger, patch, devices, statuses }) => ({ danger, patch, devices, statuses })),
  ).toEqual([
    { danger: "removal", patch: "KB5990160", devices: 2, statuses: { installed: 2 } },
    { danger: "release", patch: "app:java@8u441", devices: 31, statuses: { ignored: 31 } },
    { danger: "take-back", patch: "KB2724197", devices: 3, statuses: { pending: 3 } },
    { danger: "ignore", patch: "KB2724197", devices: 2, statuses: { missing: 2 } },
    { danger: "approve", patch: "app:google-chrome@146.0.1", devices: 204, statuses: { missing: 204 } },
    { danger: "reprocess", patch: "KB5990155", devices: 4, statuses: { failed: 4 } },
  ]);
});

it("takes an ignore for dangerous as long as the approval is not known", () => {
  const dangers = groupActions(storyPlan).actions.map(({ danger, devices }) => `${danger} ${devices}`);
  expect(dangers).toContain("take-back 5");
});

it("keeps groups apart by when they open", () => {
  const [row] = storyPlan.scheduled;
  const later = { ...row!, device: "z", opensAt: null };
  expect(groupRows([row!, later]).map(({ opensAt }) => opensAt)).toEqual([null, row!.opensAt]);
});

it("has one order for a row without a rule and one whose rule has an empty name", () => {
  const [row] = storyPlan.actions;
  const rows = [
    { ...row!, source: "" },
    { ...row!, source: null },
  ];
  const sources = (list: typeof rows): unknown => groupRows(list).map(({ source }) => source);
  expect(sources(rows)).toEqual([null, ""]);
  expect(sources(rows.reverse())).toEqual([null, ""]);
});

const name = fc.constantFrom("a", "a:b", "a|b", "-", "=", "1:a", "");
const row: fc.Arbitrary<ActionRow> = fc.record({
  device: fc.string(),
  patch: name,
  action: fc.constantFrom(...ACTIONS),
  ring: fc.option(name),
  status: fc.constantFrom(...STATUSES),
  verdict: fc.constantFrom("approve" as const, "uninstall" as const),
  reason: fc.constantFrom("APPROVED" as const, "FROZEN" as const),
  source: fc.option(name),
});

it("loses no row, mixes nothing, and does not mind the order of rows", () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
      const groups = groupRows(rows);
      const same = (action: Action, patch: string, ring: string | null, source: string | null): ActionRow[] =>
        rows.filter(
          (r) => r.action === action && r.patch === patch && r.ring === ring && r.source === source,
        );
      const quads = new Map(groups.map((g) => [JSON.stringify([g.action, g.patch, g.ring, g.source]), g]));
      for (const { action, patch, ring, source } of quads.values()) {
        const own = groups.filter(
          (g) => g.action === action && g.patch === patch && g.ring === ring && g.source === source,
        );
        expect(own.reduce((sum, g) => sum + g.devices, 0)).toBe(same(action, patch, ring, source).length);
      }
      expect(groups.reduce((sum, g) => sum + g.devices, 0)).toBe(rows.length);
      const order = groups.map((g) => DANGERS.indexOf(g.danger));
      expect(order).toEqual([...order].sort((a, b) => a - b));
      const plain = (list: typeof groups): unknown => list.map((group) => ({ ...group, example: "" }));
      expect(plain(groupRows([...rows].reverse()))).toEqual(plain(groups));
    }),
    { numRuns: 100 },
  );
});
