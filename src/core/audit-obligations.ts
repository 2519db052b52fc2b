/** The master population: every device and patch with a due date, and how it stands (interfaces d.3). */
import type { AuditAction } from "./audit-actions.ts";
import { firstApprovals } from "./audit-facts.ts";
import type { AuditPeriod } from "./audit-period.ts";
import { auditId, auditTable, type AuditRow, type AuditTable } from "./audit-table.ts";
import { stateOf, type DeadlineAssessment } from "./deadlines.ts";
import type { Decided } from "./decide.ts";
import { findFact } from "./lookup.ts";
import { listVerdicts } from "./make-plan.ts";
import type { VerdictRow } from "./plan.ts";
import { statusOf } from "./snapshot.ts";
import { EARLIEST_DATE, formatInstant } from "./time.ts";

/** Who let something in, and when: by statement (`microsoft/security`) or by promotion (`ring/patch`). */
export interface AuditApproval {
  readonly at: string;
  readonly commit: string;
  /** The request; null where it was written onto the branch. */
  readonly request: string | null;
  readonly approvers: readonly string[];
}

/** A verdict, or an action as it was sent. */
export type Approved = Pick<VerdictRow, "ring" | "patch" | "source"> & { readonly reason: string };

export interface ApprovalIndex {
  /** What let it in: the promotion of its ring and patch where it was promoted, else its statement; null when Git does not tell. */
  readonly find: (row: Approved) => AuditApproval | null;
}

const COLUMNS: readonly (readonly [string, string])[] = [
  ["id", "device and patch"],
  ["device", "the device"],
  ["patch", "the patch"],
  ["ring", "its ring"],
  ["status", "what the backend reports"],
  ["profile", "the profile whose due date counts: the strictest"],
  ["tier", "the line of the profile that matched: how it was rated"],
  ["clock", "from which date the time runs"],
  ["clock_start", "that date"],
  ["due_at", "on time until then"],
  ["outcome", "met, late, ok, at-risk, overdue, excepted, or why it is not measured"],
  ["other_profiles", "profiles that lost against the strictest, with their due dates"],
  ["detected_at", "first seen missing on the device"],
  ["verdict", "what policy wants at the end"],
  ["reason", "why"],
  ["rule", "the statement that decides"],
  ["policy_commit", "the commit that let it in"],
  ["approved_at", "when that commit came onto the branch"],
  ["approval_ref", "the request that carried it"],
  ["approved_by", "who approved that request"],
  ["sent_at", "our first approval to the backend"],
  ["approved_before_sent", "computed: approved_at ≤ sent_at"],
  ["installed_at", "the backend's date"],
  ["verified_at", "a later scan that showed it"],
];

/** Which obligations belong to the period: running in it, or fulfilled in it. */
function belongs(
  period: AuditPeriod,
  startedAt: number | null,
  installedAt: number,
  isInstalled: boolean,
): boolean {
  if (startedAt !== null && startedAt >= period.to) return false;
  return !isInstalled || installedAt === 0 || installedAt >= period.from;
}

export interface ObligationInput {
  readonly decided: Decided;
  readonly assessment: DeadlineAssessment;
  readonly actions: readonly AuditAction[];
  readonly approvals: ApprovalIndex;
  readonly period: AuditPeriod;
}

export function obligationTable(input: ObligationInput): AuditTable {
  const { decided, assessment, period } = input;
  const { facts, devices } = decided.snapshot;
  const sent = firstApprovals(input.actions);
  const deviceIndex = new Map(devices.id.map((id, index) => [id, index]));
  const patchIndex = new Map(decided.snapshot.patches.map(({ id }, index) => [id, index]));
  const rows: AuditRow[] = [];
  for (const row of listVerdicts(decided)) {
    const fact = findFact(decided.snapshot, deviceIndex.get(row.device)!, patchIndex.get(row.patch)!);
    const state = fact < 0 ? "none" : stateOf(assessment, fact);
    if (fact < 0 || state === "none") continue;
    const [first, ...others] = assessment.obligationsOf(fact);
    const installedAt = facts.installedAt[fact]!;
    const status = statusOf(facts.state[fact]!);
    if (!belongs(period, first!.startedAt, installedAt, status === "installed")) continue;
    const action = sent.get(auditId(row.device, row.patch)) ?? null;
    const approval = input.approvals.find(action ?? row);
    rows.push({
      id: auditId(row.device, row.patch),
      device: row.device,
      patch: row.patch,
      ring: row.ring,
      status,
      profile: first!.profile.name,
      tier: first!.tier.name,
      clock: first!.clock,
      clock_start: format(first!.startedAt),
      due_at: format(first!.dueAt),
      outcome: state,
      other_profiles: others.map(
        ({ profile, dueAt }) => `${profile.name}: ${format(dueAt) ?? "no due date"}`,
      ),
      detected_at: format(facts.detectedAt[fact]!),
      verdict: row.verdict,
      reason: row.reason,
      rule: row.source,
      policy_commit: approval?.commit ?? null,
      approved_at: approval?.at ?? null,
      approval_ref: approval?.request ?? null,
      approved_by: approval?.approvers ?? null,
      sent_at: action?.sentAt ?? null,
      approved_before_sent: approval === null || action === null ? null : approval.at <= action.sentAt,
      installed_at: format(installedAt),
      verified_at: action?.settled === "settled" ? action.settledAt : null,
    });
  }
  return auditTable(
    "obligations",
    "Every device and patch that a deadline profile asks for, and that was open at some time in the period. A patch that no profile asks for, and a device that the backend does not know, are not here.",
    COLUMNS,
    rows,
  );
}

function format(at: number | null): string | null {
  return at === null || at < EARLIEST_DATE ? null : formatInstant(at);
}
