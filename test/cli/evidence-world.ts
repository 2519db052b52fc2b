/** A quarter of a small fleet: pilot, promotion by request, production, with a ledger of what was sent. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { vi } from "vitest";
import { chainRecord, NO_RECORD, type LedgerEntry, type LedgerRecord } from "../../src/core/ledger.ts";
import type { Plan } from "../../src/core/plan.ts";
import { formatInstant } from "../../src/core/time.ts";
import { writeInto } from "./cli.ts";
import { fleetFile, ForgeWorld, MONDAY } from "./forge-world.ts";

const DEADLINES = `  deadlines:
    profiles: [house]
    own:
      - { name: house, title: House rule, tiers: [{ name: all, within: 14d }] }
`;
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
  readonly records: LedgerRecord[] = [];
  #runs = 0;

  constructor() {
    super({
      "fleet.yaml": fleetFile() + DEADLINES,
      "decisions/w3.yaml": IGNORE,
      "emergencies/exploited.yaml": EMERGENCY,
      CODEOWNERS: "rings/ @acme/patching\n",
    });
  }

  #append(entry: LedgerEntry): void {
    const last = this.records.at(-1);
    const head = last ?? { seq: 0, hash: NO_RECORD };
    this.records.push(chainRecord(head, entry, (text) => `sha256:${sha256(text)}`));
    writeInto(
      this.clone,
      ".patchring/ledger.ndjson",
      this.records.map((record) => `${JSON.stringify(record)}\n`).join(""),
    );
  }

  /** What a run writes down of a plan whose actions the backend takes; `settled` by the scan of the same hour. */
  async reconcile(): Promise<void> {
    const plan = (await this.json("plan")) as unknown as Plan;
    this.#runs += 1;
    const run = `run-${this.#runs}`;
    const at = this.now;
    plan.actions.forEach((row, index) => {
      const { device, patch, action, ring, verdict, reason, source } = row;
      const id = `${run}/${index}`;
      const data = { id, device, patch, action, ring, verdict, reason, source };
      this.#append({ at, run, type: "action", data });
      const outcome = { action: id, device, patch, detail: null } as const;
      this.#append({ at, run, type: "outcome", data: { ...outcome, result: "accepted" } });
      this.#append({ at: at + 1800, run: null, type: "outcome", data: { ...outcome, result: "settled" } });
    });
    this.#append({
      at: at + 1860,
      run,
      type: "run",
      data: {
        mode: "apply",
        startedAt: formatInstant(at),
        finishedAt: formatInstant(at + 1860),
        changed: plan.actions.length > 0,
        exitCode: 0,
        policy: plan.policy,
        snapshot: plan.snapshot,
        verdicts: plan.verdicts,
        actions: plan.summary.actions,
        sent: { accepted: plan.actions.length, refused: 0, unknown: 0 },
        steps: [{ name: "observe", outcome: "done", detail: "read", code: null }],
        nextChangeAt: null,
      },
    });
    this.apply();
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
  await ok(world, "promote", "--open");
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
