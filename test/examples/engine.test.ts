/** The shipped policy repositories through the whole engine: totals, and each device that their READMEs point at. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FLEETS } from "../../scripts/fleet/build.mjs";
import { decide } from "../../src/core/decide.ts";
import { explain } from "../../src/core/explain.ts";
import { findDevices, findPatches } from "../../src/core/lookup.ts";
import { makePlan } from "../../src/core/make-plan.ts";
import type { Plan } from "../../src/core/plan.ts";
import { parseInstant } from "../../src/core/time.ts";
import { loadPolicy } from "../../src/policy/load.ts";
import { readSnapshotFile } from "../../src/snapshot/read.ts";
import { createZoneRules } from "../../src/time/zone-rules.ts";
import { listYaml, root } from "./policy-files.ts";

const zones = createZoneRules();

async function open(folder: string): Promise<ReturnType<typeof decide>> {
  const files = listYaml(folder).map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
  const { policy, diagnostics } = loadPolicy(files, { zones });
  expect(diagnostics.filter((diagnostic) => diagnostic.severity === "error")).toEqual([]);
  const { snapshot } = await readSnapshotFile(join(root, folder, "inventory/fleet.ndjson.gz"));
  const at = parseInstant(FLEETS.find((fleet) => fleet.folder === folder)!.at)!;
  return decide(policy!, snapshot!, at, zones);
}

async function plan(folder: string): Promise<Plan> {
  return makePlan(await open(folder), { identity: { commit: null, dirty: false, digest: "sha256:test" } });
}

describe("totals", () => {
  it.each([
    [
      "policies",
      { approve: 36, ignore: 14, "do-nothing": 9, reprocess: 4, uninstall: 5 },
      { scheduled: 22, blocked: 7 },
    ],
    [
      "examples/small-company",
      { approve: 6, ignore: 2, "do-nothing": 0, reprocess: 1, uninstall: 0 },
      { scheduled: 0, blocked: 0 },
    ],
    [
      "examples/managed-service-provider",
      { approve: 15, ignore: 33, "do-nothing": 4, reprocess: 0, uninstall: 0 },
      { scheduled: 15, blocked: 2 },
    ],
  ])("%s", async (folder, actions, rest) => {
    const { summary, scheduled, blocked, guards } = await plan(folder);
    expect(summary.actions).toEqual(actions);
    expect({ scheduled: scheduled.length, blocked: blocked.length }).toEqual(rest);
    expect(guards.filter((guard) => guard.tripped)).toEqual([]);
  });
});

describe("policies", () => {
  it.each([
    ["acme-hq-ws-023", "KB5089549", "approve PROMOTED", "approve"],
    ["mer-cli-ws-018", "KB5089549", "approve PROMOTED", "approve WINDOW 2026-06-17T14:00:00Z"],
    ["acme-hq-ws-005", "KB5094126", "wait SOAK", null],
    ["acme-hq-srv-002", "KB5094128", "wait PROMOTION", null],
    ["acme-hq-ws-049", "KB5094127", "wait FAILURES", null],
    ["hbr-dep-ws-001", "KB5094127", "approve APPROVED", "reprocess"],
    ["acme-hq-srv-005", "KB5094123", "wait NOT_INSTALLED_YET", null],
    ["acme-hq-srv-010", "app:docker@29.5.3", "wait INSTALLED_PERCENT", null],
    ["oak-cam-ws-009", "app:7zip@26.01", "wait COVERAGE", null],
    ["acme-hq-srv-001", "app:pwsh@7.6.3", "wait DELAY", null],
    ["acme-plant-cnc-005", "KB2724197", "ignore DECIDED", "ignore"],
    ["mer-lab-cnc-001", "KB2724197", "superseded SUPERSEDED", null],
    ["mer-cli-srv-002", "KB5082142", "superseded SUPERSEDED", null],
    ["oak-lib-kiosk-001", "KB5089549", "wait HELD", "do-nothing"],
    ["acme-wh-ws-001", "app:label-print@5.4.1", "uninstall RECALLED", "uninstall"],
    ["acme-wh-ws-002", "app:label-print@5.4.1", "uninstall RECALLED", "uninstall REBOOT_FIRST"],
    ["hbr-ham-srv-008", "CVE-2025-48384", "approve EMERGENCY", "approve"],
    ["hbr-ham-srv-004", "KB5087545", "approve PROMOTED", "approve FROZEN"],
    ["mer-lab-ws-004", "KB5082200", "approve PROMOTED", "do-nothing"],
    ["acme-hq-ws-017", "KB5089549", "approve PROMOTED", "reprocess RETRIES_USED"],
    ["oak-cam-ws-011", "KB5089549", "approve PROMOTED", "reprocess RETRY_BACKOFF"],
    ["acme-hq-dev-005", "app:dotnet-sdk@10.0.301", "leave NO_RULE", "do-nothing"],
    ["hbr-ham-dev-003", "app:dotnet-sdk@10.0.301", "leave NO_RULE", null],
    ["mer-lab-srv-007", "app:docker@29.5.3", "manual DECIDED", null],
    ["oak-cam-ws-002", "feature:windows-11@25H2", "approve APPROVED", "approve"],
    ["oak-cam-ws-023", "KB5089549", "approve PROMOTED", "approve STALE_SCAN"],
  ])("%s %s: %s", async (device, patch, verdict, action) => {
    const decided = await open("policies");
    const [d] = findDevices(decided.snapshot.devices, device);
    const found = findPatches(decided.snapshot.patches, patch)
      .map((p) => explain(decided, d!, p))
      .find((explanation) => explanation !== null);
    expect(`${found!.verdict.verdict} ${found!.verdict.reason}`).toBe(verdict);
    const told =
      found!.action === null
        ? null
        : [found!.action.action, found!.action.obstacle].filter((word) => word !== null).join(" ");
    expect(told).toBe(action === null ? null : action.replace(/ 2026.*/, ""));
    const opensAt = / (2026\S+)$/.exec(action ?? "")?.[1];
    if (opensAt !== undefined) expect(found!.action!.opensAt).toBe(opensAt);
  });
});
