/** A small policy: a pilot, production after four days, one rule for everything. */
export interface FleetOptions {
  readonly by?: "pull-request" | "auto";
  readonly maxPatches?: number;
  /** As YAML: `[ann, "@acme/patching"]`. */
  readonly reviewers?: string;
  readonly gates?: string;
  readonly moreRules?: string;
}

export function fleetFiles(options: FleetOptions = {}): Record<string, string> {
  const { by = "pull-request", maxPatches = 50, reviewers = "[]", moreRules = "" } = options;
  const gates = options.gates ?? "{ installedPercent: 75, failedDevices: 0, coverage: [os] }";
  return {
    "fleet.yaml": `apiVersion: patchring/v1
kind: Fleet
metadata: { name: acme }
spec: { mode: apply, limits: { devicesPerRun: 100% } }
`,
    "rings/rings.yaml": `apiVersion: patchring/v1
kind: Ring
metadata: { name: pilot }
spec: { devices: { tags: pilot } }
---
apiVersion: patchring/v1
kind: Ring
metadata: { name: production }
spec:
  after: pilot
  devices: { not: { tags: pilot } }
  soak: { for: 4d, clock: quorum, quorum: { percent: 75, minDevices: 2 } }
  gates: ${gates}
  promotion: { by: ${by}, reviewers: ${reviewers}, maxPatches: ${maxPatches} }
`,
    "rules/microsoft.yaml": `apiVersion: patchring/v1
kind: ApprovalRules
metadata: { name: microsoft }
spec:
  rules:
    - name: security
      patches: { vendor: Microsoft }
      then: approve
${moreRules}`,
  };
}

export function holdText(name: string, patch: string, until = "2027-01-01"): string {
  return `apiVersion: patchring/v1
kind: Hold
metadata: { name: ${name} }
spec: { patches: [${patch}], reason: "Breaks label printing", until: ${until} }
`;
}
