/** `promote` on the terminal. */
import { expect, it } from "vitest";
import { renderPromotions, type PromotionOverview } from "../../src/report/promotion-text.ts";
import { fleetFiles, holdText } from "../reconcile/fleet-files.ts";
import { MemoryWorld } from "../reconcile/memory-world.ts";
import { ModelBackend } from "../reconcile/model-backend.ts";
import { DAY, DEVICES, MONDAY, patch } from "../reconcile/scenarios.ts";

async function overview(): Promise<PromotionOverview> {
  const backend = new ModelBackend(DEVICES);
  for (const id of ["KB1", "KB2", "KB3", "KB4"]) backend.release(patch(id), MONDAY);
  const world = new MemoryWorld(fleetFiles(), backend, MONDAY);
  await world.run();
  world.forge.commit("main", [{ kind: "put", path: "holds/kb3.yaml", content: holdText("printer", "KB3") }]);
  Object.assign(backend.fact("p3", "KB2")!, { status: "failed", approval: "approve", attempts: 3 });
  world.now += 4 * DAY;
  backend.release(patch("KB5", { title: "Evil \u001b[31m\n::error::x" }), world.now);
  const { candidates, plan } = await world.run();
  return {
    at: world.now,
    candidates,
    leftOut: plan.leftOut,
    ring: null,
    requests: plan.requests.map(({ number, ring, asked, added, removed, isFrozen, stalled, steps }) => ({
      number,
      ring,
      asked,
      added,
      removed,
      isFrozen,
      stalled,
      wouldWrite: steps.length > 0,
    })),
  };
}

it("lists the ready ones first, each with its gates, and what would be asked", async () => {
  const text = renderPromotions(await overview());
  expect(text).toMatchInlineSnapshot(`
    "5 candidates: 2 ready, 2 waiting, 1 held. Now 2026-03-13T08:00:00Z.

    ready    KB1  Update KB1
             3 devices of production would be approved
             open: 4 of 4 installed in pilot, the clock needs 3 dated installs · 4d soak, over at
             2026-03-13T08:00:00Z (now) · 4 of 4 (100 %) installed, needs 75 % · 0 failed, allows 0 and
             100 % · every os that needs it was seen

    ready    KB4  Update KB4
             3 devices of production would be approved
             open: 4 of 4 installed in pilot, the clock needs 3 dated installs · 4d soak, over at
             2026-03-13T08:00:00Z (now) · 4 of 4 (100 %) installed, needs 75 % · 0 failed, allows 0 and
             100 % · every os that needs it was seen

    waiting  KB2  Update KB2
             3 devices of production would be approved
             open: 3 of 4 installed in pilot, the clock needs 3 dated installs · 4d soak, over at
             2026-03-13T08:00:00Z (now) · 3 of 4 (75 %) installed, needs 75 % · os: asked when the other
             gates are open
             too many failures in the ring before: 1 failed, allows 0 and 100 %
             fix: look at the failures in pilot; retry, hold or recall it

    waiting  KB5  Evil \\x1b[31m\\n::error::x
             3 devices of production would be approved
             open: 0 failed, allows 0 and 100 % · os: asked when the other gates are open
             too few installs in the ring before, so no soak runs yet: 0 of 4 installed in pilot, the
             clock needs 3 dated installs; 4d soak, the clock has not started; 0 of 4 (0 %) installed,
             needs 75 %
             fix: more installs in pilot

    held     KB3  Update KB3
             3 devices of production need it
             Hold/printer holds it
             fix: nothing: the hold ends at 2027-01-02T00:00:00Z (in 294 d 16 h)

    production: a new request would ask for KB1, KB4.
    "
  `);
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(100);

  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]|^::/m);
});

it("says so when there is nothing", () => {
  const none = { at: MONDAY, candidates: [], leftOut: [], requests: null, ring: null };
  expect(renderPromotions(none)).toContain("No candidates");
});
