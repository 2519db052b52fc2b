/** Who changed the policy, who let it in, and on what evidence: from the history in Git (interfaces d.3). */
import type { AuditAction } from "./audit-actions.ts";
import type { ApprovalIndex, Approved, AuditApproval } from "./audit-obligations.ts";
import { isWithin, type AuditPeriod } from "./audit-period.ts";
import { auditId, auditTable, type AuditRow, type AuditTable } from "./audit-table.ts";
import type { HistoryEntry, HistoryPerson } from "./policy-history.ts";
import { parseInstant } from "./time.ts";

/** When an entry began to count: with its arrival on the branch. */
export function arrivedAt(entry: HistoryEntry): string {
  return entry.arrival?.at ?? entry.at;
}

export function showPerson({ name, email }: HistoryPerson): string {
  return `${name} <${email}>`;
}

export function isEntryWithin(period: AuditPeriod, entry: HistoryEntry): boolean {
  const at = parseInstant(arrivedAt(entry));
  return at !== null && isWithin(period, at);
}

/** Somebody else than the author approved or merged it. Of commits onto the branch itself nobody did. */
function isTwoParty({ author, arrival }: HistoryEntry): boolean {
  if (arrival === null) return false;
  const others = [showPerson(arrival.by), arrival.by.name, ...arrival.reviewers];
  return others.some((one) => one !== author.name && one !== author.email && one !== showPerson(author));
}

function approvalOf(entry: HistoryEntry): AuditApproval {
  return {
    at: arrivedAt(entry),
    commit: entry.arrival?.commit ?? entry.commit,
    request: entry.arrival?.request ?? null,
    approvers: entry.arrival?.reviewers ?? [],
  };
}

/** Cells that every change of policy has. */
function changeCells(entry: HistoryEntry): AuditRow {
  const { author, arrival } = entry;
  return {
    commit: entry.commit,
    written_at: entry.at,
    author: showPerson(author),
    arrived_at: arrivedAt(entry),
    merge_commit: arrival?.commit ?? null,
    merged_by: arrival === null ? null : showPerson(arrival.by),
    request: arrival?.request ?? null,
    approved_by: arrival?.reviewers ?? [],
    two_party: isTwoParty(entry),
  };
}

const CHANGE_COLUMNS: readonly (readonly [string, string])[] = [
  ["commit", "the commit that wrote it"],
  ["written_at", "when it was written, by the author's clock"],
  ["author", "who wrote it"],
  ["arrived_at", "when it came onto the branch: from then on it counted"],
  ["merge_commit", "the commit that brought it"],
  ["merged_by", "who merged it"],
  ["request", "the request that carried it; empty: written onto the branch"],
  ["approved_by", "who approved the request, as the merge says"],
  ["two_party", "computed: somebody else than the author approved or merged it"],
];

export function policyChangeTable(entries: readonly HistoryEntry[], period: AuditPeriod): AuditTable {
  const rows = entries
    .filter((entry) => isEntryWithin(period, entry))
    .map((entry): AuditRow => ({
      id: auditId(entry.commit, entry.path, entry.statement),
      statement: entry.statement,
      change: entry.change,
      file: entry.path,
      subject: entry.subject,
      reason: entry.reason,
      ...changeCells(entry),
    }));
  return auditTable(
    "policy-changes",
    "Every statement of policy that was added, changed or removed on the branch in the period.",
    [
      ["id", "commit, file and statement"],
      ["statement", "kind and name, or the rule"],
      ["change", "added, changed or removed"],
      ["file", "where it stands"],
      ["subject", "first line of the commit"],
      ["reason", "the reason that the statement gives"],
      ...CHANGE_COLUMNS,
    ],
    rows,
  );
}

export function promotionTable(entries: readonly HistoryEntry[], period: AuditPeriod): AuditTable {
  const rows = entries
    .filter((entry) => entry.evidence !== null && isEntryWithin(period, entry))
    .map((entry): AuditRow => ({
      id: auditId(entry.evidence!.to, entry.evidence!.patch, entry.commit),
      patch: entry.evidence!.patch,
      from: entry.evidence!.from,
      to: entry.evidence!.to,
      change: entry.change,
      file: entry.path,
      evidence_at: entry.evidence!.at,
      snapshot: entry.evidence!.snapshot,
      soak_met_at: entry.evidence!.metAt,
      eligible: entry.evidence!.eligible,
      installed: entry.evidence!.installed,
      failed: entry.evidence!.failed,
      tested_before_approved: isTestedFirst(entry),
      ...changeCells(entry),
    }));
  return auditTable(
    "promotions",
    "Every promotion into a later ring that came onto the branch in the period, with the evidence in its file.",
    [
      ["id", "ring, patch and commit"],
      ["patch", "what was promoted"],
      ["from", "the ring that tested it"],
      ["to", "the ring that got it"],
      ["change", "added, changed, or removed (withdrawn)"],
      ["file", "the promotion file"],
      ["evidence_at", "when the evidence was taken"],
      ["snapshot", "digest of the snapshot that it was taken from"],
      ["soak_met_at", "when the soak was over"],
      ["eligible", "devices that counted"],
      ["installed", "of these, installed"],
      ["failed", "of these, failed"],
      ["tested_before_approved", "computed: soak_met_at ≤ arrived_at"],
      ...CHANGE_COLUMNS,
    ],
    rows,
  );
}

function isTestedFirst(entry: HistoryEntry): boolean | null {
  const metAt = parseInstant(entry.evidence?.metAt ?? "");
  const at = parseInstant(arrivedAt(entry));
  return entry.change === "removed" || metAt === null || at === null ? null : metAt <= at;
}

export function emergencyTable(
  entries: readonly HistoryEntry[],
  actions: readonly AuditAction[],
  period: AuditPeriod,
): AuditTable {
  const rows = entries
    .filter(
      (entry) =>
        entry.statement.startsWith("Emergency/") &&
        entry.change !== "removed" &&
        isEntryWithin(period, entry),
    )
    .map((entry): AuditRow => {
      const own = actions.filter(({ source }) => source === entry.statement);
      const first = own.map(({ sentAt }) => sentAt).sort()[0] ?? null;
      return {
        id: auditId(entry.statement, entry.commit),
        emergency: entry.statement,
        change: entry.change,
        reason: entry.reason,
        first_sent_at: first,
        devices_sent: new Set(own.map(({ device }) => device)).size,
        approved_before_sent: first === null ? null : arrivedAt(entry) <= first,
        ...changeCells(entry),
      };
    });
  return auditTable(
    "emergency-changes",
    "Every emergency of the period: what skipped gates, who asked, who let it in, and what it sent.",
    [
      ["id", "emergency and commit"],
      ["emergency", "its name"],
      ["change", "added or changed"],
      ["reason", "why"],
      ["first_sent_at", "the first action that it caused"],
      ["devices_sent", "devices that got one"],
      ["approved_before_sent", "computed: arrived_at ≤ first_sent_at"],
      ...CHANGE_COLUMNS,
    ],
    rows,
  );
}

/** What let a verdict in, from history: the last entry of the promotion file, else of the statement, not removed. */
export function indexApprovals(entries: readonly HistoryEntry[]): ApprovalIndex {
  const byStatement = new Map<string, AuditApproval>();
  const byPromotion = new Map<string, AuditApproval>();
  for (const entry of entries) {
    const { evidence } = entry;
    const [index, key] =
      evidence === null
        ? [byStatement, entry.statement]
        : [byPromotion, auditId(evidence.to, evidence.patch)];
    if (entry.change === "removed") index.delete(key);
    else index.set(key, approvalOf(entry));
  }
  return {
    find: ({ ring, patch, source, reason }: Approved) =>
      (reason === "PROMOTED" ? byPromotion.get(auditId(ring, patch)) : undefined) ??
      (source === null ? null : (byStatement.get(source) ?? null)),
  };
}
