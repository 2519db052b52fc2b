import fc from "../property.ts";
import { describe, expect, it } from "vitest";
import { ACTIONS, OBSTACLES, REASONS, STATUSES, VERDICTS } from "../../src/core/model.ts";
import { arbitraryWorld } from "./arbitrary.ts";
import { oraclePlan, oracleVerdicts } from "./oracle.ts";
import { createTestZones } from "./zones.ts";

const WORLDS = 2000;
const identity = { commit: null, dirty: false, digest: "sha256:0" };

/** In how many worlds each word occurs. */
function countWorlds(): ReadonlyMap<string, number> {
  const zones = createTestZones();
  const counts = new Map<string, number>();
  for (const { policy, snapshot, now } of fc.sample(arbitraryWorld(), { numRuns: WORLDS, seed: 20260318 })) {
    const plan = oraclePlan(policy, snapshot, now, zones, identity, "sha256:1");
    const words = new Set<string>();
    for (const row of oracleVerdicts(policy, snapshot, now, zones)) {
      words.add(`verdict ${row.verdict}`).add(`reason ${row.reason}`);
    }
    for (const row of plan.actions) words.add(`action ${row.action}`).add(`action of ${row.status}`);
    if (plan.actions.some((row) => row.reason === "FROZEN")) words.add("withdrawn");
    for (const row of [...plan.scheduled, ...plan.blocked]) words.add(`obstacle ${row.reason}`);
    for (const row of plan.scheduled)
      words.add(`opensAt ${row.opensAt === null ? "never" : "known"} ${row.reason}`);
    for (const row of plan.guards) words.add(`guard ${row.guard.split(":")[0] ?? ""} ${row.tripped}`);
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

describe("random worlds", () => {
  const counts = countWorlds();
  const expected = [
    ...VERDICTS.map((word) => `verdict ${word}`),
    ...REASONS.map((word) => `reason ${word}`),
    ...ACTIONS.map((word) => `action ${word}`),
    ...OBSTACLES.map((word) => `obstacle ${word}`),
    ...STATUSES.filter((word) => word !== "installing" && word !== "reboot-required").map(
      (word) => `action of ${word}`,
    ),
    "withdrawn",
    "opensAt never RETRY_BACKOFF",
    "opensAt never FROZEN",
    "opensAt known WINDOW",
    "guard actionsPerRun true",
    "guard devicesPerRun true",
    "guard uninstallsPerRun true",
    "guard recallMaxDevices true",
    "guard emptySnapshot true",
    "guard incompleteSnapshot true",
  ];

  it.each(expected)("have enough of: %s", (word) => {
    expect(counts.get(word) ?? 0).toBeGreaterThanOrEqual(WORLDS / 200);
  });

  it.runIf(process.env["ORACLE_COUNTS"] !== undefined)("print their counts", () => {
    process.stdout.write(`${JSON.stringify(Object.fromEntries([...counts].toSorted()), null, 1)}\n`);
  });
});
