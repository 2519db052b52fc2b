/**
 * A second, slow implementation of the decision semantics (design 1.1 to 1.5, 2.1, 3, 4.1, 4.2, 5.2),
 * written from the design text and sharing no code with the engine but types and the reading of
 * instants. The engine must give the same bytes.
 */
import type { Instant } from "../../src/core/model.ts";
import type { Plan, PolicyIdentity, VerdictRow } from "../../src/core/plan.ts";
import type { PolicySet } from "../../src/core/policy.ts";
import type { ZoneRules } from "../../src/core/zone.ts";
import { decide } from "./decide.ts";
import type { OracleSnapshot } from "./input.ts";
import { buildPlan, verdictRows } from "./plan.ts";
import { findRing } from "./rings.ts";
import type { Judgement, World } from "./world.ts";
import { readCapabilities, readDevice, readPatch, takenAt } from "./world.ts";

export type { OracleDevice, OracleFact, OracleHeader, OraclePatch, OracleSnapshot } from "./input.ts";

/** Everything that the rules look at, with verdicts remembered (each is a pure function of the input). */
export function openWorld(
  policy: PolicySet,
  snapshot: OracleSnapshot,
  now: Instant,
  zones: ZoneRules,
): World {
  const devices = snapshot.devices.map((device) => readDevice(device, policy, now));
  const patches = snapshot.patches.map((patch) => readPatch(patch, devices, now));
  const rings = new Map(devices.map((device) => [device, findRing(policy, device)]));
  const judgements = new Map<string, Judgement>();
  const world: World = {
    policy,
    now,
    zones,
    patches,
    devices,
    ...readCapabilities(snapshot),
    ringOf: (device) => rings.get(device) ?? null,
    judge: (device, patch) => {
      const key = JSON.stringify([device.id, patch.id]);
      const known = judgements.get(key) ?? decide(world, device, patch);
      judgements.set(key, known);
      return known;
    },
  };
  return world;
}

/** Every verdict, sorted by device, then patch. */
export function oracleVerdicts(
  policy: PolicySet,
  snapshot: OracleSnapshot,
  now: Instant,
  zones: ZoneRules,
): readonly VerdictRow[] {
  return verdictRows(openWorld(policy, snapshot, now, zones));
}

/** The plan of design 5.2; `digest` is the snapshot's. */
export function oraclePlan(
  policy: PolicySet,
  snapshot: OracleSnapshot,
  now: Instant,
  zones: ZoneRules,
  identity: PolicyIdentity,
  digest: string,
): Plan {
  return buildPlan(openWorld(policy, snapshot, now, zones), {
    identity,
    digest,
    takenAt: takenAt(snapshot),
    complete: snapshot.header.complete !== false,
  });
}
