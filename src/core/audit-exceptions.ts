/** Exceptions, holds and who may do what (interfaces d.3). */
import { arrivedAt, isEntryWithin, showPerson } from "./audit-policy.ts";
import type { AuditPeriod } from "./audit-period.ts";
import { auditId, auditTable, type AuditRow, type AuditTable } from "./audit-table.ts";
import type { LedgerRecord } from "./ledger.ts";
import { recordsOf } from "./audit-actions.ts";
import type { Instant } from "./model.ts";
import type { PolicySet } from "./policy.ts";
import type { HistoryEntry } from "./policy-history.ts";
import { formatInstant } from "./time.ts";

/** The history of one statement: who granted it, who renewed it. */
function provenance(entries: readonly HistoryEntry[], statement: string): AuditRow {
  const own = entries.filter((entry) => entry.statement === statement);
  const added = own.findLast(({ change }) => change === "added");
  const last = own.at(-1);
  if (added === undefined || last === undefined) {
    return { granted_at: null, requested_by: null, approved_by: [], renewals: null, request: null };
  }
  const since = own.slice(own.indexOf(added) + 1);
  return {
    granted_at: arrivedAt(added),
    requested_by: showPerson(added.author),
    approved_by: last.arrival?.reviewers ?? [],
    renewals: since.filter(({ change }) => change === "changed").length,
    request: last.arrival?.request ?? null,
  };
}

const PROVENANCE: readonly (readonly [string, string])[] = [
  ["granted_at", "when it came onto the branch; empty: Git does not tell"],
  ["requested_by", "who wrote it"],
  ["approved_by", "who approved the last change of it"],
  ["renewals", "how often it was changed since"],
  ["request", "the request of the last change"],
];

function stateOf(expires: Instant | null, now: Instant): string {
  return expires !== null && expires <= now ? "ended" : "in force";
}

export function exceptionTable(
  policy: PolicySet,
  entries: readonly HistoryEntry[],
  period: AuditPeriod,
  now: Instant,
): AuditTable {
  const rows = policy.decisions
    .filter((decision) => decision.action === "ignore")
    .map((decision): AuditRow => {
      const statement = `Decision/${decision.name}`;
      return {
        id: statement,
        file: `${decision.place.file}:${String(decision.place.line)}`,
        state: stateOf(decision.expires, now),
        expires_at: decision.expires === null ? null : formatInstant(decision.expires),
        reason: decision.reason,
        ticket: decision.ticket,
        ...provenance(entries, statement),
      };
    });
  const removed = entries
    .filter(
      (entry) =>
        entry.statement.startsWith("Decision/") &&
        entry.change === "removed" &&
        isEntryWithin(period, entry) &&
        !rows.some(({ id }) => id === entry.statement),
    )
    .map((entry): AuditRow => ({
      id: entry.statement,
      file: entry.path,
      state: `removed ${arrivedAt(entry)}`,
      reason: entry.reason,
      ...provenance(entries, entry.statement),
    }));
  return auditTable(
    "exceptions",
    "Decisions not to install named patches: those of the policy at the end, and those removed in the period. Cyber Essentials knows no exceptions.",
    [
      ["id", "the decision"],
      ["file", "where it stands"],
      ["state", "in force, ended or removed"],
      ["expires_at", "the end of it"],
      ["reason", "why"],
      ["ticket", "where it was asked for"],
      ...PROVENANCE,
    ],
    [...new Map([...removed, ...rows].map((row) => [row["id"], row])).values()],
  );
}

export function holdTable(
  policy: PolicySet,
  entries: readonly HistoryEntry[],
  ledger: readonly LedgerRecord[],
  now: Instant,
): AuditTable {
  const held = (kind: string, statements: PolicySet["holds"] | PolicySet["recalls"]): AuditRow[] =>
    statements.map((one): AuditRow => {
      const statement = `${kind}/${one.name}`;
      const until = "until" in one ? one.until : null;
      return {
        id: statement,
        kind,
        file: `${one.place.file}:${String(one.place.line)}`,
        state: stateOf(until, now),
        until: until === null ? null : formatInstant(until),
        reason: one.reason,
        ...provenance(entries, statement),
      };
    });
  const brakes = recordsOf(ledger, "brake").map(({ at, seq, data }): AuditRow => ({
    id: auditId("brake", data.ring, data.patch, String(seq)),
    kind: `brake ${data.event}`,
    state: data.event,
    reason: data.detail,
    granted_at: at,
    requested_by: "the reconciler",
    approved_by: [],
  }));
  return auditTable(
    "holds",
    "What stops or takes back patches: holds and recalls of the policy at the end, and each automatic brake of the ledger.",
    [
      ["id", "the statement, or the brake"],
      ["kind", "Hold, Recall or brake"],
      ["file", "where it stands"],
      ["state", "in force, ended; of a brake: set or released"],
      ["until", "the end of it"],
      ["reason", "why"],
      ...PROVENANCE,
    ],
    [...held("Hold", policy.holds), ...held("Recall", policy.recalls), ...brakes],
  );
}

/** Text of the file CODEOWNERS; null where there is none. */
export function accessTable(
  policy: PolicySet,
  entries: readonly HistoryEntry[],
  period: AuditPeriod,
  codeOwners: string | null,
): AuditTable {
  const rows = new Map<string, Set<string>>();
  const note = (who: string, what: string): void => {
    rows.set(who, (rows.get(who) ?? new Set<string>()).add(what));
  };
  for (const entry of entries.filter((one) => isEntryWithin(period, one))) {
    note(showPerson(entry.author), "wrote policy in the period");
    if (entry.arrival === null)
      note(showPerson(entry.author), "put policy onto the branch without a request");
    else note(showPerson(entry.arrival.by), "merged requests in the period");
    for (const reviewer of entry.arrival?.reviewers ?? []) note(reviewer, "approved requests in the period");
  }
  for (const ring of policy.rings) {
    for (const reviewer of ring.promotion.reviewers)
      note(reviewer, `reviewer of promotions into ${ring.name}`);
  }
  for (const line of (codeOwners ?? "").split("\n")) {
    const [pattern, ...owners] = line.replace(/#.*/, "").trim().split(/\s+/);
    for (const owner of owners) note(owner, `owns ${pattern!} by CODEOWNERS`);
  }
  return auditTable(
    "access",
    "Who wrote, approved and merged policy in the period, and whom the repository names as owner or reviewer. Who else could have (administrators, bypass rights, keys of the backend) only the forge and the backend can tell.",
    [
      ["who", "as Git or the repository writes it"],
      ["what", "what they did, or may do"],
    ],
    [...rows].map(([who, what]): AuditRow => ({ who, what: [...what].sort() })),
  );
}
