import { expect, it } from "vitest";
import type { ChangeGroup, ComparedSide } from "../../../src/core/comparison.ts";
import { whyText } from "../../../src/report/compare/words.ts";

const side = (action: ComparedSide["action"]): ComparedSide => ({
  verdict: action === null ? "manual" : "approve",
  reason: action === null ? "RULE" : "PROMOTED",
  ring: "production",
  source: "all/all",
  place: "rules/all.yaml:3",
  action,
});

const lost = (sending: "now" | "scheduled" | "blocked"): ChangeGroup => ({
  danger: "gone",
  change: "disappears",
  patch: "KB1",
  title: null,
  devices: 1,
  example: "ws-1",
  base: side({
    action: "approve",
    sending,
    obstacle: sending === "now" ? null : sending === "scheduled" ? "WINDOW" : "STALE_SCAN",
  }),
  head: side(null),
});

it("says when an action that is gone would have been sent, so that no two groups read the same", () => {
  const texts = (["now", "scheduled", "blocked"] as const).map((sending) => whyText(lost(sending)));
  expect(texts).toEqual([
    "RULE: the rule says so (was PROMOTED)",
    "RULE: the rule says so (was PROMOTED); was scheduled (WINDOW)",
    "RULE: the rule says so (was PROMOTED); was blocked (STALE_SCAN)",
  ]);
});
