import { describe, expect, it } from "vitest";
import { listEndings } from "../../src/core/endings.ts";
import { examine } from "../../src/core/examined.ts";
import type { RunStep, RunSummary } from "../../src/core/ledger.ts";
import { findNeeds, type FactNeeds } from "../../src/core/needs.ts";
import { selectDue } from "../../src/core/notice-due.ts";
import { deriveNotices, type NoticeInput } from "../../src/core/notices.ts";
import type { ActionRow } from "../../src/core/plan.ts";
import type { PolicySet } from "../../src/core/policy.ts";
import type { OpenAction } from "../../src/core/remembered.ts";
import { commandLine, noticeSentence, safeLink } from "../../src/report/notices/words.ts";
import {
  ago,
  decideAt,
  decision,
  device,
  fact,
  freeze,
  NOW,
  patch,
  policy,
  promotion,
  ring,
  snapshot,
} from "./builders.ts";

const DAY = 86_400;

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
    mode: "apply",
    run: runOf("apply"),
    needs: null,
    guards: [],
    actions: [],
    unsettled: [],
    unverified: [],
    brakes: [],
    requests: [],
    endings: [],
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

/** All is well on one device. */
const FINE = findNeeds(examine(decideAt(policy(), snapshot([patch("KB1")], [device("p", "pilot")]))));

/** KB1 was proven in the pilot; two devices of production need it. */
function proven(more: Partial<PolicySet> = {}): FactNeeds {
  const done = { installedAt: ago("8d") };
  const lines = [
    device("p", "pilot", fact("KB1", "installed", done)),
    device("a", "production", fact("KB1", "missing")),
    device("b", "production", fact("KB1", "failed")),
    device("c", "production", fact("KB1", "installed")),
  ];
  return findNeeds(examine(decideAt(policy(more), snapshot([patch("KB1")], lines))));
}

describe("what gives rise to a notice", () => {
  it("is nothing when a run is as it should be", () => {
    const steps: RunStep[] = [{ name: "observe", outcome: "done", detail: "", code: null }];
    expect(deriveNotices(inputOf({ run: runOf("apply", ...steps), needs: FINE }))).toEqual([]);
  });

  const ending = (expires: number, action: "ignore" | "approve" = "ignore"): Partial<NoticeInput> => ({
    endings: listEndings(
      policy({ decisions: [decision("ignore-java", { owner: "@acme/cnc", expires, action })] }),
      NOW,
    ),
  });
  const request = { ring: "production", number: 4, version: "a", patches: ["KB1"], url: null };
  const due = { profile: "house", dueAt: NOW + DAY, patches: 1, devices: 6, obligations: 6 };

  it.each<[string, Partial<NoticeInput>, readonly string[]]>([
    [
      "a guard, and not its step beside it",
      {
        guards: [GUARD],
        actions: [APPROVE],
        run: runOf("apply", { name: "guard", outcome: "stalled", detail: "x", code: "cli/guard" }),
      },
      [
        "ticket: The guard actionsPerRun stops the run: 510, limit 500 (actions in one run). To act: whoever runs patching. Next: patchring plan",
      ],
    ],
    [
      "a guard that holds back an exploited patch",
      {
        guards: [GUARD],
        actions: [APPROVE],
        needs: { ...FINE, exploited: { devices: 1, patches: ["KB1", "KB9"] } },
      },
      [
        "page: The guard actionsPerRun stops the run: 510, limit 500 (actions in one run); it holds back 1 exploited patch. To act: whoever runs patching. Next: patchring plan",
        "ticket: 1 device lacks a patch for a vulnerability that is known to be exploited (KB1, KB9). To act: whoever runs patching. Next: patchring report overview --group-by device --patch KB1 --patch KB9",
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
      "a brake without the numbers of others",
      { brakes: [{ ring: "pilot", patch: "KB1", setAt: NOW, failed: null, eligible: null, request: null }] },
      [
        "page: KB1 fails in ring pilot, so its further approvals there are stopped. To act: whoever runs patching. Next: patchring hold KB1",
      ],
    ],
    [
      "a run that was refused something, though no step stands still",
      { run: { ...runOf("apply"), exitCode: 6 } },
      [
        "ticket: The last run ended with exit code 6. To act: whoever runs patching. Next: patchring explain 6",
      ],
    ],
    [
      "an unknown outcome, and not the exit code that says the same",
      { run: { ...runOf("apply"), exitCode: 7 }, unsettled: [action("r1/1")] },
      [
        "digest: The outcome of 1 action on 1 device is unknown since 2026-03-18T08:30:00Z; the next observation settles it. To act: whoever runs patching. Next: patchring runs",
      ],
    ],
    [
      "a request, with the devices that wait for it and lack the patch",
      { needs: proven(), requests: [{ ...request, mergeBy: NOW + 9000 }] },
      [
        "ticket: Request 4: 1 patch may go to ring production (KB1), 2 installs. To act by 2026-03-18T11:30:00Z: a reviewer. Next: patchring requests show 4",
      ],
    ],
    [
      "a request that is nearly too late",
      { requests: [{ ...request, mergeBy: NOW + 7200, url: "https://forge.example.org/4" }] },
      [
        "page: Request 4: 1 patch may go to ring production (KB1), 0 installs. To act by 2026-03-18T11:00:00Z: a reviewer. Next: https://forge.example.org/4",
      ],
    ],
    [
      "in observe mode what could be promoted",
      { mode: "observe", needs: proven() },
      [
        "digest: 1 patch may go to ring production (KB1), 2 installs. To act: a reviewer. Next: patchring promote",
      ],
    ],
    [
      "what could be promoted where nobody looked for its request",
      { needs: proven(), requests: null },
      [
        "ticket: 1 patch may go to ring production (KB1), 2 installs. To act: a reviewer. Next: patchring promote",
      ],
    ],
    [
      "not what the reconciler merges itself",
      {
        needs: proven({
          rings: [
            ring("pilot"),
            ring("production", { after: "pilot", promotion: { ...ring("x").promotion, by: "auto" } }),
          ],
        }),
        requests: null,
      },
      [],
    ],
    [
      "a promotion that is not valid, always",
      { needs: proven({ promotions: [promotion("KB1", { eligible: 1 })] }) },
      [
        "ticket: The promotion of 1 patch to ring production is not valid (KB1), 2 installs wait. To act: the owner of the policy. Next: patchring validate",
      ],
    ],
    ["nothing where the next run opens the request", { needs: proven() }, []],
    [
      "nothing where all devices of the ring are frozen",
      { mode: "observe", needs: proven({ freezes: [freeze("f")] }) },
      [],
    ],
    [
      "a gate that no time opens",
      {
        needs: proven({
          rings: [
            ring("pilot"),
            ring("production", { after: "pilot", gates: { ...ring("x").gates, coverage: ["tag:prod"] } }),
          ],
        }),
      },
      [
        "digest: 1 patch stands before ring production (KB1): the ring before does not cover this ring, and time alone does not open this. To act: whoever runs patching. Next: patchring promote",
      ],
    ],
    [
      "an exception that ends within three days",
      ending(NOW + 2 * DAY),
      [
        "ticket: Decision/ignore-java ends (decisions/ignore-java.yaml:3, owner @acme/cnc): what it decided then follows the rules again. To act by 2026-03-20T09:00:00Z: the owner of the policy. Next: patchring validate",
      ],
    ],
    [
      "an approval that ends in two weeks",
      ending(NOW + 14 * DAY, "approve"),
      [
        "digest: Decision/ignore-java ends (decisions/ignore-java.yaml:3, owner @acme/cnc): what it decided then follows the rules again. To act by 2026-04-01T09:00:00Z: the owner of the policy. Next: patchring validate",
      ],
    ],
    ["not one that ends later than in 14 days", ending(NOW + 14 * DAY + 1), []],
    ["not one that has ended", ending(NOW), []],
    [
      "a deadline that no window comes before, and one that nothing but a person saves",
      {
        needs: {
          ...FINE,
          deadlines: [
            { ...due, state: "no-window" },
            { ...due, state: "lost", obligations: 1, devices: 1 },
          ],
        },
      },
      [
        "page: 6 deadlines of house are due before any window opens: 1 patch on 6 devices. To act by 2026-03-19T09:00:00Z: whoever runs patching. Next: patchring sla house",
        "ticket: 1 deadline of house is not to be kept unless somebody acts: 1 patch on 1 device. To act by 2026-03-19T09:00:00Z: whoever runs patching. Next: patchring sla house",
      ],
    ],
    [
      "what is blocked for good, and what waits for a decision",
      {
        needs: {
          ...FINE,
          blocked: [{ obstacle: "RETRIES_USED", facts: 2, devices: 1, patches: ["KB1", "KB2"] }],
          undecided: { facts: 2, installed: 1 },
        },
      },
      [
        "digest: 2 patches on devices cannot go on: all retries of the fleet are used (KB1, KB2; 1 device). To act: whoever runs patching. Next: patchring explain RETRIES_USED",
        "digest: 2 patches on devices wait for a decision by a person; 1 more with the verdict manual is installed already. To act: the owner of the policy. Next: patchring verdicts --verdict manual",
      ],
    ],
    [
      "nothing where all that is manual is installed",
      { needs: { ...FINE, undecided: { facts: 0, installed: 9 } } },
      [],
    ],
    [
      "a snapshot that is too old",
      { needs: { ...FINE, snapshot: { takenAt: NOW - 4 * DAY, problem: "old" } } },
      [
        "ticket: The snapshot is too old to decide by: it was taken 2026-03-14T09:00:00Z, longer ago than `staleAfter`. To act: whoever runs patching. Next: patchring doctor",
      ],
    ],
    [
      "a snapshot that is incomplete, once",
      {
        needs: { ...FINE, snapshot: { takenAt: NOW, problem: "incomplete" } },
        guards: [{ guard: "incompleteSnapshot", limit: 0, value: 1, tripped: true }],
      },
      [
        "ticket: The guard incompleteSnapshot stops the run: 1, limit 0 (1: the backend stopped half way). To act: whoever runs patching. Next: patchring plan",
      ],
    ],
    [
      "devices that nobody measures, patches or reboots",
      { needs: { ...FINE, unmeasured: { stale: 2, neverScanned: 1 }, noRing: 1, reboot: 2 } },
      [
        "digest: 1 device is in no ring, so policy leaves it alone, but for recalls. To act: the owner of the policy. Next: patchring validate",
        "digest: 3 devices are not measured: the last scan is too old; 1 was never scanned. To act: whoever runs patching. Next: patchring report overview --group-by device --status stale",
        "digest: 2 devices need a reboot to complete a patch, which does not count as installed before. To act: whoever has the device. Next: patchring report overview --group-by device --status reboot-required",
      ],
    ],
    [
      "a patch without a date",
      { needs: { ...FINE, undated: { facts: 1, patches: ["KB6"] } } },
      [
        "digest: 1 patch on a device waits for ever, because the delay of a patch without a date cannot run (KB6). To act: the owner of the policy. Next: patchring explain NO_DATE",
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
    const guarded = (value: number): string[] => keys({ guards: [{ ...GUARD, value }] });
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
  const notices = deriveNotices(inputOf({ guards: [GUARD] }));
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
