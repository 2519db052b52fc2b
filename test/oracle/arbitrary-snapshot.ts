/** Random snapshots, as the lines of a snapshot file: gaps, odd dates, and graphs of supersedence. */
import fc from "fast-check";
import type { Action, Approval, ApprovalSource, Instant, Status } from "../../src/core/model.ts";
import { formatInstant } from "../../src/core/time.ts";
import type { OracleDevice, OracleFact, OracleHeader, OraclePatch, OracleSnapshot } from "./input.ts";
import { offset } from "./arbitrary-policy.ts";
import { DAY } from "./world.ts";

/** Sorted by code unit these stand in another order than in any locale. */
const DEVICE_IDS = ["B", "a", "ä", "_d", "Z9", "10", "9", "é1"] as const;
const PATCH_IDS = ["B", "a", "ä", "_p", "KB5", "kb6", "Ö"] as const;
const STATUSES: readonly Status[] = [
  "missing",
  "missing",
  "pending",
  "installing",
  "installed",
  "installed",
  "installed",
  "failed",
  "failed",
  "ignored",
  "reboot-required",
];

/** An instant as text, once now is known. */
type Written = (now: Instant) => string;

/** As a backend may write it: in UTC, with a fraction of a second, or with an offset. */
function write(at: Instant, style: number): string {
  if (style === 1) return formatInstant(at).replace("Z", ".9Z");
  if (style === 2) return formatInstant(at + 3600).replace("Z", "+01:00");
  return formatInstant(at);
}

const style = fc.constantFrom(0, 0, 0, 1, 2);
const near: fc.Arbitrary<Written> = fc.tuple(offset, style).map(
  ([by, how]) =>
    (now) =>
      write(now + by, how),
);
/** Around 1972-01-01T00:00:00Z, before which nothing is a date. */
const ancient: fc.Arbitrary<Written> = fc
  .constantFrom(
    "1601-01-01T00:00:00Z",
    "1971-12-31T23:59:59Z",
    "1972-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
  )
  .map((text) => () => text);
/** Absent, null, near now, or long ago. */
const instant: fc.Arbitrary<Written | null | undefined> = fc.oneof(
  { weight: 10, arbitrary: near },
  { weight: 1, arbitrary: ancient },
  { weight: 1, arbitrary: fc.constantFrom(null, undefined) },
);

/** At the ends of a retry's backoff. */
const recent: fc.Arbitrary<Written> = fc
  .constantFrom(0, -1, -3600, -DAY, -DAY + 1)
  .map((by) => (now) => write(now + by, 0));

/** The fields given, written for `now`; a field without a value is left out. */
function written(fields: Readonly<Record<string, Written | null | undefined>>, now: Instant): object {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, value === null ? null : value?.(now)]));
}

/** A value, null, or no field at all. */
function maybe<T>(...values: readonly T[]): fc.Arbitrary<T | null | undefined> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...values) },
    { weight: 1, arbitrary: fc.constantFrom(null, undefined) },
  );
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

const patchDraw = fc.record({
  id: fc.constantFrom(...PATCH_IDS),
  fields: fc.record({
    title: maybe("Big fix", "Driver"),
    vendor: maybe("Microsoft", "Debian"),
    product: maybe("Windows 11", "openssl"),
    revision: maybe<string | number>(200, "201", 201),
    category: maybe("security", "driver", "service-pack"),
    severity: maybe("critical", "low", "unknown"),
    kb: maybe("KB5", "KB77"),
    bulletin: maybe("MS12-068"),
    cves: maybe<string[]>(["CVE-1"], [], ["CVE-2", "CVE-1"]),
    cvss: maybe(0, 7, 7.1, 9.8),
    kev: maybe<OraclePatch["kev"]>({ addedOn: "2026-01-01" }, null, null),
    supersedes: maybe<string[]>([], [], ["a"], ["B"], ["KB5", "ghost"], ["ä", "kb6"], ["ghost"], ["_p"]),
    reboot: maybe("never", "always", "unknown"),
    uninstallable: maybe("yes", "yes", "no", "unknown"),
  }),
  releasedAt: fc.oneof({ weight: 3, arbitrary: instant }, { weight: 2, arbitrary: fc.constant(undefined) }),
  firstSeenAt: fc.oneof({ weight: 1, arbitrary: instant }, { weight: 2, arbitrary: fc.constant(undefined) }),
});

const factDraw = fc.record({
  patchIndex: fc.nat(6),
  status: fc.constantFrom(...STATUSES),
  fields: fc.record({
    approval: fc.constantFrom<(Approval | null | undefined)[]>(
      undefined,
      undefined,
      undefined,
      null,
      "none",
      "approve",
      "ignore",
      "uninstall",
    ),
    approvalBy: maybe<ApprovalSource>("patchring", "patchring", "backend-policy", "person", "unknown"),
    attempts: maybe(0, 0, 1, 2, 3, 4),
  }),
  detectedAt: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(null, undefined) },
    { weight: 1, arbitrary: instant },
  ),
  approvedAt: instant,
  installedAt: instant,
  lastAttemptAt: fc.oneof(instant, recent),
});

const deviceDraw = fc.record({
  id: fc.constantFrom(...DEVICE_IDS),
  ringTag: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 3),
  moreTags: fc.subarray(["vip", "vip-2", "r1"], { maxLength: 1 }),
  fields: fc.record({
    name: maybe("pc-1", "PC-2"),
    client: maybe("acme", "beta"),
    site: maybe("hq", "plant"),
    type: maybe("server", "workstation"),
    os: maybe(
      { family: "windows", name: "Windows 11", version: "24H2" },
      { family: "windows", name: "Windows 11", version: "24H2" },
      { family: "linux", name: "Debian" },
      { family: "linux", version: "12" },
    ),
    apps: maybe<string[]>([], ["cnc"], ["cnc", "big-erp"]),
    timezone: maybe("Europe/London", "America/New_York", "Mars/Olympus", "Asia/Kathmandu"),
    critical: maybe(true, false),
    exposed: maybe("yes", "no", "unknown"),
  }),
  scannedAt: fc.oneof(
    { weight: 3, arbitrary: fc.constant<Written>((now) => write(now - 3600, 0)) },
    { weight: 1, arbitrary: instant },
  ),
  facts: fc.uniqueArray(factDraw, {
    minLength: 3,
    maxLength: 7,
    size: "max",
    selector: ({ patchIndex }) => patchIndex,
  }),
});

function fleetOf(
  minLength: number,
  maxLength: number,
): fc.Arbitrary<(typeof deviceDraw extends fc.Arbitrary<infer T> ? T : never)[]> {
  return fc.uniqueArray(deviceDraw, { minLength, maxLength, size: "max", selector: ({ id }) => id });
}

const actions = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constant<Action[]>(["approve", "ignore", "do-nothing", "reprocess", "uninstall"]),
  },
  {
    weight: 1,
    arbitrary: fc.subarray<Action>(["approve", "ignore", "do-nothing", "reprocess", "uninstall"]),
  },
);
const capabilities = fc.oneof(
  {
    weight: 15,
    arbitrary: fc.record({
      actions,
      holdIsSafe: fc.boolean(),
      schedules: fc.constantFrom("backend" as const, "reconciler" as const),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom(null, undefined) },
);

const draw = fc.record({
  patches: fc.uniqueArray(patchDraw, { minLength: 2, maxLength: 7, size: "max", selector: ({ id }) => id }),
  devices: fc.oneof({ weight: 1, arbitrary: fleetOf(0, 1) }, { weight: 12, arbitrary: fleetOf(2, 8) }),
  capabilities,
  complete: fc.constantFrom(true, true, true, true, false),
  taken: fc.constantFrom(0, -3600, -2 * DAY),
});
type Draw = typeof draw extends fc.Arbitrary<infer T> ? T : never;

function makeFact(
  drawn: Draw["devices"][number]["facts"][number],
  ids: readonly string[],
  now: Instant,
): OracleFact {
  const { detectedAt, approvedAt, installedAt, lastAttemptAt } = drawn;
  return {
    patch: ids[drawn.patchIndex] as string,
    status: drawn.status,
    ...withoutUndefined(drawn.fields),
    ...written({ detectedAt, approvedAt, installedAt, lastAttemptAt }, now),
  };
}

function makeDevice(drawn: Draw["devices"][number], ids: readonly string[], now: Instant): OracleDevice {
  const tags = [...new Set([`r${drawn.ringTag}`, ...drawn.moreTags])];
  return {
    record: "device",
    id: drawn.id,
    ...withoutUndefined(drawn.fields),
    tags,
    ...written({ scannedAt: drawn.scannedAt }, now),
    facts: drawn.facts.filter((fact) => fact.patchIndex < ids.length).map((fact) => makeFact(fact, ids, now)),
  };
}

function makeSnapshot(drawn: Draw, now: Instant): OracleSnapshot {
  const ids = drawn.patches.map((patch) => patch.id);
  const header: OracleHeader = {
    record: "header",
    format: "patchring.snapshot/1",
    takenAt: formatInstant(now + drawn.taken),
    provider: "file",
    complete: drawn.complete,
    ...(drawn.capabilities === undefined ? {} : { capabilities: drawn.capabilities }),
  };
  return {
    header,
    patches: drawn.patches.map(({ id, fields, releasedAt, firstSeenAt }) => ({
      record: "patch",
      id,
      ...withoutUndefined(fields),
      ...written({ releasedAt, firstSeenAt }, now),
    })),
    devices: drawn.devices.map((device) => makeDevice(device, ids, now)),
  };
}

/** A snapshot once now is known; patches and devices stand in no order. */
export const arbitrarySnapshot: fc.Arbitrary<(now: Instant) => OracleSnapshot> = draw.map(
  (drawn) => (now) => makeSnapshot(drawn, now),
);
