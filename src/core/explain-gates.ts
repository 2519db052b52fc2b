/** The gates before a candidate, each with its numbers and when it opens (design 3, step 6). */
import type { ClassView } from "./class-view.ts";
import { winningRule } from "./class-view.ts";
import { lackingValues } from "./coverage.ts";
import type { Decided } from "./decide.ts";
import { quorumSize } from "./evidence.ts";
import type { GateKeeper } from "./gates.ts";
import { formatOptional } from "./make-plan.ts";
import { CANDIDATE, type Outcome } from "./outcome.ts";
import type { Ring } from "./policy.ts";
import { findPromotionFaults, passesFailureGates, passesInstalledGate } from "./promotion.ts";
import { soakOf } from "./compile.ts";
import { formatDuration, formatInstant } from "./time.ts";

export interface GateLine {
  readonly gate: "delay" | "quorum" | "soak" | "installed" | "failures" | "coverage" | "promotion";
  readonly open: boolean;
  /** What it needs and what there is, with counts and the clock's name. */
  readonly detail: string;
  readonly opensAt: string | null;
}

/** Empty where no gate was asked: a final verdict, or an emergency that skips promotion. The caller knows of supersedence. */
export function explainGates(
  decided: Decided,
  gates: GateKeeper,
  view: ClassView,
  patch: number,
  outcome: Outcome,
): GateLine[] {
  if (view.ring === null || (outcome.flags & CANDIDATE) === 0 || outcome.reason === "EMERGENCY") return [];
  const position = winningRule(view.ring.rules, view.ruleBits, patch);
  const winner = view.ring.rules.rules[position]?.statement ?? null;
  const rule = winner !== null && winner.id === outcome.source ? winner : null;
  if (view.ring.ring.after === null) return [explainDelay(decided, patch, rule?.delay ?? 0)];
  const soak = soakOf(rule, view.ring.ring);
  return [
    ...explainEvidence(decided, gates, view.ringIndex, patch, soak),
    explainPromotion(decided, view.ring.ring, patch, soak),
  ];
}

function explainDelay(decided: Decided, patch: number, delay: number): GateLine {
  const { dates, now } = decided.compiled;
  const date = dates.at[patch]!;
  const source = dates.source(patch);
  if (Number.isNaN(date)) {
    const detail = `delay ${formatDuration(delay)}; the patch has no date, so it ${delay > 0 ? "cannot pass" : "has passed"}`;
    return { gate: "delay", open: delay === 0, detail, opensAt: null };
  }
  const clock =
    source === "release"
      ? "released"
      : source === "first-seen"
        ? "first seen (no release date)"
        : "first detected (no release date)";
  const opensAt = date + delay;
  return {
    gate: "delay",
    open: now >= opensAt,
    detail: `${formatDuration(delay)} after the patch date; clock: ${clock} ${formatInstant(date)}`,
    opensAt: now >= opensAt ? null : formatInstant(opensAt),
  };
}

/** Rounded down, with its counts (design 5.3). */
export function percentWithCounts(part: number, whole: number): string {
  const share = whole === 0 ? "no devices" : `${String(Math.floor((1000 * part) / whole) / 10)} %`;
  return `${String(part)} of ${String(whole)} (${share})`;
}

function explainEvidence(
  decided: Decided,
  gates: GateKeeper,
  ringIndex: number,
  patch: number,
  soak: number,
): GateLine[] {
  const { ring } = decided.compiled.rings[ringIndex]!;
  const { now } = decided.compiled;
  const evidence = gates.evidenceOf(ringIndex, patch);
  const { eligible, installed, failed, t0 } = evidence;
  const before = ring.after!;
  const soaked = t0 !== null && now >= t0 + soak;
  const lacking = lackingValues(gates.coverageOf(ringIndex, patch));
  return [
    {
      gate: "quorum",
      open: t0 !== null,
      detail: describeClock(ring, evidence),
      opensAt: null,
    },
    {
      gate: "soak",
      open: soaked,
      detail:
        t0 === null
          ? `${formatDuration(soak)}; the clock has not started`
          : `${formatDuration(soak)} from ${formatInstant(t0)}`,
      opensAt: t0 === null || soaked ? null : formatOptional(t0 + soak),
    },
    {
      gate: "installed",
      open: passesInstalledGate(ring, installed, eligible),
      detail: `${percentWithCounts(installed, eligible)} of ${before} installed, needs ${String(ring.gates.installedPercent)} %`,
      opensAt: null,
    },
    {
      gate: "failures",
      open: passesFailureGates(ring, failed, eligible),
      detail: `${String(failed)} failed in ${before}, allows ${String(ring.gates.failedDevices)} and ${String(ring.gates.failedPercent)} %`,
      opensAt: null,
    },
    {
      gate: "coverage",
      open: lacking.length === 0,
      detail:
        ring.gates.coverage.length === 0
          ? "nothing asked for"
          : lacking.length === 0
            ? `every ${ring.gates.coverage.join(", ")} that needs it was seen in ${before}`
            : `not seen in ${before}: ${lacking.map((v) => `${v.attribute} ${v.value} (${v.needed === 1 ? "1 device needs" : `${String(v.needed)} devices need`} it)`).join(", ")}`,
      opensAt: null,
    },
  ];
}

function describeClock(
  ring: Ring,
  evidence: { eligible: number; installed: number; t0: number | null },
): string {
  const { quorum, clock } = ring.soak;
  const start = evidence.t0 === null ? "not reached" : `reached ${formatInstant(evidence.t0)}`;
  switch (clock) {
    case "quorum": {
      const needed = quorumSize(ring, evidence.eligible);
      return `clock: ${String(quorum.percent)} % of ${ring.after!} installed, that is ${String(needed)} of ${String(evidence.eligible)}; ${start}`;
    }
    case "first-install":
      return `clock: first install in ${ring.after!}; ${start}`;
    case "approved":
      return `clock: first approval in ${ring.after!}; ${start}`;
  }
}

function explainPromotion(decided: Decided, ring: Ring, patch: number, soak: number): GateLine {
  const { policy, now } = decided.compiled;
  const target = decided.snapshot.patches[patch]!;
  const files = policy.promotions.filter((file) => file.to === ring.name && file.patch === target.id);
  const judged = files.map((file) => ({ file, faults: findPromotionFaults(file, ring, target, soak, now) }));
  const valid = judged.find(({ faults }) => faults.length === 0);
  if (valid !== undefined) {
    const { place } = valid.file;
    return {
      gate: "promotion",
      open: true,
      detail: `merged: ${place.file}:${String(place.line)}`,
      opensAt: null,
    };
  }
  const detail =
    judged.length === 0
      ? `no promotion file for ${ring.name} is merged`
      : judged.map(({ file, faults }) => `${file.place.file} is not valid: ${faults.join(", ")}`).join("; ");
  return { gate: "promotion", open: false, detail, opensAt: null };
}
