import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../../src/core/plan.ts";
import { EMPTY_CONTEXT } from "../../../src/report/plan-context.ts";
import { displayWidth } from "../../../src/report/text/layout.ts";
import { renderPlanText } from "../../../src/report/text/plan.ts";
import { hostileContext, hostilePlan } from "../hostile-plan.ts";
import { HOSTILE_STRINGS } from "../hostile-strings.ts";
import { storyContext, storyPlan } from "../story.ts";

const render = (plan: Plan, width = 100, maxRows: number | null = null): string =>
  renderPlanText(plan, storyContext, { width, color: false, maxRows });

const quietPlan: Plan = {
  ...storyPlan,
  actions: [],
  scheduled: [],
  blocked: [],
  waiting: [],
  guards: storyPlan.guards.filter((guard) => !guard.tripped),
  summary: {
    actions: { approve: 0, ignore: 0, "do-nothing": 0, reprocess: 0, uninstall: 0 },
    devices: 0,
    destructive: 0,
  },
};

describe("a plan", () => {
  it("is answered first, dangers before the rest, at 100 columns", () => {
    expect(render(storyPlan)).toMatchInlineSnapshot(`
      "Would send 246 actions to 215 of 412 devices. A guard would stop the run.
        204 approve, 5 ignore, 31 do-nothing, 4 reprocess, 2 uninstall. 5 destructive.
        Not sent now: 16 scheduled, 17 blocked, 381 waiting.

      STOPPED BY A GUARD
        state      guard                            value  limit  counts
        ! TRIPPED  recallMaxDevices:pull-kb5990160      2      1  devices it would remove from
        apply and reconcile would stop with exit code 5 before their first write.

      Removals and releases: 2 uninstall, 31 do-nothing
        change        devices  patch           ring        decided by
        ✗ uninstall         2  KB5990160       pilot       Recall/pull-kb5990160
                               Update for label printers; severity unknown, released 2026-03-12, removal
                               unknown
                               RECALLED: a recall names it, recalls/pull-kb5990160.yaml:3; now 2 installed
        ~ do-nothing       31  app:java@8u441  production  no statement
                               Java 8 Update 441; important, released 2026-01-20
                               NO_RULE: no policy statement speaks of it; now 31 ignored
        do-nothing is a release: the backend's own rules decide again. It is not a no-op: where those
        rules would install, the patch is installed.

      Ignores that take back an approval: 3
        change    devices  patch      ring        decided by
        - ignore        3  KB2724197  production  Decision/ignore-kb2724197-on-cnc
                           Security Update for Windows Kernel; important, released 2012-10-09
                           DECIDED: a person decided it, decisions/cnc.yaml:3; now 3 pending

      Other actions: 210
        change       devices  patch                      ring        decided by
        - ignore           2  KB2724197                  production  Decision/ignore-kb2724197-on-cnc
                              Security Update for Windows Kernel
                              DECIDED: a person decided it, decisions/cnc.yaml:3; now 2 missing
        + approve        204  app:google-chrome@146.0.1  production  browsers/critical
                              Google Chrome 146.0.1; critical, first seen 2026-03-11
                              PROMOTED: its promotion was merged, rules/browsers.yaml:9; now 204 missing
        ↻ reprocess        4  KB5990155                  pilot       microsoft/security
                              2026-03 Cumulative Update for Windows Server 2022; critical, released
                              2026-03-10, cannot be removed
                              APPROVED: the rule approves it, rules/microsoft.yaml:14; now 4 failed

      Scheduled: 16, would be sent when the obstacle is gone
        change       devices  patch      ring   decided by
        ↻ reprocess        1  KB5990155  pilot  microsoft/security
                              2026-03 Cumulative Update for Windows Server 2022
                              opens 2026-03-18T15:40:00Z (in 6 h 40 min); RETRY_BACKOFF: the next retry is
                              not due yet, rules/microsoft.yaml:14; now 1 failed
        + approve          3  KB5990155  pilot  microsoft/security
                              2026-03 Cumulative Update for Windows Server 2022
                              opens 2026-04-01T00:00:00Z (in 13 d 15 h); FROZEN: a freeze covers the
                              device, rules/microsoft.yaml:14; now 3 missing
        + approve         12  KB5990141  pilot  microsoft/security
                              2026-03 Cumulative Update for Windows 11; critical, released 2026-03-10
                              opens 2026-03-19T20:00:00Z (in 1 d 11 h); WINDOW: the maintenance window of
                              the device is shut, rules/microsoft.yaml:14; now 12 missing

      Blocked: 17, would not be sent
        change       devices  patch                      ring        decided by
        ✗ uninstall        1  KB5990160                  pilot       Recall/pull-kb5990160
                              Update for label printers
                              REBOOT_FIRST: the device must be rebooted first,
                              recalls/pull-kb5990160.yaml:3; now 1 reboot-required
        + approve         16  app:google-chrome@146.0.1  production  browsers/critical
                              Google Chrome 146.0.1
                              STALE_SCAN: the last scan of the device is too old, rules/browsers.yaml:9;
                              now 16 missing

      Waiting: 381 facts, not to be installed before the gate opens
        devices  patch      ring        waits for          until
             24  KB5990170  pilot       DELAY              2026-03-20T17:00:00Z (in 2 d 8 h)
                 2026-03 .NET Framework Update; moderate, detected 2026-03-17
                 the rule's delay after the patch date
            289  KB5990141  production  SOAK               2026-03-19T03:10:00Z (in 18 h 10 min)
                 2026-03 Cumulative Update for Windows 11
                 the soak in the ring before
             68  KB5990155  production  INSTALLED_PERCENT  no time known
                 2026-03 Cumulative Update for Windows Server 2022
                 not enough of the ring before has it installed

      Guards
        state      guard                            value  limit  counts
        ok         actionsPerRun                      246    500  actions in one run
        ok         devicesPerRun                      210    247  devices to approve, retry or remove on
        ok         uninstallsPerRun                     2     10  removals in one run
        ! TRIPPED  recallMaxDevices:pull-kb5990160      2      1  devices it would remove from
        ok         emptySnapshot                      412      1  devices in the snapshot (at least 1)
        ok         incompleteSnapshot                   0      0  1: the backend stopped half way

      Stale devices: 16 of 412 devices, by the time of their last scan. They would get only ignore and
      do-nothing.
      Verdicts on 12,077 facts: 4,210 approve, 5 ignore, 3 uninstall, 381 wait, 12 manual, 940 superseded,
      6,526 leave.

      Findings: 1
        rules/third-party.yaml:3:5: warning: Rule decides nothing [policy/dead-rule]

      Policy    4e1c9d2f60b1, sha256:9b1f4c6d0a52
      Snapshot  taken 2026-03-18T08:30:00Z (30 min earlier), 412 devices (16 stale), 88 patches, 12,077
                facts, sha256:7f3a0c55e19d
      Seen from 2026-03-18T09:00:00Z

      Next
        patchring why ws-pilot-001 KB5990160
        patchring explain REBOOT_FIRST
        patchring plan --json
      "
    `);
  });

  it("fits 80 columns", () => {
    expect(render(storyPlan, 80)).toMatchInlineSnapshot(`
      "Would send 246 actions to 215 of 412 devices. A guard would stop the run.
        204 approve, 5 ignore, 31 do-nothing, 4 reprocess, 2 uninstall. 5 destructive.
        Not sent now: 16 scheduled, 17 blocked, 381 waiting.

      STOPPED BY A GUARD
        state      guard                            value  limit  counts
        ! TRIPPED  recallMaxDevices:pull-kb5990160      2      1  devices it would
                                                                  remove from
        apply and reconcile would stop with exit code 5 before their first write.

      Removals and releases: 2 uninstall, 31 do-nothing
        change        devices  patch           ring        decided by
        ✗ uninstall         2  KB5990160       pilot       Recall/pull-kb5990160
                               Update for label printers; severity unknown, released
                               2026-03-12, removal unknown
                               RECALLED: a recall names it,
                               recalls/pull-kb5990160.yaml:3; now 2 installed
        ~ do-nothing       31  app:java@8u441  production  no statement
                               Java 8 Update 441; important, released 2026-01-20
                               NO_RULE: no policy statement speaks of it; now 31
                               ignored
        do-nothing is a release: the backend's own rules decide again. It is not a
        no-op: where those rules would install, the patch is installed.

      Ignores that take back an approval: 3
        change    devices  patch      ring        decided by
        - ignore        3  KB2724197  production  Decision/ignore-kb2724197-on-cnc
                           Security Update for Windows Kernel; important, released
                           2012-10-09
                           DECIDED: a person decided it, decisions/cnc.yaml:3; now 3
                           pending

      Other actions: 210
        change       devices  patch                  ring        decided by
        - ignore           2  KB2724197              production  Decision/ignore-kb272
                                                                 ↳4197-on-cnc
                              Security Update for Windows Kernel
                              DECIDED: a person decided it, decisions/cnc.yaml:3; now
                              2 missing
        + approve        204  app:google-chrome@146  production  browsers/critical
                              ↳.0.1
                              Google Chrome 146.0.1; critical, first seen 2026-03-11
                              PROMOTED: its promotion was merged,
                              rules/browsers.yaml:9; now 204 missing
        ↻ reprocess        4  KB5990155              pilot       microsoft/security
                              2026-03 Cumulative Update for Windows Server 2022;
                              critical, released 2026-03-10, cannot be removed
                              APPROVED: the rule approves it, rules/microsoft.yaml:14;
                              now 4 failed

      Scheduled: 16, would be sent when the obstacle is gone
        change       devices  patch      ring   decided by
        ↻ reprocess        1  KB5990155  pilot  microsoft/security
                              2026-03 Cumulative Update for Windows Server 2022
                              opens 2026-03-18T15:40:00Z (in 6 h 40 min);
                              RETRY_BACKOFF: the next retry is not due yet,
                              rules/microsoft.yaml:14; now 1 failed
        + approve          3  KB5990155  pilot  microsoft/security
                              2026-03 Cumulative Update for Windows Server 2022
                              opens 2026-04-01T00:00:00Z (in 13 d 15 h); FROZEN: a
                              freeze covers the device, rules/microsoft.yaml:14; now 3
                              missing
        + approve         12  KB5990141  pilot  microsoft/security
                              2026-03 Cumulative Update for Windows 11; critical,
                              released 2026-03-10
                              opens 2026-03-19T20:00:00Z (in 1 d 11 h); WINDOW: the
                              maintenance window of the device is shut,
                              rules/microsoft.yaml:14; now 12 missing

      Blocked: 17, would not be sent
        change       devices  patch                  ring        decided by
        ✗ uninstall        1  KB5990160              pilot       Recall/pull-kb5990160
                              Update for label printers
                              REBOOT_FIRST: the device must be rebooted first,
                              recalls/pull-kb5990160.yaml:3; now 1 reboot-required
        + approve         16  app:google-chrome@146  production  browsers/critical
                              ↳.0.1
                              Google Chrome 146.0.1
                              STALE_SCAN: the last scan of the device is too old,
                              rules/browsers.yaml:9; now 16 missing

      Waiting: 381 facts, not to be installed before the gate opens
        devices  patch      ring        waits for          until
             24  KB5990170  pilot       DELAY              2026-03-20T17:00:00Z (in 2
                                                           d 8 h)
                 2026-03 .NET Framework Update; moderate, detected 2026-03-17
                 the rule's delay after the patch date
            289  KB5990141  production  SOAK               2026-03-19T03:10:00Z (in 18
                                                           h 10 min)
                 2026-03 Cumulative Update for Windows 11
                 the soak in the ring before
             68  KB5990155  production  INSTALLED_PERCENT  no time known
                 2026-03 Cumulative Update for Windows Server 2022
                 not enough of the ring before has it installed

      Guards
        state      guard                            value  limit  counts
        ok         actionsPerRun                      246    500  actions in one run
        ok         devicesPerRun                      210    247  devices to approve,
                                                                  retry or remove on
        ok         uninstallsPerRun                     2     10  removals in one run
        ! TRIPPED  recallMaxDevices:pull-kb5990160      2      1  devices it would
                                                                  remove from
        ok         emptySnapshot                      412      1  devices in the
                                                                  snapshot (at least
                                                                  1)
        ok         incompleteSnapshot                   0      0  1: the backend
                                                                  stopped half way

      Stale devices: 16 of 412 devices, by the time of their last scan. They would get
      only ignore and do-nothing.
      Verdicts on 12,077 facts: 4,210 approve, 5 ignore, 3 uninstall, 381 wait, 12
      manual, 940 superseded, 6,526 leave.

      Findings: 1
        rules/third-party.yaml:3:5: warning: Rule decides nothing [policy/dead-rule]

      Policy    4e1c9d2f60b1, sha256:9b1f4c6d0a52
      Snapshot  taken 2026-03-18T08:30:00Z (30 min earlier), 412 devices (16 stale),
                88 patches, 12,077 facts, sha256:7f3a0c55e19d
      Seen from 2026-03-18T09:00:00Z

      Next
        patchring why ws-pilot-001 KB5990160
        patchring explain REBOOT_FIRST
        patchring plan --json
      "
    `);
  });

  it("with nothing to do says so, and that nothing is removed", () => {
    expect(render(quietPlan)).toMatchInlineSnapshot(`
      "Would change nothing now.
        0 approve, 0 ignore, 0 do-nothing, 0 reprocess, 0 uninstall. 0 destructive.
        Not sent now: 0 scheduled, 0 blocked, 0 waiting.

      Removals and releases: none

      Guards
        state  guard               value  limit  counts
        ok     actionsPerRun         246    500  actions in one run
        ok     devicesPerRun         210    247  devices to approve, retry or remove on
        ok     uninstallsPerRun        2     10  removals in one run
        ok     emptySnapshot         412      1  devices in the snapshot (at least 1)
        ok     incompleteSnapshot      0      0  1: the backend stopped half way

      Stale devices: 16 of 412 devices, by the time of their last scan. They would get only ignore and
      do-nothing.
      Verdicts on 12,077 facts: 4,210 approve, 5 ignore, 3 uninstall, 381 wait, 12 manual, 940 superseded,
      6,526 leave.

      Findings: 1
        rules/third-party.yaml:3:5: warning: Rule decides nothing [policy/dead-rule]

      Policy    4e1c9d2f60b1, sha256:9b1f4c6d0a52
      Snapshot  taken 2026-03-18T08:30:00Z (30 min earlier), 412 devices (16 stale), 88 patches, 12,077
                facts, sha256:7f3a0c55e19d
      Seen from 2026-03-18T09:00:00Z

      Next
        patchring plan --json
      "
    `);
  });
});

it.each([60, 72, 80, 100, 200])("no line is wider than %i columns or 100", (width) => {
  const lines = render(storyPlan, width).split("\n");
  expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(Math.min(width, 100));
});

it("says with words alone what colour says", () => {
  const colored = renderPlanText(storyPlan, storyContext, { width: 100, color: true, maxRows: null });
  expect(colored).toContain("\u001b[31m✗ uninstall\u001b[39m");
  expect(stripVTControlCharacters(colored)).toBe(render(storyPlan));
});

it.each([0, 1, 2, 3, 5, 8])("with %i rows drops the harmless ones, and says what is missing", (maxRows) => {
  const text = render(storyPlan, 100, maxRows);
  expect(/✗ uninstall +2/.test(text)).toBe(maxRows >= 1);
  expect(/~ do-nothing +31/.test(text)).toBe(maxRows >= 2);
  expect(/- ignore +3/.test(text)).toBe(maxRows >= 3);
  expect(/\+ approve +204/.test(text)).toBe(maxRows >= 5);
  const hidden = [...text.matchAll(/… and (\d+) more groups? with/g)].reduce(
    (sum, m) => sum + Number(m[1]),
    0,
  );
  expect(hidden + maxRows).toBe(14);
});

it("does not know which ignores take an approval back without the approvals, and says so", () => {
  const text = renderPlanText(storyPlan, EMPTY_CONTEXT, { width: 100, color: false, maxRows: null });
  expect(text).toContain("Ignores that take back an approval: 3\n");
  expect(text).toContain("is not known here: 3 of these 5 ignores would take one back.");
});

it("shows a retried removal among the removals", () => {
  const row = storyPlan.actions.find(({ action }) => action === "uninstall")!;
  const retry = { ...row, action: "reprocess", status: "failed" } as const;
  const summary = {
    ...quietPlan.summary,
    actions: { ...quietPlan.summary.actions, reprocess: 1 },
    devices: 1,
  };
  const text = render({ ...quietPlan, actions: [retry], summary });
  expect(text).toContain("Removals and releases: 0 uninstall, 0 do-nothing, 1 reprocess of a failed removal");
  expect(text).toContain("tries a failed removal again; RECALLED");
});

it.each(HOSTILE_STRINGS.map((text) => [JSON.stringify(text).slice(0, 60), text]))(
  "prints nothing that acts on a terminal or a log for %s",
  (_name, text) => {
    const out = renderPlanText(hostilePlan(text), hostileContext(text), {
      width: 60,
      color: false,
      maxRows: null,
    });
    expect(out.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    for (const line of out.split("\n")) {
      expect(line.trim()).not.toMatch(/^::|##[\w.-]*\[/);
      expect(displayWidth(line)).toBeLessThanOrEqual(60);
    }
  },
);
