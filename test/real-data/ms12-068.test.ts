/** The example that patch policy is explained with: MS12-068, KB2724197. */
import { expect, it } from "vitest";
import { decide, type Decided } from "../../src/core/decide.ts";
import { explain } from "../../src/core/explain.ts";
import { findPatches } from "../../src/core/lookup.ts";
import { listVerdicts } from "../../src/core/make-plan.ts";
import { parseInstant } from "../../src/core/time.ts";
import { loadPolicy } from "../../src/policy/load.ts";
import { readSnapshotBytes } from "../../src/snapshot/read.ts";
import { createZoneRules } from "../../src/time/zone-rules.ts";
import { describeRealData } from "./data-folder.ts";
import type { SnapshotObjects } from "./snapshot-objects.ts";
import { snapshotText } from "./snapshot-objects.ts";
import { importDevice, REAL_DEVICES, readExpectedMissing } from "./wesng-devices.ts";

const AT = "2019-03-05T12:00:00Z";

function policyFor(patches: string): string {
  return `apiVersion: patchring/v1
kind: Fleet
metadata: { name: fleet }
spec: { timezone: Europe/London }
---
apiVersion: patchring/v1
kind: Ring
metadata: { name: all }
spec: {}
---
apiVersion: patchring/v1
kind: Decision
metadata: { name: by-hand }
spec: { patches: ${patches}, devices: { site: validation }, action: approve }
`;
}

function decideWith(objects: SnapshotObjects, policyText: string): Decided {
  const zones = createZoneRules();
  const { policy, diagnostics } = loadPolicy([{ path: "policy.yaml", text: policyText }], { zones });
  expect(diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  const { snapshot } = readSnapshotBytes(Buffer.from(snapshotText(objects)));
  return decide(policy!, snapshot!, parseInstant(AT)!, zones);
}

/** The same machine before any successor was installed. */
function withoutInstalls(objects: SnapshotObjects): SnapshotObjects {
  const devices = objects.devices.map((device) => ({
    ...device,
    facts: device.facts.filter((fact) => fact.status === "missing" && fact.patch === "KB2724197"),
  }));
  const header = { ...objects.header, counts: { ...objects.header.counts, facts: devices.length } };
  return { ...objects, header, devices };
}

describeRealData("MS12-068 (KB2724197)", () => {
  const windows7 = importDevice(REAL_DEVICES[0]!, AT);

  it.each([
    ["id and KB", "[KB2724197]"],
    ["bulletin", "[MS12-068]"],
    ["CVE", "[CVE-2012-2529]"],
    ["a glob in lower case", "{ id: ms12-* }"],
    ["the CVE key", "{ cve: CVE-2012-2529 }"],
  ])("missing on a Windows 7 workstation, is approved by hand for a site by %s", (_, patches) => {
    const decided = decideWith(withoutInstalls(windows7), policyFor(patches));
    expect([...listVerdicts(decided)]).toMatchObject([
      { patch: "KB2724197", verdict: "approve", reason: "APPROVED", source: "Decision/by-hand" },
    ]);
  });

  it("is superseded on the machine that has KB3031432, through three patches that are not there", () => {
    const decided = decideWith(windows7, policyFor("[KB2724197]"));
    const [patch] = findPatches(decided.snapshot.patches, "MS12-068");
    const why = explain(decided, 0, patch!)!;
    expect(why.verdict).toMatchObject({ verdict: "superseded", reason: "SUPERSEDED", source: "KB3031432" });
    expect(why.supersededThrough).toEqual(["KB3031432", "KB3023266", "KB2813170", "KB2799494", "KB2724197"]);
    expect(why.fact.status).toBe("missing");
  });

  it.each(REAL_DEVICES)(
    "what another tool finds missing on %j is never superseded by something installed",
    (device) => {
      const objects = importDevice(device, AT);
      const decided = decideWith(objects, policyFor("{ vendor: Microsoft }"));
      const installed = new Set(
        objects.devices[0]!.facts.filter((fact) => fact.status === "installed").map((fact) => fact.patch),
      );
      const missing = readExpectedMissing(device);
      const covered = [...listVerdicts(decided)].filter(
        (row) => row.verdict === "superseded" && installed.has(row.source!) && !installed.has(row.patch),
      );
      expect(covered.filter((row) => missing.has(row.patch))).toEqual([]);
      if (device.product === "windows7") expect(covered).toHaveLength(139);
    },
  );
});
