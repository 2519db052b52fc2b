/** What the ledger tells of actions and runs (interfaces d.3). */
import { auditTable, type AuditRow, type AuditTable } from "./audit-table.ts";
import { isWithin, type AuditPeriod } from "./audit-period.ts";
import type { ActionIntent, LedgerData, LedgerRecord, LedgerType } from "./ledger.ts";
import type { Instant, Seconds } from "./model.ts";
import { formatInstant, parseInstant } from "./time.ts";

type RecordOf<Type extends LedgerType> = LedgerRecord & { readonly data: LedgerData[Type] };

export function recordsOf<Type extends LedgerType>(
  ledger: readonly LedgerRecord[],
  type: Type,
): readonly RecordOf<Type>[] {
  return ledger.filter((record): record is RecordOf<Type> => record.type === type);
}

/** One action with everything that became of it. */
export interface AuditAction extends ActionIntent {
  readonly run: string | null;
  readonly seq: number;
  readonly sentAt: string;
  readonly result: string | null;
  readonly answeredAt: string | null;
  readonly settled: string | null;
  readonly settledAt: string | null;
  readonly detail: string | null;
}

const ANSWERS: readonly string[] = ["accepted", "refused", "unknown", "not-sent"];

export function gatherActions(ledger: readonly LedgerRecord[]): readonly AuditAction[] {
  const outcomes = new Map<string, RecordOf<"outcome">[]>();
  for (const record of recordsOf(ledger, "outcome")) {
    const list = outcomes.get(record.data.action) ?? [];
    outcomes.set(record.data.action, list);
    list.push(record);
  }
  return recordsOf(ledger, "action").map((record) => {
    const own = outcomes.get(record.data.id) ?? [];
    const answer = own.find(({ data }) => ANSWERS.includes(data.result));
    const end = own.findLast(({ data }) => !ANSWERS.includes(data.result));
    return {
      ...record.data,
      run: record.run,
      seq: record.seq,
      sentAt: record.at,
      result: answer?.data.result ?? null,
      answeredAt: answer?.at ?? null,
      settled: end?.data.result ?? null,
      settledAt: end?.at ?? null,
      detail: (end ?? answer)?.data.detail ?? null,
    };
  });
}

/** Read from text that somebody may have edited: an instant that is none lies in no period. */
function inPeriod(period: AuditPeriod, at: string): boolean {
  const instant = parseInstant(at);
  return instant !== null && isWithin(period, instant);
}

export function actionTable(actions: readonly AuditAction[], period: AuditPeriod): AuditTable {
  return auditTable(
    "actions",
    "Every action that was sent to the backend in the period, with its answer and what a later scan showed.",
    [
      ["id", "run and number in it"],
      ["run", "the run that sent it"],
      ["device", "the device"],
      ["patch", "the patch"],
      ["action", "approve, ignore, do-nothing, reprocess or uninstall"],
      ["ring", "the ring of the device then"],
      ["verdict", "what policy wanted"],
      ["reason", "why"],
      ["source", "the statement of policy behind it"],
      ["sent_at", "written down before the call"],
      ["result", "the backend's answer"],
      ["answered_at", "when it came"],
      ["settled", "what a later scan showed: settled, undone or unverified"],
      ["settled_at", "when that was seen"],
      ["detail", "the backend's words"],
      ["ledger_seq", "the record in the ledger"],
    ],
    actions
      .filter(({ sentAt }) => inPeriod(period, sentAt))
      .map((one): AuditRow => ({
        id: one.id,
        run: one.run,
        device: one.device,
        patch: one.patch,
        action: one.action,
        ring: one.ring,
        verdict: one.verdict,
        reason: one.reason,
        source: one.source,
        sent_at: one.sentAt,
        result: one.result,
        answered_at: one.answeredAt,
        settled: one.settled,
        settled_at: one.settledAt,
        detail: one.detail,
        ledger_seq: one.seq,
      })),
  );
}

/** Actions whose outcome was not known, or never seen: `reconciliation/unknowns`. */
export function unknownTable(actions: readonly AuditAction[], period: AuditPeriod): AuditTable {
  const open = actions.filter(
    ({ result, settled }) => result === null || result === "unknown" || settled === "unverified",
  );
  const { columns, rows } = actionTable(open, period);
  return {
    name: "unknowns",
    about: "Actions whose outcome the backend did not tell, or whose effect no later scan showed.",
    columns,
    rows,
  };
}

export function runTable(ledger: readonly LedgerRecord[], period: AuditPeriod): AuditTable {
  return auditTable(
    "runs",
    "Every run of the reconciler in the period, heartbeats included. Runs that should have been and were not: reconciliation/gaps.",
    [
      ["run", "its id"],
      ["started_at", "when it began"],
      ["ended_at", "when it ended"],
      ["mode", "observe, propose or apply"],
      ["changed", "whether it sent, settled, proposed or stopped anything"],
      ["exit_code", "0 is well; see the list of exit codes"],
      ["policy_commit", "the commit of the policy"],
      ["policy_digest", "digest of the policy as it was read"],
      ["snapshot", "digest of what the backend reported"],
      ["devices", "devices in it"],
      ["stale", "devices whose scan was too old"],
      ["accepted", "actions the backend took"],
      ["refused", "actions it refused"],
      ["unknown", "actions whose outcome was not known"],
      ["steps", "each step and how it ended"],
      ["ledger_seq", "the record in the ledger"],
    ],
    recordsOf(ledger, "run")
      .filter(({ at }) => inPeriod(period, at))
      .map(({ run, seq, data }): AuditRow => ({
        run: run ?? String(seq),
        started_at: data.startedAt,
        ended_at: data.finishedAt,
        mode: data.mode,
        changed: data.changed,
        exit_code: data.exitCode,
        policy_commit: data.policy?.commit ?? null,
        policy_digest: data.policy?.digest ?? null,
        snapshot: data.snapshot?.digest ?? null,
        devices: data.snapshot?.devices ?? null,
        stale: data.snapshot?.stale ?? null,
        accepted: data.sent.accepted,
        refused: data.sent.refused,
        unknown: data.sent.unknown,
        steps: data.steps.map(({ name, outcome }) => `${name}: ${outcome}`),
        ledger_seq: seq,
      })),
  );
}

/**
 * Stretches of the period without a run that were longer than `allowed`: before the first, between two, and
 * after the last up to the end of the period or `now`.
 */
export function gapTable(
  ledger: readonly LedgerRecord[],
  period: AuditPeriod,
  allowed: Seconds,
  now: Instant,
): AuditTable {
  const ends = recordsOf(ledger, "run")
    .flatMap(({ at }) => parseInstant(at) ?? [])
    .filter((at) => isWithin(period, at))
    .sort((a, b) => a - b);
  const marks = [period.from, ...ends, Math.max(period.from, Math.min(period.to, now))];
  const rows = marks.slice(1).flatMap((to, index): AuditRow[] => {
    const from = marks[index]!;
    if (to - from <= allowed) return [];
    return [
      {
        from: formatInstant(from),
        to: formatInstant(to),
        seconds: to - from,
        allowed_seconds: allowed,
      },
    ];
  });
  return auditTable(
    "gaps",
    "Times in the period in which no run ended for longer than was asked for.",
    [
      ["from", "the end of the run before, or the start of the period"],
      ["to", "the end of the run after, or the end of the period"],
      ["seconds", "how long"],
      ["allowed_seconds", "how long was allowed"],
    ],
    rows,
  );
}
