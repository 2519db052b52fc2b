/** The promotion file: the layout of design 4.2, and texts that try to break it. */
import fc from "../property.ts";
import { describe, expect, it } from "vitest";
import { decide } from "../../src/core/decide.ts";
import { findCandidates, type PromotionCandidate } from "../../src/core/promotion-candidates.ts";
import { loadPolicy } from "../../src/policy/load.ts";
import { promotionName, promotionPath, slugOf } from "../../src/policy/promotion-slug.ts";
import { readPromotions } from "../../src/policy/read-promotion.ts";
import { writePromotion } from "../../src/policy/write-promotion.ts";
import { fleetFiles } from "../reconcile/fleet-files.ts";
import { MemoryWorld } from "../reconcile/memory-world.ts";
import { ModelBackend } from "../reconcile/model-backend.ts";
import { DAY, DEVICES, MONDAY, patch } from "../reconcile/scenarios.ts";
import { zones } from "./worlds.ts";

async function candidateOf(
  id: string,
  title = `Update ${id}`,
): Promise<{ candidate: PromotionCandidate; world: MemoryWorld }> {
  const backend = new ModelBackend(DEVICES);
  backend.release(patch(id, { title, severity: "critical", revision: 201 }), MONDAY);
  const world = new MemoryWorld(fleetFiles(), backend, MONDAY);
  await world.run();
  world.now += 4 * DAY + 120;
  return { candidate: findCandidates(world.decide())[0]!, world };
}

it("is written as the design shows it", async () => {
  const { candidate, world } = await candidateOf("KB5990141", "2026-03 Cumulative Update");
  const { policy } = world.decide().compiled;
  const written = writePromotion(candidate, {
    policy,
    at: world.now,
    snapshot: "sha256:5a",
    policyCommit: "4e1c9d2",
  });
  expect(written.path).toBe("promotions/production/kb5990141.yaml");
  expect(written.text).toBe(`apiVersion: patchring/v1
kind: Promotion
metadata: { name: production-kb5990141 }
spec:
  patch: { id: KB5990141, revision: 201, title: "2026-03 Cumulative Update", severity: critical }
  from: pilot
  to: production
  rule: { id: microsoft/security, file: rules/microsoft.yaml, policyCommit: "4e1c9d2" }
  evidence:
    at: "2026-03-13T08:02:00Z"
    snapshot: "sha256:5a"
    soak: { for: 4d, clock: quorum, quorum: { percent: 75, minDevices: 2 }, t0: "2026-03-09T08:00:00Z", metAt: "2026-03-13T08:00:00Z" }
    eligible: 4
    installed: 4
    failed: 0
    pending: 0
    coverage: { os: { "Windows 11 24H2": 4 } }
  digest: "${written.digest}"
`);
});

it("goes through the policy loader without a finding and promotes", async () => {
  const { candidate, world } = await candidateOf("apt:openssl@3.0.17-1~deb12u2");
  const before = world.decide();
  const written = writePromotion(candidate, {
    policy: before.compiled.policy,
    at: world.now,
    snapshot: before.snapshot.digest,
    policyCommit: null,
  });
  expect(written.path).toBe("promotions/production/apt-openssl-3-0-17-1-deb12u2.yaml");
  const files = Object.entries(fleetFiles()).map(([path, text]) => ({ path, text }));
  const { policy, diagnostics } = loadPolicy([...files, { path: written.path, text: written.text }], {
    zones,
  });
  expect(diagnostics).toEqual([]);
  expect(findCandidates(decide(policy!, before.snapshot, world.now, zones))).toEqual([]);
});

it("keeps any text of a backend as it is", async () => {
  const { candidate } = await candidateOf("KB1");
  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.constantFrom(
      "yes",
      "1e5",
      "null",
      "~",
      "a: b",
      "# x",
      "{",
      "- x",
      "\u2028",
      "'",
      '"',
      "\ud800",
      "!!str x",
      "&a",
      "*a",
      "---",
    ),
  );
  const policy = loadPolicy(
    Object.entries(fleetFiles()).map(([path, text]) => ({ path, text })),
    { zones },
  ).policy!;
  fc.assert(
    fc.property(
      hostile,
      hostile,
      fc.oneof(hostile, fc.double({ noNaN: true, noDefaultInfinity: true })),
      (title, os, revision) => {
        const changed: PromotionCandidate = {
          ...candidate,
          patch: { ...candidate.patch, title, revision },
          coverage: [{ attribute: "os", value: os, needed: 1, installed: 3 }],
        };
        const written = writePromotion(changed, {
          policy,
          at: candidate.soakedAt!,
          snapshot: "sha256:0",
          policyCommit: null,
        });
        const read = readPromotions(written.path, written.text, zones);
        expect(read.diagnostics).toEqual([]);
        expect(String(read.promotions[0]!.file.claim!.revision)).toBe(String(revision));
      },
    ),
  );
});

describe("names and paths", () => {
  it.each([
    ["KB5990141", "kb5990141"],
    ["apt:openssl@3.0.17-1~deb12u2", "apt-openssl-3-0-17-1-deb12u2"],
    ["../../etc/passwd", "etc-passwd"],
  ])("%s is %s", (id, slug) => expect(slugOf(id)).toBe(slug));

  it("a name is one that the schema takes, however long, and different ids of one ring differ", () => {
    const ring = "a".repeat(63);
    expect(promotionName(ring, "KB1")).toMatch(/^[a-z0-9-]{1,63}$/);
    expect(promotionName(ring, "KB1")).not.toBe(promotionName(ring, "KB2"));
    expect(promotionPath("prod", "é".repeat(200))).toMatch(/^promotions\/prod\/[a-z0-9-]{1,110}\.yaml$/);
    expect(slugOf("💥")).toMatch(/^[a-z0-9]{8}$/);
  });
});
