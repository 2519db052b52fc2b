/** One list of what needs a person: `status`, the site's Today and the tables behind them agree on random worlds. */
import fc from "../property.ts";
import { expect, it } from "vitest";
import { decide, type Decided } from "../../src/core/decide.ts";
import { listVerdicts, makePlan } from "../../src/core/make-plan.ts";
import { STATUSES } from "../../src/core/model.ts";
import type { NoticeKind, NoticeSubject } from "../../src/core/notice.ts";
import type { Plan } from "../../src/core/plan.ts";
import type { PolicySet } from "../../src/core/policy.ts";
import type { Remembered } from "../../src/core/remembered.ts";
import { SiteMaker } from "../../src/core/site/make-site.ts";
import { clientScopes, fleetScope } from "../../src/core/site/scope.ts";
import type { SiteModel } from "../../src/core/site/site-model.ts";
import { makeStatus, type StatusModel } from "../../src/core/status.ts";
import type { OpenRequest } from "../../src/core/waiting-requests.ts";
import { arbitraryWorld } from "../oracle/arbitrary.ts";
import { SETTINGS } from "../report/site/site-fleet.ts";
import { identity, toColumns, zones } from "./worlds.ts";

type Of<Kind extends NoticeKind> = NoticeSubject & { readonly kind: Kind };

function found<Kind extends NoticeKind>(
  { notices }: { readonly notices: SiteModel["notices"] },
  kind: Kind,
): Of<Kind>[] {
  return notices.flatMap(({ subject }) => (subject.kind === kind ? [subject as Of<Kind>] : []));
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** Something of every kind, on devices that are there. */
function remember({ snapshot, compiled }: Decided): Remembered {
  const { id } = snapshot.devices;
  const action = (device: string, at: number): Remembered["unsettled"][number] => ({
    id: `run-1/${at}`,
    device,
    intendedAt: compiled.now - 3600 - at,
    result: (["unknown", "accepted", null] as const)[at % 3]!,
    observations: at % 4,
  });
  const patch = snapshot.patches[0]?.id ?? "none";
  const { rings } = compiled;
  return {
    runs: [],
    unsettled: id.map(action),
    unverified: id.slice(0, 2).map(action),
    brakes: rings.map(({ ring }) => ({
      ring: ring.name,
      patch,
      setAt: compiled.now - 60,
      failed: 2,
      eligible: 5,
      request: null,
    })),
  };
}

function requestsOf({ snapshot, compiled }: Decided): OpenRequest[] {
  const patches = snapshot.patches.slice(0, 2).map(({ id }) => id);
  return compiled.rings.slice(1).map(({ ring }, at) => ({
    ring: ring.name,
    number: at + 1,
    version: "a",
    patches,
    url: "https://forge.example.org/1",
  }));
}

interface Surfaces {
  readonly decided: Decided;
  readonly plan: Plan;
  readonly status: StatusModel;
  readonly site: SiteModel;
  readonly clients: readonly SiteModel[];
}

function surfaces(policy: PolicySet, snapshot: Parameters<typeof toColumns>[0], now: number): Surfaces {
  const decided = decide(policy, toColumns(snapshot), now, zones);
  const plan = makePlan(decided, { identity });
  const [remembered, requests] = [remember(decided), requestsOf(decided)];
  const status = makeStatus({
    now,
    policy,
    identity,
    facts: { decided, plan, counting: plan.guards },
    remembered,
    requests,
  });
  const maker = new SiteMaker({
    decided,
    identity,
    plan,
    counting: plan.guards,
    diagnostics: [],
    history: null,
    remembered,
    requests,
    prefix: "",
  });
  return {
    decided,
    plan,
    status,
    site: maker.make(fleetScope(decided), [], false),
    clients: clientScopes(decided).map((scope) => maker.make(scope, null, false)),
  };
}

const STUCK = ["RETRIES_USED", "NOT_UNINSTALLABLE", "MANUAL_BACKEND", "REBOOT_FIRST"];

function expectTables({ decided, plan, site, status }: Surfaces): void {
  const { facts, devices } = decided.snapshot;
  const statusOf = new Map<string, string>();
  devices.id.forEach((device, d) => {
    const start = devices.factStart[d]!;
    for (let f = start; f < start + devices.factCount[d]!; f += 1) {
      const { id } = decided.snapshot.patches[facts.patch[f]!]!;
      statusOf.set(`${device} ${id}`, STATUSES[facts.state[f]! & 7] === "installed" ? "installed" : "other");
    }
  });
  const open = [...listVerdicts(decided)].filter(
    ({ device, patch }) => statusOf.get(`${device} ${patch}`) === "other",
  );
  const [decision] = found(site, "decide");
  const manual = open.filter(({ verdict }) => verdict === "manual").length;
  expect(decision?.facts ?? 0).toBe(manual);
  if (decision !== undefined) expect(decision.facts + decision.installed).toBe(plan.verdicts.manual);
  expect(found(site, "undated")[0]?.facts ?? 0).toBe(
    open.filter(({ reason }) => reason === "NO_DATE").length,
  );
  const blocked = plan.blocked.filter(({ reason }) => STUCK.includes(reason));
  expect(sum(found(site, "blocked").map((one) => one.facts))).toBe(blocked.length);
  const count = (wanted: (device: NonNullable<SiteModel["devices"]>[number]) => boolean): number =>
    site.devices!.filter(wanted).length;
  expect(found(site, "no-ring")[0]?.devices ?? 0).toBe(count(({ ring }) => ring === null));
  expect(found(site, "reboot")[0]?.devices ?? 0).toBe(count(({ states }) => states["reboot-required"] > 0));
  expect(found(site, "exploited")[0]?.devices ?? 0).toBe(count(({ exploited }) => exploited > 0));
  const [unmeasured] = found(site, "not-measured");
  expect([unmeasured?.stale ?? 0, unmeasured?.neverScanned ?? 0]).toEqual([
    status.snapshot!.fleet.devices.stale,
    status.snapshot!.fleet.devices.neverScanned,
  ]);
  const deadlines = found(site, "deadline");
  const obligations = (late: boolean): number =>
    sum(deadlines.filter(({ state }) => (state === "overdue") === late).map((one) => one.obligations));
  expect(obligations(true)).toBe(site.deadlines?.totals.overdue ?? 0);
  expect(obligations(false)).toBe(site.deadlines?.totals.atRisk ?? 0);
  expect(found(site, "outcome-unknown")[0]?.count ?? 0).toBe(status.actions!.unknown);
  expect(found(site, "outcome-unverified")[0]?.count ?? 0).toBe(status.actions!.unverified);
  expect(
    found(site, "guard")
      .map(({ guard }) => guard)
      .sort(),
  ).toEqual(plan.guards.flatMap(({ guard, tripped }) => (tripped ? [guard] : [])).sort());
}

/** Kinds whose numbers are of facts or devices, so that those of the clients add up. */
function expectClients({ site, clients }: Surfaces): void {
  const total = (read: (one: SiteModel) => number): void => {
    expect(sum(clients.map(read))).toBe(read(site));
  };
  total((one) => sum(found(one, "decide").map(({ facts }) => facts)));
  total((one) => sum(found(one, "undated").map(({ facts }) => facts)));
  total((one) => sum(found(one, "blocked").map(({ facts }) => facts)));
  total((one) => sum(found(one, "exploited").map(({ devices }) => devices)));
  total((one) => sum(found(one, "reboot").map(({ devices }) => devices)));
  total((one) => sum(found(one, "no-ring").map(({ devices }) => devices)));
  total((one) => sum(found(one, "not-measured").map(({ stale, neverScanned }) => stale + neverScanned)));
  total((one) => sum(found(one, "deadline").map(({ obligations }) => obligations)));
  total((one) => sum(found(one, "promotion-waits").map(({ installs }) => installs)));
  total((one) => sum(found(one, "promotion-gated").map(({ installs }) => installs)));
  total((one) => sum(found(one, "promotion-rejected").map(({ installs }) => installs)));
  total((one) => sum(found(one, "outcome-unknown").map(({ count }) => count)));
  total((one) => sum(found(one, "outcome-unverified").map(({ count }) => count)));
}

it("agrees on every surface, with the tables behind it, and adds up over the clients", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(arbitraryWorld(), fc.boolean(), ({ policy: base, snapshot, now }, isObliged) => {
      const policy = isObliged ? { ...base, fleet: { ...base.fleet, deadlines: SETTINGS } } : base;
      const all = surfaces(policy, snapshot, now);
      expect(all.site.notices).toEqual(all.status.notices);
      expectTables(all);
      expectClients(all);
      for (const { subject } of all.site.notices) seen.add(subject.kind);
    }),
    { numRuns: 150, seed: 20260617 },
  );
  expect([...seen].sort()).toEqual([
    "blocked",
    "brake",
    "deadline",
    "decide",
    "exception-ends",
    "exploited",
    "guard",
    "no-ring",
    "not-measured",
    "outcome-unknown",
    "outcome-unverified",
    "promotion-gated",
    "promotion-rejected",
    "promotion-waits",
    "reboot",
    "snapshot",
    "undated",
  ]);
});
