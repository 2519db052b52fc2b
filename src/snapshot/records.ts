import type { Capabilities, Patch } from "../core/model.ts";
import {
  ACTIONS,
  APPROVALS,
  APPROVAL_SOURCES,
  IMPLIED_APPROVAL,
  INSTALLERS,
  STATUSES,
} from "../core/model.ts";
import type { Action } from "../core/model.ts";
import type { SnapshotHeader } from "../core/snapshot.ts";
import { packState } from "../core/snapshot.ts";
import type { DeviceRow, FactBuilder } from "./columns.ts";
import { packAttempts, packInstant } from "./columns.ts";
import { Fields, type JsonObject } from "./fields.ts";
import { quote } from "./problems.ts";

export const CATEGORIES = [
  "security",
  "critical",
  "update",
  "rollup",
  "service-pack",
  "feature",
  "driver",
  "definition",
  "tool",
  "application",
  "other",
] as const;
export const SEVERITIES = ["critical", "important", "moderate", "low", "unknown"] as const;
export const REBOOTS = ["never", "maybe", "always", "unknown"] as const;
export const ANSWERS = ["yes", "no", "unknown"] as const;
export const IMPACTS = ["partial", "total", "unknown"] as const;
export const DEVICE_TYPES = ["server", "workstation"] as const;
export const OS_FAMILIES = ["windows", "linux", "macos", "other"] as const;

export const NO_CAPABILITIES: Capabilities = { actions: [], holdIsSafe: false, schedules: "reconciler" };
const SCHEDULERS = ["backend", "reconciler"] as const;
const MAX_COUNT = Number.MAX_SAFE_INTEGER;

export interface Counts {
  readonly patches: number | null;
  readonly devices: number | null;
  readonly facts: number | null;
}

export interface Header {
  readonly header: SnapshotHeader;
  readonly counts: Counts;
}

function toCapabilities(object: JsonObject | null, fields: Fields): Capabilities {
  if (object === null) return NO_CAPABILITIES;
  const inner = new Fields(
    object,
    () => "capabilities",
    (problem) => fields.report(problem),
  );
  const actions: Action[] = [];
  for (const name of inner.list("actions")) {
    const action = ACTIONS.find((known) => known === name);
    if (action !== undefined) {
      if (!actions.includes(action)) actions.push(action);
      continue;
    }
    fields.report({
      code: "snapshot/unknown-word",
      summary: "Unknown action",
      detail: `"actions" of capabilities lists ${quote(name)}. Known words: ${ACTIONS.join(", ")}.`,
    });
  }
  return {
    actions,
    holdIsSafe: inner.flag("holdIsSafe") ?? false,
    schedules: SCHEDULERS[inner.word("schedules", SCHEDULERS)] ?? "reconciler",
  };
}

/** The header line (design 1.6). Null when `takenAt` is missing or wrong. */
export function toHeader(fields: Fields): Header | null {
  const takenAt = fields.instant("takenAt");
  if (takenAt === null && !fields.has("takenAt")) fields.missing("takenAt");
  const counts = fields.object("counts");
  const inner = new Fields(
    counts ?? {},
    () => "counts",
    (problem) => fields.report(problem),
  );
  const header = {
    takenAt: takenAt ?? 0,
    provider: fields.text("provider"),
    complete: fields.flag("complete") ?? true,
    capabilities: toCapabilities(fields.object("capabilities"), fields),
  };
  const result = {
    header,
    counts: {
      patches: inner.number("patches", MAX_COUNT, true),
      devices: inner.number("devices", MAX_COUNT, true),
      facts: inner.number("facts", MAX_COUNT, true),
    },
  };
  return takenAt === null ? null : result;
}

function toRevision(object: JsonObject, fields: Fields): string | number | null {
  return typeof object["revision"] === "number" ? object["revision"] : fields.text("revision");
}

function toKev(fields: Fields): Patch["kev"] {
  const object = fields.object("kev");
  if (object === null) return null;
  const inner = new Fields(
    object,
    () => "kev",
    (problem) => fields.report(problem),
  );
  return { addedOn: inner.text("addedOn"), dueOn: inner.text("dueOn") };
}

/** Few backends know it: no key where it is absent. */
function toSsvc(fields: Fields): Pick<Patch, "ssvc"> {
  const object = fields.object("ssvc");
  if (object === null) return {};
  const inner = new Fields(
    object,
    () => "ssvc",
    (problem) => fields.report(problem),
  );
  return {
    ssvc: {
      automatable: inner.openWord("automatable", ANSWERS) ?? "unknown",
      technicalImpact: inner.openWord("technicalImpact", IMPACTS) ?? "unknown",
    },
  };
}

/** A patch line (design 1.2). */
export function toPatch(id: string, object: JsonObject, fields: Fields): Patch {
  return {
    id,
    title: fields.text("title"),
    vendor: fields.text("vendor"),
    product: fields.text("product"),
    version: fields.text("version"),
    revision: toRevision(object, fields),
    category: fields.openWord("category", CATEGORIES),
    severity: fields.openWord("severity", SEVERITIES) ?? "unknown",
    kb: fields.text("kb"),
    bulletin: fields.text("bulletin"),
    cves: fields.list("cves"),
    cvss: fields.number("cvss", 10, false),
    kev: toKev(fields),
    ...toSsvc(fields),
    releasedAt: fields.instant("releasedAt"),
    firstSeenAt: fields.instant("firstSeenAt"),
    supersedes: fields.list("supersedes"),
    reboot: fields.openWord("reboot", REBOOTS) ?? "unknown",
    uninstallable: fields.openWord("uninstallable", ANSWERS) ?? "unknown",
    url: fields.text("url"),
    sizeBytes: fields.number("sizeBytes", Number.MAX_VALUE, false),
  };
}

/** A device line without its facts (design 1.1). */
export function toDevice(id: string, fields: Fields): DeviceRow {
  const os = new Fields(
    fields.object("os") ?? {},
    () => "os",
    (problem) => fields.report(problem),
  );
  const [osName, osVersion] = [os.text("name"), os.text("version")];
  os.text("arch");
  return {
    id,
    name: fields.text("name"),
    client: fields.text("client"),
    site: fields.text("site"),
    type: fields.openWord("type", DEVICE_TYPES),
    osFamily: os.openWord("family", OS_FAMILIES),
    os: osName === null || osVersion === null ? osName : `${osName} ${osVersion}`,
    timezone: fields.text("timezone"),
    exposed: fields.openWord("exposed", ANSWERS) ?? "unknown",
    contact: fields.text("contact"),
    tags: fields.list("tags"),
    apps: fields.list("apps"),
    critical: fields.flag("critical"),
    scannedAt: fields.instant("scannedAt"),
    lastSeenAt: fields.instant("lastSeenAt"),
  };
}

const IMPLIED_CODES: readonly number[] = IMPLIED_APPROVAL.map((approval) => APPROVALS.indexOf(approval));

/** The state byte of a fact; -1 stands for an approval or source that is not given. */
export function toState(status: number, approval: number, approvalBy: number): number {
  const inForce = approval < 0 ? IMPLIED_CODES[status]! : approval;
  return packState(status, inForce, approval >= 0, Math.max(0, approvalBy));
}

/** Appends one fact (design 1.3); `patch` is its index. A wrong field is reported, and the entry then means nothing. */
export function appendFact(fields: Fields, patch: number, facts: FactBuilder): void {
  const status = fields.word("status", STATUSES);
  if (status < 0 && !fields.has("status")) fields.missing("status");
  const approval = fields.word("approval", APPROVALS);
  const approvalBy = fields.word("approvalBy", APPROVAL_SOURCES);
  const at = facts.length;
  if (at === facts.capacity) facts.grow();
  facts.patch[at] = patch;
  facts.state[at] = toState(Math.max(0, status), approval, approvalBy);
  facts.detectedAt[at] = packInstant(fields.instant("detectedAt"));
  facts.approvedAt[at] = packInstant(fields.instant("approvedAt"));
  facts.installedAt[at] = packInstant(fields.instant("installedAt"));
  facts.lastAttemptAt.push(at, packInstant(fields.instant("lastAttemptAt")));
  facts.attempts.push(at, packAttempts(fields.number("attempts", MAX_COUNT, true)));
  facts.installedBy[at] = Math.max(0, fields.word("installedBy", INSTALLERS));
  const error = fields.text("error");
  if (error !== null) facts.errors.set(at, error);
  facts.length = at + 1;
}
