/** Decides with the real engine and sends the plan's actions, as a run of the reconciler does. */
import { decide, type Decided } from "../../../src/core/decide.ts";
import { gatherEvidence, readEvidence } from "../../../src/core/evidence.ts";
import { makePlan } from "../../../src/core/make-plan.ts";
import type { Instant } from "../../../src/core/model.ts";
import type { Plan } from "../../../src/core/plan.ts";
import { formatInstant } from "../../../src/core/time.ts";
import { loadPolicy, type PolicyFile } from "../../../src/policy/load.ts";
import { createZoneRules } from "../../../src/time/zone-rules.ts";
import { promotionDigest } from "../../../scripts/fleet/canonical.mjs";
import type { View } from "./world.ts";

const zones = createZoneRules();

export interface Decision {
  readonly plan: Plan;
  readonly decided: Decided;
}

export function decideNow(files: readonly PolicyFile[], view: View, now: Instant): Decision {
  const { policy, diagnostics } = loadPolicy(files, { zones });
  if (policy === null) throw new Error(JSON.stringify(diagnostics, null, 1));
  const decided = decide(policy, view.snapshot, now, zones);
  const identity = { commit: null, dirty: false, digest: policy.digest };
  return { decided, plan: makePlan(decided, { identity }) };
}

/** The plan's actions as `device action patch`. */
export function actionsOf({ plan }: Decision): readonly string[] {
  const tripped = plan.guards.filter((guard) => guard.tripped);
  if (tripped.length > 0) throw new Error(JSON.stringify(tripped));
  return plan.actions.map(({ device, action, patch }) => `${device} ${action} ${patch}`);
}

/** The promotion file for a patch into `production`, with the evidence of the engine. */
export function promotionFile({ decided }: Decision, patchId: string, soakDays: number): PolicyFile {
  const { compiled, snapshot } = decided;
  const rings = compiled.rings.map(({ ring }) => ring.name);
  const production = compiled.rings[rings.indexOf("production")]!.ring;
  const patch = snapshot.patches.findIndex(({ id }) => id === patchId);
  const { t0, ...counts } = readEvidence(gatherEvidence(decided, rings.indexOf("pilot")), production, patch);
  if (t0 === null) throw new Error(`${patchId} has no t0`);
  const spec = {
    patch: { id: patchId, title: snapshot.patches[patch]!.title },
    from: "pilot",
    to: "production",
    rule: { id: "debian/security", file: "rules.yaml", policyCommit: "0".repeat(40) },
    evidence: {
      at: formatInstant(compiled.now),
      snapshot: snapshot.digest,
      soak: {
        for: `${soakDays}d`,
        clock: "quorum",
        quorum: { percent: 80, minDevices: 1 },
        t0: formatInstant(t0),
        metAt: formatInstant(t0 + soakDays * 86_400),
      },
      ...counts,
      coverage: { os: { "Debian 12": counts.installed } },
    },
  };
  const slug = patchId.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  const document = {
    apiVersion: "patchring/v1",
    kind: "Promotion",
    metadata: { name: `production-${slug}` },
    spec: { ...spec, digest: promotionDigest(spec) },
  };
  // JSON is YAML.
  return { path: `promotions/production/${slug}.yaml`, text: JSON.stringify(document) };
}
