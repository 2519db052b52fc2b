/** A policy in a clone of a real bare repository that has the local forge, and a backend of simulated days. */
import { join } from "node:path";
import { makePlan } from "../../src/core/make-plan.ts";
import { decide } from "../../src/core/decide.ts";
import { formatInstant, parseInstant } from "../../src/core/time.ts";
import { loadPolicy } from "../../src/policy/load.ts";
import { readPolicyFiles } from "../../src/repo/work-tree.ts";
import { formatColumns } from "../../src/snapshot/write.ts";
import { createZoneRules } from "../../src/time/zone-rules.ts";
import { ModelBackend } from "../reconcile/model-backend.ts";
import { git, makeFolder, run, writeInto, type Ran } from "./cli.ts";

const DAY = 86_400;
export const MONDAY: number = parseInstant("2026-03-09T08:00:00Z")!;

export function fleetFile(mode = "propose"): string {
  return `apiVersion: patchring/v1
kind: Fleet
metadata: { name: acme }
spec:
  mode: ${mode}
  limits: { devicesPerRun: 100% }
  provider: { kind: file, path: inventory/fleet.ndjson }
  forge: { kind: local, path: ../policy.git }
`;
}

export const POLICY: Readonly<Record<string, string>> = {
  "fleet.yaml": fleetFile(),
  ".gitignore": "inventory/\n",
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
  soak: { for: 4d, clock: quorum, quorum: { percent: 80, minDevices: 2 } }
  gates: { installedPercent: 80, failedDevices: 0, coverage: [os] }
`,
  "rules/security.yaml": `apiVersion: patchring/v1
kind: ApprovalRules
metadata: { name: microsoft }
spec:
  rules:
    - name: security
      patches: { vendor: Microsoft }
      then: approve
`,
};

export class ForgeWorld {
  /** Holds `clone`, and `policy.git` (bare) where no other repository was given. */
  readonly root: string;
  readonly clone: string;
  readonly bare: string;
  readonly backend: ModelBackend;
  now: number = MONDAY;
  readonly #zones = createZoneRules();

  /** `bare`: an empty repository that the policy goes to. */
  constructor(files: Readonly<Record<string, string>> = {}, bare: string | null = null) {
    this.root = makeFolder();
    this.clone = join(this.root, "clone");
    this.bare = bare ?? join(this.root, "policy.git");
    if (bare === null) git(this.root, "init", "-q", "--bare", "-b", "main", this.bare);
    git(this.root, "clone", "-q", this.bare, "clone");
    this.configure("Ann Lee");
    for (const [path, text] of Object.entries({ ...POLICY, ...files })) writeInto(this.clone, path, text);
    this.commit("first");
    const devices = [
      ...["p1", "p2", "p3", "p4"].map((id) => ({ id, tags: ["pilot"] })),
      ...["w1", "w2", "w3"].map((id) => ({ id })),
    ];
    this.backend = new ModelBackend(devices);
    const vendor = "Microsoft";
    this.backend.release({ id: "KB1", title: "First update", vendor, uninstallable: "yes" }, MONDAY);
    this.backend.release({ id: "KB2", title: "Second update", vendor, uninstallable: "no" }, MONDAY);
    this.observe();
  }

  /** Who works in the clone. */
  configure(name: string): void {
    git(this.clone, "config", "user.name", name);
    git(this.clone, "config", "user.email", `${name.toLowerCase().replace(" ", ".")}@example.test`);
  }

  commit(message: string): void {
    git(this.clone, "add", "-A");
    git(this.clone, "commit", "-q", "-m", message);
    git(this.clone, "push", "-q", "origin", "HEAD:main");
  }

  pull(): void {
    git(this.clone, "pull", "-q", "--rebase", "origin", "main");
  }

  git(...words: readonly string[]): string {
    return git(this.bare, ...words);
  }

  observe(): void {
    const snapshot = this.backend.snapshot(this.now);
    writeInto(this.clone, "inventory/fleet.ndjson", [...formatColumns(snapshot)].join(""));
  }

  /** The backend applies what policy wants now, and devices work. */
  apply(): void {
    const { files } = readPolicyFiles(this.clone, "");
    const { policy } = loadPolicy(files, { zones: this.#zones });
    const decided = decide(policy!, this.backend.snapshot(this.now), this.now, this.#zones);
    const identity = { commit: null, dirty: false, digest: policy!.digest };
    this.backend.apply(makePlan(decided, { identity }), this.now);
    this.backend.work(this.now);
    this.observe();
  }

  /** Days after Monday. */
  day(days: number): void {
    this.now = MONDAY + days * DAY;
    this.observe();
  }

  /** Pilot has installed both patches, and four days have passed. */
  soak(): this {
    this.apply();
    this.day(4);
    return this;
  }

  run(...words: readonly string[]): Promise<Ran> {
    return run(this.clone, words, { now: formatInstant(this.now) });
  }

  async json(...words: readonly string[]): Promise<Record<string, unknown>> {
    const ran = await this.run(...words, "--json");
    if (ran.code !== 0) throw new Error(ran.stderr);
    return JSON.parse(ran.stdout) as Record<string, unknown>;
  }
}
