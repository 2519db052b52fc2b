import { describe, expect, it } from "vitest";
import type { RunStep, RunSummary } from "../../src/core/ledger.ts";
import { VERDICTS, type Verdict } from "../../src/core/model.ts";
import { selectDue } from "../../src/core/notice-due.ts";
import { deriveNotices, type NoticeInput, type OpenAction } from "../../src/core/notices.ts";
import type { ActionRow, Plan } from "../../src/core/plan.ts";
import type { PolicySet } from "../../src/core/policy.ts";
import { commandLine, noticeSentence, safeLink } from "../../src/report/notices/words.ts";
import { policy as makePolicy } from "../oracle/fixture.ts";

const NOW = 1_773_824_400; // 2026-03-18T09:00:00Z
const DAY = 86_400;

function planOf(more: Partial<Plan> = {}): Plan {
  return {
    format: "patchring.plan/1",
    at: "2026-03-18T09:00:00Z",
    policy: { commit: null, dirty: false, digest: "sha256:0" },
    snapshot: {
      digest: "sha256:1",
      takenAt: "2026-03-18T08:30:00Z",
      devices: 3,
      stale: 0,
      patches: 1,
      facts: 3,
    },
    verdicts: Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>,
    actions: [],
    scheduled: [],
    blocked: [],
    waiting: [],
    guards: [],
    summary: {
      actions: { approve: 0, ignore: 0, "do-nothing": 0, reprocess: 0, uninstall: 0 },
      devices: 0,
      destructive: 0,
    },
    ...more,
  };
}

function runOf(mode: RunSummary["mode"], ...steps: readonly RunStep[]): RunSummary {
  return {
    mode,
    startedAt: "2026-03-18T09:00:00Z",
    finishedAt: "2026-03-18T09:00:41Z",
    changed: false,
    exitCode: 0,
    policy: null,
    snapshot: null,
    verdicts: null,
    actions: null,
    sent: { accepted: 0, refused: 0, unknown: 0 },
    steps,
    nextChangeAt: null,
  };
}

function inputOf(more: Partial<NoticeInput> = {}): NoticeInput {
  return {
    now: NOW,
    run: runOf("apply"),
    plan: planOf(),
    policy: null,
    unsettled: [],
    unverified: [],
    brakes: [],
    requests: [],
    ...more,
  };
}

function action(id: string, more: Partial<OpenAction> = {}): OpenAction {
  return { id, device: "ws-1", intendedAt: NOW - 1800, result: "unknown", observations: 0, ...more };
}

const APPROVE: ActionRow = {
  device: "ws-1",
  patch: "KB1",
  action: "approve",
  ring: "pilot",
  status: "missing",
  verdict: "approve",
  reason: "APPROVED",
  source: "microsoft/security",
};
const GUARD = { guard: "actionsPerRun", limit: 500, value: 510, tripped: true };

describe("what gives rise to a notice", () => {
  it("is nothing when a run is as it should be", () => {
    const steps: RunStep[] = [{ name: "observe", outcome: "done", detail: "", code: null }];
    expect(deriveNotices(inputOf({ run: runOf("apply", ...steps) }))).toEqual([]);
  });

  const ended = (expires: number): PolicySet => {
    const decision = { ...makePolicy().fleet, name: "ignore-java", owner: "@acme/cnc", expires };
    const base = {
      patches: { kind: "all", nodes: [] },
      devices: { kind: "all", nodes: [] },
      action: "ignore",
      reason: null,
      ticket: null,
      locked: false,
    } as const;
    return makePolicy({ decisions: [{ ...decision, ...base }] });
  };
  const wait = { ring: "production", until: null, devices: 289 };

  it.each<[string, Partial<NoticeInput>, readonly string[]]>([
    [
      "a guard, and not its step beside it",
      {
        plan: planOf({ guards: [GUARD], actions: [APPROVE] }),
        run: runOf("apply", { name: "guard", outcome: "stalled", detail: "x", code: "cli/guard" }),
      },
      [
        "ticket: The guard actionsPerRun stopped the run: 510, limit 500 (actions in one run). To act: whoever runs patching. Next: patchring plan",
      ],
    ],
    [
      "a guard that holds back an exploited patch",
      { plan: planOf({ guards: [GUARD], actions: [APPROVE] }), exploited: new Set(["KB1", "KB9"]) },
      [
        "page: The guard actionsPerRun stopped the run: 510, limit 500 (actions in one run); it holds back 1 exploited patch. To act: whoever runs patching. Next: patchring plan",
      ],
    ],
    [
      "a step that failed, but not one that waits",
      {
        run: runOf(
          "apply",
          { name: "observe", outcome: "failed", detail: "the backend does not answer", code: "cli/backend" },
          { name: "apply", outcome: "waiting", detail: "window", code: null },
        ),
      },
      [
        "ticket: The step observe failed: the backend does not answer. To act: whoever runs patching. Next: patchring explain cli/backend",
      ],
    ],
    [
      "outcomes that the next observation settles, and one that was never seen",
      {
        unsettled: [
          action("r1/1"),
          action("r1/2", { device: "ws-2" }),
          action("r1/3", { result: "accepted" }),
        ],
        unverified: [action("r0/1", { result: "unverified", observations: 2 })],
      },
      [
        "ticket: 1 action on 1 device was answered with success since 2026-03-18T08:30:00Z, but the backend does not show it. To act: whoever runs patching. Next: patchring runs",
        "digest: The outcome of 2 actions on 2 devices is unknown since 2026-03-18T08:30:00Z; the next observation settles it. To act: whoever runs patching. Next: patchring runs",
      ],
    ],
    [
      "an outcome that outlived two observations",
      { unsettled: [action("r1/1", { result: null, observations: 2 })] },
      [
        "ticket: The outcome of 1 action on 1 device is unknown since 2026-03-18T08:30:00Z, after 2 observations. To act: whoever runs patching. Next: patchring runs",
      ],
    ],
    [
      "a brake with its request",
      { brakes: [{ ring: "pilot", patch: "KB1", setAt: NOW, failed: 3, eligible: 10, request: 7 }] },
      [
        "page: KB1 fails in ring pilot: 3 of 10 devices failed, so its further approvals there are stopped. To act: whoever runs patching. Next: patchring requests show 7",
      ],
    ],
    [
      "a request, with the devices that wait for it",
      {
        plan: planOf({ waiting: [{ ...wait, patch: "KB1", reason: "PROMOTION" }] }),
        requests: [
          { ring: "production", number: 4, version: "a", patches: ["KB1"], mergeBy: NOW + 9000, url: null },
        ],
      },
      [
        "ticket: Request 4: 1 patch may go to ring production (KB1), 289 installs. To act by 2026-03-18T11:30:00Z: a reviewer. Next: patchring requests show 4",
      ],
    ],
    [
      "a request that is nearly too late",
      {
        requests: [
          {
            ring: "p",
            number: 4,
            version: "a",
            patches: ["KB1"],
            mergeBy: NOW + 7200,
            url: "https://forge.example.org/4",
          },
        ],
      },
      [
        "page: Request 4: 1 patch may go to ring p (KB1), 0 installs. To act by 2026-03-18T11:00:00Z: a reviewer. Next: https://forge.example.org/4",
      ],
    ],
    [
      "in observe mode what could be promoted; a promotion that is not valid always",
      {
        run: runOf("observe"),
        plan: planOf({
          waiting: [
            { ...wait, patch: "KB1", reason: "PROMOTION" },
            { ...wait, patch: "KB2", reason: "PROMOTION_REJECTED" },
          ],
        }),
      },
      [
        "ticket: The promotion of 1 patch to ring production is not valid (KB2), 289 installs wait. To act: the owner of the policy. Next: patchring validate",
        "digest: 1 patch may go to ring production (KB1), 289 installs. To act: a reviewer. Next: patchring promote",
      ],
    ],
    [
      "nothing where the next run opens the request",
      { plan: planOf({ waiting: [{ ...wait, patch: "KB1", reason: "PROMOTION" }] }) },
      [],
    ],
    [
      "an exception that ends within three days",
      { policy: ended(NOW + 2 * DAY) },
      [
        "ticket: Decision/ignore-java ends (policy.yaml:1, owner @acme/cnc): what it held back then follows the rules again. To act by 2026-03-20T09:00:00Z: the owner of the policy. Next: patchring validate",
      ],
    ],
    ["not one that ends later than in 14 days", { policy: ended(NOW + 14 * DAY + 1) }, []],
    ["not one that has ended", { policy: ended(NOW) }, []],
    [
      "a deadline that no window comes before",
      { deadlines: [{ profile: "house", state: "no-window", dueAt: NOW + DAY, patches: 1, devices: 6 }] },
      [
        "page: 1 patch on 6 devices is due before any window opens (house). To act by 2026-03-19T09:00:00Z: whoever runs patching. Next: patchring sla house",
      ],
    ],
    [
      "what is blocked for good, and what waits for a decision",
      {
        plan: planOf({
          blocked: [
            { ...APPROVE, action: "reprocess", status: "failed", reason: "RETRIES_USED" },
            { ...APPROVE, device: "ws-2", reason: "STALE_SCAN" },
          ],
          verdicts: { ...planOf().verdicts, manual: 2 },
        }),
      },
      [
        "digest: 1 patch on 1 device cannot go on: all retries of the fleet are used (KB1). To act: whoever runs patching. Next: patchring explain RETRIES_USED",
        "digest: 2 patches on devices wait for a decision by a person. To act: the owner of the policy. Next: patchring verdicts --verdict manual",
      ],
    ],
  ])("is %s", (_name, more, expected) => {
    const notices = deriveNotices(inputOf(more));
    expect(notices.map((one) => `${one.level}: ${noticeSentence(one)}`)).toEqual(expected);
    expect(new Set(notices.map(({ key }) => key)).size).toBe(notices.length);
  });
});

describe("a key", () => {
  const keys = (more: Partial<NoticeInput>): string[] => deriveNotices(inputOf(more)).map(({ key }) => key);

  it("stays when only a number moves", () => {
    const guarded = (value: number): string[] => keys({ plan: planOf({ guards: [{ ...GUARD, value }] }) });
    expect(guarded(510)).toEqual(guarded(700));
    expect(keys({ unsettled: [action("r1/1"), action("r1/2")] })).toEqual(
      keys({ unsettled: [action("r1/2")] }),
    );
  });

  it("changes when there is something new", () => {
    expect(keys({ unsettled: [action("r1/1")] })).not.toEqual(
      keys({ unsettled: [action("r1/1"), action("r2/1")] }),
    );
    const request = { ring: "p", number: 4, version: "a", patches: ["KB1"], mergeBy: null, url: null };
    expect(keys({ requests: [request] })).not.toEqual(keys({ requests: [{ ...request, version: "b" }] }));
  });
});

describe("what is due", () => {
  const notices = deriveNotices(inputOf({ plan: planOf({ guards: [GUARD] }) }));
  const target = { name: "ops", levels: ["ticket"] } as const;
  const given = (at: number, channel = "ops") => [{ key: notices[0]!.key, channel, at }];

  it.each([
    ["never given", [], 1],
    ["given just now", given(NOW), 0],
    ["given a second less than a day ago", given(NOW - DAY + 1), 0],
    ["given a day ago", given(NOW - DAY), 1],
    ["given on another channel", given(NOW, "chat"), 1],
    ["given by a clock that ran ahead", given(NOW + 60), 1],
    ["given long ago and again", [...given(NOW - 9 * DAY), ...given(NOW - 60)], 0],
  ])("was %s", (_name, records, count) => {
    expect(selectDue(notices, target, records, DAY, NOW).length).toBe(count);
  });

  it("is of the channel's levels", () => {
    expect(selectDue(notices, { name: "ops", levels: ["page"] }, [], DAY, NOW)).toEqual([]);
  });
});

describe("the next command", () => {
  it.each([
    [["patchring", "hold", "KB1"], "patchring hold KB1"],
    [["patchring", "hold", "KB1; rm -rf /"], "patchring hold 'KB1; rm -rf /'"],
    [["patchring", "hold", "a'b\n$(x)"], "patchring hold 'a'\\''b\\n$(x)'"],
    [["patchring", "hold", ""], "patchring hold ''"],
  ])("%j is %s", (words, line) => {
    expect(commandLine(words)).toBe(line);
  });

  it.each([
    ["https://forge.example.org/acme/policy/pull/4", true],
    ["javascript:alert(1)", false],
    ["https://user:secret@forge.example.org/", false],
    ["https://forge.example.org/ x", false],
    [null, false],
  ])("a link %s is shown: %s", (link, isShown) => {
    expect(safeLink(link)).toBe(isShown ? link : null);
  });
});
