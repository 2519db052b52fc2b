/** One small fleet on one morning: the plan that the tests of every format render. */
import type { Diagnostic } from "../../src/core/diagnostic.ts";
import type { Action } from "../../src/core/model.ts";
import { ACTIONS } from "../../src/core/model.ts";
import type { ActionRow, BlockedRow, Plan, ScheduledRow } from "../../src/core/plan.ts";
import { parseInstant } from "../../src/core/time.ts";
import type { PatchInfo, PlanContext } from "../../src/report/plan-context.ts";

type Row<T> = Omit<T, "device">;

function devices(prefix: string, from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(from + index).padStart(3, "0")}`);
}

function rows<T extends { readonly device: string; readonly patch: string }>(
  ...groups: readonly (readonly [readonly string[], Row<T>])[]
): T[] {
  const key = (row: T): string => `${row.device} ${row.patch}`;
  return groups
    .flatMap(([ids, row]) => ids.map((device) => ({ device, ...row }) as unknown as T))
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

const actions = rows<ActionRow>(
  [
    [...devices("ws-lds", 1, 83), ...devices("ws-lon", 1, 121)],
    {
      patch: "app:google-chrome@146.0.1",
      action: "approve",
      ring: "production",
      status: "missing",
      verdict: "approve",
      reason: "PROMOTED",
      source: "browsers/critical",
    },
  ],
  [
    [...devices("ws-lds", 70, 12), ...devices("ws-lon", 100, 19)],
    {
      patch: "app:java@8u441",
      action: "do-nothing",
      ring: "production",
      status: "ignored",
      verdict: "leave",
      reason: "NO_RULE",
      source: null,
    },
  ],
  [
    devices("cnc-plant", 1, 3),
    {
      patch: "KB2724197",
      action: "ignore",
      ring: "production",
      status: "pending",
      verdict: "ignore",
      reason: "DECIDED",
      source: "Decision/ignore-kb2724197-on-cnc",
    },
  ],
  [
    devices("cnc-plant", 4, 2),
    {
      patch: "KB2724197",
      action: "ignore",
      ring: "production",
      status: "missing",
      verdict: "ignore",
      reason: "DECIDED",
      source: "Decision/ignore-kb2724197-on-cnc",
    },
  ],
  [
    devices("ws-pilot", 1, 2),
    {
      patch: "KB5990160",
      action: "uninstall",
      ring: "pilot",
      status: "installed",
      verdict: "uninstall",
      reason: "RECALLED",
      source: "Recall/pull-kb5990160",
    },
  ],
  [
    devices("srv-fin", 1, 4),
    {
      patch: "KB5990155",
      action: "reprocess",
      ring: "pilot",
      status: "failed",
      verdict: "approve",
      reason: "APPROVED",
      source: "microsoft/security",
    },
  ],
);

const scheduled = rows<ScheduledRow>(
  [
    devices("ws-pilot", 3, 12),
    {
      patch: "KB5990141",
      action: "approve",
      ring: "pilot",
      status: "missing",
      verdict: "approve",
      reason: "WINDOW",
      source: "microsoft/security",
      opensAt: "2026-03-19T20:00:00Z",
    },
  ],
  [
    devices("srv-erp", 1, 3),
    {
      patch: "KB5990155",
      action: "approve",
      ring: "pilot",
      status: "missing",
      verdict: "approve",
      reason: "FROZEN",
      source: "microsoft/security",
      opensAt: "2026-04-01T00:00:00Z",
    },
  ],
  [
    devices("srv-fin", 9, 1),
    {
      patch: "KB5990155",
      action: "reprocess",
      ring: "pilot",
      status: "failed",
      verdict: "approve",
      reason: "RETRY_BACKOFF",
      source: "microsoft/security",
      opensAt: "2026-03-18T15:40:00Z",
    },
  ],
);

const blocked = rows<BlockedRow>(
  [
    devices("ws-pilot", 20, 1),
    {
      patch: "KB5990160",
      action: "uninstall",
      ring: "pilot",
      status: "reboot-required",
      verdict: "uninstall",
      reason: "REBOOT_FIRST",
      source: "Recall/pull-kb5990160",
    },
  ],
  [
    devices("ws-lon", 130, 16),
    {
      patch: "app:google-chrome@146.0.1",
      action: "approve",
      ring: "production",
      status: "missing",
      verdict: "approve",
      reason: "STALE_SCAN",
      source: "browsers/critical",
    },
  ],
);

function summary(list: readonly ActionRow[]): Plan["summary"] {
  const count = (action: Action): number => list.filter((row) => row.action === action).length;
  return {
    actions: Object.fromEntries(ACTIONS.map((action) => [action, count(action)])) as Record<Action, number>,
    devices: new Set(list.map((row) => row.device)).size,
    destructive: count("uninstall") + list.filter((row) => row.status === "pending").length,
  };
}

export const storyPlan: Plan = {
  format: "patchring.plan/1",
  at: "2026-03-18T09:00:00Z",
  policy: {
    commit: "4e1c9d2f60b1a7730e9d2b6c1f5a8e4477c0d913",
    dirty: false,
    digest: "sha256:9b1f4c6d0a52e7738c1e94b7d60f2a85c3f7196e4d08ab5271c9e30f846bd2a7",
  },
  snapshot: {
    digest: "sha256:7f3a0c55e19d8b2641f7ca3e90d5b862147ce0f93ab86d25f014c7e9a2b3d816",
    takenAt: "2026-03-18T08:30:00Z",
    devices: 412,
    stale: 16,
    patches: 88,
    facts: 12_077,
  },
  verdicts: { approve: 4_210, ignore: 5, uninstall: 3, wait: 381, manual: 12, superseded: 940, leave: 6_526 },
  actions,
  scheduled,
  blocked,
  waiting: [
    { ring: "pilot", patch: "KB5990170", reason: "DELAY", until: "2026-03-20T17:00:00Z", devices: 24 },
    { ring: "production", patch: "KB5990141", reason: "SOAK", until: "2026-03-19T03:10:00Z", devices: 289 },
    { ring: "production", patch: "KB5990155", reason: "INSTALLED_PERCENT", until: null, devices: 68 },
  ],
  guards: [
    { guard: "actionsPerRun", limit: 500, value: actions.length, tripped: false },
    { guard: "devicesPerRun", limit: 247, value: 210, tripped: false },
    { guard: "uninstallsPerRun", limit: 10, value: 2, tripped: false },
    { guard: "recallMaxDevices:pull-kb5990160", limit: 1, value: 2, tripped: true },
    { guard: "emptySnapshot", limit: 1, value: 412, tripped: false },
    { guard: "incompleteSnapshot", limit: 0, value: 0, tripped: false },
  ],
  summary: summary(actions),
};

const PATCHES: Readonly<Record<string, readonly [string, string, string, PatchInfo["dateSource"], string]>> =
  {
    "app:google-chrome@146.0.1": ["Google Chrome 146.0.1", "critical", "2026-03-11", "first-seen", "yes"],
    "app:java@8u441": ["Java 8 Update 441", "important", "2026-01-20", "released", "yes"],
    KB2724197: ["Security Update for Windows Kernel", "important", "2012-10-09", "released", "yes"],
    KB5990141: ["2026-03 Cumulative Update for Windows 11", "critical", "2026-03-10", "released", "yes"],
    KB5990155: [
      "2026-03 Cumulative Update for Windows Server 2022",
      "critical",
      "2026-03-10",
      "released",
      "no",
    ],
    KB5990160: ["Update for label printers", "unknown", "2026-03-12", "released", "unknown"],
    KB5990170: ["2026-03 .NET Framework Update", "moderate", "2026-03-17", "detected", "yes"],
  };

const PLACES: Readonly<Record<string, string>> = {
  "browsers/critical": "rules/browsers.yaml:9",
  "microsoft/security": "rules/microsoft.yaml:14",
  "Decision/ignore-kb2724197-on-cnc": "decisions/cnc.yaml:3",
  "Recall/pull-kb5990160": "recalls/pull-kb5990160.yaml:3",
};

export const storyFinding: Diagnostic = {
  severity: "warning",
  code: "policy/dead-rule",
  summary: "Rule decides nothing",
  place: {
    file: "rules/third-party.yaml",
    line: 3,
    column: 5,
    length: 25,
    text: "  - name: third-party-defer",
  },
  detail: "Every fact that it matches is decided by browsers/critical.",
  fix: "delete it, or raise its priority.",
  related: [],
};

export const storyContext: PlanContext = {
  patch: (id) => {
    const found = PATCHES[id];
    if (found === undefined) return null;
    const [title, severity, date, dateSource, uninstallable] = found;
    return { title, severity, date: parseInstant(`${date}T17:00:00Z`), dateSource, uninstallable };
  },
  device: (id) => ({
    client: id.startsWith("ws-lon") ? "Harbor Dental" : "Northwind",
    site: id.startsWith("ws-lon") ? "London" : "Leeds",
    type: id.startsWith("srv") ? "server" : "workstation",
  }),
  place: (source) => PLACES[source] ?? null,
  approval: (device, patch) => {
    const row = actions.find((one) => one.device === device && one.patch === patch);
    return row === undefined ? null : row.status === "pending" ? "approve" : "none";
  },
  diagnostics: [storyFinding],
  hints: [],
};
