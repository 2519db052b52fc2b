/** Devices, patches and installs as they stood in the snapshot of the pack (interfaces d.3). */
import type { AuditAction } from "./audit-actions.ts";
import { auditId, auditTable, type AuditRow, type AuditTable } from "./audit-table.ts";
import { isWithin, type AuditPeriod } from "./audit-period.ts";
import type { Decided } from "./decide.ts";
import { INSTALLERS, STATUSES, type Instant } from "./model.ts";
import type { Snapshot } from "./snapshot.ts";
import { EARLIEST_DATE, formatInstant } from "./time.ts";

const INSTALLED = STATUSES.indexOf("installed");

function when(at: number | null): string | null {
  return at === null || Number.isNaN(at) || at < EARLIEST_DATE ? null : formatInstant(at);
}

function reasonUnmeasured(snapshot: Snapshot, stale: Uint8Array, device: number): string | null {
  if (stale[device] === 0) return null;
  return Number.isNaN(snapshot.devices.scannedAt[device]!) ? "never scanned" : "scan too old";
}

export function deviceTable({ snapshot, stale, compiled }: Decided): AuditTable {
  const { devices } = snapshot;
  const rows = devices.id.map((id, device): AuditRow => {
    const ring = compiled.ringOfClass[compiled.classes.classOf[device]!] ?? -1;
    const text = (column: { values: readonly string[]; codes: Uint32Array }): string | null =>
      column.values[column.codes[device]!] || null;
    return {
      device: id,
      name: devices.name[device] ?? null,
      client: text(devices.client),
      site: text(devices.site),
      type: text(devices.type),
      os: text(devices.os),
      ring: compiled.rings[ring]?.ring.name ?? null,
      critical: devices.critical[device] === 0 ? null : devices.critical[device] === 2,
      exposed: text(devices.exposed) ?? "unknown",
      last_seen_at: when(devices.lastSeenAt[device]!),
      scanned_at: when(devices.scannedAt[device]!),
      not_measured: reasonUnmeasured(snapshot, stale, device),
      facts: devices.factCount[device]!,
    };
  });
  return auditTable(
    "devices",
    "Every device that the backend reported when the pack was made. A device that it does not know is in no list here.",
    [
      ["device", "its id"],
      ["name", "its name"],
      ["client", "whose it is"],
      ["site", "where it stands"],
      ["type", "server or workstation"],
      ["os", "operating system and version"],
      ["ring", "the ring of the policy; empty for none"],
      ["critical", "business-critical"],
      ["exposed", "reachable from outside: yes, no or unknown"],
      ["last_seen_at", "last contact with the backend"],
      ["scanned_at", "last scan for patches"],
      ["not_measured", "why it counts neither as patched nor as missing"],
      ["facts", "how many patches are reported for it"],
    ],
    rows,
  );
}

export function patchTable({ snapshot, compiled }: Decided): AuditTable {
  const { dates } = compiled;
  const rows = snapshot.patches.map((patch, index): AuditRow => {
    const source = dates.source(index);
    return {
      patch: patch.id,
      title: patch.title,
      vendor: patch.vendor,
      product: patch.product,
      revision: patch.revision,
      category: patch.category,
      severity: patch.severity,
      cvss: patch.cvss,
      cves: patch.cves,
      kev_added: patch.kev?.addedOn ?? null,
      kev_due: patch.kev?.dueOn ?? null,
      patch_date: source === null ? null : when(dates.at[index]!),
      patch_date_source: source,
      supersedes: patch.supersedes,
      uninstallable: patch.uninstallable,
    };
  });
  return auditTable(
    "patches",
    "Every patch that some device of the fleet needs or has, as the backend describes it.",
    [
      ["patch", "its id"],
      ["title", "its title"],
      ["vendor", "who made it"],
      ["product", "what it is for"],
      ["revision", "revision of the patch itself"],
      ["category", "security, update and so on"],
      ["severity", "the vendor's"],
      ["cvss", "score from 0 to 10"],
      ["cves", "what it fixes"],
      ["kev_added", "added to CISA's list of known exploited vulnerabilities"],
      ["kev_due", "due date in that list"],
      ["patch_date", "the date from which policy counts"],
      ["patch_date_source", "which date that is: release, first-seen or detected"],
      ["supersedes", "patches that it replaces"],
      ["uninstallable", "whether it can be removed"],
    ],
    rows,
  );
}

/** The first approval that was sent for a device and patch, by `auditId(device, patch)`. */
export function firstApprovals(actions: readonly AuditAction[]): ReadonlyMap<string, AuditAction> {
  const first = new Map<string, AuditAction>();
  for (const action of actions) {
    if (action.action !== "approve" && action.action !== "reprocess") continue;
    if (action.result === "refused" || action.result === "not-sent") continue;
    const key = auditId(action.device, action.patch);
    if (!first.has(key)) first.set(key, action);
  }
  return first;
}

/**
 * Installs of the period without an approval of ours before them. `since` is the first record of the ledger:
 * what was approved before it cannot be told, and says so.
 */
export function unapprovedTable(
  { snapshot }: Decided,
  actions: readonly AuditAction[],
  period: AuditPeriod,
  since: Instant | null,
): AuditTable {
  const { devices, facts, patches } = snapshot;
  const approvals = firstApprovals(actions);
  const rows: AuditRow[] = [];
  for (let device = 0; device < devices.count; device += 1) {
    const start = devices.factStart[device]!;
    for (let fact = start; fact < start + devices.factCount[device]!; fact += 1) {
      const at = facts.installedAt[fact]!;
      if ((facts.state[fact]! & 7) !== INSTALLED || at < EARLIEST_DATE || !isWithin(period, at)) continue;
      const patch = patches[facts.patch[fact]!]!.id;
      const key = auditId(devices.id[device]!, patch);
      const approval = approvals.get(key);
      if (approval !== undefined && approval.sentAt <= formatInstant(at)) continue;
      const by = INSTALLERS[facts.installedBy[fact]!]!;
      rows.push({
        id: key,
        device: devices.id[device]!,
        patch,
        installed_at: formatInstant(at),
        installed_by: by,
        why:
          since === null || at < since
            ? "before the ledger begins"
            : by === "other"
              ? "installed by somebody else"
              : "no approval of ours before it",
      });
    }
  }
  return auditTable(
    "unapproved-installs",
    "Patches that were installed in the period without an approval of ours in the ledger before it: found by scans, not by our own actions.",
    [
      ["id", "device and patch"],
      ["device", "the device"],
      ["patch", "the patch"],
      ["installed_at", "as the backend reports it"],
      ["installed_by", "backend, other or unknown"],
      ["why", "what is missing"],
    ],
    rows,
  );
}
