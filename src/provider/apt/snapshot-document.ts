/** From the scans of all hosts to a snapshot (design 1.6). Pure but for `memory`, which it fills. */
import { ACTIONS, type Instant } from "../../core/model.ts";
import { formatInstant } from "../../core/time.ts";
import type { SnapshotDocument } from "../../snapshot/write.ts";
import { buildCatalogue } from "./catalogue.ts";
import { classify, type AptFact } from "./classify.ts";
import type { AptHost } from "./host.ts";
import { summarizeJournal } from "./journal.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Memory } from "./memory.ts";
import { patchRecord, sourceOf } from "./patch-record.ts";
import type { HostScan } from "./scan.ts";
import type { SecurityTracker } from "./security-tracker.ts";

export interface ScannedHost {
  readonly host: AptHost;
  /** Null when the host was never scanned. */
  readonly scan: HostScan | null;
  /** When the scan was made; earlier than now for a host that did not answer. */
  readonly scannedAt: Instant | null;
}

export interface SnapshotInput {
  readonly hosts: readonly ScannedHost[];
  readonly knowledge: Knowledge;
  /** Null where the fleet has no data of Debian's security tracker. */
  readonly tracker: SecurityTracker | null;
  /** Null where nothing is kept between runs: dates of first sight are left out then. */
  readonly memory: Memory | null;
  readonly takenAt: Instant;
  /** How old apt's lists may be, in seconds, before a scan is no newer than they are. */
  readonly listsMaxAge: number;
}

type Json = Readonly<Record<string, unknown>>;

function known(object: Json): Json {
  return Object.fromEntries(
    Object.entries(object).filter(
      ([, value]) => value !== null && value !== "unknown" && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

function text(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}

function factRecord(fact: AptFact, detectedAt: Instant | null): Json {
  const { approval, approvedAt, installedAt, lastAttemptAt, attempts, ...rest } = fact;
  return {
    ...known({
      ...rest,
      detectedAt: text(detectedAt),
      approvedAt: text(approvedAt),
      installedAt: text(installedAt),
      attempts: attempts === 0 ? null : attempts,
      lastAttemptAt: text(lastAttemptAt),
    }),
    approval,
  };
}

/** A scan knows no more than apt's lists: where those are old, so is the scan. */
function scannedAt({ scan, scannedAt: at }: ScannedHost, listsMaxAge: number): Instant | null {
  if (scan === null || at === null || scan.listsAt === null) return null;
  const failed = scan.updateErrors !== null && scan.updateErrors.length > 0;
  return !failed && at - scan.listsAt <= listsMaxAge ? at : Math.min(at, scan.listsAt);
}

function deviceRecord(entry: ScannedHost, facts: readonly Json[], listsMaxAge: number): Json {
  const { host, scan } = entry;
  const { id, name, client, site, type, tags, apps, critical, exposed, contact } = host;
  return {
    ...known({
      ...{ id, name, client, site, type, tags, apps, critical, exposed, contact },
      os: { family: "linux", ...(scan?.os == null ? {} : { name: scan.os.name, version: scan.os.version }) },
      timezone: host.timezone ?? scan?.timezone ?? null,
      lastSeenAt: text(entry.scannedAt),
      scannedAt: text(scannedAt(entry, listsMaxAge)),
    }),
    facts,
  };
}

export interface FleetSnapshot {
  readonly document: SnapshotDocument;
  /** Packages and source packages that some patch is of. */
  readonly packages: ReadonlySet<string>;
  readonly sources: ReadonlySet<string>;
}

export function buildSnapshot(input: SnapshotInput): FleetSnapshot {
  const { hosts, knowledge, tracker, memory, takenAt, listsMaxAge } = input;
  const scans = hosts.flatMap(({ scan }) => scan ?? []);
  const catalogue = buildCatalogue(scans);
  const used = new Set<string>();
  const devices = hosts.map((entry) => {
    const { scan } = entry;
    const journal = summarizeJournal(scan?.journal ?? []);
    const facts = [...(scan?.packages.keys() ?? [])].flatMap((name) =>
      (catalogue.get(name) ?? []).flatMap((patch): readonly Json[] => {
        const fact = classify(scan!, patch, journal.get(`${patch.package}=${patch.version}`));
        if (fact === null) return [];
        used.add(patch.id);
        return [factRecord(fact, memory?.detectedAt(entry.host.id, patch.id, takenAt) ?? null)];
      }),
    );
    return deviceRecord(entry, facts, listsMaxAge);
  });
  const codenames = new Set(scans.flatMap(({ os }) => os?.codename || []));
  const sources = new Set<string>();
  const patches = [...catalogue.values()].flatMap((versions) => {
    const present = versions.filter(({ id }) => used.has(id));
    return present.map((patch, index) => {
      if (tracker !== null && patch.from !== null) {
        const { source, sourceVersion } = sourceOf(patch, knowledge);
        const fixes = tracker.fixesBetween(source, codenames, patch.from, sourceVersion);
        knowledge.learnFixes(source, sourceVersion, fixes);
      }
      const firstSeenAt = memory?.firstSeenAt(patch.id, takenAt) ?? null;
      const older = present[index - 1]?.id ?? null;
      const record = patchRecord({ patch, older, knowledge, firstSeenAt });
      sources.add(String(record["source"]));
      return record;
    });
  });
  return {
    document: {
      header: {
        takenAt: formatInstant(takenAt),
        provider: "apt",
        complete: true,
        capabilities: {
          actions: ACTIONS,
          holdIsSafe: !scans.some(({ unattended }) => unattended),
          schedules: "reconciler",
        },
      },
      patches,
      devices,
    },
    packages: new Set(catalogue.keys()),
    sources,
  };
}
