/** A fleet of three devices and three patches: one policy, one snapshot. */
import { makeFolder } from "./cli.ts";

export function fleetYaml(mode = "observe", limits = "devicesPerRun: 3"): string {
  return `apiVersion: patchring/v1
kind: Fleet
metadata: { name: acme }
spec:
  mode: ${mode}
  limits: { ${limits} }
  provider: { kind: file, path: inventory/fleet.ndjson }
`;
}

/** Pilot and production; `more` stands in the ring of production. */
export function ringsFile(more = ""): string {
  return `apiVersion: patchring/v1
kind: Ring
metadata: { name: pilot }
spec: { devices: { tags: pilot } }
---
apiVersion: patchring/v1
kind: Ring
metadata: { name: production }
spec: { after: pilot, devices: { not: { tags: pilot } }${more} }
`;
}

export const RINGS: string = ringsFile();

export const RULES = `apiVersion: patchring/v1
kind: ApprovalRules
metadata: { name: microsoft }
spec:
  rules:
    - name: security
      patches: { category: security }
      then: approve
    - name: drivers
      patches: { category: driver }
      then: ignore
`;

export const RECALL = `apiVersion: patchring/v1
kind: Recall
metadata: { name: pull-kb3 }
spec: { patches: [KB3], uninstall: true, maxDevices: 1, reason: "Data loss" }
`;

export interface DeviceLine {
  readonly id: string;
  readonly tags?: readonly string[];
  readonly facts: Readonly<Record<string, string>>;
}

export const DEVICES: readonly DeviceLine[] = [
  { id: "ws-1", tags: ["pilot"], facts: { KB1: "missing", KB2: "missing" } },
  { id: "ws-2", facts: { KB1: "missing", KB3: "installed" } },
  { id: "ws-3", facts: { KB1: "installed", KB3: "missing" } },
];

export function snapshotText(devices: readonly DeviceLine[] = DEVICES, header: object = {}): string {
  const patch = (id: string, category: string): object => ({
    record: "patch",
    id,
    title: `Update ${id}`,
    category,
    releasedAt: "2026-03-01T00:00:00Z",
  });
  const lines = [
    {
      record: "header",
      format: "patchring.snapshot/1",
      takenAt: "2026-03-18T08:30:00Z",
      complete: true,
      capabilities: {
        actions: ["approve", "ignore", "do-nothing", "reprocess", "uninstall"],
        holdIsSafe: true,
        schedules: "reconciler",
      },
      ...header,
    },
    patch("KB1", "security"),
    patch("KB2", "driver"),
    patch("KB3", "update"),
    ...devices.map(({ id, tags, facts }) => ({
      record: "device",
      id,
      tags: tags ?? [],
      scannedAt: "2026-03-18T08:00:00Z",
      facts: Object.entries(facts).map(([name, status]) => ({ patch: name, status })),
    })),
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** A policy repository with its inventory; files given replace or add. */
export function makeFleet(files: Readonly<Record<string, string>> = {}): string {
  return makeFolder({
    "fleet.yaml": fleetYaml(),
    "rings.yaml": RINGS,
    "rules/microsoft.yaml": RULES,
    "recalls/kb3.yaml": RECALL,
    "inventory/fleet.ndjson": snapshotText(),
    ...files,
  });
}
