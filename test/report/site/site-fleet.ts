/** A fleet for the site with something on every page; every text that is not ours can be replaced. */
import type { Diagnostic } from "../../../src/core/diagnostic.ts";
import {
  DEFAULT_ASSUMPTIONS,
  type DeadlineProfile,
  type DeadlineSettings,
} from "../../../src/core/deadline-profile.ts";
import type { Decided } from "../../../src/core/decide.ts";
import type { RunSummary } from "../../../src/core/ledger.ts";
import type { Remembered } from "../../../src/core/remembered.ts";
import { makePlan } from "../../../src/core/make-plan.ts";
import type { PolicyHistory } from "../../../src/core/policy-history.ts";
import type { PolicySet } from "../../../src/core/policy.ts";
import { SiteMaker } from "../../../src/core/site/make-site.ts";
import { clientScopes, fleetScope } from "../../../src/core/site/scope.ts";
import type { SiteModel } from "../../../src/core/site/site-model.ts";
import type { Snapshot } from "../../../src/core/snapshot.ts";
import type { OpenRequest } from "../../../src/core/waiting-requests.ts";
import {
  ago,
  decideAt,
  decision,
  device,
  devices,
  emergency,
  fact,
  freeze,
  hold,
  NOW,
  patch,
  patches,
  policy,
  promotion,
  recall,
  ring,
  rule,
  schedule,
  snapshot,
} from "../../core/builders.ts";

const INSTALLED = { installedAt: ago("5d"), installedBy: "backend" };

const PILOTS = Array.from({ length: 4 }, (_, index) => ({
  ...device(
    `p-${index}`,
    "pilot",
    fact("KB1", "installed", { installedAt: ago("9d"), installedBy: "backend" }),
    index === 0
      ? fact("KB2", "failed", { attempts: 3, lastAttemptAt: ago("2d"), error: "0x80070070" })
      : fact("KB2", "installed", INSTALLED),
    fact("KB4", "installed", INSTALLED),
    fact("KB6", "missing"),
  ),
  client: "acme",
  site: "hq",
}));

const DEVICES = [
  ...PILOTS,
  {
    ...device(
      "ws-1",
      "production",
      fact("KB1", "missing"),
      fact("KB2", "missing"),
      fact("KB3", "ignored"),
      fact("KB4", "failed", { attempts: 1, lastAttemptAt: ago("3h"), error: "0x800f0922" }),
      fact("KB5", "installed", INSTALLED),
    ),
    client: "acme",
    site: "hq",
    name: "desk one",
    critical: true,
    exposed: "yes",
    apps: ["ledger"],
    contact: "someone",
  },
  {
    ...device(
      "ws-2",
      "production",
      fact("KB1", "installed"),
      fact("KB2", "reboot-required"),
      fact("KB4", "pending"),
      fact("KB6", "missing"),
    ),
    client: "zeta",
    site: "north",
  },
  {
    ...device("ws-3", "production", fact("KB1", "missing"), fact("KB4", "installing")),
    client: "zeta",
    scannedAt: ago("30d"),
  },
  { id: "ws-4", tags: ["other"], client: "zeta", facts: [fact("KB4", "missing")] },
];

const PATCHES = [
  patch("KB1", {
    title: "January update",
    category: "security",
    cves: ["CVE-2026-0001"],
    kev: { addedOn: "2026-03-01" },
  }),
  patch("KB2", { title: "February update", category: "security", releasedAt: ago("6d"), kb: "KB2" }),
  patch("KB3", { title: "Driver", category: "driver", severity: "unknown" }),
  patch("KB4", { title: "March update", category: "security", releasedAt: ago("20d"), vendor: "Example" }),
  patch("KB5", { title: "Tool with a fault", category: "tool" }),
  { id: "KB6", title: "No date", category: "update", severity: "low" },
];

export const FLEET: Snapshot = snapshot(PATCHES, DEVICES);

export const PROFILE: DeadlineProfile = {
  name: "fourteen",
  title: "Fourteen days",
  edition: null,
  source: null,
  withdrawn: false,
  acceptsExceptions: true,
  unknownAs: { automatable: "yes", impact: "total" },
  tiers: [
    {
      name: "all",
      patches: patches({ category: "security" }),
      devices: devices({}),
      automatable: null,
      impact: null,
      clock: "release",
      within: { kind: "exact", seconds: 14 * 86_400 },
      task: null,
    },
  ],
};

export const SETTINGS: DeadlineSettings = {
  profiles: [PROFILE],
  own: [PROFILE],
  warnBefore: 7 * 86_400,
  assume: DEFAULT_ASSUMPTIONS,
  stated: [],
};

/** With something of every kind of statement. `text` stands where a person could write one. */
export function sitePolicy(text = "reason"): PolicySet {
  const base = policy();
  const said = { reason: text, ticket: text, owner: text };
  return policy({
    fleet: { ...base.fleet, deadlines: SETTINGS },
    rings: [
      ring("pilot"),
      ring("production", {
        after: "pilot",
        schedule: "nights",
        soak: { ...ring("p").soak, for: 3 * 86_400 },
      }),
    ],
    rules: [
      rule("base/security", { patches: patches({ category: "security" }), rationale: text, owner: text }),
      rule("base/manual", { patches: patches({ id: "KB3" }), then: "manual", rationale: text }),
      rule("base/dated", { patches: patches({ id: "KB6" }), delay: 86_400 }),
    ],
    schedules: [schedule("nights")],
    decisions: [
      decision("ignore-kb3", {
        ...said,
        patches: patches({ id: "KB3" }),
        devices: devices({ client: "acme" }),
        expires: NOW + 86_400,
      }),
      decision("old", { ...said, patches: patches({ id: "KB2" }), expires: NOW - 1 }),
    ],
    holds: [
      hold("stop-kb2", {
        ...said,
        patches: patches({ id: "KB2" }),
        devices: devices({ client: "zeta" }),
        until: NOW + 3600,
      }),
    ],
    recalls: [recall("pull-kb5", { ...said, patches: patches({ id: "KB5" }), uninstall: true })],
    emergencies: [emergency("cve", { ...said, patches: patches({ id: "KB9" }) })],
    freezes: [freeze("audit", { reason: text, devices: devices({ site: "north" }) })],
    promotions: [promotion("KB4")],
  });
}

const PERSON = { name: "M. Lind", email: "m@example.org" };

export function siteHistory(text = "Say why"): PolicyHistory {
  const entry = {
    at: ago("10d"),
    change: "added" as const,
    path: "holds/stop-kb2.yaml",
    commit: "a".repeat(40),
    author: { ...PERSON, name: text },
    subject: text,
    reason: text,
  };
  const arrival = {
    commit: "b".repeat(40),
    at: ago("9d"),
    by: { ...PERSON, name: text },
    request: text,
    reviewers: [text],
  };
  const evidence = {
    patch: "KB4",
    from: "pilot",
    to: "production",
    at: ago("9d"),
    snapshot: "sha256:s",
    metAt: ago("10d"),
    eligible: 30,
    installed: 29,
    failed: 1,
  };
  return {
    format: "patchring.history/1",
    about: { patch: null, device: null, ring: null, rule: null },
    commit: "c".repeat(40),
    isComplete: true,
    entries: [
      { ...entry, statement: "Hold/stop-kb2", arrival: null, evidence: null },
      { ...entry, statement: "Promotion/production-kb4", path: text, arrival, evidence },
    ],
  };
}

/** What a store remembers: `text` stands where a backend or a person could write one. */
export function siteRuns(text = "the backend did not answer"): Remembered {
  const summary: RunSummary = {
    mode: "apply",
    startedAt: ago("1h"),
    finishedAt: ago("55m"),
    changed: true,
    exitCode: 1,
    policy: { commit: "c".repeat(40), dirty: false, digest: "sha256:d" },
    snapshot: null,
    verdicts: null,
    actions: null,
    sent: { accepted: 3, refused: 1, unknown: 2 },
    steps: [{ name: "observe", outcome: "failed", detail: text, code: null }],
    nextChangeAt: null,
  };
  const run = (id: string, hours: number, one: RunSummary | null): Remembered["runs"][number] => ({
    id,
    startedAt: NOW - hours * 3600,
    finishedAt: NOW - hours * 3600 + 60,
    summary: one,
  });
  return {
    runs: [
      run(text, 1, summary),
      run("r-2", 2, { ...summary, exitCode: 0, changed: false }),
      run("r-1", 30, null),
    ],
    unsettled: [
      { id: "r-1/1", device: "ws-2", intendedAt: NOW - 7200, result: "unknown", observations: 1 },
      { id: "r-1/2", device: "ws-1", intendedAt: NOW - 7200, result: "accepted", observations: 0 },
    ],
    unverified: [
      { id: "r-0/1", device: "ws-1", intendedAt: NOW - 9000, result: "unverified", observations: 2 },
    ],
    brakes: [
      { ring: "production", patch: text, setAt: NOW - 3600, failed: 3, eligible: 9, request: null },
      { ring: "production", patch: "KB3", setAt: NOW - 3600, failed: 2, eligible: 7, request: 4 },
    ],
  };
}

export interface SiteWish {
  readonly policySet?: PolicySet;
  readonly snap?: Snapshot;
  readonly history?: PolicyHistory | null;
  readonly runs?: Remembered | null;
  readonly requests?: readonly OpenRequest[] | null;
  readonly diagnostics?: readonly Diagnostic[];
  readonly commit?: string | null;
}

export function siteMaker(wish: SiteWish = {}): { readonly maker: SiteMaker; readonly decided: Decided } {
  const decided = decideAt(wish.policySet ?? sitePolicy(), wish.snap ?? FLEET);
  const identity = { commit: wish.commit ?? "4e1c9d2a81b7c0ffee", dirty: false, digest: "sha256:d1" };
  const plan = makePlan(decided, { identity });
  const maker = new SiteMaker({
    decided,
    identity,
    plan,
    counting: plan.guards,
    diagnostics: wish.diagnostics ?? [],
    history: wish.history === undefined ? siteHistory() : wish.history,
    remembered: wish.runs === undefined ? siteRuns() : wish.runs,
    requests: wish.requests ?? null,
    prefix: "",
  });
  return { maker, decided };
}

/** As `--split client` writes it: the site of the fleet, and one for each client by its file. */
export function splitModels(): {
  readonly whole: SiteModel;
  readonly clients: Readonly<Record<string, SiteModel>>;
} {
  const { maker, decided } = siteMaker();
  const scopes = clientScopes(decided);
  const fileOf = (client: string | null): string => `${client ?? "no-client"}.html`;
  const listed = scopes.map((scope) => maker.describeClient(scope, fileOf(scope.client)));
  return {
    whole: maker.make(fleetScope(decided), listed, true),
    clients: Object.fromEntries(
      scopes.map((scope) => [fileOf(scope.client), maker.make(scope, null, false)]),
    ),
  };
}

/** The site of the whole fleet, with its clients listed. */
export function fleetModel(wish: SiteWish = {}): SiteModel {
  const { maker, decided } = siteMaker(wish);
  const clients = clientScopes(decided).map((scope) => maker.describeClient(scope, null));
  return maker.make(fleetScope(decided), clients, false);
}
