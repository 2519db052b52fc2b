/** The gates of a candidate with their numbers, for tables and files; what opens a gate is decided in `promotion.ts`. */
import { lackingValues, type CoverageValue } from "./coverage.ts";
import { quorumSize, type Evidence } from "./evidence.ts";
import type { Instant, Seconds } from "./model.ts";
import type { Ring } from "./policy.ts";
import { passesFailureGates, passesInstalledGate } from "./promotion.ts";

/** One gate. `isOpen` is null where it was not asked because an earlier gate is shut. */
export type PromotionGate =
  /** The clock. `needed` is of dated installs (quorum), else 1. */
  | {
      readonly gate: "clock";
      readonly isOpen: boolean;
      readonly needed: number;
      readonly installed: number;
      readonly eligible: number;
    }
  | {
      readonly gate: "soak";
      readonly isOpen: boolean;
      readonly soak: Seconds;
      readonly opensAt: Instant | null;
    }
  | {
      readonly gate: "installed";
      readonly isOpen: boolean;
      readonly neededPercent: number;
      readonly installed: number;
      readonly eligible: number;
    }
  | {
      readonly gate: "failures";
      readonly isOpen: boolean;
      readonly failed: number;
      readonly eligible: number;
      readonly allowedDevices: number;
      readonly allowedPercent: number;
    }
  | {
      readonly gate: "coverage";
      readonly isOpen: boolean | null;
      readonly attributes: readonly string[];
      readonly lacking: readonly CoverageValue[];
    };

export function listGates(
  ring: Ring,
  evidence: Evidence,
  soak: Seconds,
  coverage: readonly CoverageValue[] | null,
  now: Instant,
): PromotionGate[] {
  const { eligible, installed, failed, t0 } = evidence;
  const lacking = lackingValues(coverage ?? []);
  const opensAt = t0 === null ? null : t0 + soak;
  return [
    {
      gate: "clock",
      isOpen: t0 !== null,
      needed: ring.soak.clock === "quorum" ? quorumSize(ring, eligible) : 1,
      installed,
      eligible,
    },
    { gate: "soak", isOpen: opensAt !== null && now >= opensAt, soak, opensAt },
    {
      gate: "installed",
      isOpen: passesInstalledGate(ring, installed, eligible),
      neededPercent: ring.gates.installedPercent,
      installed,
      eligible,
    },
    {
      gate: "failures",
      isOpen: passesFailureGates(ring, failed, eligible),
      failed,
      eligible,
      allowedDevices: ring.gates.failedDevices,
      allowedPercent: ring.gates.failedPercent,
    },
    {
      gate: "coverage",
      isOpen: coverage === null ? null : lacking.length === 0,
      attributes: ring.gates.coverage,
      lacking,
    },
  ];
}
