/** What a recall would remove, and where it cannot. */
import { expect, it } from "vitest";
import { decide } from "../../src/core/decide.ts";
import { previewRecall } from "../../src/core/recall-preview.ts";
import * as f from "../oracle/fixture.ts";
import { toColumns, zones } from "./worlds.ts";

const STALE = { id: "d4", tags: ["prod"], scannedAt: "2026-03-01T08:00:00Z", facts: [f.fact("installed")] };
const DEVICES = [
  f.device("d1", "pilot", f.fact("installed")),
  f.device("d2", "prod", f.fact("missing")),
  f.device("d3", "prod", f.fact("reboot-required")),
  STALE,
];

function preview(
  uninstall: boolean,
  uninstallable = "yes",
  actions = ["approve", "ignore", "do-nothing", "uninstall"],
) {
  const policy = f.policy({ recalls: [f.recall("pull", { uninstall })] });
  const capabilities = { actions, holdIsSafe: true, schedules: "reconciler" } as never;
  const world = f.snapshot(DEVICES, [{ ...f.PATCH, uninstallable }], capabilities);
  const shown = previewRecall(decide(policy, toColumns(world), f.NOW, zones), "pull");
  return {
    remove: shown.remove.map(({ device }) => device),
    cannot: shown.cannot.map(({ device, obstacle }) => `${device} ${obstacle}`),
    keep: shown.keep.map(({ device }) => device),
    ignoredFacts: shown.ignoredFacts,
  };
}

it.each([
  [
    "removes where it can",
    preview(true),
    { remove: ["d1"], cannot: ["d3 REBOOT_FIRST", "d4 STALE_SCAN"], keep: [], ignoredFacts: 1 },
  ],
  [
    "a patch that cannot be uninstalled",
    preview(true, "no"),
    {
      remove: [],
      cannot: ["d1 NOT_UNINSTALLABLE", "d3 REBOOT_FIRST", "d4 NOT_UNINSTALLABLE"],
      keep: [],
      ignoredFacts: 1,
    },
  ],
  [
    "a backend that cannot",
    preview(true, "yes", ["approve", "ignore"]),
    {
      remove: [],
      cannot: ["d1 MANUAL_BACKEND", "d3 REBOOT_FIRST", "d4 MANUAL_BACKEND"],
      keep: [],
      ignoredFacts: 1,
    },
  ],
  [
    "a recall that only ignores",
    preview(false),
    { remove: [], cannot: [], keep: ["d1", "d3", "d4"], ignoredFacts: 1 },
  ],
])("%s", (_, shown, wanted) => {
  expect(shown).toEqual(wanted);
});
