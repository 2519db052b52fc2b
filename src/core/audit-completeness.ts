/** What the backend said that it sent, for each run and for the pack (interfaces d.3). */
import { recordsOf } from "./audit-actions.ts";
import { isWithin, type AuditPeriod } from "./audit-period.ts";
import { auditTable, type AuditRow, type AuditTable } from "./audit-table.ts";
import type { Decided } from "./decide.ts";
import type { LedgerRecord } from "./ledger.ts";
import { formatInstant, parseInstant } from "./time.ts";

/** Runs whose snapshot differs from that of the run before, and the snapshot of the pack itself. */
export function completenessTable(
  { snapshot, stale }: Decided,
  ledger: readonly LedgerRecord[],
  period: AuditPeriod,
): AuditTable {
  const { header, digest, devices, patches, facts } = snapshot;
  const rows: AuditRow[] = [
    {
      id: "pack",
      taken_at: formatInstant(header.takenAt),
      digest,
      complete: header.complete,
      devices: devices.count,
      stale: stale.reduce((sum, one) => sum + one, 0),
      patches: patches.length,
      facts: facts.length,
    },
  ];
  let before: string | null = null;
  for (const { run, seq, at, data } of recordsOf(ledger, "run")) {
    const instant = parseInstant(at);
    const seen = data.snapshot;
    if (seen === null || instant === null || !isWithin(period, instant) || seen.digest === before) continue;
    before = seen.digest;
    const isIncomplete = data.steps.some(({ code }) => code === "cli/incomplete");
    rows.push({
      id: run ?? String(seq),
      taken_at: seen.takenAt,
      digest: seen.digest,
      complete: !isIncomplete,
      devices: seen.devices,
      stale: seen.stale,
      patches: seen.patches,
      facts: seen.facts,
    });
  }
  return auditTable(
    "completeness",
    "What the backend reported: for the pack, and for each run of the period that saw something new.",
    [
      ["id", "the run, or the pack"],
      ["taken_at", "when the backend was read"],
      ["digest", "SHA-256 of what it reported"],
      ["complete", "whether it was read to its end"],
      ["devices", "devices"],
      ["stale", "of these, with a scan that is too old"],
      ["patches", "patches"],
      ["facts", "device and patch pairs"],
    ],
    rows,
  );
}
