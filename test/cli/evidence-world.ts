/** A quarter of a small fleet: pilot, promotion by request, production, all by `reconcile`, with its ledger. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { vi } from "vitest";
import { formatInstant } from "../../src/core/time.ts";
import { fleetFile, ForgeWorld, MONDAY } from "./forge-world.ts";

const DEADLINES = `  deadlines:
    profiles: [house]
    own:
      - { name: house, title: House rule, tiers: [{ name: all, within: 14d }] }
`;
const STORE = "  store: { kind: sqlite, path: state/runs.db, ledger: state/audit.ndjson }\n";
const IGNORE = `apiVersion: patchring/v1
kind: Decision
metadata: { name: not-on-w3 }
spec: { patches: [KB2], devices: { id: w3 }, action: ignore, reason: "=cmd|' /C calc'!A0", expires: 2026-06-30 }
`;
const EMERGENCY = `apiVersion: patchring/v1
kind: Emergency
metadata: { name: exploited }
spec: { patches: [KB1], devices: { id: w1 }, skip: [promotion], reason: Exploited, requestedAt: "2026-03-09T07:00:00Z", expiresAt: "2026-03-11T07:00:00Z" }
`;

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export class EvidenceWorld extends ForgeWorld {
  constructor() {
    super({
      "fleet.yaml": fleetFile("apply") + STORE + DEADLINES,
      "decisions/w3.yaml": IGNORE,
      "emergencies/exploited.yaml": EMERGENCY,
      CODEOWNERS: "rings/ @acme/patching\n",
      ".gitignore": "inventory/\nstate/\n",
    });
  }

  /** A run that sends, the backend at work, and the run half an hour later that sees what came of it. */
  async reconcile(): Promise<void> {
    await ok(this, "reconcile");
    this.apply();
    this.now += 1800;
    this.observe();
    await ok(this, "reconcile");
  }

  get pack(): string {
    return join(this.clone, "evidence-2026Q1");
  }
}

/** The first quarter of 2026: pilot on 9 March, promoted and in production on 13 March. */
export async function firstQuarter(): Promise<EvidenceWorld> {
  const dated = (at: number): void => {
    vi.stubEnv("GIT_AUTHOR_DATE", formatInstant(at));
    vi.stubEnv("GIT_COMMITTER_DATE", formatInstant(at));
  };
  dated(MONDAY - 7 * 86_400);
  const world = new EvidenceWorld();
  vi.unstubAllEnvs();
  await world.reconcile();
  world.day(4);
  await ok(world, "reconcile");
  await ok(world, "requests", "review", "1", "--approve", "--message", "<script>alert(1)</script>");
  await ok(world, "requests", "merge", "1");
  world.pull();
  await world.reconcile();
  world.day(24);
  return world;
}

export async function ok(world: EvidenceWorld, ...words: readonly string[]): Promise<string> {
  const ran = await world.run(...words);
  if (ran.code !== 0) throw new Error(`${words.join(" ")}: ${ran.stderr}${ran.stdout}`);
  return ran.stdout;
}
