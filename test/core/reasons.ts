/** One small world for each reason of design 3: which fact shows it, and how policy and fleet must be. */
import type { Reason, Verdict } from "../../src/core/model.ts";
import type { PolicySet } from "../../src/core/policy.ts";
import {
  ago,
  decision,
  device,
  emergency,
  fact,
  hold,
  NOW,
  patch,
  patches,
  policy,
  promotion,
  recall,
  rule,
  type DeviceLine,
  type PatchLine,
} from "./builders.ts";

export interface ReasonWorld {
  readonly reason: Reason;
  readonly verdict: Verdict;
  readonly source: string | null;
  readonly until: string | null;
  /** The step of the path that decides. */
  readonly step: string;
  /** The gates that are shown, shut ones with `!`. */
  readonly gates: readonly string[];
  readonly policy: PolicySet;
  readonly patches: readonly PatchLine[];
  readonly devices: readonly DeviceLine[];
  /** The device asked about; the patch is always KB1. */
  readonly device: string;
}

const KB1 = patch("KB1", { title: "2026-03 Cumulative Update" });
const only = { patches: patches({ id: "KB1" }) };
const PILOT = device("pilot-1", "pilot", fact("KB1", "missing"));
const PRODUCTION = device("prod-1", "production", fact("KB1", "missing"));

/** Ten pilot devices of which this many installed KB1 this long ago, and this many failed. */
function pilots(installed: number, when: string, failed: number = 0): DeviceLine[] {
  return Array.from({ length: 10 }, (_, i) =>
    device(
      `pilot-${String(i)}`,
      "pilot",
      i < installed
        ? fact("KB1", "installed", { installedAt: ago(when) })
        : fact("KB1", i < installed + failed ? "failed" : "missing"),
    ),
  );
}

function first(
  reason: Reason,
  verdict: Verdict,
  more: Partial<ReasonWorld> & Pick<ReasonWorld, "step">,
): ReasonWorld {
  const base = { source: "base/all", until: null, gates: [], policy: policy(), patches: [KB1] };
  return { reason, verdict, ...base, devices: [PILOT], device: "pilot-1", ...more };
}

function later(reason: Reason, verdict: Verdict, more: Partial<ReasonWorld>): ReasonWorld {
  const world = first(reason, verdict, { step: "gates", ...more });
  return { ...world, devices: [...(more.devices ?? []), PRODUCTION], device: "prod-1" };
}

const OPEN = ["quorum", "soak", "installed", "failures", "coverage"];

export const REASON_WORLDS: readonly ReasonWorld[] = [
  first("NO_RING", "leave", {
    source: null,
    step: "ring",
    devices: [device("lost-1", "kiosk", fact("KB1", "missing"))],
    device: "lost-1",
  }),
  first("NO_RULE", "leave", { source: null, step: "rules", policy: policy({ rules: [] }) }),
  first("RECALLED", "uninstall", {
    source: "Recall/pull",
    step: "recalls",
    policy: policy({ recalls: [recall("pull", { ...only, uninstall: true }), recall("also", only)] }),
  }),
  first("DECIDED", "ignore", {
    source: "Decision/cnc",
    until: ago("-2d"),
    step: "decisions",
    policy: policy({ decisions: [decision("cnc", { ...only, expires: NOW + 2 * 86_400 })] }),
  }),
  first("RULE", "manual", {
    source: "base/ask",
    step: "rules",
    policy: policy({ rules: [rule("base/all"), rule("base/ask", { then: "manual" })] }),
  }),
  first("HELD", "wait", {
    source: "Hold/label",
    until: ago("-12h"),
    step: "holds",
    policy: policy({ holds: [hold("label", { ...only, until: NOW + 43_200 })] }),
  }),
  first("SUPERSEDED", "superseded", {
    source: "KB3",
    step: "supersedence",
    patches: [KB1, patch("KB2", { supersedes: ["KB1"] }), patch("KB3", { supersedes: ["KB2"] })],
    devices: [device("pilot-1", "pilot", fact("KB1", "missing"), fact("KB3", "installed"))],
  }),
  later("EMERGENCY", "approve", {
    source: "Emergency/cve",
    until: ago("-1d"),
    policy: policy({ emergencies: [emergency("cve", only)] }),
  }),
  first("NO_DATE", "wait", {
    step: "gates",
    gates: ["!delay"],
    policy: policy({ rules: [rule("base/all", { delay: 86_400 })] }),
    patches: [patch("KB1", { releasedAt: undefined })],
  }),
  first("DELAY", "wait", {
    until: ago("-6d"),
    step: "gates",
    gates: ["!delay"],
    policy: policy({ rules: [rule("base/all", { delay: 14 * 86_400 })] }),
  }),
  first("APPROVED", "approve", { step: "gates", gates: ["delay"] }),
  later("PROMOTED", "approve", {
    gates: ["quorum", "!soak", "installed", "failures", "coverage", "promotion"],
    devices: pilots(10, "2d"),
    policy: policy({ promotions: [promotion("KB1")] }),
  }),
  later("NOT_INSTALLED_YET", "wait", {
    gates: ["!quorum", "!soak", "!installed", "failures", "coverage", "!promotion"],
    devices: pilots(7, "8d"),
  }),
  later("SOAK", "wait", {
    until: ago("-5d"),
    gates: ["quorum", "!soak", "installed", "failures", "coverage", "!promotion"],
    devices: pilots(10, "2d"),
  }),
  later("INSTALLED_PERCENT", "wait", {
    gates: ["quorum", "soak", "!installed", "failures", "coverage", "!promotion"],
    devices: pilots(8, "8d"),
  }),
  later("FAILURES", "wait", {
    gates: ["quorum", "soak", "installed", "!failures", "coverage", "!promotion"],
    devices: pilots(9, "8d", 1),
  }),
  later("COVERAGE", "wait", {
    gates: ["quorum", "soak", "installed", "failures", "!coverage", "!promotion"],
    devices: [
      ...pilots(10, "8d"),
      {
        ...device("prod-2", "production", fact("KB1", "missing")),
        os: { family: "windows", name: "Windows Server 2022" },
      },
    ],
  }),
  later("PROMOTION_REJECTED", "wait", {
    gates: [...OPEN, "!promotion"],
    devices: pilots(10, "8d"),
    policy: policy({ promotions: [promotion("KB1", null)] }),
  }),
  later("PROMOTION", "wait", { gates: [...OPEN, "!promotion"], devices: pilots(10, "8d") }),
];
