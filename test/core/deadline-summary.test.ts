import { expect, it } from "vitest";
import type { DeadlineProfile } from "../../src/core/deadline-profile.ts";
import { summarizeDeadlines } from "../../src/core/deadline-summary.ts";
import { assessDeadlines } from "../../src/core/deadlines.ts";
import * as b from "./builders.ts";

const DAY = 86_400;

const TEN_DAYS: DeadlineProfile = {
  name: "ten",
  title: "ten",
  edition: null,
  source: null,
  withdrawn: false,
  acceptsExceptions: true,
  unknownAs: { automatable: "yes", impact: "total" },
  tiers: [
    {
      name: "all",
      patches: b.patches({}),
      devices: b.devices({}),
      automatable: null,
      impact: null,
      clock: "release",
      within: { kind: "exact", seconds: 10 * DAY },
      task: null,
    },
  ],
};

it("counts each patch and device once, and what has no window before it is due within 48 hours apart", () => {
  const released = (days: number) => ({ releasedAt: b.ago(`${days}d`) });
  const snapshot = b.snapshot(
    [
      b.patch("LATE", released(20)),
      b.patch("SOON", released(8)),
      b.patch("SOONER", released(9)),
      b.patch("FAR", released(7)),
      b.patch("DONE", released(8)),
    ],
    [
      b.device("d1", "pilot", ...["LATE", "SOON", "SOONER", "FAR"].map((id) => b.fact(id, "missing"))),
      b.device("d2", "pilot", b.fact("SOON", "missing"), b.fact("DONE", "installed")),
    ],
  );
  const freezes = [b.freeze("f", { from: b.NOW, to: b.NOW + 30 * DAY })];
  const decided = b.decideAt(b.policy({ freezes }), snapshot);
  const rows = summarizeDeadlines(decided, assessDeadlines(decided, [TEN_DAYS]));
  expect(rows).toEqual([
    { profile: "ten", state: "overdue", dueAt: b.NOW - 10 * DAY, patches: 1, devices: 1, obligations: 1 },
    { profile: "ten", state: "no-window", dueAt: b.NOW + DAY, patches: 2, devices: 2, obligations: 3 },
    { profile: "ten", state: "lost", dueAt: b.NOW + 3 * DAY, patches: 1, devices: 1, obligations: 1 },
  ]);
});
