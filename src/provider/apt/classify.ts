/**
 * The status of one patch on one host (design 1.3), from what dpkg, apt and our journal
 * say. The order of the questions matters: dpkg's database first, since exit codes, logs
 * and lists of upgrades are wrong in the very cases where something failed. Pure.
 */
import type { Approval, ApprovalSource, Installer, Instant, Status } from "../../core/model.ts";
import type { CataloguePatch } from "./catalogue.ts";
import { systemOf } from "./catalogue.ts";
import { NO_ATTEMPTS, type Attempts } from "./journal.ts";
import { isClean, isPinned, requiredRows, unfinishedVersion } from "./required.ts";
import type { HostScan, InstalledPackage } from "./scan.ts";
import { compareVersions } from "./version.ts";

export interface AptFact {
  readonly patch: string;
  readonly status: Status;
  readonly approval: Approval;
  readonly approvalBy: ApprovalSource;
  readonly approvedAt: Instant | null;
  readonly installedAt: Instant | null;
  readonly installedBy: Installer;
  readonly attempts: number;
  readonly lastAttemptAt: Instant | null;
  readonly error: string | null;
  /** The version that dpkg has now. */
  readonly from: string;
}

interface Situation {
  readonly scan: HostScan;
  readonly installed: InstalledPackage;
  readonly version: string;
  readonly attempts: Attempts;
}

interface Standing {
  readonly status: Status;
  readonly approval: Approval;
  readonly approvalBy: ApprovalSource;
}

function ours(status: Status, approval: Approval): Standing {
  return { status, approval, approvalBy: approval === "none" ? "unknown" : "patchring" };
}

function asksForReboot({ scan, installed, attempts }: Situation): boolean {
  if (scan.rebootPackages === null) return false;
  if (scan.rebootPackages.includes(installed.name.split(":")[0]!)) return true;
  return scan.rebootPackages.length === 0 && attempts.doneBoot !== null && attempts.doneBoot === scan.boot;
}

/** Dpkg's database is in the middle of this version, or of a removal that failed. */
function broken(situation: Situation): Standing {
  const { scan, installed, version, attempts } = situation;
  const approval = isPinned(scan.pins, installed.name, version) ? "ignore" : (attempts.open ?? "none");
  return ours(scan.locked ? "installing" : "failed", attempts.open === "uninstall" ? "uninstall" : approval);
}

function present(situation: Situation, superseded: boolean): Standing {
  const { scan, installed, version, attempts } = situation;
  if (attempts.open === "uninstall") return ours("failed", "uninstall");
  const pinned = isPinned(scan.pins, installed.name, version);
  if (superseded && pinned) return ours("ignored", "ignore");
  const status = !superseded && asksForReboot(situation) ? "reboot-required" : "installed";
  return ours(status, pinned ? "ignore" : "none");
}

/** Null when the host does not need it. */
function absent(situation: Situation): Standing | null {
  const { scan, installed, version, attempts } = situation;
  if (isPinned(scan.pins, installed.name, version)) return ours("ignored", "ignore");
  const row = requiredRows(scan, installed).find((offered) => offered.version === version);
  if (row === undefined) return attempts.open === null ? null : ours("failed", attempts.open);
  if (installed.want === "hold" || row.priority < 0) {
    return { status: "ignored", approval: "ignore", approvalBy: "person" };
  }
  return attempts.open === null ? ours("missing", "none") : ours("failed", attempts.open);
}

function standingOf(situation: Situation, patch: CataloguePatch): Standing | null {
  const { scan, installed, version, attempts } = situation;
  if (attempts.job !== null && attempts.open !== null && scan.runningJobs.includes(attempts.job)) {
    return ours("installing", attempts.open);
  }
  if (!isClean(installed) && unfinishedVersion(scan, installed) === version) return broken(situation);
  const order = compareVersions(installed.version, version);
  if (order < 0) return absent(situation);
  if (order > 0 && !patch.systems.has(systemOf(scan))) return null;
  if (!isClean(installed)) return order === 0 ? broken(situation) : present(situation, true);
  return present(situation, order > 0);
}

function errorOf({ scan, installed, attempts }: Situation, standing: Standing): string | null {
  if (standing.status !== "failed") return null;
  if (attempts.error !== null && attempts.error !== "") return attempts.error;
  if (isClean(installed)) return "the last attempt ended without telling how it went";
  const name = installed.name.split(":")[0]!;
  const at = scan.errors.findLastIndex((line) => line.includes(name));
  const said = at < 0 ? [] : scan.errors.slice(at, at + 2).map((line) => line.trim());
  const state = `dpkg: ${installed.name} is ${installed.status}${installed.reinstall ? ", reinstall required" : ""}`;
  return [state, ...said].join("; ");
}

/** The fact of a patch whose package is installed on the host; null when the host does not need it. */
export function classify(
  scan: HostScan,
  patch: CataloguePatch,
  attempts: Attempts = NO_ATTEMPTS,
): AptFact | null {
  const installed = scan.packages.get(patch.package);
  if (installed === undefined) return null;
  const situation = { scan, installed, version: patch.version, attempts };
  const standing = standingOf(situation, patch);
  if (standing === null) return null;
  const there = standing.status === "installed" || standing.status === "reboot-required";
  const logged = scan.upgrades.findLast(
    ({ package: name, to }) => name === patch.package && to === patch.version,
  );
  return {
    patch: patch.id,
    ...standing,
    approvedAt: attempts.approvedAt,
    installedAt: there ? (logged?.installedAt ?? attempts.doneAt) : null,
    installedBy: !there ? "unknown" : attempts.doneAt !== null ? "backend" : logged ? "other" : "unknown",
    attempts: attempts.failures,
    lastAttemptAt: attempts.lastAt,
    error: errorOf(situation, standing),
    from: installed.version,
  };
}
