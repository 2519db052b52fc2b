/** The evidence check on requests that people write. */
import { expect, it } from "vitest";
import { findCandidates } from "../../src/core/promotion-candidates.ts";
import { promotionDigest } from "../../src/policy/digest.ts";
import { evidenceCheckOf, judgeEvidence } from "../../src/reconcile/promote/foreign-evidence.ts";
import { fleetFiles } from "./fleet-files.ts";
import { MemoryWorld } from "./memory-world.ts";
import { ModelBackend } from "./model-backend.ts";
import { DAY, DEVICES, MONDAY, patch } from "./scenarios.ts";

const PATH = "promotions/production/kb1.yaml";

function forged(t0: string, at: string, digest: string | null): string {
  const spec = {
    patch: { id: "KB1" },
    from: "pilot",
    to: "production",
    evidence: {
      at,
      soak: { clock: "quorum", quorum: { percent: 75, minDevices: 2 }, t0, metAt: at },
      eligible: 4,
      installed: 4,
      failed: 0,
      pending: 0,
      coverage: { os: {} },
    },
  };
  const whole = { ...spec, digest: digest ?? promotionDigest(spec) };
  return JSON.stringify({
    apiVersion: "patchring/v1",
    kind: "Promotion",
    metadata: { name: "x" },
    spec: whole,
  });
}

it.each([
  [
    "a wrong digest",
    5,
    forged("2026-03-09T08:00:00Z", "2026-03-13T08:00:00Z", "sha256:0"),
    "broken",
    "failure",
  ],
  [
    "invented evidence before the soak is over",
    1,
    forged("2026-03-05T08:00:00Z", "2026-03-09T08:00:00Z", null),
    "shut",
    "failure",
  ],
  [
    "true evidence, by hand",
    5,
    forged("2026-03-09T08:00:00Z", "2026-03-13T08:00:00Z", null),
    "holds",
    "success",
  ],
  ["too short a soak", 5, forged("2026-03-12T08:00:00Z", "2026-03-13T08:00:00Z", null), "faulty", "failure"],
  ["no promotion at all", 5, "kind: Hold", "broken", "failure"],
])("%s", async (_, day, text, kind, state) => {
  const backend = new ModelBackend(DEVICES);
  backend.release(patch("KB1"), MONDAY);
  const world = new MemoryWorld(fleetFiles(), backend, MONDAY);
  await world.run();
  world.now = MONDAY + day * DAY;
  const decided = world.decide();
  const findings = judgeEvidence(
    decided,
    findCandidates(decided),
    new Map([
      [PATH, text],
      ["notes.md", "x"],
    ]),
    "",
  );
  expect(findings).toMatchObject([{ path: PATH, kind }]);
  expect(evidenceCheckOf(findings).state).toBe(state);
});

it("is green where no promotion is touched", () => {
  expect(evidenceCheckOf([])).toMatchObject({ state: "success", description: "no promotion is touched" });
});
