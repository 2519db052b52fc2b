import { expect, it } from "vitest";
import { ACTIONS } from "../../src/core/model.ts";
import { groupBySite } from "../../src/report/group-by-site.ts";
import { EMPTY_CONTEXT } from "../../src/report/plan-context.ts";
import { storyContext, storyPlan } from "./story.ts";

it("counts devices once and every action, most devices first", () => {
  const sites = groupBySite(storyPlan, storyContext);
  expect(sites.map(({ client, site, devices }) => ({ client, site, devices }))).toEqual([
    { client: "Harbor Dental", site: "London", devices: 121 },
    { client: "Northwind", site: "Leeds", devices: 94 },
  ]);
  for (const action of ACTIONS) {
    expect(sites.reduce((sum, site) => sum + site.actions[action], 0)).toBe(
      storyPlan.summary.actions[action],
    );
  }
  expect(sites.reduce((sum, { devices }) => sum + devices, 0)).toBe(storyPlan.summary.devices);
});

it("has devices of no known site last among equals, and nothing to say when no device is known", () => {
  const context = {
    ...storyContext,
    device: (id: string) => (id.startsWith("ws-l") ? storyContext.device(id) : null),
  };
  expect(groupBySite(storyPlan, context).at(-1)).toMatchObject({ client: null, site: null, devices: 11 });
  expect(groupBySite(storyPlan, EMPTY_CONTEXT)).toEqual([]);
});
