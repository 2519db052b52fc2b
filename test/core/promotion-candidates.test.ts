/** Candidates say what verdicts say, and the file of a ready one is what lets its devices go on. */
import fc from "../property.ts";
import { expect, it } from "vitest";
import { decide } from "../../src/core/decide.ts";
import { listVerdicts } from "../../src/core/make-plan.ts";
import { findCandidates, needsOwnRequest } from "../../src/core/promotion-candidates.ts";
import { findPromotionFaults } from "../../src/core/promotion.ts";
import { readPromotions } from "../../src/policy/read-promotion.ts";
import { writePromotion } from "../../src/policy/write-promotion.ts";
import { arbitraryWorld } from "../oracle/arbitrary.ts";
import * as f from "../oracle/fixture.ts";
import { toColumns, zones } from "./worlds.ts";

const GATES = ["NOT_INSTALLED_YET", "SOAK", "INSTALLED_PERCENT", "FAILURES", "COVERAGE"];
const MERGE = ["PROMOTION", "PROMOTION_REJECTED"];
const NEEDS_IT = ["missing", "pending", "failed", "ignored"];

it("agrees with the verdicts on random worlds, and a written file promotes", () => {
  let ready = 0;
  let waiting = 0;
  fc.assert(
    fc.property(arbitraryWorld(), ({ policy, snapshot, now }) => {
      const columns = toColumns(snapshot);
      const decided = decide(policy, columns, now, zones);
      const statusBy = new Map(
        snapshot.devices.flatMap(({ id, facts }) =>
          (facts ?? []).map((fact) => [`${id} ${fact.patch}`, fact.status] as const),
        ),
      );
      const rows = [...listVerdicts(decided)].filter(({ device, patch }) =>
        NEEDS_IT.includes(statusBy.get(`${device} ${patch}`)!),
      );
      const candidates = findCandidates(decided);
      for (const candidate of candidates) {
        const own = rows.filter(
          ({ ring, patch }) => ring === candidate.ring.name && patch === candidate.patch.id,
        );
        const gated = own.filter(({ reason }) => [...GATES, ...MERGE].includes(reason));
        expect(candidate.devices).toBe(gated.length);
        expect(candidate.heldDevices).toBe(own.filter(({ reason }) => reason === "HELD").length);
        expect(candidate.supersededDevices).toBe(own.filter(({ reason }) => reason === "SUPERSEDED").length);
        const { state } = candidate;
        if (state.kind === "waiting") {
          waiting += 1;
          expect(gated.map(({ reason }) => reason)).toContain(state.reason);
          continue;
        }
        if (state.kind !== "ready" && state.kind !== "frozen") continue;
        ready += 1;
        expect(gated.every(({ reason }) => MERGE.includes(reason))).toBe(true);
        const written = writePromotion(candidate, {
          policy,
          at: now,
          snapshot: columns.digest,
          policyCommit: "0".repeat(40),
        });
        const read = readPromotions(written.path, written.text, zones);
        expect(read).toMatchObject({ others: 0, diagnostics: [] });
        const { file, digest } = read.promotions[0]!;
        expect(digest).toBe(written.digest);
        expect(findPromotionFaults(file, candidate.ring, candidate.patch, candidate.soak, now)).toEqual([]);
        const after = [
          ...listVerdicts(
            decide({ ...policy, promotions: [...policy.promotions, file] }, columns, now, zones),
          ),
        ];
        const promoted = after.filter(
          ({ ring, patch }) => ring === candidate.ring.name && patch === candidate.patch.id,
        );
        for (const { device } of gated) {
          expect(["PROMOTED", "SUPERSEDED"]).toContain(promoted.find((row) => row.device === device)!.reason);
        }
      }
      const named = new Set(candidates.map(({ ring, patch }) => `${ring.name} ${patch.id}`));
      for (const { ring, patch, reason } of rows) {
        if (MERGE.includes(reason) || GATES.includes(reason)) expect(named).toContain(`${ring} ${patch}`);
      }
    }),
    { numRuns: 700, seed: 20260319 },
  );
  expect(ready).toBeGreaterThan(8);
  expect(waiting).toBeGreaterThan(100);
});

const INSTALLED = f.fact("installed", { installedAt: "2026-03-10T10:00:00Z" });
const RULE = f.rule("ms/all");
const PAIR = [f.device("p1", "pilot", INSTALLED), f.device("w1", "prod", f.fact("missing"))];

function candidatesOf(policy: Parameters<typeof f.policy>[0], devices = PAIR, patches = [f.PATCH]) {
  return findCandidates(
    decide(f.policy({ rules: [RULE], ...policy }), toColumns(f.snapshot(devices, patches)), f.NOW, zones),
  );
}

it("is ready with every gate and its numbers", () => {
  const [candidate] = candidatesOf({});
  expect(candidate).toMatchObject({
    from: "pilot",
    devices: 1,
    soak: 604_800,
    source: "ms/all",
    state: { kind: "ready" },
    evidence: { eligible: 1, installed: 1, failed: 0, pending: 0 },
    isExpedited: false,
    isExploited: false,
  });
  expect(candidate!.gates.map(({ gate, isOpen }) => [gate, isOpen])).toEqual([
    ["clock", true],
    ["soak", true],
    ["installed", true],
    ["failures", true],
    ["coverage", true],
  ]);
});

it("takes the longest soak of the devices of a ring, and waits for it", () => {
  const rules = [RULE, f.rule("ms/slow", { devices: f.is("id", "w2"), soak: 30 * 86_400, priority: 1 })];
  const devices = [...PAIR, f.device("w2", "prod", f.fact("missing"))];
  expect(candidatesOf({ rules }, devices)[0]).toMatchObject({
    devices: 2,
    soak: 30 * 86_400,
    source: "ms/slow",
    state: { kind: "waiting", reason: "SOAK" },
  });
});

it("gives an expedited and an exploited patch a request of its own", () => {
  const expedited = candidatesOf({ rules: [f.rule("ms/all", { soak: 86_400 })] })[0]!;
  expect([expedited.isExpedited, needsOwnRequest(expedited)]).toEqual([true, true]);
  const exploited = candidatesOf({}, PAIR, [{ ...f.PATCH, kev: { addedOn: "2026-03-11" } }])[0]!;
  expect([exploited.isExploited, needsOwnRequest(exploited)]).toEqual([true, true]);
});

it("is frozen only when every device of the ring is", () => {
  const freeze = {
    ...f.named("close"),
    from: f.NOW - 60,
    to: f.NOW + 3600,
    devices: f.ALL,
    pending: "leave",
    reason: null,
  } as const;
  expect(candidatesOf({ freezes: [freeze] })[0]!.state).toEqual({ kind: "frozen", until: f.NOW + 3600 });
  const some = { ...freeze, devices: f.is<"id">("id", "w9") };
  expect(candidatesOf({ freezes: [some] }, [...PAIR, f.device("w9", "prod")])[0]!.state).toEqual({
    kind: "ready",
  });
});

it("is held when a hold covers every device, and goes on for the others when it covers some", () => {
  const until = f.NOW + 86_400;
  expect(candidatesOf({ holds: [f.hold("stop", { until })] })[0]!.state).toEqual({
    kind: "held",
    hold: "Hold/stop",
    until,
  });
  const devices = [...PAIR, f.device("w2", "prod", f.fact("missing"))];
  expect(
    candidatesOf({ holds: [f.hold("stop", { until, devices: f.is("id", "w2") })] }, devices)[0],
  ).toMatchObject({
    devices: 1,
    heldDevices: 1,
    state: { kind: "ready" },
  });
});

it("asks for nothing where no device needs it", () => {
  expect(candidatesOf({}, [PAIR[0]!, f.device("w1", "prod", f.fact("installed"))])).toEqual([]);
});
