/** The snapshot as the rules read it: absent is null, instants are numbers, defaults are in place. */
import type {
  Action,
  Approval,
  ApprovalSource,
  Instant,
  Reason,
  Status,
  Verdict,
} from "../../src/core/model.ts";
import type { PolicySet, Recall, Ring, Rule } from "../../src/core/policy.ts";
import type { ZoneRules } from "../../src/core/zone.ts";
import { EARLIEST_DATE, parseInstant } from "../../src/core/time.ts";
import type { Maybe, OracleDevice, OracleFact, OraclePatch, OracleSnapshot } from "./input.ts";

export const DAY = 86_400;

/** One fact, with `approval` as `A` of design 1.5: given, or implied by the status. */
export interface Fact {
  readonly patch: string;
  readonly status: Status;
  readonly approval: Approval;
  readonly approvalBy: ApprovalSource;
  readonly attempts: number;
  readonly detectedAt: Instant | null;
  /** These three are null when they are no dates (design 1.2). */
  readonly approvedAt: Instant | null;
  readonly installedAt: Instant | null;
  readonly lastAttemptAt: Instant | null;
}

export interface Device {
  readonly id: string;
  readonly name: string | null;
  readonly client: string | null;
  readonly site: string | null;
  readonly type: string | null;
  readonly osFamily: string | null;
  readonly os: string | null;
  readonly tags: readonly string[];
  readonly apps: readonly string[];
  readonly timezone: string | null;
  readonly critical: boolean | null;
  readonly exposed: string;
  readonly stale: boolean;
  readonly facts: readonly Fact[];
}

export interface KnownPatch {
  readonly id: string;
  readonly title: string | null;
  readonly vendor: string | null;
  readonly product: string | null;
  readonly category: string | null;
  readonly severity: string;
  readonly aliases: readonly string[];
  readonly cves: readonly string[];
  readonly cvss: number | null;
  readonly kev: boolean;
  readonly revision: string | number | null;
  readonly supersedes: readonly string[];
  readonly reboot: string;
  readonly uninstallable: string;
  readonly date: Instant | null;
}

/** What was decided for one patch on one device, and what the diff needs to know of why. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly source: string | null;
  readonly until: Instant | null;
  /** The rule that made it a candidate; null where none did. */
  readonly rule: Rule | null;
  /** The recall that is named; null unless the reason is `RECALLED`. */
  readonly recall: Recall | null;
}

export interface World {
  readonly policy: PolicySet;
  readonly now: Instant;
  readonly zones: ZoneRules;
  readonly patches: readonly KnownPatch[];
  readonly devices: readonly Device[];
  readonly actions: readonly Action[];
  readonly holdIsSafe: boolean;
  readonly schedules: "backend" | "reconciler";
  /** The ring of a device, null for none. */
  ringOf(device: Device): Ring | null;
  /** The verdict for a patch that has a fact on the device. */
  judge(device: Device, patch: KnownPatch): Judgement;
}

function orNull<T>(value: Maybe<T>): T | null {
  return value ?? null;
}

function instantOf(text: Maybe<string>): Instant | null {
  if (text === null || text === undefined) return null;
  const at = parseInstant(text);
  if (at === null) throw new Error(`no instant: ${text}`);
  return at;
}

/** 1.2: "Sane: from 1972-01-01T00:00:00Z to 2 days after now, both inclusive." */
function isSane(at: Instant | null, now: Instant): at is Instant {
  return at !== null && at >= EARLIEST_DATE && at <= now + 2 * DAY;
}

/** 1.2: "An `installedAt`, `approvedAt` or `lastAttemptAt` before 1972 or later than now is no date." */
function pastDate(text: Maybe<string>, now: Instant): Instant | null {
  const at = instantOf(text);
  return at !== null && at >= EARLIEST_DATE && at <= now ? at : null;
}

/** 1.3: the approval implied when the field `approval` is absent. */
function impliedApproval(status: Status): Approval {
  switch (status) {
    case "missing":
    case "installing":
    case "installed":
    case "reboot-required":
      return "none";
    case "pending":
    case "failed":
      return "approve";
    case "ignored":
      return "ignore";
  }
}

export function readFact(fact: OracleFact, now: Instant): Fact {
  return {
    patch: fact.patch,
    status: fact.status,
    approval: fact.approval ?? impliedApproval(fact.status),
    approvalBy: fact.approvalBy ?? "unknown",
    attempts: fact.attempts ?? 0, // 1.5: "absent `attempts` is 0"
    detectedAt: instantOf(fact.detectedAt),
    approvedAt: pastDate(fact.approvedAt, now),
    installedAt: pastDate(fact.installedAt, now),
    lastAttemptAt: pastDate(fact.lastAttemptAt, now),
  };
}

/** 1.1: "A device whose `scannedAt` is older (strictly) than `staleAfter` at now, or is missing, is stale." */
function isStale(device: OracleDevice, policy: PolicySet, now: Instant): boolean {
  const scannedAt = instantOf(device.scannedAt);
  return scannedAt === null || now - scannedAt > policy.fleet.staleAfter;
}

/** 2.1: "`os` is "name version", or the name alone." */
function osText(device: OracleDevice): string | null {
  const name = orNull(device.os?.name);
  const version = orNull(device.os?.version);
  if (name === null) return null;
  return version === null ? name : `${name} ${version}`;
}

export function readDevice(device: OracleDevice, policy: PolicySet, now: Instant): Device {
  return {
    id: device.id,
    name: orNull(device.name),
    client: orNull(device.client),
    site: orNull(device.site),
    type: orNull(device.type),
    osFamily: orNull(device.os?.family),
    os: osText(device),
    tags: device.tags ?? [],
    apps: device.apps ?? [],
    timezone: orNull(device.timezone),
    critical: orNull(device.critical),
    exposed: device.exposed ?? "unknown",
    stale: isStale(device, policy, now),
    facts: (device.facts ?? []).map((fact) => readFact(fact, now)),
  };
}

/**
 * 1.2: "Patch date (one per patch): the first sane one of `releasedAt`, `firstSeenAt`, and the
 * earliest sane `detectedAt` of any device's fact; else none."
 */
function patchDate(patch: OraclePatch, devices: readonly Device[], now: Instant): Instant | null {
  const releasedAt = instantOf(patch.releasedAt);
  if (isSane(releasedAt, now)) return releasedAt;
  const firstSeenAt = instantOf(patch.firstSeenAt);
  if (isSane(firstSeenAt, now)) return firstSeenAt;
  let earliest: Instant | null = null;
  for (const device of devices) {
    for (const fact of device.facts) {
      if (fact.patch !== patch.id || !isSane(fact.detectedAt, now)) continue;
      if (earliest === null || fact.detectedAt < earliest) earliest = fact.detectedAt;
    }
  }
  return earliest;
}

export function readPatch(patch: OraclePatch, devices: readonly Device[], now: Instant): KnownPatch {
  const cves = patch.cves ?? [];
  return {
    id: patch.id,
    title: orNull(patch.title),
    vendor: orNull(patch.vendor),
    product: orNull(patch.product),
    category: orNull(patch.category),
    severity: patch.severity ?? "unknown",
    aliases: [patch.kb, patch.bulletin, ...cves].filter((alias) => typeof alias === "string"),
    cves,
    cvss: orNull(patch.cvss),
    kev: orNull(patch.kev) !== null,
    revision: orNull(patch.revision),
    supersedes: patch.supersedes ?? [],
    reboot: patch.reboot ?? "unknown",
    uninstallable: patch.uninstallable ?? "unknown",
    date: patchDate(patch, devices, now),
  };
}

/** 1.6: absent `capabilities` are "no actions, `holdIsSafe: false`, `schedules: reconciler`". */
export function readCapabilities(
  snapshot: OracleSnapshot,
): Pick<World, "actions" | "holdIsSafe" | "schedules"> {
  const given = snapshot.header.capabilities;
  return {
    actions: given?.actions ?? [],
    holdIsSafe: given?.holdIsSafe ?? false,
    schedules: given?.schedules ?? "reconciler",
  };
}

/** The header's `takenAt`, which every snapshot has. */
export function takenAt(snapshot: OracleSnapshot): Instant {
  return instantOf(snapshot.header.takenAt) as Instant;
}

/** 3: "Ids and names are compared and sorted by code unit (`<` in JavaScript), never by locale." */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The first by name. */
export function firstByName<T extends { readonly name: string }>(items: readonly T[]): T | null {
  return items.toSorted((a, b) => compareText(a.name, b.name))[0] ?? null;
}

/** The patch of a fact; a snapshot with a fact that names no patch is refused (design 1.6). */
export function patchOf(world: World, fact: Fact): KnownPatch {
  return world.patches.find((patch) => patch.id === fact.patch) as KnownPatch;
}

export function factOf(device: Device, patch: KnownPatch): Fact | null {
  return device.facts.find((fact) => fact.patch === patch.id) ?? null;
}
