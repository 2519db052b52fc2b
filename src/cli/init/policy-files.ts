/** The policy that a new repository starts with: careful, and small enough to be read in a minute. */

function modeline(kind: string, depth: number): string {
  return `# yaml-language-server: $schema=${"../".repeat(depth)}.patchring/schemas/${kind}.schema.json`;
}

/** An owner and a name of GitHub in quotes: `acme/1e3` is text, whatever YAML thinks of it. */
function forge(name: string, repository: string | null): string {
  const about = "# Without a forge requests stand in this repository itself.";
  return repository === null
    ? `${about} On GitHub:
  # forge: { kind: github, repository: my-company/${name}, baseBranch: main, tokenEnv: GITHUB_TOKEN }`
    : `${about} This one is a clone from GitHub.
  forge: { kind: github, repository: ${JSON.stringify(repository)}, tokenEnv: GITHUB_TOKEN }`;
}

function fleet(name: string, repository: string | null): string {
  return `${modeline("fleet", 0)}
apiVersion: patchring/v1
kind: Fleet
metadata:
  name: ${name}
  description: The settings of the whole fleet. There is exactly one.
spec:
  # observe: read only. propose: also open promotion requests. apply: also send actions.
  mode: observe
  timezone: UTC
  # Where devices, patches and facts are read. A snapshot file works everywhere; \`patchring snapshot\` writes one.
  provider: { kind: file, path: inventory/fleet.ndjson.gz }
  ${forge(name, repository)}
  # A run that would pass one of these stops before its first write.
  limits: { actionsPerRun: 50, devicesPerRun: 25%, uninstallsPerRun: 5, fleetShrink: 10% }
`;
}

const PILOT = `${modeline("ring", 1)}
apiVersion: patchring/v1
kind: Ring
metadata:
  name: pilot
  description: Devices whose users call when something is wrong. They get a patch first.
spec:
  devices: { tags: pilot }
`;

const PRODUCTION = `${modeline("ring", 1)}
apiVersion: patchring/v1
kind: Ring
metadata:
  name: production
  description: Everything else, after the pilots have had a patch for a week and a person has merged its promotion.
spec:
  after: pilot
  devices: { not: { tags: pilot } }
  schedule: weeknights
  soak: { for: 7d, clock: quorum, quorum: { percent: 80, minDevices: 1 } }
`;

const RULES = `${modeline("approval-rules", 1)}
apiVersion: patchring/v1
kind: ApprovalRules
metadata:
  name: patches
spec:
  # The rule with the highest priority decides; patches that no rule matches are left alone.
  rules:
    - name: security
      patches: { category: [security, critical] }
      then: approve
      rationale: Security updates, whatever their rating.

    - name: applications
      patches: { category: application }
      then: approve
      delay: 3d
      rationale: Applications follow three days after release.

    - name: drivers
      patches: { category: driver }
      then: ignore
      rationale: Drivers come with the tool of the computers' vendor.
`;

const SCHEDULE = `${modeline("schedule", 1)}
apiVersion: patchring/v1
kind: Schedule
metadata:
  name: weeknights
  description: Evenings from Monday to Friday, in the time of each device.
spec:
  timezone: device
  windows:
    - { days: [mon, tue, wed, thu, fri], start: "20:00", duration: 4h }
`;

/** Paths from the root of the repository, with their text. `repository`: its name on GitHub, null when it has none. */
export function policyFiles(name: string, repository: string | null): Readonly<Record<string, string>> {
  return {
    "fleet.yaml": fleet(name, repository),
    "rings/pilot.yaml": PILOT,
    "rings/production.yaml": PRODUCTION,
    "rules/patches.yaml": RULES,
    "schedules/weeknights.yaml": SCHEDULE,
  };
}
